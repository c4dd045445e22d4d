"""What ``storyboard preview`` prints: the timeline as a table, the prompt beside it, and cfg on its scale."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from helpers import story, write_story
from hypothesis import given
from hypothesis import strategies as st

from storyboard.columns import columns
from storyboard.compiler.compile import compile_storyboard
from storyboard.compiler.tokens import estimate_tokens
from storyboard.profile import SVI_2_0_PRO
from storyboard.review.cfg_scale import cfg_scale, scale_lines
from storyboard.review.plan_lines import plan_lines
from storyboard.review.prompt_lines import told_prompt
from storyboard.review.style import use_colour
from storyboard.review.terminal import runs_from_the_right
from storyboard.review.timeline_lines import segment_colour

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers import Ran

    from storyboard.compiler.plan import Plan, PlannedReel
    from storyboard.story.model import Storyboard

    Command = Callable[..., Ran]

WALK = "she winds the clock"
WAIT = "she waits"
OWN = "{{ style }} {% for segment in segments %}{{ segment.action|capitalize }}. {% endfor %}\n\nThe end.\n"


class Terminal:
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def colour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TERM", "xterm")
    use_colour(Terminal())  # type: ignore[arg-type]
    yield
    monkeypatch.setenv("NO_COLOR", "1")
    use_colour(Terminal())  # type: ignore[arg-type]


def plan_of(storyboard: Storyboard, template: str | None = None) -> Plan:
    plan = compile_storyboard(storyboard, template_text=template).plan
    assert plan is not None
    return plan


def reel_of(storyboard: Storyboard, template: str | None = None) -> PlannedReel:
    return plan_of(storyboard, template).reels[0]


def printed(plan: Plan, width: int = 80) -> str:
    return "\n".join(plan_lines(plan, width=width))


def test_the_timeline_has_columns_under_their_names() -> None:
    wait = {"action": WAIT, "seconds": 9, "camera": "close-up, handheld"}
    text = printed(
        plan_of(story({"name": "Night", "segments": [WALK, wait]}, {"name": "Day", "segments": ["waves"]}))
    )
    assert "             time  no  slots  tokens  camera          action\n" in text
    assert "Night\n  0:00.0 – 0:04.5   1      1" in text
    assert "  0:04.5 – 0:13.5   2      2" in text
    assert re.search(r"2 +~\d+  close-up, +she waits\n {38}handheld\n", text)
    assert "Day\n  0:13.5 – 0:18.0   3      1" in text


def test_without_a_camera_there_is_no_column_for_it() -> None:
    assert "tokens  action\n" in printed(plan_of(story([WALK, WAIT])))


def test_in_forty_columns_the_timeline_is_a_list() -> None:
    text = printed(plan_of(story([{"action": WAIT, "slots": 4, "camera": "fixed"}])), width=40)
    assert re.search(r"  1 0:00.0 – 0:18.0, 4 slots, ~\d+\s+tokens\n    she waits\n    camera: fixed\n", text)
    assert "action" not in text


@pytest.mark.parametrize("width", [40, 63, 80, 100])
@pytest.mark.parametrize("text", ["word " * 40, "狐" * 70, "x" * 150, "👩‍🚀" * 50, "שלום " * 30])
def test_every_line_fits_whatever_the_width_and_the_letters(width: int, text: str) -> None:
    text = text.strip()
    plan = plan_of(story({"name": text, "camera": text, "segments": [text, text]}, title=text, style=text))
    assert max(columns(line) for line in plan_lines(plan, width=width)) <= width


def test_two_texts_that_run_from_the_right_do_not_stand_side_by_side() -> None:
    text = printed(plan_of(story({"camera": "תקריב", "segments": ["השועל רץ"]})))
    assert re.search(r"השועל רץ\n +camera: תקריב\n", text)
    assert runs_from_the_right("שלום")
    assert not runs_from_the_right("close-up, naïve")


@pytest.mark.usefixtures("colour")
def test_a_line_of_the_prompt_has_the_colour_of_its_row_in_the_timeline() -> None:
    text = printed(plan_of(story([WALK, WAIT])))
    codes = {"cyan": "36", "yellow": "33"}
    first, second = (codes[segment_colour(place)] for place in (0, 1))
    assert first != second
    assert re.search(rf"\x1b\[{first}m0:00\.0 – 0:\d\d\.\d .*she winds", text)
    assert f"\x1b[{first}m  she winds the clock. (9 seconds)\x1b[0m" in text
    assert f"\x1b[{second}m  Then she waits. (9 seconds)\x1b[0m" in text


def test_a_pipe_gets_no_colour(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", write_story(tmp_path))
    assert "\x1b" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("cfg", "line"),
    [
        (1.0, "1.0 ●━━━━━━━━━━━━┄"),
        (1.15, "1.0 ━━━━━━●━━━━━━┄"),
        (1.4, "━┄┄┄●┄┄┄━"),
        (2.0, "━━━● 2.0"),
    ],
)
def test_cfg_has_its_place_on_the_scale(cfg: float, line: str) -> None:
    scale, names = scale_lines(cfg_scale(cfg, SVI_2_0_PRO), width=66)
    assert line in scale
    assert scale.count("●") == 1
    assert names.startswith("    loose")
    assert scale[names.index("literal") - 1] in "┄●"
    assert scale[names.index("literal")] in "━●"


@pytest.mark.parametrize(
    ("cfg", "band"), [(1.0, "loose"), (1.3, "loose"), (1.4, ""), (1.5, "literal"), (2.0, "literal")]
)
def test_a_cfg_knows_its_band(cfg: float, band: str) -> None:
    assert cfg_scale(cfg, SVI_2_0_PRO).band == band


def test_the_price_says_how_it_comes_about(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", write_story(tmp_path))
    assert "price         $1.16: 18 s at $0.057 a second, and $0.13 for text-to-video\n" in ran.out


def test_an_episode_is_found_by_its_name(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert storyboard("init", tmp_path / "show", "--title", "Show").code == 0
    monkeypatch.chdir(tmp_path / "show")
    assert storyboard("preview", "01-the-wet-umbrella").out.startswith("The Wet Umbrella")
    missing = storyboard("preview", "01-the-wet-umbrela")
    assert (missing.code, missing.out) == (2, "")
    assert "Did you mean “01-the-wet-umbrella”?" in missing.err


def test_a_folder_is_no_storyboard(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("preview", tmp_path)
    assert ran.code == 2
    assert "is a folder." in ran.err


@pytest.mark.parametrize("template", ["consecutive", "timecoded", "captions"])
def test_a_shipped_template_tells_one_segment_a_line(template: str) -> None:
    told = told_prompt(reel_of(story([WALK, WAIT], ["waves"], style=f"as {WALK}", template=template)))
    assert [[piece.segment for piece in line] for line in told.lines] == [[None], [0], [1], [2]]


def test_a_template_of_ones_own_may_tell_all_segments_in_one_line() -> None:
    told = told_prompt(reel_of(story([WALK, WAIT], style="Ink", template="own.j2"), OWN))
    first, last = told.lines
    assert [(piece.text, piece.segment) for piece in first] == [("Ink She winds the clock. ", 0), ("She waits.", 1)]
    assert [(piece.text, piece.segment) for piece in last] == [("The end.", None)]


def test_a_segment_that_the_prompt_leaves_out_is_passed_over() -> None:
    template = "{{ segments|first }}\n{{ segments.2.action }}\n"
    reel = reel_of(story([WALK, WAIT, "waves"], template="own.j2"), template.replace("|first", ".0.action"))
    assert [piece.segment for line in told_prompt(reel).lines for piece in line] == [0, 2]
    assert told_prompt(reel).segment_tokens[1] == estimate_tokens(WAIT)


@given(st.lists(st.text(min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=5))
def test_the_pieces_of_a_prompt_are_the_prompt(actions: list[str]) -> None:
    reel = reel_of(story([action.replace("{", "(").replace("}", ")") for action in actions]))
    told = told_prompt(reel)
    assert "\n".join("".join(piece.text for piece in line) for line in told.lines) == reel.base_request["prompt"]
    assert len(told.segment_tokens) == len(reel.segments)
