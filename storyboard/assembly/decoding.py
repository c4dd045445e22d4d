"""A film decoded whole; and where it does not decode, whose frames those are."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import av
import av.error

from storyboard.assembly.media import ClipUnusableError
from storyboard.assembly.mux import JoinError
from storyboard.assembly.pieces import Copy
from storyboard.generation.take import ClipUnreadableError, inspect_clip

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.piece_planning import PiecePlan

_REPORT = "Please report it with the storyboard; every take and every finished piece is kept."


def see_that_all_decodes(path: Path, plan: PiecePlan) -> None:
    """Decode a film from its first frame to its last.

    Args:
        path: The film.
        plan: Of what it was put together.

    Raises:
        ClipUnusableError: It does not decode where a clip was copied into it.
        JoinError: It does not decode elsewhere, or to another number of frames.
    """
    try:
        found = inspect_clip(path).frames
    except ClipUnreadableError as error:
        _see_that_it_is_no_clip(path, plan)
        raise JoinError(f"The film does not decode to its end. {error}", hint=_REPORT) from None
    if found != plan.frames:
        raise JoinError(f"The film decodes to {found} frames where {plan.frames} were planned.", hint=_REPORT)


def _see_that_it_is_no_clip(path: Path, plan: PiecePlan) -> None:
    damaged = _first_damaged(path, plan.format.fps)
    for piece in plan.pieces:
        begins = piece.begins - plan.pieces[0].begins
        if isinstance(piece, Copy) and damaged is not None and begins <= damaged < begins + piece.frames:
            seconds = float((piece.first + damaged - begins) / plan.format.fps)
            raise ClipUnusableError(
                f"{piece.media.path} is damaged at {seconds:.2f} s, and would be copied into the film as it is.",
                hint="Copy or download it again, or leave that stretch out.",
            )


def _first_damaged(path: Path, fps: Fraction) -> int | None:
    """The first frame, as they are stored, that does not decode; None where none was found."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1  # several would tell of a packet while they are given another
        stream.codec_context.options = {"err_detect": "explode"}
        start = stream.start_time or 0
        for packet in container.demux(stream):
            try:
                corrupt = next((frame for frame in packet.decode() if frame.is_corrupt), None)
            except av.error.FFmpegError:
                moment = packet.pts
            else:
                if corrupt is None:
                    continue
                moment = corrupt.pts
            return round(((start if moment is None else moment) - start) * Fraction(stream.time_base or 1) * fps)
    return None
