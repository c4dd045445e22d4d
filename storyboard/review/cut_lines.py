"""How a cut is put together, as text for a terminal: what is copied, what is composed, what is kept, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage
from storyboard.assembly.mezzanine import MezzanineTask
from storyboard.assembly.picture_format import CODEC_NAMES
from storyboard.assembly.piece_planning import why_composed
from storyboard.assembly.pieces import Copy
from storyboard.review.style import paint
from storyboard.review.terminal import wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from storyboard.assembly.edit_list import EditList, Shot
    from storyboard.assembly.film import FilmPlan
    from storyboard.assembly.pieces import Piece


_NAMED = 4
"""So many clips are named that cannot be copied for one reason, after the first."""


def cut_lines(title: str, plan: FilmPlan, *, width: int) -> Iterator[str]:
    """A film: its length and form, and a line for each stretch that is copied or composed.

    Args:
        title: What it is called.
        plan: What putting it together takes.
        width: Columns of the terminal.
    """
    edit, pieces = plan.film.edit, plan.pieces
    size = "x".join(map(str, edit.size))
    head = (
        f"{title}: {_clock(edit.frames, edit.fps)}, {_count(edit.frames, 'frame')} at {float(edit.fps):g} a second, "
        f"{size}, {CODEC_NAMES[pieces.format.codec]}"
    )
    yield from (paint(line, "bold") for line in wrapped(head, width, indent="", hanging="  "))
    missing = {task.key for task in plan.tasks}
    for stretch in _stretches(pieces.pieces):
        first, last = stretch[0], stretch[-1]
        frames = last.begins + last.frames - first.begins
        begins = _clock(first.begins - edit.first, edit.fps)
        is_copied = isinstance(first, Copy)
        word = "copied  " if is_copied else "composed"
        lead = f"  {begins:>8}  {frames:>6}  "
        told, *more = wrapped(_what(edit, first.begins, last.begins + last.frames), width - len(lead) - 10, indent="")
        yield lead + paint(word, "dim" if is_copied else "green") + "  " + told
        yield from (" " * (len(lead) + 10) + paint(line, "dim") for line in more)
    for line in _sums(plan, len(missing)):
        yield from wrapped(line, width, indent="", hanging="  ")


def _sums(plan: FilmPlan, missing: int) -> Iterator[str]:
    pieces = plan.pieces
    made = pieces.composed_pieces
    yield (
        f"{_are(pieces.frames - pieces.composed, 'frame')} copied, {_are(pieces.composed)} composed"
        + (f" in {_count(made, 'piece')}, of which {_are(plan.reused)} kept from before." if made else ".")
    )
    if plan.mezzanines:
        new = [task for task in plan.tasks if isinstance(task, MezzanineTask)]
        frames = sum(task.weight for task in new)
        yield f"{_count(len(plan.mezzanines), 'mezzanine')} to copy from: " + (
            f"{len(new)} to be made first, of {frames} frames, and kept for later cuts."
            if new
            else "kept from before."
        )
    if plan.film.soundtrack:
        yield "The sound is kept from before." if plan.has_sound else "The sound is mixed and encoded as one."
    else:
        yield "There is no sound: nothing in the cut has any."
    yield from _reasons(plan.film.edit, pieces.reasons)
    if not missing:
        yield "Nothing has to be made: the film is put together at once."


def _reasons(edit: EditList, reasons: Mapping[str, str]) -> Iterator[str]:
    """Why footage is composed that looks as though it could be copied, in a sentence for each reason."""
    labels: dict[str, dict[str, None]] = {}
    for shot in edit.seen:
        reason = why_composed(shot, reasons, edit.fps)
        is_matched = isinstance(shot.source, Footage) and shot.source.matched_to
        if reason and reason not in reasons.values() and not is_matched:
            labels.setdefault(f"where {reason}", {})[shot.label] = None  # elsewhere it may well be
        elif reason:
            labels.setdefault(reason, {})[shot.label] = None
    for reason, named in labels.items():
        first, *others = named
        shown = others if len(others) <= _NAMED else [*others[: _NAMED - 1], f"{len(others) - _NAMED + 1} others"]
        *some, last = shown or [""]
        more = f"; nor can {', '.join(some)}{' and ' if some else ''}{last}" if others else ""
        yield f"{first} cannot be copied{'' if reason.startswith('where') else ', because'} {reason}{more}."


def _stretches(pieces: tuple[Piece, ...]) -> Iterator[list[Piece]]:
    """Pieces that follow each other and are had in the same way."""
    stretch: list[Piece] = []
    for piece in pieces:
        if stretch and (isinstance(piece, Copy) or type(piece) is not type(stretch[-1])):
            yield stretch
            stretch = []
        stretch.append(piece)
    if stretch:
        yield stretch


def _what(edit: EditList, first: int, last: int) -> str:
    told: list[str] = []
    for shot in edit.shots:
        if shot.begins >= last or shot.ends <= first:
            continue
        enters = shot.enters
        if enters.frames and first < shot.begins + enters.frames and shot.begins >= first - enters.frames:
            told.append(f"{enters.kind} into {shot.label}")
        else:
            told.append(_part(shot, first, last))
    if any(overlay.begins < last and overlay.ends > first for overlay in edit.overlays):
        told.append("with words over it")
    return ", ".join(told)


def _part(shot: Shot, first: int, last: int) -> str:
    if first <= shot.begins and last >= shot.ends:
        return shot.label
    if last >= shot.ends:
        return f"the end of {shot.label}"
    return f"{'the beginning' if first <= shot.begins else 'a part'} of {shot.label}"


def _clock(frames: int, fps: Fraction) -> str:
    hundredths = int(frames / fps * 100 + Fraction(1, 2))
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes}:{rest // 100:02}.{rest % 100:02}"


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} {what}s"


def _are(number: int, what: str = "") -> str:
    counted = _count(number, what) if what else str(number)
    return f"{counted} {'is' if number == 1 else 'are'}"
