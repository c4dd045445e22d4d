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
        not _places(line, [action]) for line, action in zip(lines[before:], actions, strict=True)
    ):
        return []
    return [[Piece(line, index if index >= 0 else None)] for index, line in enumerate(lines, start=-before)]


def _in_order(lines: Sequence[str], actions: Sequence[str]) -> list[list[Piece]]:
    """Each action where it first stands after the one before; a line that tells several is cut where they begin."""
    found = _places("\n".join(lines), actions)
    pieces: list[list[Piece]] = []
    begins = 0
    for line in lines:
        inside = [(at - begins, index) for at, index in found if begins <= at < begins + len(line)]
        begins += len(line) + 1
        if not inside:
            pieces.append([Piece(line, None)])
            continue
        cuts = [0, *(at for at, _ in inside[1:]), len(line)]
        pieces.append([Piece(line[cuts[i] : cuts[i + 1]], index) for i, (_, index) in enumerate(inside)])
    return pieces


def _places(text: str, actions: Sequence[str]) -> list[tuple[int, int]]:
    """Where the actions stand, one after the other, whatever a template's filters did to their capitals.

    Returns:
        The place in the text, and the action's number, of each that is there.
    """
    small = text.lower()
    exactly = len(small) != len(text)  # a letter whose small form is two: places would shift
    places: list[tuple[int, int]] = []
    at = 0
    for index, action in enumerate(actions):
        wanted = action.rstrip(".") if exactly else action.rstrip(".").lower()
        found = (text if exactly else small).find(wanted, at)
        if found >= 0:
            places.append((found, index))
            at = found + len(wanted)
    return places
