"""Nothing is paid unseen: the price comes first, and a person, or ``--yes``, has to agree."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from render_command import QUICK, Ended, environment
from stand_in import KEY, state

if TYPE_CHECKING:
    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _error(result: Ended) -> dict[str, str]:
    error: dict[str, str] = json.loads(result.out)["error"]
    return error


def test_without_a_terminal_and_without_yes_nothing_is_sent(studio: Studio) -> None:
    result = studio.render(yes=False)
    assert (result.code, studio.service.posts) == (3, [])
    assert "This would cost $1.16, and there is no terminal to ask at. Nothing was sent." in result.err
    assert "--yes" in result.err


def test_a_price_above_the_ceiling_is_refused(studio: Studio) -> None:
    result = studio.render("--max-cost", "1.15")
    assert (result.code, studio.service.posts) == (3, [])
    assert "This would cost $1.16, and --max-cost allows $1.15. Nothing was sent." in result.err


def test_a_price_at_the_ceiling_is_fine(studio: Studio) -> None:
    assert studio.render("--max-cost", "$1.16").code == 0


def test_the_ceiling_holds_for_all_stories_of_a_command_together(studio: Studio) -> None:
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"), "other.yaml")
    result = studio.render("other.yaml", "--max-cost", "2")
    assert result.code == 3
    assert "This would cost $2.31" in result.err
    assert studio.service.posts == []


def test_the_ceiling_counts_only_what_is_still_to_be_paid(studio: Studio) -> None:
    studio.render()
    assert studio.render("--max-cost", "0").code == 0


@pytest.mark.parametrize("amount", ["ten", "NaN", "-1", "Infinity"])
def test_a_ceiling_that_is_no_amount_is_wrong_usage(studio: Studio, amount: str) -> None:
    result = studio.render("--max-cost", amount)
    assert (result.code, studio.service.posts) == (2, [])
    assert "no amount of dollars" in result.err


def test_without_a_key_nothing_is_sent_and_the_variable_is_named(studio: Studio) -> None:
    studio.monkeypatch.delenv("EMPIRIOLABS_API_KEY")
    result = studio.render()
    assert (result.code, studio.service.posts) == (3, [])
    assert "EMPIRIOLABS_API_KEY is not set" in result.err


@pytest.mark.parametrize("odd", [f"{KEY}\n", f"\n{KEY}", f"{KEY[:20]}\r\nx-evil: 1", f" {KEY}", f"{KEY}é", ""])
def test_a_key_that_no_header_can_carry_is_refused_and_never_shown(studio: Studio, odd: str) -> None:
    studio.monkeypatch.setenv("EMPIRIOLABS_API_KEY", odd)
    result = studio.render("--json")
    assert (result.code, studio.service.posts) == (3, [])
    assert _error(result)["code"] == "missing-api-key"
    for part in (KEY, KEY[:20], KEY[-10:], "evil"):
        assert part not in result.out + result.err


@pytest.mark.parametrize(
    ("arguments", "yes", "code"), [([], False, "not-confirmed"), (["--max-cost", "1"], True, "over-ceiling")]
)
def test_with_json_a_refusal_is_an_object_with_its_error(
    studio: Studio, arguments: list[str], yes: bool, code: str
) -> None:
    result = studio.render("--json", *arguments, yes=yes)
    told = json.loads(result.out)
    assert (result.code, told["episode"], told["reels"]) == (3, None, [])
    assert set(told["error"]) == {"code", "message", "hint"}
    assert told["error"]["code"] == code


def _at_a_terminal(studio: Studio, answer: bytes) -> tuple[int, str]:
    """A render at a pseudo-terminal, the answer typed once it asks; its exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(QUICK), "never", *studio.render_arguments(yes=False)],
        cwd=studio.folder,
        env=environment(studio.folder, KEY, TERM="xterm"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C typed there reaches it
    )
    os.close(theirs)
    shown, typed, until = b"", False, time.monotonic() + 30
    with process:
        while time.monotonic() < until:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    piece = os.read(ours, 65536)
                except OSError:  # the other end is closed: the process is gone
                    break
                shown += piece
            if not typed and b"[y/N]: " in shown:
                time.sleep(0.2)  # nobody answers in the millisecond before the terminal is read
                os.write(ours, answer)
                typed = True
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
    os.close(ours)
    return process.returncode, shown.decode("utf-8", "replace")


def test_at_a_terminal_the_question_shows_the_price_and_no_sends_nothing(studio: Studio) -> None:
    code, shown = _at_a_terminal(studio, b"n\n")
    assert (code, studio.service.posts) == (3, [])
    assert "$1.16 to pay" in shown
    assert "Pay $1.16? [y/N]" in shown
    assert "Nothing was sent, and nothing was spent." in shown


def test_at_a_terminal_the_end_of_input_sends_nothing(studio: Studio) -> None:
    code, _ = _at_a_terminal(studio, b"\x04")
    assert (code, studio.service.posts) == (3, [])


def test_at_a_terminal_ctrl_c_at_the_question_sends_nothing(studio: Studio) -> None:
    code, _ = _at_a_terminal(studio, b"\x03")
    assert (code, studio.service.posts) == (130, [])


def test_at_a_terminal_yes_buys_and_a_bar_shows_how_far_it_is(studio: Studio) -> None:
    studio.service.on_poll += [state("processing", n / 8) for n in range(1, 8)]
    code, shown = _at_a_terminal(studio, b"y\n")
    assert (code, len(studio.service.posts)) == (0, 1)
    assert "accepted as job job-1" in shown
    assert "processing" in shown
    assert "%" in shown
    assert "0:00:0" in shown
    assert "left" in shown
    assert shown.count("renders/story.mp4") == 1


def test_of_several_stories_every_mistake_is_told_and_none_is_rendered(studio: Studio) -> None:
    studio.write("storyboard: 1\ntitle: A\nscenes: 5\n", "a.yaml")
    studio.write("storyboard: 1\nscenes:\n  - segments: [x]\n", "b.yaml")
    result = studio.render("a.yaml", "b.yaml")
    assert (result.code, studio.service.posts) == (1, [])
    assert "a.yaml:3:9" in result.err
    assert "b.yaml:1:1" in result.err
    assert "Nothing was rendered." in result.err


def test_two_stories_that_would_be_written_to_one_file_are_wrong_usage(studio: Studio) -> None:
    (studio.folder / "other").mkdir()
    studio.write(name="other/story.yaml")
    result = studio.render("other/story.yaml", "--output", "films")
    assert (result.code, studio.service.posts) == (2, [])


def test_with_json_a_story_with_errors_is_an_object_too(studio: Studio) -> None:
    studio.write("storyboard: 1\ntitle: A\nscenes: 5\n", "a.yaml")
    result = studio.render("--json", story="a.yaml")
    assert (result.code, _error(result)["code"]) == (1, "story-has-errors")
