"""The fixtures of the tests that need Postgres: a test file names this module in ``pytest_plugins``.

As ``postgres.postgres_fixtures``, from whichever folder of tests: ``tests`` itself is on the path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from postgres.postgres_server import running_postgres, why_there_is_none

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres.postgres_server import Database, PostgresServer


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all the tests of this process; it takes under a second to start."""
    if reason := why_there_is_none():
        pytest.skip(reason)
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[Database]:
    """An empty database of the test's own."""
    with postgres_server.database() as database:
        yield database
