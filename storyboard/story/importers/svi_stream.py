"""A prompt stream, as the model's authors publish them: a Python list of texts, one prompt a clip of the model.

Nothing of such a file is run. Its texts are found one by one, and each is read as what it is, a literal; whatever
else stands in the list (a call, a format string, another list) is refused at its line.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass

from storyboard.errors import ImportRefusedError
from storyboard.story.importers.draft import MOST_SLOTS, Draft, DraftScene, DraftSegment, listed, plural

_ASSIGNED = re.compile(r"^(?P<name>[^\W\d]\w*)[ \t]*(?::[^=\n]{1,80})?=[ \t]*\[", re.MULTILINE)
_STARTS_WITH_A_TEXT = re.compile(r"(?:\s|#[^\n]*\n)*(?:\(|\]|[A-Za-z]{0,2}[\"'])")
_SKIPPED = re.compile(r"(?:\s|\\\n|#[^\n]*)++")
_TEXT = re.compile(
    r"(?P<prefix>[A-Za-z]{0,2})"
    r"""(?:\"{3}(?:[^\\"]|\\.|"(?!""))*+\"{3}|'{3}(?:[^\\']|\\.|'(?!''))*+'{3}"""
    r"""|"(?:[^"\\\n]|\\.)*+"|'(?:[^'\\\n]|\\.)*+')""",
    re.DOTALL,
)
_MOST_TEXTS = 10 * MOST_SLOTS  # texts side by side are one prompt, and a prompt needs few of them


@dataclass(frozen=True)
class _Found:
    """Where the list begins (behind its bracket), what it is called, and where the assignment begins."""

    name: str
    begins: int
    first: int


def looks_like_stream(text: str) -> bool:
    """Whether a text has a list of texts in it, or is one."""
    found = _find(text)
    if found is None:
        return False
    return "prompt" in found.name.casefold() or _STARTS_WITH_A_TEXT.match(text, found.first) is not None


def import_stream(text: str) -> Draft:
    """One prompt is one segment of one slot.

    Raises:
        ImportRefusedError: There is no list, or more than texts in it.
    """
    prompts, notes = read_stream(text)
    kept = [prompt for prompt in prompts if prompt.strip()]
    if len(kept) < len(prompts):
        notes.append(f"{plural(len(prompts) - len(kept), 'empty prompt')} left out.")
    draft = Draft(notes=notes)
    draft.above.append(
        "One prompt is one segment of 4.5 seconds. Begin another scene where the place or the look changes."
    )
    draft.scenes.append(DraftScene(segments=[DraftSegment((prompt,)) for prompt in kept]))
    return draft


def read_stream(text: str) -> tuple[list[str], list[str]]:
    """The prompts of a stream, word for word, and what there is to tell about the rest of the file.

    Raises:
        ImportRefusedError: There is no list, or more than texts in it.
    """
    listed_in_json = _json_list(text)
    if listed_in_json is not None:
        return listed_in_json, []
    found = _find(text)
    if found is None:
        raise ImportRefusedError(
            "There is no list of prompts in the file.",
            hint='A prompt stream looks like: prompts = ["one prompt", "the next"].',
        )
    prompts, end = _texts(text, found.first)
    return prompts, _rest(text, found, end)


def _json_list(text: str) -> list[str] | None:
    if not text.lstrip().startswith("["):
        return None
    try:
        value = json.loads(text)
    except RecursionError:
        raise ImportRefusedError(
            "Lists lie in each other in the file; a prompt stream is one list of texts.", hint="Write one list."
        ) from None
    except ValueError:  # a Python list need not be JSON
        return None
    for number, item in enumerate(value, start=1):
        if not isinstance(item, str):
            raise ImportRefusedError(
                f"Item {number:,} of the list is {_kind(item)} and no text.",
                hint="A prompt stream is one list of texts, one prompt each.",
            )
        if number > MOST_SLOTS:
            raise _too_many(f"{len(value):,}")
    return list(value)


def _too_many(count: str) -> ImportRefusedError:
    return ImportRefusedError(
        f"There are {count} prompts; a storyboard has at most {MOST_SLOTS:,} slots of 4.5 seconds: five hours.",
        hint="Split the file into episodes.",
    )


