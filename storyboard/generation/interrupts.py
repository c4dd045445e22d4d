"""Ctrl-C held back while a purchase is being made and written down."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held_back(on_signal: Callable[[], None]) -> Iterator[None]:
    """Let the block end before an interrupt takes effect.

    Between sending a request and writing its answer down, an interrupt would leave a job that may be paid and
    that nobody knows of. The request's own time-out bounds the wait.

    Args:
        on_signal: Called when an interrupt comes, to say why nothing happens yet.

    Raises:
        KeyboardInterrupt: After the block, where an interrupt came during it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came = False

    def later(_number: int, _frame: Any) -> None:
        nonlocal came
        came = True
        on_signal()

    before = {number: signal.signal(number, later) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt
