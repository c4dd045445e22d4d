"""A story in a folder of its own, and everything a test does with it."""

from __future__ import annotations

import json
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from render_command import Ended, ended, environment, start
from stand_in import KEY, StandIn

from storyboard.cli.main import run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

STORY = """\
storyboard: 1
title: The Lamp
rules: {stretched: off}
scenes:
  - segments:
      - a keeper climbs the stair, lifts the lamp and turns it to the sea
"""


@dataclass
class Studio:
    """A story in a folder of its own, and a stand-in for the service that renders it."""

    folder: Path
    service: StandIn
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    naps: list[float] = field(default_factory=list)
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def write(self, text: str = STORY, name: str = "story.yaml") -> Path:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def here(self, *arguments: str) -> Ended:
        """Run a command in this process, with short waits."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "argv", ["storyboard", *arguments])
        with pytest.raises(SystemExit) as stopped:
            run()
        printed = self.capsys.readouterr()
        return Ended(int(stopped.value.code or 0), printed.out, printed.err)

    def render(self, *arguments: str, story: str = "story.yaml", yes: bool = True) -> Ended:
        return self.here(*self.render_arguments(*arguments, story=story, yes=yes))

    def render_arguments(self, *arguments: str, story: str = "story.yaml", yes: bool = True) -> list[str]:
        hosted = ["--provider", "empirio", "--base-url", self.service.url]
        return ["render", story, *hosted, *(["--yes"] if yes else []), *arguments]

    def start(
        self, *arguments: str, dies: str | None = "never", command: list[str] | None = None, **more: Any
    ) -> subprocess.Popen[str]:
        """Start a render, or another command, in a process of its own."""
        env = environment(self.folder, KEY)
        words = self.render_arguments(*arguments) if command is None else command
        process = start(*words, cwd=self.folder, env=env, dies=dies, **more)
        self.started.append(process)
        return process

    def start_until(self, at: str, **more: Any) -> subprocess.Popen[str]:
        """Start a render, and wait until it came to the service with a ``submit``, a ``poll`` or for ``media``."""
        process = self.start(**more)
        for _ in range(400):
            if self.service.reached[at].wait(0.05):
                return process
            if process.poll() is not None:
                break
        raise AssertionError(f"The render never came to its {at}: {ended(process, within=1)}")

    def end_all(self) -> None:
        """Leave no process behind, whatever became of the test."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            with process:
                process.wait()

    def killed(self, moment: str) -> None:
        """A render in a process of its own that is killed at that moment."""
        assert ended(self.start(dies=moment)).code == -9

    def rendered_json(self, *arguments: str, story: str = "story.yaml") -> dict[str, Any]:
        result = self.render("--json", *arguments, story=story)
        assert result.code == 0, result.err
        value: dict[str, Any] = json.loads(result.out)
        return value

    @property
    def ledger(self) -> Path:
        return self.folder / ".storyboard" / "ledger.sqlite"

    @property
    def lock(self) -> Path:
        return self.folder / ".storyboard" / "storyboard.lock"

    def rows(self) -> list[tuple[str, str | None]]:
        """The state and the job of each purchase."""
        with closing(sqlite3.connect(self.ledger)) as connection:
            return connection.execute("SELECT state, job_id FROM purchases ORDER BY created_at, rowid").fetchall()

    def key(self) -> str:
        """The first characters of the only purchase's key."""
        with closing(sqlite3.connect(self.ledger)) as connection:
            ((key,),) = connection.execute("SELECT key FROM purchases").fetchall()
        return str(key)[:8]

    @property
    def episode(self) -> Path:
        return self.folder / "renders" / "story.mp4"
