"""What a ledger knows, read once and looked at many times: a plan over a whole series asks nothing twice."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from storyboard.generation.purchase import Order, Purchase


class Rows:
    """Purchases by what they are looked for by.

    Args:
        purchases: All of a ledger, oldest first; none where there is no ledger yet.
    """

    def __init__(self, purchases: Iterable[Purchase] = ()) -> None:
        self._by_key: dict[str, Purchase] = {}
        self._by_request: dict[tuple[str, str, str], list[Purchase]] = defaultdict(list)
        self._done_by_content: dict[tuple[str, str, str], Purchase] = {}
        self._by_place: dict[tuple[str, str, str, str, int], list[Purchase]] = defaultdict(list)
        for purchase in purchases:
            order = purchase.order
            service = (order.provider, order.base_url)
            self._by_key[purchase.key] = purchase
            self._by_request[(*service, order.request_sha256)].append(purchase)
            self._by_place[(*service, order.series, order.episode, order.reel)].append(purchase)
            if purchase.state is State.DONE and order.content_sha256:
                self._done_by_content[(*service, order.content_sha256)] = purchase

    def __iter__(self) -> Iterator[Purchase]:
        return iter(self._by_key.values())

    def find(self, key: str) -> Purchase | None:
        """The purchase of that name."""
        return self._by_key.get(key)

    def takes_of(self, order: Order) -> list[Purchase]:
        """Every take of the same request, by number, whichever episode it was bought for."""
        takes = self._by_request.get((order.provider, order.base_url, order.request_sha256), [])
        return sorted(takes, key=lambda purchase: purchase.order.take)

    def done_with_content_of(self, order: Order) -> Purchase | None:
        """The latest take of what the author wrote, whatever the program made of it."""
        return self._done_by_content.get((order.provider, order.base_url, order.content_sha256))

    def at_place_of(self, order: Order) -> list[Purchase]:
        """What was bought for the same reel of the same episode, oldest first."""
        return self._by_place.get((order.provider, order.base_url, order.series, order.episode, order.reel), [])
