"""Which part of a prompt tells which segment: by the segment's own words, since any template may have written it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.compiler.tokens import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storyboard.compiler.plan import PlannedReel


@dataclass(frozen=True)
class Piece:
    """A part of a line of a prompt.

    Attributes:
        text: Its words.
        segment: The place in the reel's segments of the one it tells; None where it tells none, or not one alone.
    """

    text: str
    segment: int | None


@dataclass(frozen=True)
class ToldPrompt:
    """A reel's prompt, with what each part of it tells.

    Attributes:
        lines: Its lines, in pieces; joined, they are the prompt.
        tokens: About how many tokens the whole of it takes.
        segment_tokens: About how many of them tell each segment; of one that is not found in it, what its own
            words take.
    """

    lines: tuple[tuple[Piece, ...], ...]
    tokens: int
    segment_tokens: tuple[int, ...]


def told_prompt(reel: PlannedReel) -> ToldPrompt:
    """Find the segments of a reel in its prompt, in order."""
    prompt = str(reel.base_request["prompt"])
    actions = [segment.action for segment in reel.segments]
    lines = prompt.split("\n")
    pieces = _line_by_line(lines, actions) or _in_order(lines, actions)
    tokens: dict[int, int] = {}
    for piece in (piece for line in pieces for piece in line):
        if piece.segment is not None:
            tokens[piece.segment] = tokens.get(piece.segment, 0) + estimate_tokens(piece.text)
    return ToldPrompt(
        tuple(tuple(line) for line in pieces),
        estimate_tokens(prompt),
        tuple(tokens.get(index, estimate_tokens(action)) for index, action in enumerate(actions)),
    )


def _line_by_line(lines: Sequence[str], actions: Sequence[str]) -> list[list[Piece]]:
    """As the templates that ship write it: at most a line of style, and then one for each segment; else nothing.

    It is tried first, so that a style which holds an action's very words is not taken for it.
    """
    before = len(lines) - len(actions)
    if before not in {0, 1} or any(
        _find(line, action, 0) < 0 for line, action in zip(lines[before:], actions, strict=True)
    ):
        return []
    return [[Piece(line, index if index >= 0 else None)] for index, line in enumerate(lines, start=-before)]


def _in_order(lines: Sequence[str], actions: Sequence[str]) -> list[list[Piece]]:
    pieces: list[list[Piece]] = []
    due = list(enumerate(actions))
    for number, line in enumerate(lines):
        rest = "\n".join(lines[number:])
        due = [(index, action) for index, action in due if _find(rest, action, 0) >= 0]
        starts: list[tuple[int, int]] = []
        at = 0
        while due and (found := _find(line, due[0][1], at)) >= 0:
            index, action = due.pop(0)
            starts.append((found if starts else 0, index))
            at = found + len(action)
        if not starts:
            pieces.append([Piece(line, None)])
            continue
        ends = [start for start, _ in starts[1:]] + [len(line)]
        pieces.append([Piece(line[start:end], index) for (start, index), end in zip(starts, ends, strict=True)])
    return pieces


def _find(text: str, action: str, start: int) -> int:
    """Where an action stands, whatever a template's filters did to its capitals; -1 where it does not."""
    small, wanted = text.lower(), action.rstrip(".").lower()
    if len(small) != len(text):  # a letter whose small form is two: places would shift
        small, wanted = text, action.rstrip(".")
    return small.find(wanted, start)
