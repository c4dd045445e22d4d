"""``jobs watch`` in a process of its own: it goes on with everything open, and can be ended at any moment."""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from render_command import Ended, ended, environment, start
from stand_in import KEY, hang_up, refuse, state
from test_several_reels import TWO

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _watch(studio: Studio, home: Path | None = None) -> subprocess.Popen[str]:
    """Start one, as the person whose cache lies in that folder."""
    process = start(
        *("jobs", "watch", "--base-url", studio.service.url),
        cwd=studio.folder,
        env=environment(home or studio.folder.parent, KEY),
        dies="never",
    )
    studio.started.append(process)
    return process


def _until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if happened():
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise AssertionError(ended(process))


def _stop(process: subprocess.Popen[str]) -> Ended:
    process.send_signal(signal.SIGTERM)
    return ended(process, within=10)


def _home(studio: Studio) -> bool:
    return studio.episode.is_file() and (studio.folder / "renders" / "story.manifest.json").is_file()


def _finished(studio: Studio) -> bool:
    from storyboard.generation.ledger import Ledger

    with Ledger(studio.ledger) as ledger:
        return not ledger.unfinished_runs()


def test_it_brings_home_and_joins_what_a_render_left_to_it(studio: Studio) -> None:
    detached = studio.render("--detach")
    assert (detached.code, "storyboard jobs watch" in detached.err) == (5, True)
    process = _watch(studio)
    _until(lambda: _home(studio) and _finished(studio), process)
    result = _stop(process)
    assert result.code == 130
    assert "Going on with 1 open job of story" in result.err
    assert "story.mp4 is finished" in result.err
    assert studio.rows() == [("done", "job-1")]
    assert json.loads(studio.render("--json").out)["reels"][0]["reused"] is True
    assert len(studio.service.posts) == 1


def test_it_sends_the_next_reel_of_a_chain_when_the_one_before_is_home(studio: Studio) -> None:
    studio.write(TWO)
    assert studio.render("--detach").code == 5
    assert studio.rows() == [("running", "job-1"), ("planned", None)]
    process = _watch(studio)
    _until(lambda: _home(studio) and _finished(studio), process)
    assert _stop(process).code == 130
    assert studio.rows() == [("done", "job-1"), ("done", "job-2")]
    assert studio.render().code == 0
    assert len(studio.service.posts) == 2


def test_it_takes_up_what_is_sent_while_it_runs(studio: Studio) -> None:
    studio.render()
    process = _watch(studio)
    assert "Nothing is open yet" in (process.stderr.readline() if process.stderr else "")
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"))
    assert studio.render("--detach").code == 5
    _until(lambda: studio.rows() == [("done", "job-1"), ("done", "job-2")] and _finished(studio), process)
    assert _stop(process).code == 130


def test_a_render_that_was_killed_is_finished_by_it(studio: Studio) -> None:
    studio.killed("after-the-ledger")
    process = _watch(studio, home=studio.folder)
    _until(lambda: _home(studio) and _finished(studio), process)
    _stop(process)
    assert len(studio.service.posts) == 1


def test_an_outage_is_told_once_and_its_end_too(studio: Studio) -> None:
    studio.render("--detach")
    studio.service.on_poll += [refuse(401, "invalid_api_key")] * 3 + [refuse(500, "oops")] * 6
    process = _watch(studio)
    _until(lambda: _finished(studio), process)
    told = _stop(process).err
    assert told.count("It is tried again.") == 2
    assert told.count("The service answers again.") == 1


def test_what_needs_a_person_is_told_once_and_stops_nothing_else(studio: Studio) -> None:
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"), "other.yaml")
    studio.service.on_submit += [studio.service.register_then(hang_up)]
    studio.render("--detach")
    studio.render("--detach", story="other.yaml")
    key = json.loads(studio.here("jobs", "list", "--json").out)["jobs"][0]["key"]
    process = _watch(studio)
    _until(lambda: studio.rows() == [("unknown", None), ("done", "job-2")], process)
    assert studio.here("jobs", "settle", key[:12], "--job-id", "job-1").code == 0  # while it runs
    _until(lambda: studio.rows() == [("done", "job-1"), ("done", "job-2")] and _finished(studio), process)
    assert _home(studio)
    assert (studio.folder / "renders" / "other.mp4").is_file()
    _stop(process)


