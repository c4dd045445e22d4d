"""What is due next, fairly: what asks nobody goes first, and submits and questions take turns."""

from __future__ import annotations

import heapq
import math
from enum import Enum
from itertools import count


class Lane(Enum):
    """What a thing waits for, once it is due."""

    FIRST = "first"
    """Nobody: it goes before everything else."""
    ASK = "ask"
    """Its turn to ask after its job."""
    SEND = "send"
    """Its turn to be sent."""


class DueQueue:
    """Keys, each with the moment from which it is due; in a lane, the one that has been due for longest comes first.

    Submits and questions pass the same gate. A thousand submits must not keep those jobs waiting that are done, nor
    questions after a thousand jobs those that are to be sent.
    """

    def __init__(self) -> None:
        self._lanes: dict[Lane, list[tuple[float, int, str]]] = {lane: [] for lane in Lane}
        self._entries: dict[str, int] = {}
        self._numbers = count()
        self._last = Lane.SEND

    def __bool__(self) -> bool:
        return bool(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keys(self) -> set[str]:
        """All that wait."""
        return set(self._entries)

    def put(self, key: str, due: float, lane: Lane = Lane.FIRST) -> None:
        """Have a key come out at that moment or later; only the last time it was put in counts."""
        number = next(self._numbers)
        self._entries[key] = number
        heapq.heappush(self._lanes[lane], (due, number, key))

    def pop(self, now: float) -> tuple[str, float, Lane] | None:
        """The key whose turn it is, when it was due, and its lane; None where nothing is due."""
        turns = (Lane.FIRST, Lane.SEND, Lane.ASK) if self._last is Lane.ASK else (Lane.FIRST, Lane.ASK, Lane.SEND)
        for lane in turns:
            if self._first(lane) > now:
                continue
            due, _, key = heapq.heappop(self._lanes[lane])
            del self._entries[key]
            if lane is not Lane.FIRST:
                self._last = lane
            return key, due, lane
        return None

    def next_due(self) -> float:
        """The moment at which something is due; infinite where nothing waits."""
        return min(map(self._first, Lane))

    def _first(self, lane: Lane) -> float:
        heap = self._lanes[lane]
        while heap and self._entries.get(heap[0][2]) != heap[0][1]:
            heapq.heappop(heap)
        return heap[0][0] if heap else math.inf
