"""A ledger's address, as STORYBOARD_LEDGER names it, reaches a real Postgres."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from storyboard.generation.ledger_place import ledger_place

if TYPE_CHECKING:
    from postgres.postgres_server import Database

pytest_plugins = ["postgres.postgres_fixtures"]


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg"])
def test_the_database_that_is_named_is_reached(postgres: Database, scheme: str) -> None:
    named = postgres.url.replace("postgresql+psycopg", scheme)
    place = ledger_place(Path("/show"), {"STORYBOARD_LEDGER": named})
    engine = create_engine(place.url)
    with engine.connect() as connection:
        assert connection.execute(text("select current_database()")).scalar() == postgres.name
    engine.dispose()
    assert place.shown.endswith(f"/{postgres.name}")
