"""Ctrl-C: a purchase that is being made is written down first, and the person hears what goes on."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest
from render_command import Ended, at_most, ended, environment, start
from stand_in import refuse, state

from storyboard.generation.interrupts import held_back

if TYPE_CHECKING:
    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures"]


def _interrupted_in_its_request(studio: Studio, number: int) -> Ended:
    answered = threading.Event()
    studio.service.on_submit.append(studio.service.accept_after(answered))
    process = studio.start_until("submit")
    process.send_signal(number)
    time.sleep(0.2)
    assert process.poll() is None
    answered.set()
    return ended(process)


def _goes_on(studio: Studio) -> None:
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1)
    assert studio.rows() == [("done", "job-1")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_in_a_request_it_waits_for_the_answer_and_writes_it_down(studio: Studio, number: int) -> None:
    result = _interrupted_in_its_request(studio, number)
    assert result.code == 130
    assert "One moment: a job is being bought, and has to be written down first." in result.err
    assert "accepted as job job-1" in result.err
    assert "Jobs that were accepted go on at the service and are paid. The same command goes on" in result.err
    assert studio.rows() == [("running", "job-1")]
    _goes_on(studio)


def test_where_all_is_home_and_it_only_joins_it_speaks_of_no_job(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("storyboard.production.finish", stopped)
        result = studio.render()
    assert result.code == 130
    assert "No job goes on at the service, and what is home stays: the same command goes on from there." in result.err
    assert "are paid" not in result.err
    _goes_on(studio)


def test_while_it_waits_it_ends_at_once_and_says_what_goes_on_and_how_to_come_back(studio: Studio) -> None:
    studio.service.always_poll = state("processing", 0.5)
    process = studio.start_until("poll")
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.code == 130
    assert "Jobs that were accepted go on at the service and are paid. The same command goes on" in result.err
    assert "Traceback" not in result.err
    studio.service.always_poll = None
    _goes_on(studio)


def test_in_a_request_that_is_refused_it_is_not_sent_again(studio: Studio) -> None:
    answered = threading.Event()

    def busy(exchange: Exchange) -> None:
        answered.wait(20)
        refuse(429, "rate_limit_exceeded", Retry_After="0")(exchange)

    studio.service.on_submit.append(busy)
    process = studio.start_until("submit")
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    answered.set()
    assert ended(process).code == 130
    assert len(studio.service.posts) == 1
    assert studio.rows() == [("planned", None)]


def test_a_standard_error_that_goes_away_with_it_does_not_lose_the_answer(studio: Studio) -> None:
    answered = threading.Event()
    studio.service.on_submit.append(studio.service.accept_after(answered))
    process = studio.start_until("submit")
    assert process.stderr is not None
    process.stderr.close()
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    answered.set()
    with process:
        process.wait(20)
    assert studio.rows() == [("running", "job-1")]
    _goes_on(studio)


def test_on_the_sandbox_it_says_that_nothing_was_lost(studio: Studio) -> None:
    process = start("render", "story.yaml", cwd=studio.folder, env=environment(studio.folder), dies="never")
    assert process.stderr is not None
    line = ""
    with at_most(20, process):
        while "accepted as job" not in line:
            line = process.stderr.readline()
            assert line
    process.send_signal(signal.SIGINT)
    result = ended(process)
    assert result.code == 130
    assert "It costs nothing: the same command starts it again." in result.err


class TestHeldBack:
    def test_an_interrupt_takes_effect_when_the_block_is_done(self) -> None:
        told: list[str] = []

        def block() -> None:
            with held_back(lambda: told.append("wait")) as interrupt:
                os.kill(os.getpid(), signal.SIGINT)
                told.append(f"came: {interrupt.came}")

        with pytest.raises(KeyboardInterrupt):
            block()
        assert told == ["wait", "came: True"]

    def test_what_the_block_raises_goes_before_the_interrupt(self) -> None:
        def block() -> None:
            with held_back(lambda: None):
                os.kill(os.getpid(), signal.SIGINT)
                raise ValueError("its own")

        with pytest.raises(ValueError, match="its own"):
            block()

    def test_a_person_who_cannot_be_told_does_not_end_the_block(self) -> None:
        done: list[bool] = []

        def gone() -> None:
            raise BrokenPipeError

        def block() -> None:
            with held_back(gone) as interrupt:
                os.kill(os.getpid(), signal.SIGTERM)
                done.append(interrupt.came)

        with pytest.raises(KeyboardInterrupt):
            block()
        assert done == [True]

    def test_the_handlers_of_before_are_back_afterwards(self) -> None:
        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)]
        with held_back(lambda: None):
            assert signal.getsignal(signal.SIGINT) != before[0]
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)] == before

    def test_a_signal_that_the_process_was_told_to_ignore_stays_ignored(self) -> None:
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
        try:
            with held_back(lambda: None) as interrupt:
                os.kill(os.getpid(), signal.SIGHUP)
            assert not interrupt.came
        finally:
            signal.signal(signal.SIGHUP, before)

    def test_in_a_thread_that_hears_no_signals_the_block_just_runs(self) -> None:
        ran: list[bool] = []

        def block() -> None:
            with held_back(lambda: None):
                ran.append(True)

        thread = threading.Thread(target=block)
        thread.start()
        thread.join()
        assert ran == [True]
