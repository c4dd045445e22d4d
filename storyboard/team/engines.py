"""A worker's engines: one for each shared store, because each purchase goes to the store that its run names."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from storyboard.generation.clock import SystemClock
from storyboard.generation.engine import Engine
from storyboard.generation.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.purchase import Purchase
    from storyboard.generation.watching import Watcher
    from storyboard.profile import ModelProfile


class PromptClock(SystemClock):
    """This machine's clock, whose waits end when the worker is asked to stop.

    Args:
        stopping: Set when it is.
    """

    def __init__(self, stopping: threading.Event) -> None:
        self._stopping = stopping

    def sleep(self, seconds: float) -> None:
        """Wait that many seconds.

        Raises:
            KeyboardInterrupt: The worker is to stop. Nobody waits while a request is under way.
        """
        if self._stopping.wait(seconds):
            raise KeyboardInterrupt


class Engines:
    """Makes each engine when it is first needed; several threads may ask.

    Args:
        ledger: Open.
        provider: Whose purchases are worked on.
        state: This machine's own folder for the journal, first frames, parts and takes.
        watcher: Told how it goes.
        store: The shared store; None for the one that the purchase's own run names.
        profile: The model's figures.
    """

    def __init__(
        self,
        ledger: Ledger,
        provider: LazyProvider,
        state: Path,
        watcher: Watcher,
        *,
        store: str | None,
        profile: ModelProfile,
    ) -> None:
        self.stopping = threading.Event()
        self._ledger = ledger
        self._provider = provider
        self._state = state
        self._watcher = watcher
        self._store = store
        self._profile = profile
        self._lock = threading.Lock()
        self._engines: dict[str | None, Engine] = {}

    def stop(self) -> None:
        """End every wait and every download."""
        self.stopping.set()
        with self._lock:
            for engine in self._engines.values():
                engine.stop.set()

    def of(self, purchase: Purchase) -> Engine:
        """The engine with the store of the purchase's run, or with the worker's own, where it was given one.

        Raises:
            UsageError: The store's address cannot be used here.
        """
        url = self._store or self._store_of_run(purchase.run)
        with self._lock:
            if url not in self._engines:
                self._engines[url] = Engine(
                    self._state,
                    self._ledger,
                    self._provider,
                    self._watcher,
                    store=open_store(url, self._state),
                    profile=self._profile,
                    clock=PromptClock(self.stopping),
                    attended=False,
                )
                if self.stopping.is_set():
                    self._engines[url].stop.set()
            return self._engines[url]

    def _store_of_run(self, run_id: str | None) -> str | None:
        run = self._ledger.run(run_id) if run_id else None
        named = run.finish.get("store") if run else None
        return named if isinstance(named, str) else None
