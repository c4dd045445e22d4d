"""``storyboard preview --diff``: what changed in one episode since a revision."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from git_repository import Repository
from helpers import MINIMAL

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

pytestmark = pytest.mark.usefixtures("no_git_settings")

SERIES = "series: 1\ntitle: Show\nepisodes: episodes/*.yaml\ndefaults: {style: Ink}\n"


@pytest.fixture
def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A series of two episodes, both of which changed since the last commit."""
    show = Repository.make(tmp_path / "show")
    show.commit({"series.yaml": SERIES, "episodes/fox.yaml": MINIMAL, "episodes/owl.yaml": MINIMAL})
    for name in ("fox", "owl"):
        (show.folder / "episodes" / f"{name}.yaml").write_text(MINIMAL.replace("runs", f"meets the {name}"))
    monkeypatch.chdir(show.folder)
    return show.folder


@pytest.mark.parametrize("named", ["fox", "episodes/fox.yaml"])
def test_the_one_episode_is_compared(storyboard: Command, show: Path, named: str) -> None:
    ran = storyboard("preview", named, "--diff", "HEAD")
    assert (ran.code, ran.err) == (0, "")
    assert "- a fox runs. (18 seconds)" in ran.out
    assert "+ a fox meets the fox. (18 seconds)" in ran.out
    assert "owl" not in ran.out


def test_from_another_folder_too(storyboard: Command, show: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(show.parent)
    assert "+ a fox meets the owl." in storyboard("preview", show / "episodes" / "owl.yaml", "--diff", "main").out


def test_what_the_series_changed_shows_in_the_episode(storyboard: Command, show: Path) -> None:
    (show / "episodes" / "fox.yaml").write_text(MINIMAL)
    (show / "series.yaml").write_text(SERIES.replace("Ink", "Oil"))
    ran = storyboard("preview", "fox", "--diff", "HEAD")
    assert "- Style: Ink." in ran.out
    assert "+ Style: Oil." in ran.out


def test_json_is_the_object_of_storyboard_diff(storyboard: Command, show: Path) -> None:
    ran = storyboard("preview", "fox", "--diff", "HEAD", "--json")
    assert [each["path"] for each in ran.json["episodes"]] == ["episodes/fox.yaml"]
    assert ran.json == storyboard("diff", "HEAD", "fox", "--json").json


def test_nothing_changed_is_said(storyboard: Command, show: Path) -> None:
    (show / "episodes" / "fox.yaml").write_text(MINIMAL)
    ran = storyboard("preview", "fox", "--diff", "HEAD")
    assert ran.out.startswith("Nothing changed between HEAD")


def test_a_new_episode_is_all_new(storyboard: Command, show: Path) -> None:
    (show / "episodes" / "bee.yaml").write_text(MINIMAL)
    assert "bee.yaml   added   $1.16" in storyboard("preview", "bee", "--diff", "HEAD").out


def test_no_such_revision_and_no_repository_are_said(storyboard: Command, show: Path, tmp_path: Path) -> None:
    ran = storyboard("preview", "fox", "--diff", "nowhere")
    assert (ran.code, ran.out) == (2, "")
    (tmp_path / "lone.yaml").write_text(MINIMAL)
    assert storyboard("preview", tmp_path / "lone.yaml", "--diff", "HEAD").code == 2
