"""A cut tried before anything is paid: with the clips that are there, and with reels as they are going to be."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.media import Colour, Media
from storyboard.cutting.episode_takes import EpisodeTakes
from storyboard.cutting.reader import CutReader
from storyboard.cutting.sound import CutSound
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from storyboard.compiler.plan import PlannedReel
    from storyboard.generation.prepare import Prepared


def rehearse(prepared: Prepared) -> None:
    """See that the cut of a story can be made once its reels are there; nothing is written.

    Args:
        prepared: The story. One without a cut of its own can always be joined.

    Raises:
        StoryError: It has errors, or its cut cannot be made as it is written.
        StoryboardError: A file that it names cannot be read.
    """
    plan = prepared.require_plan()
    story, source = prepared.loaded.storyboard, prepared.loaded.source
    if story is None or source is None or story.cut is None:
        return
    this = EpisodeTakes(Path(prepared.loaded.shown), plan, {}, {})
    reader = CutReader(story, source, this, cache(_as_planned), media_of=_planned_media)
    with reader.files.telling_where():
        picture = reader.read()
        CutSound(story.cut, picture.edit, reader.files, reader.notes).read()


def _as_planned(path: Path) -> EpisodeTakes:
    return EpisodeTakes(path, prepare(path).require_plan(), {}, {})


def _planned_media(episode: EpisodeTakes, reel: PlannedReel) -> Media:
    """What a reel's take is going to be. There is no file yet, and nothing is to open it."""
    width, height = episode.plan.resolution
    frames = round(reel.seconds * SVI_2_0_PRO.fps)
    fps = Fraction(SVI_2_0_PRO.fps)
    name = f"reel {reel.index} of {episode.path}"
    return Media(
        path=Path(name),
        sha256=name,
        codec="h264",
        pixel_format="yuv420p",
        width=width,
        height=height,
        fps=fps,
        frames=frames,
        hidden=0,
        start=Fraction(0),
        seconds=frames / fps,
        turned=0,
        pixel_shape=Fraction(1),
        interlaced=False,
        colour=Colour(),
        is_counted=False,
        order=tuple(range(frames)),
        starts=(0,),
        sets=None,
        has_sound=False,
    )
