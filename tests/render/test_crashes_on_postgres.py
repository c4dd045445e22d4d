"""A render killed at the boundaries that the program has, and started again: with its ledger on a Postgres server."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crash_fixtures import Ledgers
    from postgres.postgres_server import PostgresServer

pytest_plugins = ["crash_fixtures", "postgres.postgres_fixtures"]


@pytest.fixture
def on_the_server(postgres_server: PostgresServer) -> Ledgers:
    @contextmanager
    def fresh() -> Iterator[str]:
        with postgres_server.database() as database:
            yield database.url

    return fresh


def test_a_render_that_is_killed_anywhere_is_set_right_by_the_same_command(
    crashes: Callable[[Ledgers], None], on_the_server: Ledgers
) -> None:
    crashes(on_the_server)
