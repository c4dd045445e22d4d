"""``storyboard doctor`` and ``storyboard sandbox``, and what a render tells while it works."""

from __future__ import annotations

import io
import json
import signal
from typing import TYPE_CHECKING

import httpx
import pytest
from render_command import Ended, at_most, ended, environment, start
from rich.console import Console
from rich.progress import Progress, TextColumn
from stand_in import KEY

from storyboard.cli.progress import Bars, Names, PlainLines
from storyboard.generation.sandbox.faults import FAULTS
from storyboard.generation.watching import Step

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]


class TestDoctor:
    def test_all_is_good_here(self, studio: Studio) -> None:
        result = studio.here("doctor", "--json")
        checks = json.loads(result.out)["checks"]
        assert result.code == 0
        assert [each["name"] for each in checks if each["verdict"] == "bad"] == []
        assert {"program", "ffmpeg", "decoder", "templates", "schemas", "provider", "rates", "API key", "disk"} == {
            each["name"] for each in checks
        }

    def test_the_key_is_never_shown(self, studio: Studio) -> None:
        for arguments in (["doctor"], ["doctor", "--json"]):
            result = studio.here(*arguments)
            assert KEY not in result.out + result.err
            assert "EMPIRIOLABS_API_KEY is set" in result.out

    def test_a_key_that_cannot_be_used_is_told_and_is_exit_1(self, studio: Studio) -> None:
        studio.monkeypatch.setenv("EMPIRIOLABS_API_KEY", f"{KEY}\n")
        result = studio.here("doctor")
        assert result.code == 1
        assert "has a line break in it" in result.out
        assert KEY not in result.out

    def test_no_key_is_worth_a_note_and_no_more(self, studio: Studio) -> None:
        studio.monkeypatch.delenv("EMPIRIOLABS_API_KEY")
        result = studio.here("doctor")
        assert (result.code, "EMPIRIOLABS_API_KEY is not set" in result.out) == (0, True)

    def test_a_provider_that_does_not_exist_is_told_with_the_nearest_one(self, studio: Studio) -> None:
        studio.monkeypatch.setenv("STORYBOARD_PROVIDER", "emprio")
        result = studio.here("doctor")
        assert result.code == 1
        assert "There is no provider “emprio”." in result.out
        assert "empirio" in result.out


class TestProvider:
    def test_an_unknown_provider_is_wrong_usage_with_the_nearest_one(self, studio: Studio) -> None:
        result = studio.here("render", "story.yaml", "--provider", "sandbx")
        assert (result.code, "sandbox" in result.err) == (2, True)

    def test_an_address_for_the_embedded_sandbox_is_wrong_usage(self, studio: Studio) -> None:
        result = studio.here("render", "story.yaml", "--base-url", "http://127.0.0.1:1")
        assert (result.code, "goes with the provider empirio" in result.err) == (2, True)

    def test_provider_and_address_can_come_from_the_environment(self, studio: Studio) -> None:
        studio.monkeypatch.setenv("STORYBOARD_PROVIDER", "empirio")
        studio.monkeypatch.setenv("STORYBOARD_BASE_URL", studio.service.url)
        assert studio.here("render", "story.yaml", "--yes").code == 0
        assert len(studio.service.posts) == 1

    @pytest.mark.parametrize("ending", ["/", "/v1", "/v1/"])
    def test_one_service_written_otherwise_is_the_same_service(self, studio: Studio, ending: str) -> None:
        studio.render()
        assert studio.rendered_json("--base-url", studio.service.url + ending)["reels"][0]["reused"]

    def test_a_story_with_errors_is_exit_1_and_sends_nothing(self, studio: Studio) -> None:
        studio.write("storyboard: 1\ntitle: x\n")
        assert (studio.render().code, studio.service.posts) == (1, [])
        assert not (studio.folder / ".storyboard").exists()


class TestSandboxCommand:
    def test_help_lists_every_fault(self, studio: Studio) -> None:
        told = studio.here("sandbox", "--help").out
        assert [name for name in FAULTS if name not in told] == []

    def test_an_unknown_fault_is_wrong_usage_with_the_nearest_one(self, studio: Studio) -> None:
        result = studio.here("sandbox", "--port", "0", "--fault", "job-fail")
        assert result.code == 2
        assert "Did you mean 'job-fails'?" in result.err

    def test_credits_that_are_no_amount_are_wrong_usage(self, studio: Studio) -> None:
        assert studio.here("sandbox", "--port", "0", "--credits", "plenty").code == 2

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_it_tells_its_address_and_key_answers_and_ends_when_told_to(self, tmp_path: Path, number: int) -> None:
        process = _sandbox(tmp_path, "--requests-per-minute", "0")
        address, key = _told(process)
        models = httpx.get(f"{address}/v1/models", headers={"authorization": f"Bearer {key}"})
        assert (models.status_code, models.json()["data"][0]["id"]) == (200, "svi-2-0-pro")
        assert httpx.get(f"{address}/v1/models").status_code == 401
        process.send_signal(number)
        result: Ended = ended(process)
        assert result.code in {0, 130}
        assert "Traceback" not in result.err


def _sandbox(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return start("sandbox", "--port", "0", *arguments, cwd=folder, env=environment(folder))


def _told(process: subprocess.Popen[str]) -> tuple[str, str]:
    assert process.stdout is not None
    with at_most(20, process):
        lines = [process.stdout.readline().split() for _ in range(2)]
    assert [line[0] for line in lines] == ["address", "key"]
    return lines[0][1], lines[1][1]


class TestPlainLines:
    def test_a_line_comes_for_each_thing_that_is_done_and_not_for_each_step(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        lines = PlainLines(Names({"one": 1}))
        for n in range(100):
            lines.step(Step("one", 1, "processing", n / 100))
        lines.step(Step("one", 1, "downloading"))
        told = capsys.readouterr().err.splitlines()
        assert [line.split(",")[0].split()[0] for line in told] == ["processing", "downloading"]
        assert all("elapsed" in line for line in told)

    def test_the_job_is_told_by_its_name(self, capsys: pytest.CaptureFixture[str]) -> None:
        PlainLines(Names({"one": 3})).accepted("one", 2, "job-1")
        assert capsys.readouterr().err == "reel 2 of 3: accepted as job job-1\n"


class TestBar:
    def test_it_shows_the_reel_the_state_and_the_share(self) -> None:
        shown = _bar([Step("one", 2, "processing", 0.25)])
        assert "reel 2 of 3: processing" in shown
        assert "25 %" in shown

    def test_a_word_of_the_service_is_shown_as_it_is_whatever_it_holds(self) -> None:
        assert "[/bold] [red]odd" in _bar([Step("one", 1, "[/bold] [red]odd", 0.1)])

    def test_what_is_done_next_begins_a_bar_of_its_own(self) -> None:
        shown = _bar([Step("one", 1, "processing", 0.9), Step("one", 1, "downloading", 0.0)])
        assert "downloading" in shown
        assert "processing" not in shown


def _bar(steps: list[Step]) -> str:
    """What a terminal shows at the end."""
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        TextColumn("{task.percentage:>3.0f} %"),
        console=Console(file=io.StringIO(), width=100),
        auto_refresh=False,
    )
    bar = Bars(progress, Names({"one": 3}))
    for step in steps:
        bar.step(step)
    console = Console(width=100)
    with console.capture() as captured:
        console.print(progress.get_renderable())
    return captured.get()
