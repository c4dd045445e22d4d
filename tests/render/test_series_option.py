"""``--series``: one way to say which series is meant, the same for every command."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import typer
from git_repository import Repository
from helpers import write_tree
from studio import STORY

from storyboard.cli.program import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]

SERIES = "series: 1\ntitle: Lamps\nepisodes: '*.yaml'\n"
TAKE_IT = {"plan", "render", "diff", "new", "list", "show", "resume", "collect", "watch", "settle", "abandon"}
TAKE_IT |= {"history", "backup", "pick", "prune"}


def _commands() -> Iterator[tuple[str, list[str]]]:
    """Every command's name, and its options."""
    waiting = [typer.main.get_command(app)]
    while waiting:
        command = waiting.pop()
        waiting += [listed.command for listed in getattr(command, "commands", {}).values()]
        yield command.name or "", [option for each in command.params for option in each.opts]


def test_each_command_about_a_series_takes_it_under_the_same_two_names() -> None:
    options = dict(_commands())
    assert {name for name, found in options.items() if "--series" in found} == TAKE_IT
    assert {name for name, found in options.items() if "-C" in found} == TAKE_IT
    assert {name for name, found in options.items() if "--folder" in found} == {"sandbox"}  # where its clips are kept
    assert not any("--series-folder" in found for found in options.values())


@pytest.fixture
def elsewhere(studio: Studio, tmp_path: Path) -> Studio:
    """A series in a folder of its own, with a person who is in another one."""
    write_tree(tmp_path / "lamps", {"series.yaml": SERIES, "one.yaml": STORY})
    return studio


def test_what_is_rendered_under_it_is_seen_under_it(elsewhere: Studio) -> None:
    assert elsewhere.render("--series", "../lamps", story="one").code == 0
    for option in ("--series", "-C"):
        assert "job-1" in elsewhere.here("jobs", "list", option, "../lamps").out
        assert "used, picked" in elsewhere.here("takes", "list", option, "../lamps").out
        planned = elsewhere.here(
            "plan", "--provider", "empirio", "--base-url", elsewhere.service.url, option, "../lamps"
        )
        assert "there already: take 1 (job job-1)" in planned.out
    assert elsewhere.here("takes", "prune", "-C", "../lamps").code == 0
    assert elsewhere.here("new", "Two", "-C", "../lamps").out == "../lamps/two.yaml\n"


def test_jobs_of_a_repository_are_named_by_its_address(elsewhere: Studio, tmp_path: Path) -> None:
    lamps = Repository.make(tmp_path / "lamps")
    lamps.commit({})
    address = f"git+{lamps.url}@main"
    assert elsewhere.render("--series", address, story="one").code == 0
    (job,) = json.loads(elsewhere.here("jobs", "list", "--series", address, "--json").out)["jobs"]
    assert (job["job_id"], job["series"]) == ("job-1", "Lamps")
    assert not (lamps.folder / ".storyboard").exists()


@pytest.mark.parametrize("command", [("new", "Two"), ("diff", "main")])
def test_what_works_in_a_folder_takes_no_address_of_a_repository(studio: Studio, command: tuple[str, ...]) -> None:
    ran = studio.here(*command, "--series", "git+https://a.example/show.git@main")
    assert (ran.code, "works in a folder of yours" in ran.err) == (2, True)


def test_lone_storyboards_are_named_by_their_folder(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(studio.folder.parent)
    assert studio.render("--series", "story").code == 0
    monkeypatch.chdir(studio.folder)
    assert "job-1" in studio.here("jobs", "list").out
    ran = studio.here("plan", "-C", ".")
    assert (ran.code, "no storyboard is named" in ran.err) == (2, True)


def test_a_folder_that_is_not_there_is_told(studio: Studio) -> None:
    for command in (("plan",), ("jobs", "list"), ("takes", "prune"), ("new", "x"), ("diff", "main")):
        ran = studio.here(*command, "-C", "nowhere")
        assert (ran.code, "There is no folder nowhere" in ran.err) == (2, True)


def test_a_folder_with_an_odd_name_can_be_named(elsewhere: Studio, tmp_path: Path) -> None:
    (tmp_path / "lamps").rename(tmp_path / "a::b")
    assert elsewhere.here("plan", "-C", "../a::b", "--provider", "sandbox").code == 0
