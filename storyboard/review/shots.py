"""What an episode shows, segment by segment: what the pictures for review are drawn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from storyboard.compiler.camera_moves import camera_moves, framing, moves_in_action
from storyboard.compiler.telling import Teller
from storyboard.story.paths import inside, is_url

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.camera_moves import CameraMove, Framing
    from storyboard.compiler.plan import PlannedSegment
    from storyboard.generation.prepare import Prepared
    from storyboard.story.model import Scene, Segment, Storyboard

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Still:
    """The picture that a shot is drawn over.

    Attributes:
        name: What tells it from others.
        path: Its file; None where there is none on this machine, and one is drawn.
        where: Where the story names it.
        is_sketch: Whether it is the segment's own sketch, not a first frame.
        url: Its address, where it lies on another machine and is not fetched.
    """

    name: str
    path: Path | None = None
    where: Where = ()
    is_sketch: bool = False
    url: str = ""


@dataclass(frozen=True)
class Shot:
    """One segment, as people are shown it: characters by their short names.

    Attributes:
        number: Its number in the episode, from 1.
        scene: The index of its scene.
        scene_name: The scene's name.
        opens_scene: Whether it is the first of its scene.
        start: Seconds from the start of the episode.
        end: Seconds from the start of the episode.
        action: What happens.
        camera: The camera in force; may be empty.
        say: The spoken line or narration; may be empty.
        place: Where it happens, by its short name; may be empty.
        mood: The scene's mood; may be empty.
        transition: How the story enters the scene; may be empty.
        brings_image: Whether the scene has a first frame of its own.
        moves: What the camera is asked to do.
        framing: How near the shot begins; None where that is not said.
        still: What it is drawn over.
    """

    number: int
    scene: int
    scene_name: str
    opens_scene: bool
    start: Fraction
    end: Fraction
    action: str
    camera: str
    say: str
    place: str
    mood: str
    transition: str
    brings_image: bool
    moves: tuple[CameraMove, ...]
    framing: Framing | None
    still: Still

    @property
    def seconds(self) -> Fraction:
        """Its length."""
        return self.end - self.start


def shots_of(prepared: Prepared) -> tuple[Shot, ...]:
    """The shots of an episode, in order, without a gap, over all its reels.

    Raises:
        StoryError: The story has errors, or no scenes.
    """
    plan = prepared.require_plan()
    storyboard = prepared.loaded.storyboard
    if storyboard is None:
        raise ValueError("a plan without its story")
    stills = _Stills(prepared, storyboard)
    shots: list[Shot] = []
    begins = Fraction(0)
    for reel in plan.reels:
        for segment in reel.segments:
            start, end = begins + segment.start, begins + segment.end
            if shots and segment.index == shots[-1].number:  # it goes on in the next reel
                shots[-1] = replace(shots[-1], end=end)
            else:
                shots.append(_shot(storyboard, segment, start, end, shots[-1] if shots else None, stills))
        begins += reel.seconds
    return tuple(shots)


def _shot(
    storyboard: Storyboard,
    segment: PlannedSegment,
    start: Fraction,
    end: Fraction,
    before: Shot | None,
    stills: _Stills,
) -> Shot:
    index, place_in_scene = segment.where
    scene = storyboard.scenes[index]
    written = scene.segments[place_in_scene]
    teller = Teller({**storyboard.characters, **storyboard.places})
    camera, action = teller.name(written.camera or scene.camera), _sentence(teller.name(written.action))
    return Shot(
        segment.index,
        index,
        storyboard.scene_name(index),
        before is None or before.scene != index,
        start,
        end,
        action,
        camera,
        teller.name(written.say),
        _place(storyboard, scene),
        teller.name(scene.mood),
        teller.name(scene.transition),
        scene.image is not None,
        camera_moves(camera) or moves_in_action(action),
        framing(camera),
        stills.of(scene, written, (index, place_in_scene)),
    )


def _sentence(text: str) -> str:
    """With a capital at its start: authors write actions as the middle of a sentence."""
    return text[:1].upper() + text[1:] if len(text[:1].upper()) == 1 else text


def _place(storyboard: Storyboard, scene: Scene) -> str:
    subject = storyboard.places.get(scene.place or "")
    return subject.name if subject else ""


class _Stills:
    """Which picture is in force: a sketch of the segment's own, else the last first frame, else a drawn one."""

    def __init__(self, prepared: Prepared, storyboard: Storyboard) -> None:
        self._prepared = prepared
        self._frame: tuple[Where, str] | None = (("image",), storyboard.image) if storyboard.image else None
        self._scene = -1

    def of(self, scene: Scene, segment: Segment, where: tuple[int, int]) -> Still:
        index, inner = where
        if index != self._scene:
            self._scene = index
            if scene.image:
                self._frame = ("scenes", index, "image"), scene.image
        if segment.sketch:
            path = self._sketch(segment.sketch)
            return Still(str(path), path, ("scenes", index, "segments", inner, "sketch"), is_sketch=True)
        if self._frame is None:
            return Still(f"scene {index}")
        at, name = self._frame
        if is_url(name):
            return Still(f"scene {index}", url=name)
        return Still(str(self._prepared.images[name]), self._prepared.images[name], at)

    def _sketch(self, name: str) -> Path:
        source = self._prepared.loaded.source
        if source is None:
            raise ValueError("a story without its file")
        return inside(source.root, source.path.resolve().parent, name)
