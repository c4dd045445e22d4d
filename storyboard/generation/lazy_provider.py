"""A provider that opens when it is first needed, and is held to its promises."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Self

from storyboard.errors import (
    DownloadError,
    NeverSentError,
    OutcomeUnknownError,
    RefusedError,
    ServiceUnreachableError,
    StoryboardError,
    UsageError,
)
from storyboard.generation.provider import DEFECT, ProviderSettings, kind_of, price_at

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from pathlib import Path
    from types import TracebackType

    from storyboard.generation.answers import JobStatus, SubmittedJob
    from storyboard.generation.provider import Provider, ProviderChoice


class LazyProvider:
    """A provider that opens when it is first needed: an episode that is all reused asks for no key.

    It holds any provider, whoever wrote it, to what ``Provider`` promises: of a submit that ends in any other way
    than that, nobody knows the outcome. Use ``with``; leaving it ends an embedded sandbox.
    """

    def __init__(self, choice: ProviderChoice, settings: ProviderSettings | None = None) -> None:
        self.choice = choice
        self._settings = settings or ProviderSettings(choice.base_url)
        self._provider: Provider | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"LazyProvider({self.choice.name!r}, {self.choice.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was opened."""
        with self._lock:
            provider, self._provider = self._provider, None
        if provider is not None:
            provider.close()

    @property
    def requests_a_minute(self) -> float | None:
        """How many requests may be sent in a minute; None is no bound."""
        return self.choice.requests_a_minute

    @property
    def ends_with_process(self) -> bool:
        """Whether a job ends with this process."""
        return self.choice.ends_with_process

    @property
    def provider(self) -> Provider:
        """The provider itself, made at the first call.

        Raises:
            UsageError: It cannot be used.
        """
        from storyboard.generation.installed_providers import make_provider

        with self._lock:
            if self._provider is None:
                self._provider = make_provider(self.choice.name, self._settings)
            return self._provider

    def require_key(self) -> None:
        """See that there is what it needs, before a person is asked anything.

        Raises:
            KeyMissingError: It needs a key, and there is none.
            UsageError: It cannot be used.
        """
        try:
            self.provider.require_key()
        except StoryboardError:
            raise
        except Exception as error:  # noqa: BLE001  it may be anybody's
            raise UsageError(
                f"The provider {self.choice.name} cannot be used: {kind_of(error)}.", hint=DEFECT
            ) from None

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        """Buy; see ``Provider.submit``.

        Raises:
            RefusedError: Nothing was bought.
            OutcomeUnknownError: It may be paid.
        """
        from storyboard.generation.answers import SubmittedJob, is_job_id

        try:
            self.require_key()
        except RefusedError:
            raise
        except StoryboardError as error:
            raise NeverSentError(f"{error.message} Nothing was sent.", hint=error.hint) from None
        caller = _Caller(before_send)
        try:
            job = self.provider.submit(body, before_send=caller.call)
        except Exception as error:
            if error is caller.raised or isinstance(error, RefusedError | OutcomeUnknownError):
                raise
            raise self._unknown(f"ended in a way that says nothing ({kind_of(error)})") from None
        if not isinstance(job, SubmittedJob) or not is_job_id(job.job_id):
            raise self._unknown("took the job and gave no name for it that can be used")
        return job

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job; see ``Provider.status``.

        Raises:
            JobExpiredError: The service no longer knows it.
            KeyRejectedError: The key is not accepted.
            ServiceUnreachableError: No state came; ask again.
        """
        from storyboard.generation.answers import JobStatus

        try:
            found = self.provider.status(job_id, poll_url)
            if isinstance(found, JobStatus):
                return found
            said = "something that is no state"
        except StoryboardError:
            raise
        except Exception as error:  # noqa: BLE001  it may be anybody's
            said = kind_of(error)
        raise ServiceUnreachableError(
            f"The provider {self.choice.name} gave no state of job {job_id}: {said}.", hint=DEFECT
        )

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        """Bring a clip home; see ``Provider.fetch``.

        Raises:
            DownloadError: Not home.
        """
        caller = _Caller(on_progress)
        try:
            self.provider.fetch(url, to, part=part, on_progress=caller.call)
        except Exception as error:
            if error is caller.raised or isinstance(error, StoryboardError):
                raise
            raise DownloadError(
                f"The provider {self.choice.name} did not bring the clip home: {kind_of(error)}.", hint=DEFECT
            ) from None
        if not to.is_file():
            raise DownloadError(f"The provider {self.choice.name} brought no clip home, and no error.", hint=DEFECT)

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """What a job costs, in US dollars, unrounded; see ``Provider.price``.

        Raises:
            UsageError: The provider knows no price for it.
        """
        return price_at(self.provider, request)

    def _unknown(self, what: str) -> OutcomeUnknownError:
        return OutcomeUnknownError(
            f"The job was given to the provider {self.choice.name}, which {what}. It may be paid, and will not be "
            "sent again by itself.",
            hint="Look in the service's dashboard for a job made about now, then tell what you found: storyboard "
            "jobs settle takes its job id, buys again, or abandons it.",
        )


class _Caller:
    """Calls back, and remembers what that raised, to tell it from what a provider raises itself."""

    def __init__(self, callback: Callable[..., None] | None) -> None:
        self._callback = callback
        self.raised: BaseException | None = None

    def call(self, *given: Any) -> None:
        """Call back."""
        if self._callback is None:
            return
        try:
            self._callback(*given)
        except BaseException as error:
            self.raised = error
            raise
