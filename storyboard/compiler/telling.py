"""Characters and places in a prompt: told in full where the model first meets them, by name after.

The model sees one reel at a time and remembers nothing of the one before, so each reel tells them anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.braces import Reference, parse_braces

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyboard.story.model import Subject

_POSSESSIVES = ("'s", "’s")
_NO_COMMA_BEFORE = tuple(".,;:!?…)]”’\"'—–")


class Teller:
    """Fills the names of one reel into its texts, in the order the model reads them."""

    def __init__(self, subjects: Mapping[str, Subject]) -> None:
        self._subjects = subjects
        self._met: set[str] = set()
        self._short: dict[str, str] = {}

    def tell(self, text: str | None) -> str:
        """The text with names filled in: in full where one is met for the first time."""
        return self._fill(text or "", in_full=True)

    def name(self, text: str | None) -> str:
        """The text with short names only; nobody counts as met by it."""
        return self._fill(text or "", in_full=False)

    def place(self, name: str | None) -> str:
        """A place by its declared name: in full at first mention."""
        return self.tell(f"{{{name}}}") if name else ""

    def _fill(self, text: str, *, in_full: bool) -> str:
        if "{" not in text and "}" not in text:
            return one_space(text)
        parts = parse_braces(text)
        filled: list[str] = []
        skip = 0
        for index, part in enumerate(parts):
            if isinstance(part, str):
                filled.append(part[skip:])
                skip = 0
            elif isinstance(part, Reference):
                following = parts[index + 1] if index + 1 < len(parts) else ""
                mention, skip = self._mention(
                    part.name, following if isinstance(following, str) else " …", in_full=in_full
                )
                filled.append(mention)
            else:  # a slip: the story is refused for it, and the text is shown as it stands
                filled.append(part.text)
        return one_space("".join(filled))

    def _mention(self, name: str, after: str, *, in_full: bool) -> tuple[str, int]:
        """How a subject is told before ``after``, and how many characters of ``after`` that takes in."""
        if (name in self._met or not in_full) and name in self._short:
            return self._short[name], 0
        subject = self._subjects.get(name)
        if subject is None:
            return name, 0
        met = not in_full or name in self._met
        self._met.update({name} if in_full else ())
        self._short[name] = short = _literal(subject.name)
        if met or not subject.look:
            return short, 0
        possessive = next((end for end in _POSSESSIVES if after.startswith(end)), None)
        if possessive is not None:
            # “Mira's (a woman in a yellow coat) hand”: an apposition cannot stand inside a possessive.
            return f"{short}{possessive} ({_literal(subject.look)})", len(possessive)
        ends_clause = not after.strip() or after.lstrip().startswith(_NO_COMMA_BEFORE)
        return _literal(subject.full) + ("" if ends_clause else ","), 0


def one_space(text: str) -> str:
    """The text with one space for any run of white space, and none at its ends."""
    if text.isprintable() and "  " not in text:  # no white space but single spaces; it is quicker to see than to do
        return text.strip(" ")
    return " ".join(text.split())


def _literal(text: str) -> str:
    """A description's doubled braces as the single ones they mean."""
    return "".join(part for part in parse_braces(text) if isinstance(part, str))
