"""A ledger of the first version: brought up to this one in place, with everything it knows."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from storyboard.errors import LedgerError
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_tables import SCHEMA_VERSION
from storyboard.generation.purchase import Order, State

if TYPE_CHECKING:
    from pathlib import Path

    from postgres.postgres_server import Database

pytest_plugins = ["postgres.postgres_fixtures"]

FIRST = """
CREATE TABLE meta (schema_version INTEGER NOT NULL);
CREATE TABLE purchases (
    key VARCHAR(64) NOT NULL PRIMARY KEY, provider TEXT NOT NULL, base_url TEXT NOT NULL,
    request_sha256 VARCHAR(64) NOT NULL, take INTEGER NOT NULL, series TEXT NOT NULL, episode TEXT NOT NULL,
    reel INTEGER NOT NULL, request TEXT NOT NULL, cost_usd TEXT NOT NULL, state VARCHAR(16) NOT NULL,
    permit VARCHAR(36), job_id TEXT, poll_url TEXT, media_url TEXT, clip TEXT, clip_sha256 VARCHAR(64),
    reason TEXT DEFAULT '' NOT NULL, created_at {time} NOT NULL, updated_at {time} NOT NULL,
    CONSTRAINT one_row_a_purchase UNIQUE (provider, base_url, request_sha256, take),
    CONSTRAINT known_state CHECK (state IN ('planned', 'buying', 'running', 'collecting', 'done', 'failed', 'expired',
    'unknown', 'abandoned'))
);
CREATE UNIQUE INDEX one_purchase_a_job ON purchases (provider, base_url, job_id)
    WHERE job_id IS NOT NULL AND provider <> 'sandbox';
CREATE TABLE events (
    id {serial}, key VARCHAR(64) NOT NULL REFERENCES purchases (key), at {time} NOT NULL, state VARCHAR(16) NOT NULL,
    host TEXT NOT NULL, pid INTEGER NOT NULL, detail TEXT NOT NULL
);
INSERT INTO meta VALUES (1);
INSERT INTO purchases (key, provider, base_url, request_sha256, take, series, episode, reel, request, cost_usd, state,
    job_id, created_at, updated_at) VALUES
    ('{a}', 'empirio', 'https://s', '{sha256}', 1, 'show', 'one', 1, '{request}', '1.026', 'running', 'job-1',
    {at}, {at}),
    ('{b}', 'sandbox', 'sandbox', '{sha256}', 1, 'show', 'one', 1, '{request}', '1.026', 'done', 'job-2', {at}, {at});
INSERT INTO events (key, at, state, host, pid, detail)
    VALUES ('{a}', {at}, 'running', 'h', 1, 'accepted as job job-1');
"""
REQUEST = '{"prompt": "a fox runs", "resolution": "832x480", "duration": 18}'
A = Order("empirio", "https://s", json.loads(REQUEST), 1, "show", "one", 1, Decimal("1.026"))
B = replace(A, provider="sandbox", base_url="sandbox")
NAMES = {"a": A.key, "b": B.key, "sha256": A.request_sha256, "request": REQUEST}
AT = "'2026-11-01 12:00:00.000000'"


def first_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        script = FIRST.format(time="DATETIME", serial="INTEGER NOT NULL PRIMARY KEY", at=AT, **NAMES)
        connection.executescript(script)


def first_postgres(database: Database) -> None:
    engine = create_engine(database.url)
    try:
        with engine.begin() as connection:
            script = FIRST.format(time="TIMESTAMP WITH TIME ZONE", serial="SERIAL PRIMARY KEY", at=AT, **NAMES)
            connection.exec_driver_sql(script.replace("%", "%%"))
    finally:
        engine.dispose()


def sees_everything(ledger: Ledger) -> None:
    running, free = ledger.get(A.key), ledger.get(B.key)
    assert (running.state, running.job_id, running.order.free) == (State.RUNNING, "job-1", False)
    assert (free.state, free.order.free) == (State.DONE, True)
    assert (running.run, running.holder, running.tries, running.wait_seconds) == (None, None, 0, 0.0)
    assert [detail for _, _, detail in ledger.history(A.key)] == ["accepted as job job-1"]
    ledger.ready(A.key, "http://media/1")  # and it goes on
    assert ledger.get(A.key).ready_at is not None
    assert ledger.open_keys() == [A.key]


def test_an_older_sqlite_ledger_is_brought_up_to_date_in_place(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    first_sqlite(path)
    with Ledger(path) as ledger:
        sees_everything(ledger)
    with Ledger(path) as ledger:
        assert ledger.get(A.key).state is State.COLLECTING
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT schema_version FROM meta").fetchall() == [(SCHEMA_VERSION,)]


def test_an_older_postgres_ledger_is_brought_up_to_date_in_place(postgres: Database) -> None:
    first_postgres(postgres)
    with Ledger(postgres.url) as ledger:
        sees_everything(ledger)


def test_it_has_the_columns_and_indexes_of_one_that_is_made_anew(tmp_path: Path) -> None:
    first_sqlite(tmp_path / "old.sqlite")
    shapes = []
    for name in ("old", "new"):
        path = tmp_path / f"{name}.sqlite"
        Ledger(path).close()
        with closing(sqlite3.connect(path)) as connection:
            tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            columns = {
                table: sorted(row[1] for row in connection.execute(f"PRAGMA table_info({table})")) for table in tables
            }
            indexes = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
            shapes.append((columns, {name for name in indexes if not name.startswith(("sqlite", "ix_"))}))
    assert shapes[0] == shapes[1]


def test_a_migration_that_fails_half_way_leaves_the_ledger_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    first_sqlite(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE gates (name TEXT)")  # in the way of a later step
        connection.commit()
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(path)
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.connect() as connection:
            assert connection.execute(text("SELECT schema_version FROM meta")).scalar_one() == 1
            columns = {row[1] for row in connection.execute(text("PRAGMA table_info(purchases)"))}
            assert "holder" not in columns
    finally:
        engine.dispose()
