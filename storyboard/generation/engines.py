"""One engine for each service that a ledger names, behind one door.

The API key goes to no host that the person did not name: a ledger can come with a stranger's repository, and names
addresses.
"""

from __future__ import annotations

import shlex
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from storyboard.errors import UsageError
from storyboard.generation.clock import SystemClock
from storyboard.generation.engine import Engine
from storyboard.generation.lazy_provider import LazyProvider
from storyboard.generation.named_addresses import named_addresses
from storyboard.generation.provider import choice_of
from storyboard.generation.store import open_store
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.generation.clock import Clock
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.provider import ProviderChoice
    from storyboard.generation.purchase import Order
    from storyboard.generation.watching import Watcher
    from storyboard.profile import ModelProfile


class Engines:
    """Moves purchases on, whoever renders each; use ``with``.

    Args:
        folder: Where the journal, first frames, parts and takes lie.
        ledger: Open.
        watcher: Told how it goes.
        store_url: Where takes are kept for others as well; None for nowhere.
        addresses: Of services, as the person named them now. The provider's own address, and the one in the
            environment, count as named.
        profile: The model's figures.
        clock: Tells the time and waits.
        attended: Whether a person waits.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        watcher: Watcher,
        *,
        store_url: str | None = None,
        addresses: tuple[str, ...] = (),
        profile: ModelProfile = SVI_2_0_PRO,
        clock: Clock | None = None,
        attended: bool = True,
    ) -> None:
        self.clock: Clock = clock or SystemClock()
        self.stop = threading.Event()
        self._folder = folder
        self._ledger = ledger
        self._watcher = watcher
        self._store_url = store_url
        self._addresses = addresses
        self._profile = profile
        self._attended = attended
        self._engines: dict[tuple[str, str], Engine] = {}
        self._lock = threading.Lock()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    def choice_for(self, order: Order) -> ProviderChoice:
        """Who renders an order, where the key may go there.

        Raises:
            UsageError: The provider is not there, or the address is none that the person named.
        """
        if order.base_url not in named_addresses(order.provider, self._addresses):
            raise UsageError(
                f"Reel {order.reel} of {order.episode} was bought at {order.base_url}, which nobody named now. The "
                "API key was not sent there.",
                hint=f"If that address is yours: --base-url {shlex.quote(order.base_url)}, or STORYBOARD_BASE_URL.",
            )
        return choice_of(order.provider, order.base_url)

    def require_key(self, order: Order) -> None:
        """See that there is what the order's provider needs.

        Raises:
            KeyMissingError: It needs a key, and there is none.
            UsageError: Its address is none that the person named.
        """
        with LazyProvider(self.choice_for(order)) as provider:
            provider.require_key()

    def advance(self, key: str) -> float | None:
        """Move a purchase by one step; see ``Engine.advance``.

        Raises:
            UsageError: The address of its service is none that the person named.
            StoryboardError: See ``Engine.advance``.
        """
        order = self._ledger.get(key).order
        return self._engine(order).advance(key)

    def give_up_free(self, key: str) -> None:
        """Put a job back that ends with this process; see ``Engine.give_up_free``."""
        purchase = self._ledger.find(key)
        if purchase is not None and purchase.order.free:
            self._engine(purchase.order).give_up_free(key)

    def _engine(self, order: Order) -> Engine:
        which = (order.provider, order.base_url)
        with self._lock:
            engine = self._engines.get(which)
            if engine is None:
                choice = self.choice_for(order)
                engine = self._engines[which] = Engine(
                    self._folder,
                    self._ledger,
                    self._stack.enter_context(LazyProvider(choice)),
                    self._watcher,
                    store=open_store(None if choice.free else self._store_url, self._folder.parent),
                    profile=self._profile,
                    clock=self.clock,
                    attended=self._attended,
                )
                engine.stop = self.stop
            return engine