def test_a_job_that_failed_is_told_once_with_the_way_on_and_ends_its_run(studio: Studio) -> None:
    studio.write(TWO)
    studio.render("--detach")
    studio.service.on_poll.append(state("failed", error={"message": "the scene broke"}))
    process = _watch(studio)
    _until(lambda: _finished(studio), process)
    time.sleep(1)
    told = _stop(process).err
    assert told.count("failed at the service: the scene broke.") == 1
    assert "render FILE --take 1" in told
    assert "is not joined" in told
    assert len(studio.service.posts) == 1


def test_whoever_asked_is_told_when_the_run_has_ended(studio: Studio) -> None:
    told = studio.folder.parent / "told.json"
    script = studio.folder.parent / "tell.py"
    script.write_text(f"import sys; open({str(told)!r}, 'w').write(sys.stdin.read())")
    studio.render("--detach", "--notify", f"{sys.executable} {script}")
    told.unlink(missing_ok=True)  # the render that detached has ended too
    process = _watch(studio)
    _until(lambda: told.is_file() and told.read_text().endswith("\n"), process)
    _stop(process)
    event = json.loads(told.read_text())
    assert (event["exit"], event["cost_usd"], event["episode"]) == (0, "1.16", str(studio.episode))


def test_a_story_that_was_changed_since_is_not_joined_and_nothing_is_bought(studio: Studio) -> None:
    studio.render("--detach")
    studio.write((studio.folder / "story.yaml").read_text().replace("the sea", "the moon"))
    process = _watch(studio)
    _until(lambda: _finished(studio), process)
    result = _stop(process)
    assert "The story was changed since it was sent" in result.err
    assert not studio.episode.exists()
    assert (studio.rows(), len(studio.service.posts)) == ([("done", "job-1")], 1)


def test_an_episode_that_was_deleted_meanwhile_loses_no_clip(studio: Studio) -> None:
    studio.render("--detach")
    (studio.folder / "story.yaml").unlink()
    process = _watch(studio)
    _until(lambda: _finished(studio), process)
    assert "is not joined" in _stop(process).err
    assert studio.rows() == [("done", "job-1")]


def test_another_take_that_comes_home_is_the_one_that_is_used(studio: Studio) -> None:
    studio.write(TWO)
    studio.render()
    assert studio.render("--take", "1", "--detach").code == 5
    process = _watch(studio)
    _until(lambda: _finished(studio), process)
    _stop(process)
    lock = json.loads(studio.lock.read_text())
    picked = {entry["reel"]: (entry["take"], entry["stands"]) for entry in lock["takes"] if entry}
    assert picked == {1: (2, False), 2: (1, True)}
    assert studio.render().code == 0
    assert len(studio.service.posts) == 3


def test_a_stop_while_a_job_is_being_bought_waits_for_its_answer(studio: Studio) -> None:
    studio.write(TWO)
    studio.render("--detach")
    answered = threading.Event()
    studio.service.on_submit.append(studio.service.accept_after(answered))
    studio.service.reached["submit"].clear()
    process = _watch(studio)
    _until(studio.service.reached["submit"].is_set, process)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    answered.set()
    assert ended(process, within=10).code == 130
    assert studio.rows() == [("done", "job-1"), ("running", "job-2")]


def test_two_of_them_buy_and_join_nothing_twice(studio: Studio) -> None:
    studio.write(TWO)
    studio.render("--detach")
    both = [_watch(studio), _watch(studio)]
    _until(lambda: _home(studio) and _finished(studio), both[0])
    results = [_stop(process) for process in both]
    assert sum(result.err.count("is finished") for result in results) == 1
    assert len(studio.service.posts) == 2


def test_without_the_key_that_is_needed_it_does_not_start(studio: Studio) -> None:
    studio.render("--detach")
    studio.monkeypatch.delenv("EMPIRIOLABS_API_KEY")
    result = studio.here("jobs", "watch", "--base-url", studio.service.url)
    assert (result.code, "EMPIRIOLABS_API_KEY is not set" in result.err) == (3, True)


def test_the_unit_that_it_prints_runs_it_in_this_folder(studio: Studio) -> None:
    result = studio.here("jobs", "watch", "--unit", "--key-file", "/keys/storyboard")
    assert (result.code, f"WorkingDirectory={studio.folder}" in result.out) == (0, True)
    assert '"jobs" "watch" "--series"' in result.out
    assert "EnvironmentFile=/keys/storyboard" in result.out
