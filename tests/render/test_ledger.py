"""The ledger: one row a purchase, one way from state to state, and never a guess."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from stand_in import hang_up, refuse

from storyboard.compiler.price import dollars
from storyboard.errors import LedgerError
from storyboard.generation.ledger import Ledger
from storyboard.generation.ledger_tables import SCHEMA_VERSION
from storyboard.generation.outlook import Will, another, current, what_becomes_of
from storyboard.generation.purchase import Order, Purchase, State
from storyboard.generation.spending import Account
from storyboard.generation.standing import where_it_stands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]

ORDER = Order("empirio", "https://service", {"prompt": "é", "cfg": 1.0}, 1, "series", "one", 1, Decimal("1.026"))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def _file(ledger: Ledger) -> Path:
    assert ledger.database.path is not None
    return ledger.database.path


def _bring(ledger: Ledger, order: Order, to: State) -> Purchase:
    """Bring an order to a state, by the way a render goes."""
    key = ledger.plan(order).key
    if to is State.PLANNED:
        return ledger.plan(order)
    permit = ledger.take_permit(key) or ""
    if to in {State.UNKNOWN, State.ABANDONED}:
        ledger.uncertain(key, "no answer")
        if to is State.ABANDONED:
            ledger.ended(key, to, "given up")
    elif to is not State.BUYING:
        ledger.accepted(key, permit, f"job-{order.take}", None)
        if to in {State.COLLECTING, State.DONE}:
            ledger.ready(key, "http://media/1")
        if to is State.DONE:
            ledger.done(key, "takes/1.mp4", "0" * 64)
        if to in {State.FAILED, State.EXPIRED}:
            ledger.ended(key, to, "said so")
    return ledger.plan(order)


MOVES: dict[str, tuple[Callable[[Ledger, Purchase], object], set[State]]] = {
    "accept": (
        lambda ledger, it: ledger.accepted(it.key, it.permit or "", "job-of-its-own", None),
        {State.BUYING, State.UNKNOWN},
    ),
    "call unknown": (lambda ledger, it: ledger.uncertain(it.key, "lost"), {State.BUYING}),
    "call misnamed": (lambda ledger, it: ledger.misnamed(it.key, "no such job"), {State.RUNNING}),
    "name the job": (lambda ledger, it: ledger.named(it.key, "job-by-hand"), {State.UNKNOWN}),
    "confirm the job": (lambda ledger, it: ledger.confirmed(it.key), {State.RUNNING}),
    "find in the journal": (lambda ledger, it: ledger.found(it.key, "permit", "job-found", None), {State.PLANNED}),
    "call ready": (
        lambda ledger, it: ledger.ready(it.key, "http://media/2"),
        {State.RUNNING, State.COLLECTING, State.DONE},
    ),
    "call done": (lambda ledger, it: ledger.done(it.key, "takes/2.mp4", "1" * 64), {State.COLLECTING}),
    "call stuck": (lambda ledger, it: ledger.stuck(it.key, "damaged"), {State.COLLECTING}),
    "call failed": (lambda ledger, it: ledger.ended(it.key, State.FAILED, "no"), {State.RUNNING}),
    "call expired": (lambda ledger, it: ledger.ended(it.key, State.EXPIRED, "no"), {State.RUNNING}),
    "abandon": (
        lambda ledger, it: ledger.ended(it.key, State.ABANDONED, "no"),
        {State.UNKNOWN, State.RUNNING, State.COLLECTING},
    ),
    "take in by hand": (
        lambda ledger, it: ledger.taken_in(it.key, "takes/3.mp4", "3" * 64),
        {State.RUNNING, State.COLLECTING, State.EXPIRED},
    ),
    "call not bought": (lambda ledger, it: ledger.not_bought(it.key, "no"), {State.UNKNOWN}),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_move_is_made_from_its_own_states_and_refused_from_all_others(ledger: Ledger, name: str) -> None:
    move, sources = MOVES[name]
    for number, state in enumerate(State, start=1):
        purchase = _bring(ledger, replace(ORDER, take=number), state)
        assert purchase.state is state
        if state in sources:
            move(ledger, purchase)
            ledger.start_over(purchase.key, "so that the next one may have its job")
        else:
            with pytest.raises(LedgerError, match=f"in the ledger it is {state}"):
                move(ledger, purchase)
            assert ledger.find(purchase.key) == purchase


def test_only_what_is_planned_gets_a_permit(ledger: Ledger) -> None:
    for number, state in enumerate(State, start=1):
        purchase = _bring(ledger, replace(ORDER, take=number), state)
        assert (ledger.take_permit(purchase.key) is not None) == (state is State.PLANNED)


def test_of_many_threads_one_gets_the_permit(ledger: Ledger) -> None:
    key = ledger.plan(ORDER).key
    permits: list[str | None] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        with Ledger(_file(ledger)) as own:
            gate.wait()
            permits.append(own.take_permit(key))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(permit is not None for permit in permits) == 1
    assert len(permits) == 8


def test_an_answer_under_another_permit_does_not_land(ledger: Ledger) -> None:
    purchase = _bring(ledger, ORDER, State.BUYING)
    with pytest.raises(LedgerError):
        ledger.accepted(purchase.key, "another permit", "job-1", None)
    ledger.give_back(purchase.key, "another permit", "refused")
    assert ledger.find(purchase.key) == purchase


@pytest.mark.parametrize("state", State)
def test_what_certainly_bought_nothing_is_planned_again_unless_a_person_has_settled_it(
    ledger: Ledger, state: State
) -> None:
    purchase = _bring(ledger, ORDER, state)
    ledger.give_back(purchase.key, purchase.permit or "none", "refused")
    is_open = state in {State.PLANNED, State.BUYING, State.UNKNOWN}
    assert ledger.get(purchase.key).state is (State.PLANNED if is_open else state)


def test_an_answer_that_comes_late_still_lands(ledger: Ledger) -> None:
    purchase = _bring(ledger, ORDER, State.UNKNOWN)
    ledger.accepted(purchase.key, purchase.permit or "", "job-1", None)
    assert ledger.plan(ORDER).job_id == "job-1"


def test_an_answer_that_comes_after_a_person_decided_to_buy_again_does_not_land(ledger: Ledger) -> None:
    purchase = _bring(ledger, ORDER, State.UNKNOWN)
    ledger.not_bought(purchase.key, "by a person's word")
    with pytest.raises(LedgerError):
        ledger.accepted(purchase.key, purchase.permit or "", "job-1", None)


def test_a_late_answer_wins_over_a_person_who_decides_to_buy_again_after_it(ledger: Ledger) -> None:
    purchase = _bring(ledger, ORDER, State.UNKNOWN)
    ledger.accepted(purchase.key, purchase.permit or "", "job-1", None)
    with pytest.raises(LedgerError, match="it is running"):
        ledger.not_bought(purchase.key, "by a person's word")


def test_two_purchases_cannot_have_one_job(ledger: Ledger) -> None:
    _bring(ledger, ORDER, State.RUNNING)
    other = _bring(ledger, replace(ORDER, take=2), State.BUYING)
    with pytest.raises(LedgerError, match="holds that job already"):
        ledger.accepted(other.key, other.permit or "", "job-1", None)


def test_one_request_and_take_is_one_row_however_often_and_for_whatever_episode_it_is_planned(ledger: Ledger) -> None:
    first = ledger.plan(ORDER)
    assert ledger.plan(replace(ORDER, episode="two", reel=3, series="else", cost=Decimal(9))) == first
    assert len(ledger.all()) == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"provider": "sandbox"},
        {"base_url": "https://other"},
        {"request": {"prompt": "è", "cfg": 1.0}},
        {"take": 2},
    ],
)
def test_another_provider_address_request_or_take_is_another_purchase(
    ledger: Ledger, changed: dict[str, object]
) -> None:
    ledger.plan(ORDER)
    ledger.plan(replace(ORDER, **changed))  # type: ignore[arg-type]  # each is of its own type
    assert len(ledger.all()) == 2


def test_the_order_of_the_keys_of_a_request_does_not_matter(ledger: Ledger) -> None:
    ledger.plan(ORDER)
    ledger.plan(replace(ORDER, request={"cfg": 1.0, "prompt": "é"}))
    assert len(ledger.all()) == 1


def test_the_database_itself_refuses_a_second_row_of_one_purchase(ledger: Ledger) -> None:
    ledger.plan(ORDER)
    columns = "provider, base_url, request_sha256, take, series, episode, reel, request, cost_usd, state, reason"
    copy = (
        f"INSERT INTO purchases (key, created_at, updated_at, {columns}) "
        f"SELECT 'other', created_at, updated_at, {columns} FROM purchases"
    )
    with closing(sqlite3.connect(_file(ledger))) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(copy)


def test_the_database_itself_refuses_a_state_that_is_none(ledger: Ledger) -> None:
    ledger.plan(ORDER)
    with closing(sqlite3.connect(_file(ledger))) as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute("UPDATE purchases SET state = 'perhaps'")


def test_every_move_leaves_an_event(tmp_path: Path) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    with Ledger(tmp_path / "ledger.sqlite", now=lambda: at) as ledger:
        key = _bring(ledger, ORDER, State.DONE).key
        assert [(when, str(state)) for when, state, _ in ledger.history(key)] == [
            (at, state) for state in ("planned", "buying", "running", "collecting", "done")
        ]


def test_a_move_that_is_refused_leaves_none(ledger: Ledger) -> None:
    key = _bring(ledger, ORDER, State.FAILED).key
    before = ledger.history(key)
    with pytest.raises(LedgerError):
        ledger.done(key, "takes/1.mp4", "0" * 64)
    assert ledger.history(key) == before


def test_the_ledger_of_a_newer_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger(path) as ledger:
        ledger.plan(ORDER)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE meta SET schema_version = ?", [SCHEMA_VERSION + 1])
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="written by a newer program") as refused:
        Ledger(path)
    assert "Install a newer storyboard-composer" in refused.value.hint
    assert path.read_bytes() == before


def _truncate(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _garbage(_: bytes) -> bytes:
    return b"this is no database, and never was\n" * 200


@pytest.mark.parametrize("damage", [_truncate, _garbage])
def test_a_damaged_ledger_is_exit_5_buys_nothing_and_is_not_written_over(
    studio: Studio, damage: Callable[[bytes], bytes]
) -> None:
    studio.render()
    studio.ledger.write_bytes(damage(studio.ledger.read_bytes()))
    before = studio.ledger.read_bytes()
    for result in (studio.render(), studio.render("--take", "1"), studio.here("jobs", "list")):
        assert result.code == 5
        assert "cannot be used" in result.err
        assert "Traceback" not in result.err
    assert studio.ledger.read_bytes() == before
    assert len(studio.service.posts) == 1


def test_a_folder_that_cannot_hold_a_ledger_is_exit_5_and_buys_nothing(studio: Studio) -> None:
    (studio.folder / ".storyboard").write_text("a file where the folder should be")
    result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert ".storyboard cannot be used" in result.err


@pytest.mark.parametrize("name", ["locks", "parts", "takes", "journal"])
def test_a_part_of_the_folder_that_cannot_be_used_is_exit_5_and_buys_nothing(studio: Studio, name: str) -> None:
    spoiled = studio.folder / ".storyboard" / name
    spoiled.parent.mkdir()
    spoiled.mkdir() if name == "journal" else spoiled.write_text("")
    result = studio.render()
    assert (result.code, studio.service.posts) == (5, [])
    assert "cannot be" in result.err


def _current(ledger: Ledger) -> int:
    found = current(ledger.takes_of(ORDER))
    return found.order.take if found else 0


def test_the_take_that_counts_is_one_under_way_then_the_latest_done_then_the_latest_failure(ledger: Ledger) -> None:
    assert _current(ledger) == 0
    for number, state in enumerate((State.FAILED, State.DONE, State.ABANDONED, State.PLANNED), start=1):
        _bring(ledger, replace(ORDER, take=number), state)
    assert _current(ledger) == 2
    _bring(ledger, replace(ORDER, take=5), State.RUNNING)
    assert _current(ledger) == 5


@pytest.mark.parametrize("state", [State.BUYING, State.UNKNOWN, State.RUNNING, State.COLLECTING, State.PLANNED])
def test_another_take_is_the_one_that_was_begun_where_there_is_one(ledger: Ledger, state: State) -> None:
    _bring(ledger, ORDER, State.DONE)
    _bring(ledger, replace(ORDER, take=2), state)
    assert another(ledger.takes_of(ORDER)) == 2


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.EXPIRED, State.ABANDONED])
def test_another_take_is_a_new_one_where_all_have_ended(ledger: Ledger, state: State) -> None:
    _bring(ledger, ORDER, state)
    assert another(ledger.takes_of(ORDER)) == 2


OUTLOOK = {
    State.PLANNED: Will.BUY,
    State.BUYING: Will.RESUME,
    State.RUNNING: Will.RESUME,
    State.COLLECTING: Will.RESUME,
    State.DONE: Will.REUSE,
    State.FAILED: Will.STOP,
    State.EXPIRED: Will.STOP,
    State.UNKNOWN: Will.STOP,
    State.ABANDONED: Will.STOP,
}


@pytest.mark.parametrize("state", State)
def test_the_outlook_is_what_a_render_then_does(ledger: Ledger, state: State) -> None:
    purchase = _bring(ledger, ORDER, state)
    assert what_becomes_of(purchase, free=False) is OUTLOOK[state]
    assert what_becomes_of(purchase, free=True) is (Will.REUSE if state is State.DONE else Will.BUY)


def test_a_reel_that_was_never_planned_is_bought() -> None:
    assert what_becomes_of(None, free=False) is Will.BUY


NOW = datetime(2026, 11, 25, tzinfo=UTC)
PURCHASE = Purchase(
    "k",
    Order("empirio", "https://s", {}, 1, "s", "e", 1, Decimal(1)),
    State.PLANNED,
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    NOW,
    NOW,
)


class TestJobsCommand:
    def test_list_shows_key_state_price_and_job_of_each_purchase_and_what_was_paid(self, studio: Studio) -> None:
        studio.render()
        result = studio.here("jobs", "list")
        assert result.code == 0
        head, episode, line, empty, paid, counted = result.out.splitlines()
        assert head.split() == ["key", "reel", "take", "where", "it", "stands", "price", "age", "job"]
        assert (episode, empty, paid) == ("story", "", "Paid: $1.16.")
        assert counted == "Ceilings count $1.16: all that was sent, whatever became of it."
        assert line.split()[:5] == [studio.key(), "1", "1", "home", "$1.16"]
        assert line.split()[-1] == "job-1"

    def test_list_tells_what_may_have_been_paid_and_show_says_why(self, studio: Studio) -> None:
        studio.service.on_submit.append(hang_up)
        studio.render()
        assert "Paid: $0.00; perhaps $1.16 more, of which no job is known." in studio.here("jobs", "list").out
        assert "It may be paid" in studio.here("jobs", "show", studio.key()).out

    def test_what_was_given_up_counts_as_it_does_for_ceilings(self, studio: Studio) -> None:
        studio.service.on_submit.append(hang_up)
        studio.render()
        studio.here("jobs", "settle", studio.key(), "--abandon")
        out = studio.here("jobs", "list").out
        assert "Paid: $0.00; perhaps $1.16 more, of which no job is known." in out
        assert "Ceilings count $1.16: all that was sent" in out
        with Ledger(studio.ledger) as ledger:
            account = Account("story", "story", None, ledger.now())
            assert [dollars(ledger.spent(account, scope)) for scope in ("episode", "series", "month")] == ["1.16"] * 3
        (job,) = json.loads(studio.here("jobs", "list", "--json").out)["jobs"]
        assert (job["state"], job["counts_for_ceilings"]) == ("abandoned", True)

    def test_what_was_not_sent_counts_for_nothing(self, studio: Studio) -> None:
        studio.service.on_submit.append(refuse(402, "insufficient_credits"))
        studio.render()
        out = studio.here("jobs", "list").out
        assert ("Paid: $0.00." in out, "Ceilings" in out) == (True, False)
        (job,) = json.loads(studio.here("jobs", "list", "--json").out)["jobs"]
        assert (job["state"], job["counts_for_ceilings"]) == ("planned", False)

    def test_the_help_has_a_line_for_each_place_where_a_purchase_can_stand(self, studio: Studio) -> None:
        told = studio.here("jobs", "list", "--help").out
        words = {where_it_stands(replace(PURCHASE, state=state)) for state in State}
        assert all(f"\n  {word}  " in told for word in {*words, "waiting to be sent", "ready: cannot be had"})

    def test_show_tells_what_happened_in_order(self, studio: Studio) -> None:
        studio.render()
        shown = studio.here("jobs", "show", studio.key()).out
        places = [shown.index(word) for word in ("written down", "permit given", "accepted as job job-1", "is home")]
        assert places == sorted(places)

    def test_a_folder_where_nothing_was_rendered_is_wrong_usage(self, studio: Studio) -> None:
        result = studio.here("jobs", "list")
        assert (result.code, "nothing was rendered there yet" in result.err) == (2, True)
        assert not (studio.folder / ".storyboard").exists()

    def test_the_folder_can_be_named(self, studio: Studio) -> None:
        studio.render()
        studio.monkeypatch.chdir(studio.folder.parent)
        assert "job-1" in studio.here("jobs", "list", "--series", "story").out


@pytest.mark.parametrize("clip", ["/etc/passwd", "../../secret", "takes/../../x", "parts/x.mp4", "takes\\..\\x"])
def test_a_ledger_that_names_a_file_outside_its_takes_is_refused(studio: Studio, clip: str) -> None:
    studio.render()
    with closing(sqlite3.connect(studio.ledger)) as connection, connection:
        connection.execute("UPDATE purchases SET clip = ?", (clip,))
    result = studio.render()
    assert (result.code, "which is none of its own" in result.err) == (5, True)
    assert len(studio.service.posts) == 1


def test_a_state_folder_that_is_a_link_is_refused(studio: Studio) -> None:
    elsewhere = studio.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (studio.folder / ".storyboard").symlink_to(elsewhere)
    result = studio.render()
    assert (result.code, studio.service.posts, list(elsewhere.iterdir())) == (5, [], [])


def test_a_ledger_below_the_one_in_use_keeps_a_paid_render_from_buying_again(studio: Studio) -> None:
    studio.render()
    (studio.folder.parent / "series.yaml").write_text("series: 1\ntitle: S\nepisodes: '*/*.yaml'\n")
    result = studio.render()
    assert (result.code, "would be bought again" in result.err) == (5, True)
    assert len(studio.service.posts) == 1
