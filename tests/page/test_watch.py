"""``storyboard preview --watch`` from outside: who is answered, what is told, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from helpers import MINIMAL, environment, png, write_story, write_tree

from storyboard.generation.prepare import prepare
from storyboard.review.live.files import files_of, stamp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]


@contextmanager
def watching(story: Path, *more: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "storyboard", "preview", str(story), "--watch", *more],
        env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("address").strip(), process
    finally:
        process.kill()
        process.communicate()


def test_only_this_machine_by_its_own_name_is_answered(tmp_path: Path) -> None:
    with watching(write_story(tmp_path)) as (address, _):
        port = address.rstrip("/").rpartition(":")[2]
        assert address == f"http://127.0.0.1:{port}/"
        good = httpx.get(address)
        assert (good.status_code, "data-live" in good.text) == (200, True)
        assert "frame-ancestors 'none'" in good.headers["content-security-policy"]
        assert good.headers["cross-origin-resource-policy"] == "same-origin"
        assert "access-control-allow-origin" not in good.headers
        assert httpx.get(address, headers={"Host": f"localhost:{port}"}).status_code == 200
        for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", ""):
            for path in ("", "events"):
                assert httpx.get(address + path, headers={"Host": host}).status_code == 400, host
        assert httpx.post(address).status_code == 405
        assert httpx.get(f"{address}story.yaml").status_code == 404
        listening = socket.socket()
        with listening, pytest.raises(OSError, match=r"."):  # another loopback address is not listened at
            listening.connect(("127.0.0.2", int(port)))


def test_an_event_tells_of_each_change_and_ctrl_c_ends_it_at_once(tmp_path: Path) -> None:
    story = write_story(tmp_path)
    with watching(story) as (address, process), httpx.stream("GET", f"{address}events", timeout=10) as events:
        assert events.headers["content-type"].startswith("text/event-stream")
        lines = events.iter_lines()
        first = next(line for line in lines if line.startswith("data: "))
        assert first.removeprefix("data: ") in httpx.get(address).text
        story.write_text(MINIMAL.replace("Fox", "Owl"))
        second = next(line for line in lines if line.startswith("data: "))
        assert second != first
        assert '<h1 dir="auto">Owl</h1>' in httpx.get(address).text
        sent = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert [line for line in lines if line] == []
        assert process.wait(5) == 0
        assert time.monotonic() - sent < 2
        assert process.stderr is not None
        assert process.stderr.read() == f"It shows {story} as it is saved. Ctrl-C ends it.\n"


def test_the_browser_is_opened_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "browser"
    script.write_text(f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/opened\n')
    script.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{script} %s")
    with watching(write_story(tmp_path), "--open") as (address, _):
        end = time.monotonic() + 10
        while not (tmp_path / "opened").exists() or not (tmp_path / "opened").read_text():
            assert time.monotonic() < end
            time.sleep(0.02)
        assert (tmp_path / "opened").read_text() == address


def test_sigterm_ends_it_too(tmp_path: Path) -> None:
    with watching(write_story(tmp_path)) as (_, process):
        process.terminate()
        assert process.wait(5) == 0


def test_a_port_that_is_taken_is_said(storyboard: Command, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = storyboard("preview", write_story(tmp_path), "--watch", "--port", taken.getsockname()[1])
    assert ran.code == 2
    assert "is in use." in ran.err


def test_what_a_preview_depends_on_is_watched_and_nothing_outside_the_series(tmp_path: Path) -> None:
    scenes = [
        {"segments": [{"action": "a", "sketch": "not-there.png"}]},
        {"image": "../../secret", "segments": ["b"]},
    ]
    text = {"storyboard": 1, "title": "T", "image": "../images/fox.png", "template": "own.j2", "scenes": scenes}
    root = write_tree(
        tmp_path / "show",
        {
            "series.yaml": "series: 1\ntitle: S\nepisodes: episodes/*.yaml\n",
            "episodes/one.yaml": json.dumps(text),
            "episodes/own.j2": "x",
            "images/fox.png": png(),
        },
    )
    story = root / "episodes" / "one.yaml"
    named = {os.path.relpath(file, root) for file in files_of(prepare(story), story)}
    assert {"series.yaml", "images/fox.png"} <= named
    assert {"episodes/one.yaml", "episodes/own.j2", "episodes/not-there.png"} <= named
    assert "../secret" not in named


def test_a_file_of_the_same_length_and_time_that_took_the_name_is_another(tmp_path: Path) -> None:
    story = write_story(tmp_path)
    before = stamp([story])
    beside = tmp_path / "beside"
    beside.write_bytes(story.read_bytes())
    os.utime(beside, ns=(story.stat().st_atime_ns, story.stat().st_mtime_ns))
    beside.replace(story)
    assert stamp([story]) != before
    assert stamp([tmp_path / "nowhere"]) == (None,)