def _find(text: str) -> _Found | None:
    start = len(text) - len(text.lstrip())
    if text.startswith("[", start):
        return _Found("", start, start + 1)
    found = [_Found(each["name"], each.start(), each.end()) for each in _ASSIGNED.finditer(text)]
    found = [each for each in found if _STARTS_WITH_A_TEXT.match(text, each.first)] or found
    for wanted in ("prompts", "prompt"):
        for each in found:
            if each.name == wanted or (wanted == "prompt" and wanted in each.name.casefold()):
                return each
    return found[0] if found else None


def _texts(text: str, at: int) -> tuple[list[str], int]:
    """The texts of a list, and where it ends; texts side by side are one, as in Python."""
    prompts: list[list[str]] = []
    open_text, brackets, read = False, 0, 0
    while True:
        skipped = _SKIPPED.match(text, at)
        at = skipped.end() if skipped else at
        here = text[at : at + 1]
        if not here:
            raise ImportRefusedError("The list of prompts is not closed.", hint="End it with “]”.")
        if here == "]" and not brackets:
            return ["".join(pieces) for pieces in prompts], at + 1
        if here == "," and not brackets:
            open_text, at = False, at + 1
            continue
        if here == "(" or (here == ")" and brackets):  # around texts side by side
            brackets, at = brackets + (1 if here == "(" else -1), at + 1
            continue
        match = _TEXT.match(text, at)
        if match is None:
            raise _no_text(text, at)
        value = _literal(text, match)
        if open_text:
            prompts[-1].append(value)
        else:
            prompts.append([value])
        open_text, at, read = True, match.end(), read + 1
        if len(prompts) > MOST_SLOTS or read > _MOST_TEXTS:
            raise _too_many(
                f"more than {MOST_SLOTS:,}" if read <= _MOST_TEXTS else f"more than {_MOST_TEXTS:,} pieces of"
            )


def _literal(text: str, match: re.Match[str]) -> str:
    prefix = match["prefix"].casefold()
    if "f" in prefix or "t" in prefix:
        raise ImportRefusedError(
            f"Line {_line(text, match.start())} has a format string, which is code: nothing of a stream is run.",
            hint="Write the prompt out as plain text, without the f before it.",
        )
    try:
        with warnings.catch_warnings():  # a backslash before a letter it means nothing for is kept, as Python does
            warnings.simplefilter("ignore")
            value = ast.literal_eval(match.group())
    except (SyntaxError, ValueError):
        value = None
    if not isinstance(value, str):
        raise ImportRefusedError(
            f"The text on line {_line(text, match.start())} is none that Python could read.",
            hint="Look at its backslashes, and at what stands before its quotation mark.",
        )
    return value


def _no_text(text: str, at: int) -> ImportRefusedError:
    line, here = _line(text, at), text[at]
    if here in "[{":
        what = f"Line {line} has a list or a mapping inside the list of prompts"
    elif here in "\"'":
        what = f"Line {line} has a text whose quotation mark is never closed"
    else:
        what = f"Line {line} has something else than a text in the list of prompts, and nothing of a stream is run"
    return ImportRefusedError(f"{what}.", hint="A prompt stream is one list of texts, with a comma between two.")


def _rest(text: str, found: _Found, end: int) -> list[str]:
    """What stands beside the list, by its lines: code, which is not run."""
    line_end = text.find("\n", end)
    behind = text[end : line_end if line_end >= 0 else len(text)].strip()
    if behind and not behind.startswith(("#", ";")):
        raise ImportRefusedError(
            f"Line {_line(text, end)} goes on behind the list with code, which is not run; so what the "
            "whole list is, is not known.",
            hint="Write all prompts into the list itself.",
        )
    code = [*_code_lines(text[: found.begins], 1), *_code_lines(text[end:], _line(text, end))]
    if not code:
        return []
    lines = listed([str(line) for line in code])
    word = "line" if len(code) == 1 else "lines"
    return [f"Beside the list stands code, which is not run: {word} {lines}. What it would change is not in here."]


def _code_lines(text: str, first: int) -> list[int]:
    return [
        number for number, line in enumerate(text.split("\n"), start=first) if line.strip() and line.strip()[0] != "#"
    ]


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


def _kind(item: object) -> str:
    match item:
        case list():
            return "a list"
        case dict():
            return "a mapping"
        case None:
            return "nothing"
        case bool():
            return "true or false"
        case _:
            return "a number"
