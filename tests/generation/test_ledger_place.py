"""Which ledger is in force for what is paid, and that CI does not pay into one that is thrown away."""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from storyboard.errors import LedgerNotKeptError, UsageError
from storyboard.generation.ledger_place import ledger_place, refuse_unkept_in_ci

ROOT = Path("/show").absolute()
SECRET = "hunter2xyz"


def test_unless_another_is_named_the_ledger_lies_beside_the_story(tmp_path: Path) -> None:
    for environment in ({}, {"STORYBOARD_LEDGER": ""}, {"STORYBOARD_LEDGER": "  "}):
        place = ledger_place(tmp_path, environment)
        assert place.path == tmp_path / ".storyboard" / "ledger.sqlite"
        assert place.url.drivername == "sqlite"
        assert not place.is_kept
    assert not (tmp_path / ".storyboard").exists()


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("/kept/films.sqlite", "/kept/films.sqlite"),
        ("sqlite:////kept/films.sqlite", "/kept/films.sqlite"),
        ("SQLite:////kept/films.sqlite", "/kept/films.sqlite"),
        ("films.sqlite", "{here}/films.sqlite"),
        ("sqlite:///films.sqlite", "{here}/films.sqlite"),
        ("there", "{here}/there/ledger.sqlite"),
        ("sqlite:///there", "{here}/there/ledger.sqlite"),
        ("not-yet/", "{here}/not-yet/ledger.sqlite"),
        ("~/films.sqlite", "{here}/home/films.sqlite"),
        ("odd:name.sqlite", "{here}/odd:name.sqlite"),
    ],
)
def test_a_path_may_be_named(named: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "there").mkdir()
    place = ledger_place(ROOT, {"STORYBOARD_LEDGER": named})
    assert str(place.path) == place.shown == place.url.database == found.format(here=tmp_path)
    assert place.is_kept


def test_sqlalchemy_opens_the_file_that_is_named(tmp_path: Path) -> None:
    place = ledger_place(ROOT, {"STORYBOARD_LEDGER": f"{tmp_path}/a ?#%41 b.sqlite"})
    engine = create_engine(place.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table t (x)")
    engine.dispose()
    assert place.path is not None
    assert place.path.is_file()


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "PostgreSQL"])
def test_postgres_is_reached_by_psycopg(scheme: str) -> None:
    place = ledger_place(ROOT, {"STORYBOARD_LEDGER": f"{scheme}://mira:{SECRET}@db.example:5433/films"})
    assert place.url.drivername == "postgresql+psycopg"
    assert place.url.password == SECRET
    assert place.shown == "postgresql://mira@db.example:5433/films"
    assert place.path is None
    assert place.is_kept


@pytest.mark.parametrize(
    ("named", "shown"),
    [
        ("postgresql:///films?host=/run/postgresql", "postgresql:///run/postgresql/films"),
        (f"postgresql://db/films?user=mira&password={SECRET}", "postgresql://db/films"),
        (f"postgresql://mira:{SECRET}%40%2F%25@db/films?sslmode=require", "postgresql://mira@db/films"),
        ("postgresql://[::1]:5432/films", "postgresql://::1:5432/films"),
        ("postgresql:///films?host=a:1&host=b:2", "postgresql://a:1,b:2/films"),
    ],
)
def test_the_address_is_shown_without_what_is_secret(named: str, shown: str) -> None:
    place = ledger_place(ROOT, {"STORYBOARD_LEDGER": named})
    assert place.shown == shown
    assert SECRET not in repr(place)


@pytest.mark.parametrize(
    "named",
    [
        f"mysql://mira:{SECRET}@db/films",
        f"postgres://mira:{SECRET}@db/films",
        f"postgresql+asyncpg://mira:{SECRET}@db/films",
        f"postgresql://mira:p@{SECRET}@db/films",
        f"postgresql://mira:p@{SECRET}/x@db/films",
        f"postgresql://mira:p@{SECRET}?x@db/films",
        f"postgresql://mira:{SECRET}",
        f"postgresql://mira:{SECRET}@db",
        f"postgresql://mira:{SECRET}@db:port/films",
        f"postgresql://db/host=evil password={SECRET}",
        f"postgresql:mira:{SECRET}@db/films",
        f"postgresql://mira:{SECRET}\n@db/films",
        f"{SECRET}://db",
        "sqlite://",
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:///file:x?mode=memory&uri=true",
        "sqlite://films.sqlite",
        "sqlite:films.sqlite",
        "https://example.org/ledger",
        "://",
        "~nobody-of-that-name/ledger.sqlite",
        "a\x00b",
    ],
)
def test_anything_else_is_refused_and_no_password_is_told(named: str) -> None:
    with pytest.raises(UsageError, match="STORYBOARD_LEDGER") as caught:
        ledger_place(ROOT, {"STORYBOARD_LEDGER": named})
    if not named.startswith(SECRET):
        assert SECRET not in caught.value.message + caught.value.hint
    assert caught.value.hint


@given(password=st.text(min_size=6).filter(lambda text: text.strip("*@:/? ")))
def test_no_password_is_shown_however_it_is_written(password: str) -> None:
    marked = f"<<{password}>>"
    encoded = quote(marked.encode("utf-8", "surrogatepass"), safe="")
    for written in (marked, encoded):
        try:
            place = ledger_place(ROOT, {"STORYBOARD_LEDGER": f"postgresql://mira:{written}@db/films"})
        except UsageError as error:
            said = error.message + error.hint
        else:
            said = place.shown + repr(place)
        assert "<<" not in said
        assert ">>" not in said


def test_without_psycopg_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match="psycopg is not installed") as caught:
        ledger_place(ROOT, {"STORYBOARD_LEDGER": "postgresql://db/films"})
    assert "storyboard-composer[team]" in caught.value.hint


@pytest.mark.parametrize("said", ["true", "1", "TRUE", "yes", "woodpecker"])
def test_in_ci_nothing_is_paid_into_a_ledger_that_is_thrown_away(said: str) -> None:
    with pytest.raises(LedgerNotKeptError, match="bought again") as caught:
        refuse_unkept_in_ci(ledger_place(ROOT, {}), {"CI": said})
    assert caught.value.exit_code == 3
    assert "STORYBOARD_LEDGER" in caught.value.hint


@pytest.mark.parametrize("said", ["true", "1"])
@pytest.mark.parametrize("named", ["/kept/ledger.sqlite", "postgresql://db/films"])
def test_in_ci_a_ledger_that_is_named_is_paid_into(said: str, named: str) -> None:
    environment = {"CI": said, "STORYBOARD_LEDGER": named}
    refuse_unkept_in_ci(ledger_place(ROOT, environment), environment)


@pytest.mark.parametrize("environment", [{}, {"CI": ""}, {"CI": "false"}, {"CI": "False"}, {"CI": "0"}])
def test_at_home_the_ledger_beside_the_story_is_paid_into(environment: dict[str, str]) -> None:
    refuse_unkept_in_ci(ledger_place(ROOT, {}), environment)
