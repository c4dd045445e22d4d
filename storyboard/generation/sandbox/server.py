"""Running a sandbox: inside the process for as long as a block lasts, or alone until Ctrl-C."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.generation.interrupts import terminated_like_interrupted
from storyboard.generation.sandbox.app import Api
from storyboard.generation.sandbox.connection import BreakableProtocol
from storyboard.generation.sandbox.faults import FaultSet
from storyboard.generation.sandbox.jobs import JobTable
from storyboard.generation.sandbox.media import MediaStore
from storyboard.generation.sandbox.settings import (
    HOSTED_REQUESTS_PER_MINUTE,
    KEY_PREFIX,
    SandboxSettings,
    is_loopback,
)
from storyboard.local_server import listening, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from storyboard.generation.sandbox.app import SandboxStats


class RunningSandbox:
    """A sandbox that takes requests.

    Attributes:
        base_url: Where it is, such as ``http://127.0.0.1:49152``; no slash at the end.
        key: The API key it accepts.
    """

    def __init__(self, base_url: str, key: str, api: Api) -> None:
        self.base_url = base_url
        self.key = key
        self._api = api

    @property
    def stats(self) -> SandboxStats:
        """What it has seen until now: submits, jobs, polls, downloads."""
        return self._api.stats

    def tell_jobs(self, tell: Callable[[str], None]) -> None:
        """Have every job that is accepted from now on told in a line, with its id."""
        self._api.on_job = lambda job: tell(
            f"accepted job {job.id}: {float(job.order.seconds):g} s at {job.order.width}x{job.order.height}"
        )


@contextmanager
def serve(
    settings: SandboxSettings | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> Iterator[RunningSandbox]:
    """Run a sandbox for as long as the block lasts.

    Args:
        settings: How it behaves; left out, the defaults.
        host: The address to listen at.
        port: The port; 0 takes a free one.

    Yields:
        The running sandbox. It accepts connections from the first line of the block on.

    Raises:
        UsageError: An unknown fault, an unusable setting, a port in use, or an address other machines can
            reach without a key of one's own.
    """
    settings = settings or SandboxSettings()
    _check(settings, host)
    faults = FaultSet(settings.faults)
    key = settings.key or KEY_PREFIX + secrets.token_hex(16)
    with ExitStack() as stack:
        listener = stack.enter_context(listening(host, port, "The sandbox"))
        folder = stack.enter_context(_folder(settings.folder))
        jobs = JobTable(settings, faults, folder)
        stack.callback(jobs.close)
        api = Api(settings, key, faults, jobs, MediaStore(folder, settings.media_lifetime, faults))
        stack.enter_context(served(api.application(), listener, name="sandbox", http=BreakableProtocol))
        shown = f"[{host}]" if ":" in host else host
        yield RunningSandbox(f"http://{shown}:{listener.getsockname()[1]}", key, api)


def run_alone(
    host: str = "127.0.0.1",
    port: int = 8765,
    settings: SandboxSettings | None = None,
    *,
    on_ready: Callable[[RunningSandbox], None] = lambda sandbox: None,
) -> None:
    """Run a sandbox in the foreground, with the hosted service's rate limit, until Ctrl-C or SIGTERM.

    Args:
        host: The address to listen at.
        port: The port.
        settings: How it behaves. Without ``requests_per_minute`` the limit is the hosted service's.
        on_ready: Told the running sandbox once, so that its address and key can be shown.

    Raises:
        UsageError: As ``serve``.
    """
    settings = settings or SandboxSettings()
    if settings.requests_per_minute is None:
        settings = replace(settings, requests_per_minute=HOSTED_REQUESTS_PER_MINUTE)
    try:
        with terminated_like_interrupted(), serve(settings, host=host, port=port) as sandbox:
            on_ready(sandbox)
            threading.Event().wait()
    except KeyboardInterrupt:
        return


def _check(settings: SandboxSettings, host: str) -> None:
    if not is_loopback(host) and not settings.key:
        raise UsageError(
            f"The sandbox will not listen at {host}, where other machines can reach it, with a key it made up.",
            hint="Give it a key of your own, or leave the host out to stay on this machine.",
        )
    if settings.key is not None and not (
        settings.key.isascii() and settings.key.isprintable() and settings.key.strip()
    ):
        raise UsageError("The sandbox's key must be printable ASCII, because it travels in an HTTP header.")
    limits = {
        "speed": settings.speed is None or settings.speed > 0,
        "retention": settings.retention >= 0,
        "media lifetime": settings.media_lifetime >= 0,
        "requests a minute": settings.requests_per_minute is None or settings.requests_per_minute > 0,
        "credits": settings.credits is None or settings.credits >= 0,
        "workers": settings.workers > 0,
    }
    for name, fine in limits.items():
        if not fine:
            raise UsageError(f"The sandbox's {name} cannot be that small.", hint="Give a larger number.")


@contextmanager
def _folder(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"The sandbox cannot keep clips in {folder}: {error.strerror}.") from None
        yield folder
        return
    made = Path(tempfile.mkdtemp(prefix="storyboard-sandbox-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
