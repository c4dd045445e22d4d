"""What a worker tells: one line for each thing that happens, and none for what happens again and again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from storyboard.generation.purchase import Purchase
    from storyboard.generation.watching import Step


class Lines:
    """A watcher that prints lines, from several threads.

    Args:
        tell: Prints one.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._print = tell
        self._lock = threading.Lock()
        self._errors: dict[str, str] = {}

    def tell(self, text: str) -> None:
        """Print a line."""
        with self._lock:
            self._print(" ".join(text.split()))

    def step(self, step: Step) -> None:
        """Nothing: the ledger has the service's last word for each job, and storyboard jobs list shows it."""

    def accepted(self, episode: str, reel: int, job_id: str) -> None:
        """The service took a job."""
        self.tell(f"{episode}, reel {reel}: accepted as job {job_id}")

    def note(self, text: str) -> None:
        """Something worth a line of its own."""
        self.tell(text)

    def home(self, purchase: Purchase) -> None:
        """A take is home, and where others find it."""
        self._errors.pop(purchase.key, None)
        self.tell(f"{_named(purchase)}: home")

    def error(self, purchase: Purchase, text: str) -> None:
        """What keeps a purchase from going on; the same is told once."""
        if self._errors.get(purchase.key) != text:
            self._errors[purchase.key] = text
            self.tell(f"{_named(purchase)}: {text}")


def _named(purchase: Purchase) -> str:
    order = purchase.order
    return f"{order.episode}, reel {order.reel}"
