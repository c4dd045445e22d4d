"""All rules, in the order in which they are explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.rules.adherence import adherence_against_cfg, literal_many_scenes, loose_single_scene, mixed_adherence
from storyboard.rules.avoiding import negative_fights_story
from storyboard.rules.camera import camera_contradiction, camera_without_end, several_camera_moves
from storyboard.rules.cast import acts_after_leaving, never_introduced
from storyboard.rules.continuity import day_night_jump, place_changes, state_jump
from storyboard.rules.elsewhere import RAISED_ELSEWHERE
from storyboard.rules.frames import drifting_resolution, first_frame_shape, first_frame_small, text_to_video
from storyboard.rules.naming import subject_is_pronoun, unused_name
from storyboard.rules.prompt_length import prompt_too_long
from storyboard.rules.slots import time_against_slot
from storyboard.rules.unfilmable import cut_inside_segment, negated, text_on_screen
from storyboard.rules.writing import (
    describes_first_frame,
    movement_without_end,
    no_motion,
    too_few_words,
    too_many_words,
)

if TYPE_CHECKING:
    from storyboard.rules.facts import Facts
    from storyboard.rules.rule import Rule
    from storyboard.story.findings import Remark

_ALL: tuple[Rule, ...] = (
    too_many_words, too_few_words, no_motion, describes_first_frame, movement_without_end, prompt_too_long,
    several_camera_moves, camera_contradiction, camera_without_end, time_against_slot,
    text_on_screen, cut_inside_segment, negated,
    never_introduced, acts_after_leaving, subject_is_pronoun, unused_name,
    state_jump, day_night_jump, place_changes,
    loose_single_scene, literal_many_scenes, mixed_adherence, adherence_against_cfg, negative_fights_story,
    first_frame_shape, first_frame_small, drifting_resolution, text_to_video,
    *RAISED_ELSEWHERE,
)  # fmt: skip
RULES: dict[str, Rule] = {rule.code: rule for rule in _ALL}
"""Every finding that is not an error, by its code. Errors cannot be switched off."""
_CHECKED = tuple(rule for rule in _ALL if rule.check is not None)


def check_story(facts: Facts) -> list[Remark]:
    """What the rules have to say about a story, before the author's settings."""
    return [remark for rule in _CHECKED for remark in rule.remarks(facts)]
