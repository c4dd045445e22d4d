"""Settings of a cut that change nothing in the film that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.assembly.edit_list import Footage

if TYPE_CHECKING:
    from storyboard.cutting.notes import Notes
    from storyboard.cutting.reader import CutPicture
    from storyboard.story.cut import Cut


def add_idle_settings(cut: Cut, picture: CutPicture, notes: Notes) -> None:
    """Tell an author of what was asked for, and has nothing to work on.

    Args:
        cut: As it was written.
        picture: What comes of it.
        notes: Told of it.
    """
    shots = picture.edit.shots
    footage = [shot.source for shot in shots if isinstance(shot.source, Footage)]
    if cut.burn_subtitles and not picture.spoken:
        notes.add(
            "There are no subtitles to show: nothing is said in this film.",
            "They are made of what segments “say”.",
            ("cut", "burn_subtitles"),
        )
    if cut.subtitle_font and not cut.burn_subtitles:
        notes.add(
            "No subtitles are written on the picture, so their font is not used.",
            "“burn_subtitles: true” writes them there.",
            ("cut", "subtitle_font"),
        )
    if cut.match_colour and not any(each.matched_to for each in footage):
        notes.add(
            "There is no colour to match: no reel goes on from one before it.",
            "Take it away, or show reels that go on from each other one after the other, without a transition.",
            ("cut", "match_colour"),
        )
    fps = cut.output.fps
    if cut.output.interpolation == "motion" and not any(
        each.media.fps is None or (each.media.fps * each.speed / fps).denominator != 1 for each in footage
    ):
        notes.add(
            f"No frame is made by motion: for {fps} a second, all footage has every frame that is needed.",
            "Take it away, or ask for more “fps”, or a clip's “speed” below 1.",
            ("cut", "output", "interpolation"),
        )
