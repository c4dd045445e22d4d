"""What differs between two requests, in words short enough for a line of a plan."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MOST_COMPARED = 2000  # lines; above that, comparing takes longer than it tells
_LONGEST = 40


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    Attributes:
        key: The key of the request, such as ``cfg``.
        text: What differs, such as ``cfg 1.0 → 1.2``.
    """

    key: str
    text: str

    def __str__(self) -> str:
        return self.text


def changes(old_request: Mapping[str, Any], new_request: Mapping[str, Any]) -> list[Change]:
    """What differs between two requests; nothing where they are the same.

    Args:
        old_request: A request with its image told by what it is: ``{"sha256": …}``, ``{"url": …}`` or
            ``{"handoff": …, "frame": "last"}``; without one it is text-to-video.
        new_request: Another.
    """
    found: list[Change] = []
    keys = [*_IN_WORDS, *sorted((old_request.keys() | new_request.keys()) - _IN_WORDS.keys())]
    for key in keys:
        old, new = old_request.get(key), new_request.get(key)
        same = old == new and (key in old_request) == (key in new_request)
        if not same:
            in_words = _IN_WORDS.get(key)
            found.append(Change(key, in_words(old, new) if in_words else _pair(_plain(key), old, new)))
    if any(change.key == "image" for change in found) and ("image" in old_request) != ("image" in new_request):
        # That the quality of text-to-video comes or goes is said with the first frame.
        return [change for change in found if change.key != "t2v_quality"]
    return found


def _prompt(old: Any, new: Any) -> str:
    if not isinstance(old, str) or not isinstance(new, str):
        return "prompt"
    before, after = old.split("\n"), new.split("\n")
    if max(len(before), len(after)) > _MOST_COMPARED:
        return "prompt"
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    steps = [step for step in matcher.get_opcodes() if step[0] != "equal"]
    differ = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in steps)
    count = max(len(before), len(after), differ)
    return f"prompt ({differ} of {count} lines)" if count > 1 else "prompt"


def _image(old: Any, new: Any) -> str:
    before, after = _kind(old), _kind(new)
    match before, after:
        case "handoff", "handoff":
            return "starts from another take of the reel before"
        case "none", _:
            return f"first frame: {_START[after]}, was text alone"
        case _, "none":
            return "first frame: text alone"
        case same, other if same == other:
            return "first frame: another address" if same == "url" else "first frame"
    return f"first frame: {_START[after]}, was {_START[before]}"


_START = {
    "handoff": "the last of the reel before",
    "sha256": "a file",
    "url": "an address",
    "none": "text alone",
    "other": "of another kind",
}


def _kind(image: Any) -> str:
    if image is None:
        return "none"
    kinds = [kind for kind in ("handoff", "sha256", "url") if isinstance(image, dict) and kind in image]
    return kinds[0] if len(kinds) == 1 else "other"


def _length(old: Any, new: Any) -> str:
    return f"length {_seconds(old)} → {_seconds(new)}"


def _seconds(value: Any) -> str:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return f"{value:g} s" if is_number else _shown(value)


def _cfg(old: Any, new: Any) -> str:
    values = [float(each) if type(each) is int else each for each in (old, new)]
    return _pair("cfg", *values)


def _pair(name: str, old: Any, new: Any) -> str:
    before, after = _shown(old), _shown(new)
    return f"{name} {before} → {after}" if before != after else name


def _shown(value: Any) -> str:
    return "none" if value is None else _plain(value)


def _plain(value: Any) -> str:
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in str(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_IN_WORDS: dict[str, Callable[[Any, Any], str]] = {
    "prompt": _prompt,
    "cfg": _cfg,
    "duration": _length,
    "image": _image,
    "resolution": lambda old, new: _pair("size", old, new),
    "negative_prompt": lambda old, new: "negative prompt",
    "t2v_quality": lambda old, new: _pair("text-to-video quality", old, new),
    "model": lambda old, new: _pair("model", old, new),
}
