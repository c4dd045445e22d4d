"""A ledger on Postgres, copied into a file that is a ledger."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from storyboard.errors import LedgerError
from storyboard.generation.journal import Journal
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_copy import copy_ledger
from storyboard.generation.purchase import Order

if TYPE_CHECKING:
    from pathlib import Path

    from postgres.postgres_server import Database

pytest_plugins = ["postgres.postgres_fixtures"]

ORDER = Order("empirio", "https://service", {"prompt": "é", "cfg": 1.0}, 1, "series", "one", 1, Decimal("1.026"))


def test_the_copy_says_the_same_as_the_server(postgres: Database, tmp_path: Path) -> None:
    with Ledger(postgres.url) as ledger:
        key = ledger.plan(ORDER).key
        ledger.accepted(key, ledger.take_permit(key) or "", "job-1", None)
        ledger.plan(replace(ORDER, take=2))
        assert copy_ledger(ledger, Journal(tmp_path / "journal"), tmp_path / "copy.sqlite") == 2
        with Ledger(tmp_path / "copy.sqlite") as copy:
            assert copy.all() == ledger.all()
            assert copy.all_history() == ledger.all_history()
            copy.ready(key, "http://media/1")


def test_a_server_without_a_ledger_is_told_and_left_without(postgres: Database) -> None:
    for _ in range(2):
        with pytest.raises(LedgerError, match="There is no ledger"):
            Ledger(postgres.url, make=False)
