"""The hook for repositories of storyboards, run by pre-commit itself as such a repository would have it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from git_repository import Repository
from helpers import MINIMAL, ROOT

from storyboard.scaffold.new_series import make_series

if TYPE_CHECKING:
    from pathlib import Path


def pre_commit(folder: Path, *words: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pre_commit", *words, "--color", "never"],
        cwd=folder,
        env={**os.environ, "PRE_COMMIT_HOME": str(home)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_the_hook_is_one_that_pre_commit_takes_and_runs_a_command_that_is_there() -> None:
    manifest = ROOT / ".pre-commit-hooks.yaml"
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", str(manifest)], capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    (hook,) = yaml.safe_load(manifest.read_bytes())
    assert (hook["id"], hook["language"]) == ("storyboard-check", "python")
    assert hook["entry"].split()[0] in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.mark.wheel
@pytest.mark.usefixtures("no_git_settings")
def test_a_commit_of_a_wrong_story_is_stopped_with_its_place_and_one_of_a_right_story_goes_through(
    tmp_path: Path,
) -> None:
    own = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    repository, home = Repository.make(tmp_path / "s"), tmp_path / "home-of-pre-commit"
    make_series(repository.folder)
    config = {"repos": [{"repo": str(ROOT), "rev": own.stdout.strip(), "hooks": [{"id": "storyboard-check"}]}]}
    repository.commit({".pre-commit-config.yaml": yaml.safe_dump(config), "notes.txt": "n"})
    right = pre_commit(repository.folder, "run", "--all-files", home=home)
    assert right.returncode == 0, right.stdout + right.stderr
    assert "Passed" in right.stdout
    repository.commit({"episodes/03-x.yaml": MINIMAL.replace("title", "titel")})
    wrong = pre_commit(repository.folder, "run", "--all-files", home=home)
    assert wrong.returncode == 1
    assert "episodes/03-x.yaml:2:1: error: unknown-key" in wrong.stdout
    untouched = pre_commit(repository.folder, "run", "--files", "notes.txt", home=home)
    assert "no files to check" in untouched.stdout
