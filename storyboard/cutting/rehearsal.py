"""A cut tried before anything is paid: with the clips that are there, and with reels as they are going to be."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.assembly.known_files import KnownFiles
from storyboard.assembly.media import Colour, Media
from storyboard.cutting.episode_takes import EpisodeTakes
from storyboard.cutting.faults import CutFaultError
from storyboard.cutting.reader import CutReader
from storyboard.cutting.sound import CutSound
from storyboard.cutting.text_notes import add_text_notes
from storyboard.errors import StoryboardError, StoryError
from storyboard.generation.prepare import prepare
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.findings import Severity, in_reading_order

if TYPE_CHECKING:
    from storyboard.compiler.plan import PlannedReel
    from storyboard.generation.prepare import Prepared
    from storyboard.story.findings import Finding


def rehearse(prepared: Prepared, *, comments: bool = False) -> tuple[Finding, ...]:
    """Find why the cut of a story could not be made once its reels are there, and what its author may not know of it.

    Nothing is written, and no clip is read further than to know its length.

    Args:
        prepared: The story. Of one with errors, or without a cut of its own, there is nothing to find.
        comments: Whether to tell of comments that hide nothing of it; of a pilot, they may hide what is left out.
    """
    story, source = prepared.loaded.storyboard, prepared.loaded.source
    if story is None or source is None or story.cut is None or not prepared.ok:
        return ()
    path = Path(prepared.loaded.shown)
    this = EpisodeTakes(path, prepared.plan, {}, {}) if prepared.plan else None
    known = KnownFiles(str)  # nothing is made
    reader = CutReader(story, source, this, cache(_as_planned), media_of=_planned_media, known=known)
    try:
        with reader.files.telling_where():
            picture = reader.read()
            CutSound(story.cut, picture.edit, reader.files, reader.notes, known).read()
            add_text_notes(picture, reader.notes)
    except StoryError as error:
        return tuple(finding for finding in error.findings if finding.severity is Severity.ERROR)
    except StoryboardError as error:
        return CutFaultError(error.message, hint=error.hint).as_story_error(source).findings
    return in_reading_order([*reader.notes.findings, *(reader.notes.without_effect() if comments else ())])


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
        counted=(),
        order=tuple(range(frames)),
        starts=(0,),
        sets=None,
        has_sound=False,
    )
