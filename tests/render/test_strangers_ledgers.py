"""A ledger that came with a stranger's repository spends nothing of the person's, and reaches nothing outside."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from stand_in import state

from storyboard.errors import LedgerError, UsageError
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import Order
from storyboard.generation.runs import Run
from storyboard.generation.spending import Ceilings
from storyboard.project import project_of

if TYPE_CHECKING:
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]

REQUEST = {"model": "svi-2-0-pro", "prompt": "theirs", "resolution": "1280x720", "duration": 40.5, "cfg": 1.0}


def order(studio: Studio, *, free: bool = False) -> Order:
    return Order("empirio", studio.service.url, REQUEST, 1, "story", "story", 1, Decimal("0.01"), "", free)


def run(studio: Studio) -> Run:
    return Run(datetime(2026, 11, 24, tzinfo=UTC), "story", str(studio.folder), Decimal(0), Ceilings())


def change(studio: Studio, statement: str, *given: object) -> None:
    with closing(sqlite3.connect(studio.ledger)) as connection:
        connection.execute(statement, given)
        connection.commit()


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("verb", ["resume", "collect"])
def test_what_it_calls_agreed_to_is_not_sent(studio: Studio, verb: str, free: bool) -> None:
    with Ledger(studio.ledger) as ledger:
        ledger.agree(run(studio), [order(studio, free=free)])
    studio.here("jobs", verb, "--base-url", studio.service.url)
    assert studio.service.posts == []


def planned_by_a_refused_render(studio: Studio) -> None:
    """A row that waits under the very name that the next render will look for."""
    studio.render("--max-cost", "0")
    with Ledger(studio.ledger) as ledger:
        assert ledger.all() == []
    studio.killed("before-the-permit")
    assert studio.rows() == [("planned", None)]


def test_another_request_under_the_name_of_the_one_that_was_priced_is_not_sent(studio: Studio) -> None:
    planned_by_a_refused_render(studio)
    change(studio, "UPDATE purchases SET request = ?, cost_usd = '0.01'", json.dumps(REQUEST))
    result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert "does not hold the request that its name stands for" in result.err


def test_a_trigger_that_would_change_what_is_bought_is_refused(studio: Studio) -> None:
    planned_by_a_refused_render(studio)
    change(studio, "CREATE TRIGGER t AFTER INSERT ON purchases BEGIN UPDATE purchases SET cost_usd = '0'; END")
    result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert "a trigger or a view" in result.err


def test_the_price_that_counts_is_the_one_that_was_told_last(studio: Studio) -> None:
    planned_by_a_refused_render(studio)
    change(studio, "UPDATE purchases SET cost_usd = '0.01'")
    assert studio.render().code == 0
    assert "Paid: $1.16." in studio.here("jobs", "list").out


def test_an_agreement_that_was_taken_back_at_the_gate_gives_no_permit(studio: Studio) -> None:
    agreement = run(studio)
    with Ledger(studio.ledger) as ledger:
        bought = order(studio)
        ledger.agree(agreement, [bought])
        ledger.withdraw(agreement.id)
        assert ledger.take_permit(bought.key, agreement.id) is None


def test_a_copy_of_the_folder_does_not_send_what_was_agreed_to_in_the_first(studio: Studio) -> None:
    studio.write(
        "storyboard: 1\ntitle: Two\nreels: by-scene\nrules: {stretched: off}\nscenes:\n"
        "  - segments: [a keeper lifts the lamp and turns]\n  - segments: [the beam sweeps over the reef and stops]\n"
    )
    studio.service.always_poll = state("processing", 0.5)
    assert studio.render("--detach").code == 5
    copy = studio.folder.parent / "copy"
    shutil.copytree(studio.folder, copy)
    studio.service.always_poll = None
    studio.here("jobs", "resume", "-C", str(copy), "--base-url", studio.service.url)
    assert len(studio.service.posts) == 1  # its own first reel came home, and the second is not its to send
    assert studio.here("jobs", "resume", "--base-url", studio.service.url).code == 0
    assert len(studio.service.posts) == 2


def test_what_became_another_text_is_not_bought_later(studio: Studio) -> None:
    two = (
        "storyboard: 1\ntitle: Two\nreels: by-scene\nrules: {stretched: off}\nscenes:\n"
        "  - segments: [a keeper lifts the lamp and turns]\n  - segments: [the beam sweeps over the reef and stops]\n"
    )
    studio.write(two)
    studio.service.always_poll = state("processing", 0.5)
    assert studio.render("--detach").code == 5
    studio.service.always_poll = None
    studio.write(two.replace("over the reef", "over the harbour"))
    assert studio.render().code == 0
    assert len(studio.service.posts) == 2
    studio.here("jobs", "resume", "--base-url", studio.service.url)
    assert len(studio.service.posts) == 2


@pytest.mark.parametrize("name", ["journal", "ledger.sqlite", "journal.lock"])
def test_a_link_in_place_of_a_file_is_not_followed(studio: Studio, name: str) -> None:
    outside = studio.folder.parent / "outside"
    outside.write_bytes(b"private")
    (studio.folder / ".storyboard").mkdir()
    (studio.folder / ".storyboard" / name).symlink_to(outside)
    result = studio.render()
    assert result.code == 5
    assert "is a link to another place" in result.err
    studio.here("plan", "story.yaml", "--provider", "empirio")
    assert outside.read_bytes() == b"private"
    assert studio.service.posts == []


@pytest.mark.parametrize("output", ["../films", "/tmp/films"])
def test_a_series_writes_its_films_into_its_own_folder_only(studio: Studio, output: str) -> None:
    studio.write(f"series: 1\ntitle: S\nepisodes: '*.yaml'\ndefaults: {{output: {output}}}\n", "series.yaml")
    assert studio.render().code == 2
    assert studio.service.posts == []
    assert "series.yaml:4:" in studio.here("check").out
    with pytest.raises(UsageError, match="lies outside its own folder"):
        project_of(studio.folder).output_folder(studio.folder / "story.yaml", None)


def test_a_row_that_is_not_what_its_name_says_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.plan(Order("empirio", "https://s", REQUEST, 1, "s", "e", 1, Decimal(1)))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE purchases SET base_url = 'https://other'")
        connection.commit()
    with Ledger(path) as ledger, pytest.raises(LedgerError, match="its name stands for"):
        ledger.all()
