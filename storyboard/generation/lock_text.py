"""The text of a lock file: the same takes have the same bytes, and what is wrong with one is told with its line.

One entry is one block that begins and ends with what is its own, and an empty entry at the end lets every other end
with a comma. So git merges two branches that pick takes of different reels by itself, or the person does, by keeping
both sides of what it could not.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from storyboard.generation.lock_entry import EntryProblemError, LockEntry, entry_of
from storyboard.generation.portable_names import is_episode_name

if TYPE_CHECKING:
    from collections.abc import Iterable

LOCK_VERSION = 1
"""The version of the lock file that this program reads and writes."""
MAX_BYTES = 64 * 2**20
"""The largest lock file that is read: some ten thousand reels."""
_MARKER = re.compile(r"^(<{7}|={7}|>{7}|\|{7})(?: .*)?\r?$", re.MULTILINE)
_LINES = (  # what entries have in common never fills more than three lines, or git would merge two of them into one
    ("episode", "reel"),
    ("key",),
    ("take", "provider", "base_url"),
    ("job_id",),
    ("cost_usd", "cfg", "stands"),
    ("content_sha256",),
    ("request_sha256",),
    ("request",),
    ("clip",),
    ("clip_sha256",),
)


class LockTextError(Exception):
    """The text is no lock file of this version.

    Attributes:
        what: What is wrong, as a sentence about “it”, without its beginning: ``has …``.
        hint: What to do.
        line: Where, from 1; 0 where it is nowhere in particular.
    """

    def __init__(self, what: str, hint: str, line: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.line = line


_RESTORE = "Take the file as it was from the repository's history, or pick the takes anew with storyboard takes."


def write_text(entries: Iterable[LockEntry]) -> bytes:
    """The file for these entries, byte for byte the same whatever their order."""
    blocks = [_block(entry) for entry in sorted(entries, key=lambda entry: (entry.episode, entry.reel))]
    return "\n".join(["{", f'"version": {LOCK_VERSION},', '"takes": [', *blocks, "{}", "]}", ""]).encode()


def _block(entry: LockEntry) -> str:
    values = {**vars(entry), "cost_usd": f"{entry.cost_usd:f}"}
    lines = (", ".join(f'"{name}": {_json(values[name])}' for name in names) for names in _LINES)
    return "{" + ",\n ".join(lines) + "},"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read_text(data: bytes) -> dict[tuple[str, int], LockEntry]:
    """The entries of a file, by episode and reel.

    Raises:
        LockTextError: It is no lock file of this version.
    """
    if len(data) > MAX_BYTES:
        raise LockTextError(f"is larger than {MAX_BYTES // 2**20} MiB, which no lock file is", _RESTORE)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LockTextError("is not UTF-8 text", _RESTORE, line) from None
    whole = _parsed(text)
    if not isinstance(whole, dict) or "version" not in whole:
        raise LockTextError("is JSON, but no lock file: it has no version", _RESTORE)
    version = whole["version"]
    if type(version) is not int or version < 1:
        raise LockTextError("has a version that is not a number from 1", _RESTORE)
    if version > LOCK_VERSION:
        raise LockTextError(
            f"was written by a newer version of this program: it has version {version}, and this one reads "
            f"{LOCK_VERSION}",
            "Update storyboard-composer.",
        )
    return _entries(whole, text)


def _entries(whole: dict[str, Any], text: str) -> dict[tuple[str, int], LockEntry]:
    takes = whole.get("takes")
    if whole.keys() != {"version", "takes"} or not isinstance(takes, list):
        raise LockTextError("has to have “version” and a list of “takes”, and nothing else", _RESTORE)
    entries: dict[tuple[str, int], LockEntry] = {}
    for number, values in enumerate(takes, start=1):
        if values == {}:
            continue
        if not isinstance(values, dict):
            raise LockTextError(f"has a take, number {number}, that is no entry in braces", _RESTORE)
        try:
            entry = entry_of(values)
        except EntryProblemError as problem:
            name, line = _called(values, number, text)
            raise LockTextError(f"has an entry that cannot be believed, {name}: {problem}", _RESTORE, line) from None
        place = (entry.episode, entry.reel)
        if place in entries:
            name, line = _called(values, number, text, last=True)
            raise LockTextError(f"lists {name} twice", "Keep one of the two entries.", line)
        entries[place] = entry
    return entries


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise _broken(text, error) from None
    except LockTextError:
        raise
    except (ValueError, RecursionError):
        raise LockTextError("is nested too deep, or has a number too long to read", _RESTORE) from None


def _broken(text: str, error: json.JSONDecodeError) -> LockTextError:
    marker = _MARKER.search(text)
    if marker:
        line = text.count("\n", 0, marker.start()) + 1
        return LockTextError(
            "has a merge conflict that nobody has settled yet",
            "Where the two sides name different reels, keep both; where they name the same reel, keep one. Then "
            "delete the lines that begin with <<<<<<<, ======= and >>>>>>>, and run again.",
            line,
        )
    if not text.strip():
        return LockTextError("is empty", _RESTORE)
    if not text.rstrip().endswith("}"):
        return LockTextError("ends in the middle: it was cut off", _RESTORE, text.count("\n") + 1)
    return LockTextError(f"is not JSON: {error.msg[0].lower()}{error.msg[1:]}", _RESTORE, error.lineno)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise LockTextError(f"says {_json(twice[:40])} twice in one pair of braces", "Keep one of the two.")
    return values


def _refused(constant: str) -> Any:
    raise LockTextError(f"has the number {constant}, which JSON has not", _RESTORE)


def _called(values: dict[str, Any], number: int, text: str, *, last: bool = False) -> tuple[str, int]:
    """How to tell a person which entry is meant, and the line it begins in as far as that can be seen."""
    episode, reel = values.get("episode"), values.get("reel")
    if not is_episode_name(episode) or type(reel) is not int:
        return f"number {number}", 0
    start = f'"episode": {_json(episode)}, "reel": {reel},'
    at = text.rfind(start) if last else text.find(start)
    return f"{episode}, reel {reel}", text.count("\n", 0, at) + 1 if at >= 0 else 0
