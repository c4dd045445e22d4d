"""What every provider has to keep to, as tests that any provider can be put through.

A package that brings a provider has in its tests, run with pytest::

    from storyboard.generation.provider_contract import ProviderContract

    class TestAcme(ProviderContract):
        def make_provider(self, settings):
            return AcmeProvider(settings)   # what its entry point names

        def settings(self):
            return ProviderSettings(base_url=…, key=lambda variable: Secret("…"))

It buys a few jobs: give it a service that costs nothing. Nothing here needs pytest itself; what cannot be tried with
a provider, because its test does not say how, is skipped. A failure says which promise is broken, in words.
"""

from __future__ import annotations

import time
import traceback
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar
from unittest import SkipTest

from storyboard.errors import (
    JobExpiredError,
    KeyMissingError,
    OutcomeUnknownError,
    RefusedError,
    StoryboardError,
)
from storyboard.generation.answers import JobStatus, Phase, SubmittedJob, is_job_id
from storyboard.generation.installed_providers import complaint
from storyboard.generation.provider import ProviderSettings
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storyboard.generation.provider import Provider
    from storyboard.generation.secret import Secret

UNKNOWN_JOB = "job-that-nobody-has-ever-made"


class ContractBrokenError(AssertionError):
    """A provider does not keep what ``Provider`` promises."""


