"""The sandbox inside this process as a provider: free, without a key, and gone when the process is."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from storyboard.errors import DownloadError, NeverSentError, StoryboardError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from storyboard.generation.answers import JobStatus, SubmittedJob
    from storyboard.generation.api import ApiClient
    from storyboard.generation.provider import ProviderSettings

EMBEDDED = "sandbox"
"""Stands for the address of the embedded sandbox, whose port means nothing."""


class SandboxProvider:
    """The API served inside this process; it starts at the first submit.

    Raises:
        UsageError: An address is given: it has none.
    """

    name = "sandbox"
    base_url = EMBEDDED
    free = True
    ends_with_process = True
    requests_a_minute: float | None = None

    def __init__(self, settings: ProviderSettings) -> None:
        if settings.base_url not in {None, EMBEDDED}:
            raise UsageError(
                "--base-url goes with the provider empirio; the sandbox runs inside this process.",
                hint="For a sandbox of your own: --provider empirio --base-url http://127.0.0.1:PORT.",
            )
        self._stack = ExitStack()
        self._client: ApiClient | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return "SandboxProvider()"

    def require_key(self) -> None:
        """Nothing is needed."""

    def submit(self, body: Mapping[str, Any], *, before_send: Callable[[], None] | None = None) -> SubmittedJob:
        """Have a clip made; see ``Provider.submit``.

        Raises:
            RefusedError: Nothing is made.
            OutcomeUnknownError: Nobody knows.
        """
        try:
            client = self._open()
        except (StoryboardError, OSError) as error:
            raise NeverSentError(
                f"The sandbox does not start: {str(error).rstrip('.')}. Nothing was made.",
                hint="storyboard doctor says what is missing.",
            ) from None
        return client.submit(body, before_send=before_send or (lambda: None))

    def status(self, job_id: str, poll_url: str | None = None) -> JobStatus:
        """Ask after a job; see ``Provider.status``.

        Raises:
            JobExpiredError: It is not known: it ended with its process.
            ServiceUnreachableError: No state came.
        """
        return self._open().job(job_id, poll_url)

    def fetch(self, url: str, to: Path, *, part: Path, on_progress: Callable[[int, int | None], None]) -> None:
        """Bring a clip home; see ``Provider.fetch``.

        Raises:
            DownloadError: Not home.
        """
        from storyboard.generation.download import download

        try:
            download(url, to, part=part, on_progress=on_progress)
        except DownloadError as error:
            if not error.no_room:
                raise
            raise DownloadError(  # nothing was paid, and nothing waits anywhere
                f"There is no room for the clip in {part.parent}.",
                hint="Make room, then run the same command again: the sandbox makes it anew, for nothing.",
                no_room=True,
            ) from None

    def price(self, request: Mapping[str, Any]) -> Decimal:
        """Nothing, whatever is asked for."""
        del request
        return Decimal(0)

    def close(self) -> None:
        """End the sandbox, and every job that it has."""
        with self._lock:
            self._client = None
            self._stack.close()

    def _open(self) -> ApiClient:
        from storyboard.generation.api import ApiClient
        from storyboard.generation.sandbox.server import serve
        from storyboard.generation.sandbox.settings import SandboxSettings
        from storyboard.generation.secret import Secret

        with self._lock:
            if self._client is None:
                sandbox = self._stack.enter_context(serve(SandboxSettings()))
                self._client = self._stack.enter_context(ApiClient(sandbox.base_url, Secret(sandbox.key)))
            return self._client
