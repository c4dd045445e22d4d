"""The pieces a film is put together from: runs of packets that are copied, and short stretches that are composed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage, Still, speed_of

if TYPE_CHECKING:
    from storyboard.assembly.edit_list import Lettering, NamedFile, Source
    from storyboard.assembly.media import Media


@dataclass(frozen=True)
class Layer:
    """Footage in a strip.

    Attributes:
        source: What is seen.
        at: The source's time at the strip's first frame, in seconds.
        frame: Which frame of its shot that is, for what moves by the shot's length.
        total: How many frames the shot has.
    """

    source: Source
    at: Fraction
    frame: int = 0
    total: int = 0

    def moment(self, number: int, fps: Fraction) -> Fraction:
        """The source's time at the middle of a frame of the strip, in seconds.

        What is on the screen then is what the frame shows: with a source of another rate it is neither early nor late
        on the whole. Where the source goes on in that very moment, the frame before it is meant.

        Args:
            number: The frame's, counted from 0.
            fps: Frames a second of the film.
        """
        return self.at + (number + _MIDDLE) / fps * speed_of(self.source)


_MIDDLE = Fraction(31, 64)
"""Of a frame; by a hair before it."""


@dataclass(frozen=True)
class Mix:
    """A transition with overlap, as far as a strip reaches.

    Attributes:
        kind: One of ``edit_list.OVERLAPPING``.
        direction: For wipe and slide.
        matte: For luma.
        frame: Which frame of the transition the strip's first is.
        total: How many frames the transition has.
    """

    kind: str
    direction: str
    matte: NamedFile | None
    frame: int
    total: int


@dataclass(frozen=True)
class Fade:
    """A picture that goes into a colour, or comes out of it, as far as a strip reaches.

    Attributes:
        colour: RGB.
        frame: Which frame of the whole transition the strip's first is.
        total: How many frames the transition has, both halves together.
    """

    colour: tuple[int, int, int]
    frame: int
    total: int


@dataclass(frozen=True)
class Words:
    """Words over the picture, as far as a strip reaches.

    Attributes:
        lettering: The words.
        is_subtitle: Whether they look like a subtitle.
        frame: Which of their frames the strip's first is.
        total: In how many frames they are seen.
    """

    lettering: Lettering
    is_subtitle: bool
    frame: int
    total: int


@dataclass(frozen=True)
class Strip:
    """Frames that are all made the same way.

    Attributes:
        frames: How many.
        under: The footage, or the picture that a transition leaves.
        over: The picture that a transition brings.
        mix: The transition.
        fades: Into colours and out of them.
        words: Over all of it, in order.
    """

    frames: int
    under: Layer
    over: Layer | None = None
    mix: Mix | None = None
    fades: tuple[Fade, ...] = ()
    words: tuple[Words, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is footage and nothing else."""
        return not (self.over or self.mix or self.fades or self.words)

    def part(self, first: int, last: int, fps: Fraction) -> Strip:
        """Some of its frames, as a strip."""

        def later(layer: Layer) -> Layer:
            at = layer.at + first / fps * speed_of(layer.source)
            return settled(replace(layer, at=at, frame=layer.frame + first))

        return replace(
            self,
            frames=last - first,
            under=later(self.under),
            over=later(self.over) if self.over else None,
            mix=replace(self.mix, frame=self.mix.frame + first) if self.mix else None,
            fades=tuple(replace(fade, frame=fade.frame + first) for fade in self.fades),
            words=tuple(replace(words, frame=words.frame + first) for words in self.words),
        )


def settled(layer: Layer) -> Layer:
    """The layer without what makes no difference to its picture, so that equal pictures are equal layers."""
    if isinstance(layer.source, Footage):
        return replace(layer, frame=0, total=0)
    if isinstance(layer.source, Still) and not layer.source.camera:
        return Layer(layer.source, Fraction(0))
    return replace(layer, at=Fraction(0))


@dataclass(frozen=True)
class Compose:
    """A piece that is made.

    Attributes:
        begins: Its first frame in the film.
        strips: What is on it, in order.
    """

    begins: int
    strips: tuple[Strip, ...]

    @property
    def frames(self) -> int:
        """How many it has."""
        return sum(strip.frames for strip in self.strips)


@dataclass(frozen=True)
class Copy:
    """A piece that is copied, packet by packet, and never decoded.

    Attributes:
        begins: Its first frame in the film.
        media: The clip.
        packet: The place of its first packet in the file, counted from 0.
        frames: How many frames, and so packets.
        first: Which frame of the clip its first is, counted from 0.
    """

    begins: int
    media: Media
    packet: int
    frames: int
    first: int


Piece = Compose | Copy


def longest_run(media: Media, first: int, last: int) -> tuple[int, int, int] | None:
    """The first run of packets that holds frames of a stretch and no others, as long as it can be.

    It begins at the first place in the stretch where a decoder can begin, and ends where what was stored so far is
    what is shown so far: a cut through frames that wait for each other would leave holes.

    Args:
        media: The clip.
        first: The first frame of the stretch, as shown, counted from 0.
        last: The frame after its last.

    Returns:
        The place of its first packet, its first frame, and how many it holds; None where there is none.
    """
    for packet in media.starts:
        begins = media.order[packet]
        if begins < first:
            continue
        if begins >= last:
            return None
        longest, highest = 0, begins - 1
        for count, frame in enumerate(media.order[packet:], start=1):
            if frame < begins or frame >= last:
                break
            highest = max(highest, frame)
            if highest - begins + 1 == count:
                longest = count
        if longest:
            return packet, begins, longest
    return None
