"""Ctrl-C held back while a purchase is being made and written down; and SIGTERM, which is to end things likewise."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)  # SIGHUP, a closed terminal, is not everywhere


@dataclass
class Interrupt:
    """Whether an interrupt came while it was held back."""

    came: bool = False


@contextmanager
def held_back(on_signal: Callable[[], None]) -> Iterator[Interrupt]:
    """Let the block end before an interrupt takes effect.

    Between sending a request and writing its answer down, an interrupt would leave a job that may be paid and
    that nobody knows of. The request's own time-out bounds the wait.

    Args:
        on_signal: Called when an interrupt comes, to say why nothing happens yet.

    Yields:
        Whether one came so far, for a block that ends with an error and would be begun again.

    Raises:
        KeyboardInterrupt: After the block, where an interrupt came during it and the block raised nothing.
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return

    def later(_number: int, _frame: Any) -> None:
        interrupt.came = True
        # Standard error may be gone with the interrupt (a pipe to tee); raising here would break off the request.
        with suppress(OSError, ValueError, RuntimeError):
            on_signal()

    heard = [number for number in _SIGNALS if signal.getsignal(number) not in {signal.SIG_IGN, None}]
    before = {number: signal.signal(number, later) for number in heard}
    try:
        yield interrupt
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if interrupt.came:
        raise KeyboardInterrupt


@contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that it cleans up after itself."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