class ProviderContract:
    """The promises of a provider, a test each. Subclass it, and say how the provider is made and what it is fed.

    Attributes:
        longest: Seconds that a small job may take.
        resumes: Whether a cut download goes on where it stopped. What the service does not allow need not be so.
        fps: Frames a second of a clip.
        slack: By how much a clip may be longer or shorter than ordered, in seconds.
    """

    longest: ClassVar[float] = 120.0
    resumes: ClassVar[bool] = True
    fps: ClassVar[int] = SVI_2_0_PRO.fps
    slack: ClassVar[Fraction] = SVI_2_0_PRO.slot_seconds / 2

    _finished: ClassVar[tuple[Provider, JobStatus] | None]

    # What a subclass says.

    def make_provider(self, settings: ProviderSettings) -> Provider:
        """The provider, made as its entry point makes it."""
        raise NotImplementedError

    def settings(self) -> ProviderSettings:
        """What the provider is made with, so that it works."""
        return ProviderSettings()

    def small_request(self) -> dict[str, Any]:
        """A request that is taken, and soon done."""
        return {
            "model": SVI_2_0_PRO.model,
            "prompt": "a fox runs\na fox stops\na fox looks up\na fox runs on",
            "resolution": "832x480",
            "duration": 18,
            "cfg": 1.0,
            "t2v_quality": "quality",
        }

    def refused_request(self) -> dict[str, Any]:
        """A request that the service will not take."""
        return self.small_request() | {"duration": 1}

    def accepted_jobs(self) -> int | None:
        """How many jobs the service has accepted so far; None where that cannot be known."""
        return None

    def losing_settings(self) -> ProviderSettings | None:
        """Settings with which a submit arrives and its answer is lost; None where that cannot be had."""
        return None

    def secret(self) -> str | None:
        """The key as text, which must never be shown; None where there is none."""
        return None

    # The promises.

    def test_it_is_made_without_a_key_and_tells_its_facts(self) -> None:
        """A plan needs them, and has no key."""
        with self._made(replace(self.settings(), key=_no_key)) as provider:
            problem = complaint(provider, provider.name)
            _see(not problem, problem)
            _see(bool(repr(provider)), "its repr is empty")

    def test_given_its_own_address_it_is_the_same_provider(self) -> None:
        """A purchase names the address, and has to find the service again."""
        with self._made() as first, self._made(replace(self.settings(), base_url=first.base_url)) as second:
            _see(second.base_url == first.base_url, f"at {first.base_url} it says that it is at {second.base_url}")

    def test_without_a_key_it_says_so_before_anybody_is_asked(self) -> None:
        """A person is not asked for money that cannot be spent."""
        with self._made(replace(self.settings(), key=_no_key)) as provider:
            if provider.free:
                raise SkipTest("a provider that is free may need no key")
            with _raises(KeyMissingError, "require_key() without a key"):
                provider.require_key()
            with _raises(RefusedError, "submit() without a key"):
                provider.submit(self.small_request())

    def test_a_submit_answers_with_a_job_that_goes_on_until_it_names_a_clip(self) -> None:
        """From going to done, with an address."""
        _, status = self._finished_job()
        _see(status.phase is Phase.DONE, f"the job ended as {status.phase.value} ({status.word})")
        _see(all(url.startswith(("http://", "https://")) for url in status.urls), f"its addresses are {status.urls}")

    def test_the_clip_comes_home_and_is_what_was_ordered(self, tmp_path: Path) -> None:
        """It decodes, with the size, the rate and the length that were ordered."""
        from storyboard.generation.take import differences, inspect_clip

        provider, status = self._finished_job()
        seen: list[tuple[int, int | None]] = []
        clip, part = tmp_path / "clip.mp4", tmp_path / "clip.part"
        provider.fetch(status.urls[0], clip, part=part, on_progress=lambda have, total: seen.append((have, total)))
        size = clip.stat().st_size
        _see(bool(seen) and seen[-1][0] == size, f"it told {seen[-1:]} of {size} bytes")
        _see(not part.exists(), "it leaves the partial file")
        request = self.small_request()
        width, height = (int(side) for side in request["resolution"].split("x"))
        wrong = differences(
            inspect_clip(clip),
            width=width,
            height=height,
            fps=self.fps,
            seconds=Fraction(str(request["duration"])),
            slack=self.slack,
        )
        _see(not wrong, "; ".join(wrong))

    def test_a_fetch_that_was_cut_goes_on_where_it_stopped(self, tmp_path: Path) -> None:
        """What stops it gets out, no half clip is left, and the next call goes on."""
        provider, status = self._finished_job()
        clip, part = tmp_path / "clip.mp4", tmp_path / "clip.part"
        seen: list[int] = []

        def stop(have: int, total: int | None) -> None:
            del total
            seen.append(have)
            if have:
                raise _StoppedError

        with _raises(_StoppedError, "fetch() whose on_progress raises"):
            provider.fetch(status.urls[0], clip, part=part, on_progress=stop)
        _see(not clip.exists(), "a fetch that was cut leaves a clip")
        again: list[int] = []
        provider.fetch(status.urls[0], clip, part=part, on_progress=lambda have, _: again.append(have))
        _see(clip.is_file(), "the second fetch brings nothing home")
        whole = tmp_path / "whole.mp4"
        provider.fetch(status.urls[0], whole, part=tmp_path / "whole.part", on_progress=lambda _, __: None)
        _see(clip.read_bytes() == whole.read_bytes(), "what was resumed is not what comes at once")
        if self.resumes:
            _see(bool(again) and again[0] > 0, "the second fetch begins anew")

    def test_an_unknown_job_is_told_as_expired(self) -> None:
        """And not as one that may still come, for which one would ask for ever."""
        with self._made() as provider, _raises(JobExpiredError, "status() of an unknown job"):
            provider.status(UNKNOWN_JOB)

    def test_a_refused_request_is_told_as_refused_and_buys_nothing(self) -> None:
        """It can be told from an outcome that nobody knows."""
        before = self.accepted_jobs()
        with self._made() as provider:
            with _raises(RefusedError, "submit() of a request that is refused") as errors:
                provider.submit(self.refused_request())
            wait = errors[0].retry_after
            _see(wait is None or wait >= 0, f"its retry_after is {wait}")
            _see(self.accepted_jobs() == before, "a refused request was accepted")

    def test_a_lost_answer_is_told_as_unknown_after_one_send(self) -> None:
        """It may be paid, so it is neither called refused nor sent again."""
        settings = self.losing_settings()
        if settings is None:
            raise SkipTest("the test does not say how an answer is lost")
        before = self.accepted_jobs()
        with self._made(settings) as provider:
            with _raises(OutcomeUnknownError, "submit() whose answer is lost"):
                provider.submit(self.small_request())
            if before is not None:
                _see(self.accepted_jobs() == before + 1, "it was sent more than once, or not at all")

    def test_what_is_raised_before_the_send_gets_out_and_nothing_is_sent(self) -> None:
        """A permit that is lost while connecting must stop the purchase."""
        before = self.accepted_jobs()

        def lost() -> None:
            raise _StoppedError

        with self._made() as provider:
            with _raises(_StoppedError, "submit() whose before_send raises"):
                provider.submit(self.small_request(), before_send=lost)
            _see(self.accepted_jobs() == before, "it was sent all the same")

    def test_a_price_is_exact_and_known_without_asking(self) -> None:
        """In dollars; 0 only where it is free."""
        with self._made(replace(self.settings(), key=_no_key)) as provider:
            price: object = provider.price(self.small_request())
            _see(isinstance(price, Decimal) and price.is_finite(), f"its price is {price!r}, and no Decimal")
            if isinstance(price, Decimal):
                _see(price > 0 or (provider.free and price == 0), f"its price is {price}")
                _see(provider.price(self.small_request()) == price, "the same request has two prices")

    def test_it_can_be_closed_again_and_again(self) -> None:
        """Used or not."""
        with self._made() as unused:
            unused.close()
            unused.close()
        with self._made() as provider:
            with _raises(StoryboardError, "status() of an unknown job"):
                provider.status(UNKNOWN_JOB)
            provider.close()
            provider.close()

    def test_its_key_is_in_no_error_and_no_repr(self) -> None:
        """Errors go to terminals, logs and ledgers."""
        secret = self.secret()
        if secret is None:
            raise SkipTest("the test names no key")
        with self._made() as provider:
            told = [repr(provider), str(provider)]
            calls: list[Callable[[], object]] = [
                lambda: provider.submit(self.refused_request()),
                lambda: provider.submit({"model": object()}),
                lambda: provider.status(UNKNOWN_JOB),
            ]
            for call in calls:
                try:
                    call()
                except Exception as error:  # noqa: BLE001  whichever it is, it must not show the key
                    told += [*traceback.format_exception(error), getattr(error, "hint", "")]
            told += [repr(provider), repr(vars(provider)) if hasattr(provider, "__dict__") else ""]
        _see(not any(secret in text for text in told), "its key is shown")

    # What the promises are tried with.

    @classmethod
    def setup_class(cls) -> None:
        """Begin without a finished job."""
        cls._finished = None

    @classmethod
    def teardown_class(cls) -> None:
        """Close the provider of the finished job."""
        if cls._finished is not None:
            cls._finished[0].close()
            cls._finished = None

    @contextmanager
    def _made(self, settings: ProviderSettings | None = None) -> Iterator[Provider]:
        provider = self.make_provider(settings or self.settings())
        try:
            yield provider
        finally:
            provider.close()

    def _finished_job(self) -> tuple[Provider, JobStatus]:
        """One job that is done, for all the promises about clips: making one takes time."""
        cls = type(self)
        if cls._finished is None:
            provider = self.make_provider(self.settings())
            try:
                cls._finished = provider, self._finish(provider)
            except BaseException:
                provider.close()
                raise
        return cls._finished

    def _finish(self, provider: Provider) -> JobStatus:
        called: list[None] = []
        job: object = provider.submit(self.small_request(), before_send=lambda: called.append(None))
        _see(bool(called), "before_send was not called")
        if not isinstance(job, SubmittedJob) or not is_job_id(job.job_id):
            raise ContractBrokenError(f"submit() answers {job!r}, and no job with a name that can be kept")
        until = time.monotonic() + self.longest
        while time.monotonic() < until:
            status: object = provider.status(job.job_id, job.poll_url)
            if not isinstance(status, JobStatus):
                raise ContractBrokenError(f"status() answers {status!r}")
            _see(status.job_id == job.job_id, f"asked about {job.job_id}, it tells of {status.job_id}")
            _see(status.progress is None or 0 <= status.progress <= 1, f"its progress is {status.progress}")
            if status.phase is not Phase.GOING and not status.done_without_result:
                return status
            time.sleep(0.1)
        raise ContractBrokenError(f"the small job is not done after {self.longest:g} s")


class _StoppedError(Exception):
    """Raised where a provider calls back."""


def _no_key(variable: str) -> Secret:
    raise KeyMissingError(f"There is no API key: {variable} is not set.")


def _see(kept: bool, told: str) -> None:
    if not kept:
        raise ContractBrokenError(f"The provider breaks its promise: {told}.")


@contextmanager
def _raises(kind: type[Exception], what: str) -> Iterator[list[Any]]:
    """See that the block raises an error of that kind, and keep it."""
    errors: list[Any] = []
    try:
        yield errors
    except kind as error:
        errors.append(error)
        return
    except Exception as error:
        raise ContractBrokenError(f"{what} raises {type(error).__name__}, and not {kind.__name__}.") from error
    raise ContractBrokenError(f"{what} raises nothing, and not {kind.__name__}.")
