"""``storyboard rates``: the card in force, what the service's catalogue says other, and keeping it."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from helpers import write_story

from storyboard.generation.kept_rates import rates_path
from storyboard.generation.sandbox.catalogue import describe_model
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

KEY = "sk-empiriolabs-0123456789abcdef"
SHOWN = """\
Prices of 2026-11-23, from the vendor's price list; shipped with the program.

480p                    $0.057 a second   18 s $1.03, 121.5 s $6.93
720p                    $0.17 a second    18 s $3.06, 40.5 s $6.89
text-to-video, fast     $0.065 a job
text-to-video, quality  $0.13 a job
"""


@pytest.fixture(autouse=True)
def with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", KEY)


@contextmanager
def catalogue(*rows: dict[str, Any], **changes: Any) -> Iterator[str]:
    """A service that has this catalogue, and nothing else."""
    whole = describe_model() | ({"pricing_rows": rows} if rows else {}) | changes
    asked: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            known = self.headers["authorization"] == f"Bearer {KEY}"
            body = json.dumps(whole if known else {"error": {"message": "no", "code": "invalid_api_key"}}).encode()
            self.send_response(200 if known else 401)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
    assert set(asked) <= {"/v1/models/svi-2-0-pro"}


def row(size: str, price: object) -> dict[str, Any]:
    return {"resolution": size, "unit": "second", "price_usd": price}


def test_the_card_in_force_is_shown_in_eighty_columns_without_a_key(
    storyboard: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EMPIRIOLABS_API_KEY")
    ran = storyboard("rates")
    assert (ran.code, ran.out, ran.err) == (0, SHOWN, "")
    assert max(map(len, ran.out.splitlines())) <= 80


def test_the_card_is_one_object_for_programs(storyboard: Command) -> None:
    assert storyboard("rates", "--json").json == SVI_2_0_PRO.rates.as_json() | {"kept": None}


def test_a_refresh_shows_what_differs_and_later_prices_are_from_it_without_the_network(
    storyboard: Command, tmp_path: Path
) -> None:
    story = write_story(tmp_path)
    assert storyboard("preview", story, "--json").json["cost_usd"] == "1.16"
    with catalogue(row("480p", 0.1), row("720p", "0.17"), {"label": "Storage", "price": 1}) as url:
        ran = storyboard("rates", "--refresh", "--base-url", url)
    assert (ran.code, ran.err) == (0, "")
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"Catalogue of svi-2-0-pro at {url}, read 20")
    assert lines[1:6] == [
        "  480p                    $0.1 a second; it was $0.057 a second",
        "  text-to-video, fast     stays at $0.065 a job: no row of the catalogue names",
        "                          it",
        "  text-to-video, quality  stays at $0.13 a job: no row of the catalogue names it",
        "  a row                   not understood: label: Storage, price: 1",
    ]
    assert lines[-1].startswith("Kept in ")
    assert storyboard("preview", story, "--json").json["cost_usd"] == "1.93"
    shown = storyboard("rates")
    assert f"from the live catalogue of {url} (not told there" in " ".join(shown.out.split())
    assert storyboard("rates", "--json").json["kept"] == str(rates_path())
    again = storyboard("rates", "--reset")
    assert (again.code, again.out) == (0, SHOWN)
    assert again.err.startswith("The card in ")
    assert storyboard("rates", "--reset").err.startswith("There was no card in ")


def test_a_catalogue_that_says_the_same_is_kept_with_its_date(storyboard: Command) -> None:
    with catalogue() as url:
        told = storyboard("rates", "--refresh", "--base-url", url, "--json").json
    assert (told["differences"], told["kept"]) == ([], str(rates_path()))
    assert told["source"] == f"the live catalogue of {url}"
    assert told["date"] >= SVI_2_0_PRO.rates.date


def test_ranges_that_the_program_has_otherwise_are_told(storyboard: Command) -> None:
    parameters = [{"name": "duration", "minimum": 18, "maximum": 162}, {"name": "cfg", "range": [0.5, 2.0]}]
    with catalogue(supported_parameters=parameters) as url:
        out = storyboard("rates", "--refresh", "--base-url", url).out
    assert "  duration                18 to 162; this program takes 18.0 to 121.5\n" in out
    assert "  cfg                     0.5 to 2.0; this program takes 1.0 to 2.0\n" in out


@pytest.mark.parametrize(("price", "why"), [("0", "a price of 0"), (57, "1000 times the shipped price")])
def test_an_absurd_price_is_kept_by_a_persons_word_alone(storyboard: Command, price: object, why: str) -> None:
    with catalogue(row("480p", price), row("720p", "0.2")) as url:
        ran = storyboard("rates", "--refresh", "--base-url", url)
        assert ran.code == 3
        assert why in " ".join(ran.out.split())
        assert "Nothing was kept" in ran.err
        assert "--yes" in ran.err
        assert storyboard("rates").out == SHOWN
        assert storyboard("rates", "--refresh", "--base-url", url, "--yes").code == 0
    assert storyboard("rates", "--json").json["per_second_usd"] == {"480p": str(price), "720p": "0.2"}


def test_a_price_below_nothing_is_kept_by_nobody(storyboard: Command) -> None:
    with catalogue(row("480p", "-0.05")) as url:
        ran = storyboard("rates", "--refresh", "--base-url", url, "--yes")
    assert (ran.code, rates_path().exists()) == (2, False)
    assert "-$0.05 a second; it was $0.057 a second: a price below 0" in " ".join(ran.out.split())


def test_a_catalogue_without_a_price_that_is_understood_changes_nothing(storyboard: Command) -> None:
    with catalogue({"tier": "gold", "price": 5}) as url:
        ran = storyboard("rates", "--refresh", "--base-url", url)
    assert (ran.code, rates_path().exists()) == (1, False)
    assert "Nothing was kept" in ran.err


def test_a_refresh_mends_a_card_that_cannot_be_read(storyboard: Command) -> None:
    rates_path().parent.mkdir()
    rates_path().write_text("{}", encoding="utf-8")
    told = storyboard("rates")
    assert (told.code, "is no rate card of this program" in told.err) == (2, True)
    with catalogue() as url:
        ran = storyboard("rates", "--refresh", "--base-url", url)
    assert (ran.code, "shipped prices are compared with instead" in ran.err) == (0, True)
    assert storyboard("rates").code == 0


def test_a_card_that_cannot_be_read_stops_a_price_and_says_how_to_go_on(storyboard: Command, tmp_path: Path) -> None:
    rates_path().parent.mkdir()
    rates_path().write_text("{", encoding="utf-8")
    ran = storyboard("preview", write_story(tmp_path))
    assert (ran.code, "it is not JSON" in ran.err, "--reset" in ran.err) == (2, True, True)
    assert storyboard("rates", "--reset").code == 0
    assert storyboard("preview", write_story(tmp_path)).code == 0


def test_a_wrong_key_or_none_is_refused_and_never_shown(storyboard: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    with catalogue() as url:
        monkeypatch.setenv("EMPIRIOLABS_API_KEY", "sk-empiriolabs-wrong")
        wrong = storyboard("rates", "--refresh", "--base-url", url)
        monkeypatch.delenv("EMPIRIOLABS_API_KEY")
        missing = storyboard("rates", "--refresh", "--base-url", url)
    assert (wrong.code, missing.code) == (3, 3)
    assert "does not accept the API key" in wrong.err
    assert "sk-empiriolabs-wrong" not in wrong.err
    assert "is not set" in missing.err


def test_a_service_that_is_not_there_is_told(storyboard: Command) -> None:
    with catalogue() as url:
        pass
    assert storyboard("rates", "--refresh", "--base-url", url).code == 5


@pytest.mark.parametrize(
    "words", [("--refresh", "--reset"), ("--yes",), ("--base-url", "http://127.0.0.1:9"), ("--provider", "empirio")]
)
def test_options_that_do_not_go_together_are_wrong_usage(storyboard: Command, words: tuple[str, ...]) -> None:
    assert storyboard("rates", *words).code == 2


def test_the_sandbox_has_no_prices_of_its_own(storyboard: Command) -> None:
    ran = storyboard("rates", "--refresh", "--provider", "sandbox")
    assert (ran.code, "has no catalogue of prices" in ran.err) == (2, True)
