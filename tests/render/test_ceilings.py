"""Ceilings: what is spent is counted from the ledger, and never passed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from render_command import ended
from sqlalchemy import text

from storyboard.errors import CeilingError
from storyboard.generation.ledger import Ledger
from storyboard.generation.purchase import Order
from storyboard.generation.runs import Run
from storyboard.generation.spending import Account, Ceilings

if TYPE_CHECKING:
    from pathlib import Path

    from studio import Studio

pytest_plugins = ["render_fixtures"]

ONE = """\
storyboard: 1
title: {title}
scenes:
  - segments: [a fox {title} and stops, a fox turns and sits, a fox rises and stretches, a fox looks up and barks]
"""


def series(studio: Studio, ceilings: str, *titles: str) -> None:
    studio.write(f"series: 1\ntitle: Foxes\nepisodes: '*.yaml'\nceilings: {ceilings}\n", "series.yaml")
    (studio.folder / "story.yaml").unlink(missing_ok=True)
    for title in titles:
        studio.write(ONE.format(title=title), f"{title}.yaml")


def orders(count: int) -> list[Order]:
    return [
        Order("empirio", "https://s", {"prompt": str(n)}, 1, "Foxes", f"e{n % 2}", n, Decimal("1.00"))
        for n in range(count)
    ]


def run(ceilings: Ceilings, at: datetime = datetime(2026, 11, 24, tzinfo=UTC)) -> Run:
    return Run(at, "Foxes", "/series", Decimal(4), ceilings)


def test_an_episode_may_not_cost_more_than_its_ceiling(studio: Studio) -> None:
    series(studio, "{episode: 1.00}", "runs")
    result = studio.render(story="runs.yaml")
    assert (result.code, studio.service.posts) == (3, [])
    assert "the ceiling of the episode runs allows $1.00" in result.err
    assert "ceilings: episode in series.yaml" in result.err


def test_what_was_spent_before_counts(studio: Studio) -> None:
    series(studio, "{series: 2.00}", "runs", "walks")
    assert studio.render(story="runs.yaml").code == 0
    result = studio.render(story="walks.yaml")
    assert (result.code, len(studio.service.posts)) == (3, 1)
    assert "the ceiling of the series allows $2.00, of which $1.16 is spent" in result.err


def test_what_would_fit_is_told(studio: Studio) -> None:
    series(studio, "{series: 2.00}", "runs", "walks")
    result = studio.here("render", "--provider", "empirio", "--base-url", studio.service.url, "--yes", "--json")
    assert (result.code, studio.service.posts) == (3, [])
    error = json.loads(result.out)["error"]
    assert error["code"] == "over-ceiling"
    assert error["hint"].startswith("The first reel of 2 would fit ($1.16).")


def test_a_smaller_picture_is_named_where_it_would_fit(studio: Studio) -> None:
    series(studio, "{episode: 2.00}", "runs")
    studio.write(ONE.format(title="runs") + "resolution: 1280x720\n", "runs.yaml")
    result = studio.render(story="runs.yaml")
    assert result.code == 3
    assert "At 480p all of it would cost $1.16, which fits." in result.err


def test_a_plan_shows_ceilings_and_says_what_would_be_refused(studio: Studio) -> None:
    series(studio, "{series: 1.00, month: 50}", "runs")
    told = " ".join(studio.here("plan", "--provider", "empirio").out.split())
    assert "Ceiling of the series: $1.00, of which $0.00 is spent: a render would be refused." in told
    assert "Ceiling of the month: $50.00, of which $0.00 is spent." in told


def test_the_sandbox_knows_no_ceiling(studio: Studio) -> None:
    series(studio, "{episode: 0.01}", "runs")
    assert "Ceiling" not in studio.here("plan").out


@pytest.mark.parametrize("scope", ["run", "episode", "series", "month"])
def test_the_permit_itself_is_refused_where_it_would_pass_a_ceiling(tmp_path: Path, scope: str) -> None:
    bought = orders(4)
    limit = Decimal("1.50") if scope == "episode" else Decimal("2.50")
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.agree(run(Ceilings(**{scope: limit})), bought)
        refused = []
        for order in bought:
            try:
                assert ledger.take_permit(order.key)
            except CeilingError as error:
                refused.append((error.scope, error.left))
    assert refused == [(scope, Decimal("0.50"))] * 2


def test_another_month_begins_anew(tmp_path: Path) -> None:
    moment = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    first, second = orders(2)
    with Ledger(tmp_path / "l.sqlite", now=lambda: moment) as ledger:
        ledger.agree(run(Ceilings(month=Decimal("1.50"))), [first, second])
        assert ledger.take_permit(first.key)
        with pytest.raises(CeilingError, match="ceiling of the month"):
            ledger.take_permit(second.key)
        moment = datetime(2026, 12, 1, tzinfo=UTC)
        assert ledger.take_permit(second.key)


def test_what_was_taken_over_from_the_lock_file_counts_for_episode_and_series_and_not_for_the_month(
    tmp_path: Path,
) -> None:
    first, second, third, _ = orders(4)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.adopt(first, "job-1", "takes/a.mp4", "0" * 64)
        ledger.agree(run(Ceilings(month=Decimal("1.50"))), [second])
        assert ledger.take_permit(second.key)  # a dollar of 1.50, although two are known to be spent
        ledger.plan(third)
        account = Account("Foxes", "e0", None, ledger.now())
        assert [ledger.spent(account, scope) for scope in ("episode", "series", "month")] == [1, 2, 1]


def test_what_an_older_program_bought_this_month_counts_though_it_kept_no_time_of_its_permit(tmp_path: Path) -> None:
    first, *_ = orders(2)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.agree(run(Ceilings()), [first])
        assert ledger.take_permit(first.key)
        with ledger.database.transaction() as connection:
            connection.execute(text("UPDATE purchases SET permit_at = NULL"))
        assert ledger.spent(Account("Foxes", "e0", None, ledger.now()), "month") == 1


def test_what_the_lock_file_says_others_paid_is_told_by_a_plan_and_by_a_refusal(studio: Studio) -> None:
    series(studio, "{series: 1.00, month: 50}", "walks")
    series(studio, "{series: 3.00}", "runs")
    assert studio.render(story="runs.yaml").code == 0
    hosted = ("--provider", "empirio", "--base-url", studio.service.url)
    assert "bought elsewhere" not in studio.here("plan", *hosted).out
    (studio.folder / ".storyboard").rename(studio.folder.parent / "the machine of another")
    series(studio, "{series: 1.00}")
    told = "The lock file names 1 more take, $1.16, bought elsewhere: ceilings count this ledger only."
    assert told in " ".join(studio.here("plan", *hosted).out.split())
    assert json.loads(studio.here("plan", *hosted, "--json").out)["bought_elsewhere"] == {
        "takes": 1,
        "cost_usd": "1.16",
    }
    result = studio.render(story="walks.yaml")
    assert result.code == 3
    assert told in result.err
    assert studio.render(story="runs.yaml").code == 0
    assert len(studio.service.posts) == 1
    assert "Of it $1.16 was taken over from the lock file: no month counts that." in studio.here("jobs", "list").out


def test_a_request_that_bought_nothing_is_not_counted(tmp_path: Path) -> None:
    first, second = orders(2)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.agree(run(Ceilings(series=Decimal("1.50"))), [first, second])
        permit = ledger.take_permit(first.key) or ""
        ledger.give_back(first.key, permit, "refused")
        assert ledger.take_permit(second.key)


def test_what_may_be_paid_is_counted(tmp_path: Path) -> None:
    first, second = orders(2)
    with Ledger(tmp_path / "l.sqlite") as ledger:
        ledger.agree(run(Ceilings(series=Decimal("1.50"))), [first, second])
        ledger.take_permit(first.key)
        ledger.uncertain(first.key, "no answer")
        account = Account("Foxes", "e0", None, datetime.now(UTC))
        assert ledger.spent(account, "series") == Decimal("1.00")
        with pytest.raises(CeilingError):
            ledger.take_permit(second.key)


def test_two_processes_together_do_not_pass_a_ceiling(studio: Studio) -> None:
    series(studio, "{series: 2.00}", "runs", "walks")
    hosted = ["--provider", "empirio", "--base-url", studio.service.url, "--yes"]
    both = [studio.start(command=["render", f"{title}.yaml", *hosted]) for title in ("runs", "walks")]
    codes = sorted(ended(process).code for process in both)
    assert codes == [0, 3]
    assert len(studio.service.posts) == 1


def test_a_run_that_ran_into_a_ceiling_can_be_gone_on_with_when_it_is_raised(studio: Studio) -> None:
    series(studio, "{series: 2.00}", "runs", "walks")
    studio.render(story="runs.yaml")
    studio.render(story="walks.yaml")
    series(studio, "{series: 3.00}", "runs", "walks")
    result = studio.render(story="walks.yaml")
    assert result.code == 0
    assert re.search(r"accepted as job job-2", result.err)


def test_two_processes_together_do_not_have_more_jobs_open_than_can_be_asked_after(tmp_path: Path) -> None:
    first, second, third, _ = orders(4)
    with Ledger(tmp_path / "l.sqlite") as mine, Ledger(tmp_path / "l.sqlite") as another:
        elsewhere = replace(third, base_url="https://another")
        mine.agree(run(Ceilings()), [first, second, elsewhere])
        permit = mine.take_permit(first.key, most_open=1) or ""
        assert permit
        assert another.take_permit(second.key, most_open=1) is None
        assert another.take_permit(elsewhere.key, most_open=1)
        mine.accepted(first.key, permit, "job-1", None)
        assert another.take_permit(second.key, most_open=1) is None
        mine.ready(first.key, "https://s/clip.mp4")
        assert another.take_permit(second.key, most_open=1)
