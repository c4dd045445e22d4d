"""Which provider is meant: by whose word, from which package, and what is wrong with one that cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaged_provider import install

from storyboard.errors import KeyMissingError, UsageError
from storyboard.generation.installed_providers import complaint
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.provider import (
    ProviderChoice,
    ProviderSettings,
    choice_of,
    choose_provider,
    provider_names,
)

if TYPE_CHECKING:
    from pathlib import Path

SANDBOX = ProviderChoice("sandbox", "sandbox", True, True, None)
HOSTED = ProviderChoice("empirio", "https://api.empiriolabs.ai", False, False, 48.0)
ACME = "acme = acme_storyboard:AcmeProvider"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_trying_is_free_unless_somebody_says_otherwise() -> None:
    assert choose_provider(None, None) == SANDBOX
    assert choose_provider(None, None, "empirio") == HOSTED


def test_the_person_goes_before_the_environment_and_that_before_the_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORYBOARD_PROVIDER", "empirio")
    assert choose_provider(None, None, "sandbox") == HOSTED
    assert choose_provider("sandbox", None, "empirio") == SANDBOX


def test_an_address_goes_with_the_service_and_its_variable_does_not_trouble_the_sandbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("STORYBOARD_BASE_URL", "https://Other.example/v1/")
    assert choose_provider("empirio", None).base_url == "https://other.example"
    assert choose_provider("empirio", "http://127.0.0.1:9/").base_url == "http://127.0.0.1:9"
    assert choose_provider("sandbox", None) == SANDBOX
    with pytest.raises(UsageError, match="goes with the provider empirio"):
        choose_provider("sandbox", "http://127.0.0.1:9")


def test_a_purchase_finds_its_service_again() -> None:
    for choice in (SANDBOX, HOSTED, choose_provider("empirio", "http://127.0.0.1:9/v1")):
        assert choice_of(choice.name, choice.base_url) == choice


def test_choosing_the_service_needs_no_key_and_paying_does() -> None:
    with LazyProvider(choose_provider("empirio", None)) as provider:
        assert not provider.choice.free
        with pytest.raises(KeyMissingError, match="EMPIRIOLABS_API_KEY is not set"):
            provider.require_key()
    with LazyProvider(SANDBOX) as provider:
        provider.require_key()


@pytest.mark.parametrize("place", ["person", "environment", "series"])
def test_a_provider_that_is_not_there_is_told_with_who_named_it(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"person": "", "environment": "STORYBOARD_PROVIDER names it", "series": "The series names it"}[place]
    if place == "environment":
        monkeypatch.setenv("STORYBOARD_PROVIDER", "emprio")
    with pytest.raises(UsageError, match=f"There is no provider “emprio”.*{told}") as caught:
        choose_provider("emprio" if place == "person" else None, None, "emprio" if place == "series" else None)
    assert caught.value.hint == "Did you mean “empirio”?"


def test_a_package_brings_a_provider(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    assert provider_names() == ("sandbox", "empirio")
    install(site, "acme_storyboard", ACME, on=monkeypatch)
    assert provider_names() == ("sandbox", "empirio", "acme")
    choice = choose_provider("acme", None)
    assert choice == ProviderChoice("acme", "https://render.acme.example", False, False, 600)
    assert choice_of("acme", choice.base_url) == choice


def test_two_packages_with_one_name_are_both_told(monkeypatch: pytest.MonkeyPatch, site: Path) -> None:
    install(site, "acme_storyboard", ACME, on=monkeypatch)
    install(site, "acme_two", "acme = acme_two:AcmeProvider", version="9", on=monkeypatch)
    with pytest.raises(UsageError, match=r"brought by acme-storyboard 1\.2 and by acme-two 9"):
        choose_provider("acme", None)
    assert choose_provider("sandbox", None) == SANDBOX


@pytest.mark.parametrize("name", ["sandbox", "empirio"])
def test_a_package_cannot_take_the_name_of_a_provider_that_ships(
    monkeypatch: pytest.MonkeyPatch, site: Path, name: str
) -> None:
    install(site, "acme_storyboard", f"{name} = acme_storyboard:AcmeProvider", on=monkeypatch)
    with pytest.raises(UsageError, match=r"brought by this program and by acme-storyboard 1\.2") as caught:
        choose_provider(name, None)
    assert caught.value.hint.startswith("Uninstall acme-storyboard")
    assert provider_names() == ("sandbox", "empirio")


BROKEN = [
    ("raise RuntimeError('no licence')", "it cannot be imported (RuntimeError: no licence)"),
    ("import nothing_of_that_name", "it cannot be imported (ModuleNotFoundError"),
    ("raise SystemExit", "it cannot be imported (SystemExit)"),
    ("", "it cannot be imported (AttributeError"),
    ("Make = 7", "broken_one:Make is no factory, but of the type int"),
    ("def Make(settings): return 1 / 0", "it cannot be made (ZeroDivisionError"),
    ("def Make(): pass", "it cannot be made (TypeError"),
    ("def Make(settings): return object()", "its facts cannot be read (AttributeError"),
]


@pytest.mark.parametrize(("source", "told"), BROKEN)
def test_a_broken_package_is_named(monkeypatch: pytest.MonkeyPatch, site: Path, source: str, told: str) -> None:
    install(site, "broken_one", "broken = broken_one:Make", source=source, on=monkeypatch)
    with pytest.raises(UsageError) as caught:
        choose_provider("broken", None)
    assert caught.value.message.startswith("The provider “broken” of the package broken-one 1.2 cannot be used: ")
    assert told in caught.value.message
    assert "broken-one" not in choose_provider("sandbox", None).name


FACTS: dict[str, Any] = {
    "name": "acme",
    "base_url": "https://acme.example",
    "free": False,
    "ends_with_process": False,
    "requests_a_minute": None,
    **dict.fromkeys(("require_key", "submit", "status", "fetch", "price", "close"), lambda: None),
}


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, ""),
        ({"requests_a_minute": 0.5}, ""),
        ({"name": "other"}, "its name is 'other'"),
        ({"name": None}, "its name is 'None'"),
        ({"base_url": ""}, "its base_url is no address"),
        ({"base_url": "https://me:secret@acme.example"}, "its base_url is no address"),
        ({"base_url": b"x"}, "its base_url is no address"),
        ({"free": 0}, "its “free” is neither True nor False"),
        ({"ends_with_process": None}, "its “ends_with_process” is neither"),
        ({"requests_a_minute": 0}, "its “requests_a_minute” is neither None"),
        ({"requests_a_minute": float("nan")}, "its “requests_a_minute” is neither None"),
        ({"requests_a_minute": True}, "its “requests_a_minute” is neither None"),
        ({"fetch": None}, "it has no fetch() that can be called"),
    ],
)
def test_what_is_no_provider_is_told_by_what_it_lacks(changed: dict[str, Any], told: str) -> None:
    problem = complaint(type("P", (), FACTS | changed), "acme")
    assert problem.startswith(told)
    assert bool(problem) == bool(told)


@given(st.text(max_size=100))
def test_no_name_is_taken_for_a_provider_by_accident(name: str) -> None:
    try:
        chosen = choose_provider(name, None).name
    except UsageError:
        return
    assert chosen == (name or "sandbox")


def test_the_facts_of_a_settings_factory_are_never_the_key() -> None:
    assert "Secret" not in repr(ProviderSettings("https://acme.example"))
