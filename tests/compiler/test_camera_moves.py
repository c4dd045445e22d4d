"""Camera words, read: what moves an author's phrasing asks for."""

from __future__ import annotations

import pytest
import yaml
from helpers import EXAMPLES
from hypothesis import given
from hypothesis import strategies as st

from storyboard.compiler.camera_moves import (
    Framing,
    Kind,
    Pace,
    camera_moves,
    framing,
    moves_at_once,
    moves_in_action,
)

ASKED = {
    "slow push in": "push in",
    "pushes in toward the lake": "push in",
    "a gentle push-in on her hands": "push in",
    "dolly out": "pull out",
    "slow dolly out": "pull out",
    "camera pulls back to reveal the valley": "pull out",
    "backs away": "pull out",
    "dolly left": "track left",
    "track in": "push in",
    "the camera moves closer": "push in",
    "camera glides forward through the trees": "push in",
    "whip pan left": "pan left",
    "a leftward pan": "pan left",
    "pan from left to right": "pan right",
    "right-to-left pan": "pan left",
    "pan from the left": "pan right",
    "pans up to the sky": "tilt up",
    "slow tilt up": "tilt up",
    "tilts down to the floor": "tilt down",
    "slow crane up": "crane up",
    "jib down": "crane down",
    "camera descends": "crane down",
    "camera rises above the roofs": "crane up",
    "tracking alongside the boat": "track",
    "truck right": "track right",
    "camera drifts left": "track left",
    "follows her from behind": "track",
    "steadicam": "track",
    "camera arcs around her": "orbit",
    "moves around the table": "orbit",
    "orbit clockwise": "orbit left",
    "circles counter-clockwise": "orbit right",
    "snap zoom": "zoom in",
    "zooms out": "zoom out",
    "barrel roll": "roll",
    "close-up, handheld": "handheld",
    "hand-held": "handheld",
    "shaky cam": "handheld",
    "static shot": "fixed camera",
    "low, fixed camera": "fixed camera",
    "locked-off": "fixed camera",
    "still camera": "fixed camera",
    "holds wide": "fixed camera",
    "no camera movement": "fixed camera",
    "the camera doesn't move": "fixed camera",
    "rack focus from the bee to the blossoms": "rack focus",
    "pull focus": "rack focus",
    "push in, handheld": "push in, handheld",
    "boom up, then push in": "crane up, push in",
    "pan right and push in": "pan right, push in",
    "slow push in, slow push in": "push in",
    "handheld but no shake": "handheld",
    "fixed camera, no zoom": "fixed camera",
    "dolly zoom on her face": "push in",
    "smooth gimbal at eye level, moving forward": "push in",
    "the camera moves, slow push in": "push in",
    "steadicam, follows her": "track",
    "spinning overhead shot": "roll",
    "rolling camera": "roll",
    "slow push in on the rising sun": "push in",
    "push in on hands holding a letter": "push in",
    "pan right as a boat drifts in": "pan right",
    "pan left as she pulls the rope": "pan left",
    "a wide shot of rolling hills, fixed": "fixed camera",
    "Dutch tilt": "",
    "tilt-shift lens": "",
    "wide, shallow focus": "",
    "": "",
}


@pytest.mark.parametrize(("words", "moves"), ASKED.items())
def test_a_phrase_asks_for_these_moves(words: str, moves: str) -> None:
    assert ", ".join(move.label for move in camera_moves(words)) == moves


@pytest.mark.parametrize(
    ("words", "pace"),
    [("slow push in", Pace.SLOW), ("whip pan left", Pace.FAST), ("crash zoom", Pace.FAST), ("tilt up", Pace.NORMAL)],
)
def test_a_phrase_says_how_fast(words: str, pace: Pace) -> None:
    assert [move.pace for move in camera_moves(words)] == [pace]


def test_one_slowly_stands_before_two_verbs() -> None:
    assert [move.pace for move in camera_moves("slowly pans left and tilts up")] == [Pace.SLOW, Pace.SLOW]


def test_what_goes_somewhere_is_told_from_what_does_not() -> None:
    moves = camera_moves("push in, pan left, handheld, rack focus, fixed")
    assert [move.kind for move in moves if move.travels] == [Kind.DOLLY, Kind.PAN]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("fixed camera, wide", Framing.WIDE),
        ("close-up, handheld", Framing.CLOSE_UP),
        ("Extreme Close-Up of the eye", Framing.EXTREME_CLOSE_UP),
        ("medium close-up", Framing.MEDIUM_CLOSE),
        ("aerial, slow push in", Framing.EXTREME_WIDE),
        ("medium shot", Framing.MEDIUM),
        ("push in to a close-up", None),
        ("slow tilt up", None),
    ],
)
def test_a_phrase_says_how_near_the_shot_begins(words: str, found: Framing | None) -> None:
    assert framing(words) is found


def test_an_action_asks_for_a_move_only_where_the_camera_is_its_subject() -> None:
    assert [move.label for move in moves_in_action("She turns. The camera arcs around her; he pulls.")] == ["orbit"]
    assert moves_in_action("the gosling waddles toward the camera and pulls back its foot") == ()
    assert moves_in_action("the camera falls off the table, and she follows it to the floor") == ()


def test_moves_at_once_are_those_that_go_somewhere_each_once() -> None:
    def at_once(words: str) -> list[str]:
        return [move.label for move in moves_at_once(words)]

    assert at_once("tracks left, then tracking alongside her, handheld") == ["track left"]
    assert at_once("pan left, then pan right") == ["pan left", "pan right"]
    assert at_once("fixed camera, rack focus") == []


def test_every_camera_of_the_examples_is_understood() -> None:
    for path in EXAMPLES:
        scenes = yaml.safe_load(path.read_text(encoding="utf-8"))["scenes"]
        parts = [*scenes, *(part for scene in scenes for part in scene["segments"] if isinstance(part, dict))]
        for words in (part["camera"] for part in parts if "camera" in part):
            assert camera_moves(words) or framing(words), words


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert len(set(camera_moves(text))) == len(camera_moves(text))
    moves_in_action(text)
    framing(text)
