"""A provider that opens when it is needed, and what becomes of errors that no promise speaks of."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from storyboard.errors import (
    BusyElsewhereError,
    DownloadError,
    JobFailedError,
    KeyMissingError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ServiceUnreachableError,
    StillGoingError,
    UsageError,
)
from storyboard.generation import installed_providers
from storyboard.generation.answers import JobStatus, Phase, SubmittedJob
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.provider import ProviderChoice, choose_provider

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEY = "sk-empiriolabs-0123456789abcdef"


class Scripted:
    """Does what the test says; counts how often it is made and closed."""

    name, free = "acme", False

    def __init__(self) -> None:
        self.does: Callable[..., Any] = lambda *_, **__: None
        self.needs: Callable[[], None] = lambda: None
        self.made = self.closed = 0

    def require_key(self) -> None:
        self.needs()

    def submit(self, *given: Any, **named: Any) -> Any:
        return self.does(*given, **named)

    status = fetch = price = submit

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    provider = Scripted()

    def make(*_: Any) -> Scripted:
        provider.made += 1
        return provider

    monkeypatch.setattr(installed_providers, "make_provider", make)
    return provider


@pytest.fixture
def lazy() -> LazyProvider:
    return LazyProvider(ProviderChoice("acme", "https://acme.example", False, False, None))


def raising(error: BaseException) -> Callable[..., Any]:
    def does(*_: Any, **__: Any) -> Any:
        raise error

    return does


@pytest.mark.parametrize("price", [None, 1, 0.5, "1", Decimal("NaN"), Decimal(-1), Decimal("Infinity")])
def test_what_is_no_price_is_never_one(scripted: Scripted, lazy: LazyProvider, price: object) -> None:
    scripted.does = lambda *_: price
    for asked in (lazy, lazy.choice):
        with pytest.raises(UsageError, match="acme gives no price"):
            asked.price({})
    scripted.does = raising(ValueError(KEY))
    with pytest.raises(UsageError, match="ValueError") as caught:
        lazy.price({})
    assert KEY not in str(caught.value)


def test_it_is_made_at_the_first_need_once_and_closed_at_the_end(scripted: Scripted, lazy: LazyProvider) -> None:
    scripted.does = lambda *_: Decimal(1)
    with lazy:
        assert (scripted.made, lazy.requests_a_minute, lazy.ends_with_process) == (0, None, False)
        assert lazy.price({}) == lazy.price({}) == 1
        assert (scripted.made, scripted.closed) == (1, 0)
    lazy.close()
    assert (scripted.made, scripted.closed) == (1, 1)


@pytest.mark.parametrize("error", [RateLimitedError("wait", retry_after=3.0), OutcomeUnknownError("who knows")])
def test_what_a_submit_may_raise_comes_out_as_it_is(scripted: Scripted, lazy: LazyProvider, error: Exception) -> None:
    scripted.does = raising(error)
    with pytest.raises(type(error)) as caught:
        lazy.submit({})
    assert caught.value is error


@pytest.mark.parametrize(
    "error",
    [
        ValueError(KEY),
        OSError("reset"),
        UsageError("u"),
        ServiceUnreachableError("s"),
        JobFailedError("j", job_id="1"),
    ],
)
def test_a_submit_that_ends_in_any_other_way_may_be_paid(
    scripted: Scripted, lazy: LazyProvider, error: Exception
) -> None:
    scripted.does = raising(error)
    with pytest.raises(OutcomeUnknownError, match=f"acme, which ended in a way .*{type(error).__name__}") as caught:
        lazy.submit({})
    assert KEY not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("answer", [None, "job-1", SubmittedJob(""), SubmittedJob("a b"), SubmittedJob("x" * 201)])
def test_an_accepted_job_without_a_usable_name_may_be_paid(
    scripted: Scripted, lazy: LazyProvider, answer: object
) -> None:
    scripted.does = lambda *_, **__: answer
    with pytest.raises(OutcomeUnknownError, match="gave no name"):
        lazy.submit({})


def test_what_the_permit_raises_comes_out_whatever_it_is(scripted: Scripted, lazy: LazyProvider) -> None:
    error = LookupError("no permit")
    scripted.does = lambda body, before_send: before_send()
    with pytest.raises(LookupError) as caught:
        lazy.submit({}, before_send=raising(error))
    assert caught.value is error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KeyMissingError("none"), KeyMissingError),
        (UsageError("no proxy."), NeverSentError),
        (OSError(), NeverSentError),
    ],
)
def test_what_cannot_be_opened_has_sent_nothing(
    scripted: Scripted, lazy: LazyProvider, error: Exception, kind: type[Exception]
) -> None:
    scripted.needs = raising(error)
    with pytest.raises(kind):
        lazy.submit({})


def test_a_status_that_is_none_is_asked_for_again(scripted: Scripted, lazy: LazyProvider) -> None:
    for does in (raising(ValueError(KEY)), lambda *_: "done"):
        scripted.does = does
        with pytest.raises(ServiceUnreachableError, match="gave no state of job job-1") as caught:
            lazy.status("job-1")
        assert KEY not in str(caught.value)
    scripted.does = lambda job_id, poll_url: JobStatus(job_id, Phase.GOING, poll_url)
    assert lazy.status("job-1", "/x").word == "/x"


def test_a_clip_that_does_not_come_is_told_as_not_home(
    scripted: Scripted, lazy: LazyProvider, tmp_path: Path
) -> None:
    clip, part = tmp_path / "clip.mp4", tmp_path / "part"
    for does, told in (
        (raising(OSError()), "did not bring the clip home: OSError"),
        (lambda *_, **__: None, "no clip"),
    ):
        scripted.does = does
        with pytest.raises(DownloadError, match=told):
            lazy.fetch("https://x", clip, part=part, on_progress=lambda *_: None)
    for error in (BusyElsewhereError("busy"), StillGoingError("stop")):
        scripted.does = raising(error)
        with pytest.raises(type(error)):
            lazy.fetch("https://x", clip, part=part, on_progress=lambda *_: None)
    scripted.does = lambda *_, on_progress, **__: on_progress(1, 2)
    with pytest.raises(ZeroDivisionError):
        lazy.fetch("https://x", clip, part=part, on_progress=raising(ZeroDivisionError()))


def test_the_hosted_service_costs_by_the_card_and_the_sandbox_nothing() -> None:
    request = {"resolution": "832x480", "duration": 18, "t2v_quality": "fast"}
    with LazyProvider(choose_provider("empirio", None)) as hosted, LazyProvider(choose_provider()) as sandbox:
        assert hosted.price(request) == Decimal("1.091")
        assert hosted.price(request | {"image": {"sha256": "…"}}) == Decimal("1.026")
        assert hosted.price({}) == hosted.choice.price({}) == Decimal("1.156")
        assert sandbox.price(request) == 0
        for odd in ({"resolution": "9x9"}, {"duration": "long"}, {"t2v_quality": "best"}, {"duration": [1]}):
            with pytest.raises(UsageError, match="There is no price for this request"):
                hosted.price(request | odd)
