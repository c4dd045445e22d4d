"""The promises of a provider, kept by those that ship and by one of another package; and broken ones told."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from acme_provider import AcmeProvider
from packaged_provider import install

from storyboard.errors import OutcomeUnknownError
from storyboard.generation.answers import JobStatus, Phase
from storyboard.generation.empirio import EmpirioProvider
from storyboard.generation.installed_providers import make_provider
from storyboard.generation.provider import ProviderSettings
from storyboard.generation.provider_contract import ContractBrokenError, ProviderContract
from storyboard.generation.sandbox.provider import SandboxProvider
from storyboard.generation.sandbox.server import RunningSandbox, serve
from storyboard.generation.sandbox.settings import SandboxSettings
from storyboard.generation.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal
    from pathlib import Path

    from storyboard.generation.provider import Provider

KEY = "sk-empiriolabs-0123456789abcdef"


class TestSandbox(ProviderContract):
    def make_provider(self, settings: ProviderSettings) -> Provider:
        return SandboxProvider(settings)


class TestEmpirio(ProviderContract):
    stack: ClassVar[ExitStack]
    services: ClassVar[list[RunningSandbox]]

    @classmethod
    def setup_class(cls) -> None:
        super().setup_class()
        cls.stack = ExitStack()
        cls.services = [
            cls.stack.enter_context(serve(SandboxSettings(key=KEY, faults=faults)))
            for faults in ((), ("submit-drop-answer",))
        ]

    @classmethod
    def teardown_class(cls) -> None:
        super().teardown_class()
        cls.stack.close()

    def make_provider(self, settings: ProviderSettings) -> Provider:
        return EmpirioProvider(settings)

    def settings(self) -> ProviderSettings:
        return ProviderSettings(self.services[0].base_url, key=lambda variable: Secret(KEY, source=variable))

    def losing_settings(self) -> ProviderSettings:
        return replace(self.settings(), base_url=self.services[1].base_url)

    def accepted_jobs(self) -> int:
        return sum(service.stats.jobs for service in self.services)

    def secret(self) -> str:
        return KEY


class TestPackaged(ProviderContract):
    @pytest.fixture(autouse=True)
    def installed(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        install(tmp_path / "site", "acme_storyboard", "acme = acme_storyboard:AcmeProvider", on=monkeypatch)

    def make_provider(self, settings: ProviderSettings) -> Provider:
        return make_provider("acme", settings)

    def settings(self) -> ProviderSettings:
        return ProviderSettings(key=lambda variable: Secret(KEY, source=variable))

    def secret(self) -> str:
        return KEY


class Careless(AcmeProvider):
    """Breaks one promise after the other."""

    def submit(self, body: Mapping[str, Any], **_: Any) -> Any:
        if body["duration"] < 18:
            raise OutcomeUnknownError("who knows")
        return super().submit(body)

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        return JobStatus(job_id, Phase.GOING, f"with {KEY}")

    def price(self, request: Mapping[str, Any]) -> Decimal:
        return 0.18  # type: ignore[return-value]  # that is what is wrong with it

    def __repr__(self) -> str:
        return f"Careless({KEY})"


class CarelessContract(ProviderContract):
    longest = 0.3

    def make_provider(self, settings: ProviderSettings) -> Provider:
        return Careless(settings)

    def settings(self) -> ProviderSettings:
        return ProviderSettings(key=lambda variable: Secret(KEY, source=variable))

    def secret(self) -> str:
        return KEY


@pytest.mark.parametrize(
    ("promise", "told"),
    [
        ("a_submit_answers_with_a_job_that_goes_on_until_it_names_a_clip", "before_send was not called"),
        ("an_unknown_job_is_told_as_expired", "raises nothing, and not JobExpiredError"),
        ("a_refused_request_is_told_as_refused_and_buys_nothing", "OutcomeUnknownError, and not RefusedError"),
        ("what_is_raised_before_the_send_gets_out_and_nothing_is_sent", "raises nothing"),
        ("a_price_is_exact_and_known_without_asking", "its price is 0.18, and no Decimal"),
        ("its_key_is_in_no_error_and_no_repr", "its key is shown"),
    ],
)
def test_a_broken_promise_is_told_in_words(promise: str, told: str) -> None:
    contract = CarelessContract()
    contract.setup_class()
    with pytest.raises(ContractBrokenError, match=told):
        getattr(contract, f"test_{promise}")()
