"""The database server stops in the middle of a render: what was bought is in the journal, and goes on."""

from __future__ import annotations

import os
import shlex
import signal
import time
from typing import TYPE_CHECKING

import psutil
import pytest
from postgres.postgres_server import _SETTINGS, _Programs, _programs, running_postgres, why_there_is_none
from stand_in import state

from storyboard.generation.journal import JOURNAL, Journal
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from postgres.postgres_server import Database, PostgresServer
    from stand_in import Exchange
    from studio import Studio

pytest_plugins = ["render_fixtures", "postgres.postgres_fixtures"]


@pytest.fixture
def own_server() -> Iterator[PostgresServer]:
    """A server that no other test needs."""
    if reason := why_there_is_none():
        pytest.skip(reason)
    with running_postgres() as server:
        yield server


@pytest.fixture
def database(own_server: PostgresServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    with own_server.database() as made:
        monkeypatch.setenv("STORYBOARD_LEDGER", made.url)
        yield made


def _stop(server: PostgresServer) -> None:
    pid = server.pid
    os.kill(pid, signal.SIGINT)  # “fast”: sessions are ended, not waited for
    while psutil.pid_exists(pid):
        time.sleep(0.02)


def _start(server: PostgresServer) -> None:
    folder = server.socket_folder
    options = f"-h '' -k {shlex.quote(str(folder))} {_SETTINGS}"
    run = _Programs(folder, _programs()).run
    run("pg_ctl", "start", "-w", "-t", "60", "-D", str(folder / "data"), "-l", str(folder / "log"), "-o", options)


def _bought_while_it_stops(studio: Studio, server: PostgresServer, answer: Callable[[Exchange], None]) -> None:
    def stop(exchange: Exchange) -> None:
        _stop(server)
        answer(exchange)

    studio.service.on_submit.append(stop)


def test_a_job_that_is_bought_while_the_server_stops_is_in_the_journal_and_goes_on(
    studio: Studio, own_server: PostgresServer, database: Database
) -> None:
    _bought_while_it_stops(studio, own_server, studio.service.accept)
    result = studio.render()
    assert result.code == 5
    assert "See that the database server runs" in " ".join(result.err.split())
    assert "Traceback" not in result.err
    entries = Journal(studio.folder / ".storyboard" / JOURNAL).entries()
    assert [entry.job_id for entry in entries] == ["job-1"]

    assert studio.render().code == 5  # it is still away
    _start(own_server)
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1), result.err
    assert "Job job-1 was found in the journal" in result.err
    assert studio.episode.read_bytes() == studio.service.clip
    with Ledger(database.url) as ledger:
        assert [purchase.state for purchase in ledger.all()] == [State.DONE]


@pytest.mark.usefixtures("database")
def test_a_server_that_stops_while_a_job_runs_is_exit_5_and_the_job_goes_on(
    studio: Studio, own_server: PostgresServer
) -> None:
    def stop(exchange: Exchange) -> None:
        _stop(own_server)
        state("processing", 0.5)(exchange)

    studio.service.on_poll.append(stop)
    assert studio.render().code == 5
    _start(own_server)
    assert (studio.render().code, len(studio.service.posts)) == (0, 1)
    assert studio.episode.read_bytes() == studio.service.clip


@pytest.mark.usefixtures("database")
def test_a_server_that_was_started_anew_between_two_looks_is_not_even_noticed(
    studio: Studio, own_server: PostgresServer
) -> None:
    def restart(exchange: Exchange) -> None:
        _stop(own_server)
        _start(own_server)
        state("processing", 0.5)(exchange)

    studio.service.on_poll.append(restart)
    result = studio.render()
    assert (result.code, len(studio.service.posts)) == (0, 1), result.err


def test_a_server_that_is_away_is_told_before_anything_is_sent(studio: Studio, own_server: PostgresServer) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORYBOARD_LEDGER", f"postgresql://postgres@/show?host={own_server.socket_folder}/nowhere")
        result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert "Traceback" not in result.err
