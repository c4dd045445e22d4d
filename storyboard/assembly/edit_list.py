"""The edit list: which frames of which footage are seen at which frame of the finished film.

Times are exact: frames of the film are whole numbers, times in a source are fractions of seconds. Nothing here opens
a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TypeGuard

    from storyboard.assembly.media import Media

Fit = Literal["contain", "cover", "blur"]
OVERLAPPING = ("crossfade", "dip", "wipe", "slide", "zoom", "luma")
"""The transitions in which both pictures are seen at once."""
FADES = {"fade through black": (0, 0, 0), "fade through white": (255, 255, 255)}
"""The transitions in which one picture goes before the other comes, by the colour in between, RGB."""


@dataclass(frozen=True)
class NamedFile:
    """A file that something is drawn from.

    Attributes:
        path: Where it lies.
        sha256: Of its bytes, in hex.
    """

    path: Path
    sha256: str


@dataclass(frozen=True)
class Footage:
    """A clip, or a take.

    Attributes:
        media: What the file is.
        speed: Seconds of the source in a second of the film.
        fit: How another shape fits the frame.
        matched_to: The footage whose colour it is brought to, where that was asked for: that of the reel before, as
            it is seen after it was itself brought to another.
        between: Where motion is computed: from when to when it is seen, in seconds of the source. Nothing that lies
            before or after may get into it. None: what lies there makes no difference.
    """

    media: Media
    speed: Fraction = Fraction(1)
    fit: Fit = "contain"
    matched_to: Footage | None = None
    between: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True)
class Still:
    """A picture, with a camera's move over it.

    Attributes:
        file: The picture.
        camera: The move, in the author's words; empty for none.
        fit: How another shape fits the frame.
    """

    file: NamedFile
    camera: str = ""
    fit: Fit = "cover"


@dataclass(frozen=True)
class Lettering:
    """Words on the screen.

    Attributes:
        text: What they say.
        subtitle: A smaller line under them; empty for none.
        font: The name of a font that ships with the program; empty for the usual one.
        font_file: A font of the author's, in its place.
        size: Of the letters, in pixels; None for the usual one.
        place: ``top``, ``center`` or ``bottom``; empty for the usual one.
        fade: Frames in which they come, and go.
    """

    text: str
    subtitle: str = ""
    font: str = ""
    font_file: NamedFile | None = None
    size: int | None = None
    place: str = ""
    fade: int = 0


@dataclass(frozen=True)
class Card:
    """A title card."""

    lettering: Lettering


@dataclass(frozen=True)
class Black:
    """A black screen."""


Source = Footage | Still | Card | Black


def is_as_it_is(source: Source) -> TypeGuard[Footage]:
    """Whether this is footage of which nothing is changed, so that what is stored could be copied."""
    return isinstance(source, Footage) and source.speed == 1 and source.matched_to is None


def speed_of(source: Source) -> Fraction:
    """Seconds of the source in a second of the film."""
    return source.speed if isinstance(source, Footage) else Fraction(1)


@dataclass(frozen=True)
class Entrance:
    """How a shot begins.

    Attributes:
        kind: One of ``storyboard.story.cut.TRANSITIONS``.
        frames: How many it takes; 0 for a cut.
        direction: For wipe and slide.
        matte: For luma.
    """

    kind: str = "cut"
    frames: int = 0
    direction: str = "left"
    matte: NamedFile | None = None

    @property
    def overlap(self) -> int:
        """In how many frames both pictures are seen."""
        return self.frames if self.kind in OVERLAPPING else 0

    @property
    def before(self) -> int:
        """How many frames of the shot before it changes: all of an overlap, or the half of a fade that goes."""
        return (self.frames + 1) // 2 if self.kind in FADES else self.overlap

    @property
    def after(self) -> int:
        """How many frames of its own shot it changes: all of an overlap, or the half of a fade that comes."""
        return self.frames // 2 if self.kind in FADES else self.overlap


@dataclass(frozen=True)
class Shot:
    """One piece of footage in the film.

    Attributes:
        source: What is seen.
        begins: Its first frame in the film; transitions lie inside it.
        frames: How many frames of the film it reaches over.
        offset: The source's time at its first frame, in seconds.
        enters: How it begins.
        leads_in: How many of its frames lie before its own beginning: they are there for the transition alone.
        lasts_over: How many lie after its own end, likewise.
        label: What a person calls it.
        item: Which item of the timeline it comes from, counted from 0.
        volume: Of its sound, in dB.
    """

    source: Source
    begins: int
    frames: int
    offset: Fraction = Fraction(0)
    enters: Entrance = field(default_factory=Entrance)
    leads_in: int = 0
    lasts_over: int = 0
    label: str = ""
    item: int = 0
    volume: float = 0.0

    @property
    def ends(self) -> int:
        """The frame of the film after its last."""
        return self.begins + self.frames

    def time_at(self, frame: int, fps: Fraction) -> Fraction:
        """The source's time at a frame of the film, in seconds."""
        return self.offset + Fraction(frame - self.begins) / fps * speed_of(self.source)

    def kept_apart(self, fps: Fraction) -> Shot:
        """The shot, of which footage says from when to when it is seen."""
        if not isinstance(self.source, Footage):
            return self
        # A shot is whole frames long, and so by up to half a frame longer than what is shown of its clip.
        last = self.time_at(self.ends, fps) - self.source.speed / fps / 2
        between = self.time_at(self.begins, fps), last
        return replace(self, source=replace(self.source, between=between))


@dataclass(frozen=True)
class Overlay:
    """Words over the picture.

    Attributes:
        lettering: The words.
        begins: The first frame of the film that has them.
        frames: In how many they are seen.
        is_subtitle: Whether they are a spoken line, and look like one.
        item: Which item of the timeline they come from, counted from 0; None for a spoken line.
    """

    lettering: Lettering
    begins: int
    frames: int
    is_subtitle: bool = False
    item: int | None = None

    @property
    def ends(self) -> int:
        """The frame of the film after the last that has them."""
        return self.begins + self.frames


@dataclass(frozen=True)
class EditList:
    """A film, frame by frame.

    Attributes:
        size: Width and height, in pixels.
        fps: Frames a second.
        shots: In order; each begins where the one before ends, or earlier by its transition.
        overlays: Words over them.
        first: The first frame that is made.
        last: The frame after the last that is made.
    """

    size: tuple[int, int]
    fps: Fraction
    shots: tuple[Shot, ...]
    overlays: tuple[Overlay, ...] = ()
    first: int = 0
    last: int = 0

    @property
    def frames(self) -> int:
        """How many frames are made."""
        return self.last - self.first

    @property
    def seen(self) -> tuple[Shot, ...]:
        """The shots of which something is made."""
        return tuple(shot for shot in self.shots if shot.begins < self.last and shot.ends > self.first)


def smaller(edit: EditList, size: tuple[int, int]) -> EditList:
    """The same film in another size; letters whose size was pinned go with it.

    Args:
        edit: The film.
        size: Width and height, in pixels.
    """
    scale = size[1] / edit.size[1]

    def scaled(lettering: Lettering) -> Lettering:
        return replace(lettering, size=max(4, round(lettering.size * scale))) if lettering.size else lettering

    shots = tuple(
        replace(shot, source=Card(scaled(shot.source.lettering))) if isinstance(shot.source, Card) else shot
        for shot in edit.shots
    )
    overlays = tuple(replace(overlay, lettering=scaled(overlay.lettering)) for overlay in edit.overlays)
    return replace(edit, size=size, shots=shots, overlays=overlays)
