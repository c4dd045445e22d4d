from __future__ import annotations

import signal
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import httpx
import pytest
from sandbox_client import client_of

from storyboard.errors import UsageError
from storyboard.generation.sandbox.server import run_alone, serve
from storyboard.generation.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from pathlib import Path


def test_a_sandbox_answers_from_the_first_moment_with_a_key_of_its_own() -> None:
    with serve() as first, serve() as second:
        assert first.base_url.startswith("http://127.0.0.1:")
        assert first.key.startswith("sk-empiriolabs-sandbox-")
        assert first.key != second.key
        assert httpx.get(f"{first.base_url}/v1/models", headers={"x-api-key": first.key}).status_code == 200


def test_a_sandbox_stops_quickly_in_the_middle_of_a_clip_and_leaves_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with client_of(folder=tmp_path) as client:
        job_id = client.submit(duration=121.5)
        while not client.poll(job_id).json()["progress"]:
            time.sleep(0.05)
        begun = time.monotonic()
    assert time.monotonic() - begun < 3
    assert {thread for thread in threading.enumerate() if thread.is_alive()} <= before
    assert list(tmp_path.iterdir()) == []


def test_clips_stay_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    with client_of(folder=tmp_path / "clips") as client:
        client.wait(client.submit())
    assert [path.suffix for path in (tmp_path / "clips").iterdir()] == [".mp4"]


def test_a_port_in_use_is_told_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"Port {port} at 127.0.0.1 is in use"):
            run_alone("127.0.0.1", port)


def test_a_host_others_can_reach_needs_a_key_of_ones_own() -> None:
    with pytest.raises(UsageError, match="where other machines can reach it"), serve(host="0.0.0.0"):
        pass


@pytest.mark.parametrize("settings", [{"speed": 0.0}, {"workers": 0}, {"key": "clé"}, {"faults": ("nonsense",)}])
def test_a_setting_that_makes_no_sense_is_refused(settings: dict[str, object]) -> None:
    with pytest.raises(UsageError), serve(SandboxSettings(**settings)):  # type: ignore[arg-type]
        pass


def test_what_it_has_seen_can_be_asked_without_a_key() -> None:
    with client_of("job-fails") as client:
        job_id = client.submit()
        client.poll(job_id)
        seen = httpx.get(f"{client.sandbox.base_url}/sandbox/stats").json()
    assert seen == {"posts": 1, "jobs": 1, "polls": 1, "downloads": 0}


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_alone_it_runs_until_it_is_interrupted_and_ends_well(sent: signal.Signals) -> None:
    program = (
        "from storyboard.generation.sandbox.server import run_alone\n"
        "run_alone(port=0, on_ready=lambda running: print(running.base_url, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = process.stdout.readline().strip()
        assert httpx.get(f"{url}/sandbox/stats").status_code == 200
        process.send_signal(sent)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "")
