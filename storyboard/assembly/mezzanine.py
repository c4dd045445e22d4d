"""Mezzanines: takes encoded once more, near-losslessly, so that a copy can begin at every second of them.

A take may have a key frame every sixteen seconds, and where a cut begins between two of them, all up to the next has
to be composed. Of a mezzanine that is a second at most. The take stays as it is: what is composed is read from it,
and so is its sound; only what is copied comes from the mezzanine.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage, is_as_it_is
from storyboard.assembly.known_files import KnownFiles
from storyboard.assembly.mux import packet_order
from storyboard.assembly.picture_format import PictureFormat, why_not
from storyboard.assembly.piece_cache import PieceCache
from storyboard.assembly.piece_encoding import PIECE_SUFFIXES, encode_piece, see_that_it_decodes
from storyboard.assembly.piece_key import key_of
from storyboard.assembly.pieces import Compose, Layer, Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.assembly.avc import ParameterSets
    from storyboard.assembly.edit_list import EditList
    from storyboard.assembly.media import Media

MEZZANINE_SUFFIX = PIECE_SUFFIXES["h264"]
_CRF = 12
_SETS = 30  # neither what encoders come to by themselves, nor what composed pieces are given


@dataclass(frozen=True)
class Mezzanine:
    """What a take is encoded to.

    Attributes:
        take: The take, or clip, as it came.
        picture: How it is encoded.
        key_every: Frames from one key frame to the next.
    """

    take: Media
    picture: PictureFormat
    key_every: int

    @property
    def key(self) -> str:
        """What names it: the take's bytes, and how it is encoded."""
        return key_of({"mezzanine": self.take, "format": self.picture, "key_every": self.key_every})

    def media(self, sets: ParameterSets | None) -> Media:
        """What the take is to be taken for. Nothing is reordered in a mezzanine, so it is known before it is made.

        It goes by the mezzanine's key; its path is the take's, because what is composed is read there.

        Args:
            sets: What its packets are decoded by.
        """
        frames = self.take.frames
        return replace(
            self.take,
            sha256=self.key,
            order=tuple(range(frames)),
            starts=tuple(range(0, frames, self.key_every)),
            sets=sets,
        )


@dataclass(frozen=True)
class MezzanineTask:
    """A mezzanine that is to be made.

    Attributes:
        mezzanine: Of which take, and how.
        key: What names it.
        cache: Where it is kept.
        known: What it is made from, as that was when its key was found.
    """

    mezzanine: Mezzanine
    key: str
    cache: Path
    known: KnownFiles = field(default_factory=KnownFiles)

    @property
    def weight(self) -> int:
        """In frames."""
        return self.mezzanine.take.frames

    @property
    def suffix(self) -> str:
        """Of its file."""
        return MEZZANINE_SUFFIX

    def run(self, go_on: Callable[[], None]) -> None:
        """Encode, decode and keep it."""
        from storyboard.assembly.composer import composed_frames

        take, picture = self.mezzanine.take, self.mezzanine.picture
        whole = Compose(0, (Strip(take.frames, Layer(Footage(take), Fraction(0))),))

        def make(part: Path) -> None:
            with self.known.staying(), composed_frames(whole, picture) as frames:
                count = encode_piece(frames, part, picture, go_on, key_every=self.mezzanine.key_every)
            see_that_it_decodes(part, count, picture)

        PieceCache(self.cache).keep(self.key, MEZZANINE_SUFFIX, make)


def with_mezzanines(edit: EditList, wanted: PictureFormat) -> tuple[EditList, dict[str, Mezzanine]]:
    """The film with mezzanines in place of the takes whose key frames are farther apart than a second.

    Only of what can be copied at all, and is seen as it is. Nothing is made.

    Args:
        edit: The film.
        wanted: Its picture, as the author asked for it.

    Returns:
        The film; and its mezzanines, each by its key.
    """
    every = max(1, round(wanted.fps))
    made = {
        take.sha256: Mezzanine(
            take, PictureFormat(wanted.size, wanted.fps, crf=_CRF, colour=take.colour, sets_number=_SETS), every
        )
        for take in _worth_it(edit, wanted, every)
    }
    if not made:
        return edit, {}
    stand_ins = {sha256: each.media(_sets_of(each)) for sha256, each in made.items()}
    shots = tuple(
        replace(shot, source=replace(shot.source, media=stand_ins[shot.source.media.sha256]))
        if is_as_it_is(shot.source) and shot.source.media.sha256 in stand_ins
        else shot
        for shot in edit.shots
    )
    return replace(edit, shots=shots), {each.key: each for each in made.values()}


def _worth_it(edit: EditList, wanted: PictureFormat, every: int) -> list[Media]:
    seen: Counter[str] = Counter()
    fit: dict[str, Media] = {}
    for shot in edit.shots:
        if is_as_it_is(shot.source) and not why_not(shot.source.media, wanted):
            seen[shot.source.media.sha256] += shot.frames
            fit[shot.source.media.sha256] = shot.source.media
    longest = sorted(fit, key=lambda sha256: (-seen[sha256], sha256))
    return [
        fit[sha256]
        for sha256 in longest
        if fit[sha256].colour == fit[longest[0]].colour and _longest_group(fit[sha256]) > every
    ]


def _longest_group(media: Media) -> int:
    """The most frames from one place where a decoder can begin to the next, or to the end."""
    begins = sorted({media.order[start] for start in media.starts} | {0, media.frames})
    return max(last - first for first, last in pairwise(begins))


def _sets_of(mezzanine: Mezzanine) -> ParameterSets | None:
    """What its packets will be decoded by: that depends on how it is encoded, and on no picture."""
    from av.video.frame import VideoFrame

    picture = mezzanine.picture
    with tempfile.TemporaryDirectory(prefix="storyboard-") as folder:
        path = Path(folder) / f"one{MEZZANINE_SUFFIX}"
        blank = VideoFrame(*picture.size, picture.pixel_format)
        encode_piece(iter([blank]), path, picture, key_every=mezzanine.key_every)
        return packet_order(path)[1]
