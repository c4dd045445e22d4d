"""The Postgres that other tests rely on: there, fresh for each test, and gone at the end, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg
import pytest
from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from postgres.postgres_server import Database, PostgresServer

pytest_plugins = ["postgres.postgres_fixtures"]

TESTS = Path(__file__).parents[1]
HOLD = """
import sys, time
from postgres.postgres_server import running_postgres
with running_postgres() as server:
    print(server.pid, server.keeper, server.socket_folder, flush=True)
    time.sleep(60)
"""


def are_gone(*pids: int, within: float = 20) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_sqlalchemy_reaches_the_database_by_its_url(postgres: Database) -> None:
    engine = create_engine(postgres.url)
    with engine.begin() as connection:
        assert connection.execute(text("select current_database()")).scalar() == postgres.name
        connection.execute(text("create table kept (word text)"))
    engine.dispose()


def test_psycopg_reaches_the_database_by_its_conninfo(postgres: Database) -> None:
    with psycopg.connect(postgres.conninfo) as connection:
        assert connection.execute("select current_database()").fetchone() == (postgres.name,)


@pytest.mark.parametrize("test", [1, 2])
def test_each_test_has_an_empty_database(postgres: Database, test: int) -> None:
    with psycopg.connect(postgres.conninfo) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone()
        assert tables == (0,)
        connection.execute("create table kept (word text)")


def test_a_database_goes_although_somebody_is_still_connected(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as database:
        connection = psycopg.connect(database.conninfo)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("select 1")
    connection.close()


def test_the_server_is_not_run_by_root(postgres_server: PostgresServer) -> None:
    assert psutil.Process(postgres_server.pid).uids().real != 0


@pytest.mark.usefixtures("postgres_server")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_tests_are_killed(how: signal.Signals) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert holder.stdout is not None
    with holder.stdout:
        server, keeper, folder = holder.stdout.readline().split()
        assert psutil.pid_exists(int(server))
        holder.send_signal(how)
        holder.wait()
    assert are_gone(int(server), int(keeper))
    assert not Path(folder).exists()
