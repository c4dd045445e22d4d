"""Author text from elsewhere, made fit for a storyboard: every change to it is counted, so that it can be told."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from storyboard.story.importers.draft import Mention, plural
from storyboard.story.model import MAX_NAME, MAX_TEXT

if TYPE_CHECKING:
    from storyboard.story.importers.draft import Words

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BRACE = re.compile(r"[{}]")
_MOST_IN_A_COMMENT = 300


class Cleaner:
    """Makes texts fit, and remembers what had to be changed."""

    def __init__(self) -> None:
        self._controls = 0
        self._replaced = 0
        self._braces = 0
        self._cut = 0

    def text(self, text: str, most: int = MAX_TEXT) -> str:
        """A text that goes into no prompt: title, name, spoken line."""
        return self._shortened(self._plain(text).strip(), most)

    def prompt(self, words: Words | str) -> str:
        """A text that goes into a prompt: literal braces doubled, characters in braces."""
        pieces: list[str] = []
        left = MAX_TEXT
        whole = self._trimmed((words,) if isinstance(words, str) else words)
        for index, part in enumerate(whole):
            if isinstance(part, Mention):
                pieces.append(f"{{{part.key}}}")
            else:
                self._braces += bool(_BRACE.search(part))
                pieces.append(_BRACE.sub(lambda brace: brace.group() * 2, part))
            if len(pieces[-1]) > left:
                self._cut += 1
                kept = self._fitting(part, left) if isinstance(part, str) else ""
                return "".join([*pieces[:index], kept]).strip()
            left -= len(pieces[-1])
        return "".join(pieces).strip()

    def subject(self, name: str) -> str:
        """What a character or place is called and looks like, after which nothing is left to be named in it."""
        return self.prompt(self.text(name, MAX_TEXT // 3))

    def short_name(self, name: str) -> str:
        """What stands before the first comma of a character or place, or all of it."""
        return self.prompt(self.text(name, MAX_NAME // 2))

    def notes(self) -> list[str]:
        """What was changed, as sentences."""
        told = []
        if self._controls:
            told.append(f"{plural(self._controls, 'control character')} left out: no storyboard needs one.")
        if self._replaced:
            told.append(f"{plural(self._replaced, 'damaged character')} replaced by “�”: half a pair, and no text.")
        if self._braces:
            has = "text has braces" if self._braces == 1 else "texts have braces"
            told.append(f"{self._braces:,} {has}, which are doubled: a single one would name a character.")
        if self._cut:
            what = "A text is" if self._cut == 1 else f"{self._cut:,} texts are"
            told.append(
                f"{what} longer than {MAX_TEXT:,} characters, a name than {MAX_NAME // 2}; what is over was left out."
            )
        return told

    def _plain(self, text: str) -> str:
        if _SURROGATE.search(text):
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            self._replaced += text.count("\ufffd")
        text, removed = _CONTROL.subn("", text.replace("\r\n", "\n").replace("\r", "\n"))
        self._controls += removed
        return text

    def _trimmed(self, words: Words) -> list[str | Mention]:
        """The words without control characters, and without white space at the ends."""
        whole = [part if isinstance(part, Mention) else self._plain(part) for part in words]
        if whole and isinstance(whole[0], str):
            whole[0] = whole[0].lstrip()
        if whole and isinstance(whole[-1], str):
            whole[-1] = whole[-1].rstrip()
        return whole

    def _shortened(self, text: str, most: int) -> str:
        if len(text) <= most:
            return text
        self._cut += 1
        return text[:most].rstrip()

    def _fitting(self, text: str, most: int) -> str:
        """As many whole characters of a text as fit once its braces are doubled."""
        kept: list[str] = []
        for character in text:
            most -= 2 if character in "{}" else 1
            if most < 0:
                break
            kept.append(character * 2 if character in "{}" else character)
        return "".join(kept)


def comment_text(text: str) -> str:
    """A text that can stand in a comment: one line, nothing invisible, not too long."""
    words = " ".join(
        "".join(c if unicodedata.category(c)[0] not in "CZ" else " " for c in text[: 4 * _MOST_IN_A_COMMENT]).split()
    )
    return words if len(words) <= _MOST_IN_A_COMMENT else words[: _MOST_IN_A_COMMENT - 1] + "…"
