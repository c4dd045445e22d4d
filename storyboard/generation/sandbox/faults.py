"""What can be made to go wrong in the sandbox, by name, so that a client can be tried against it."""

from __future__ import annotations

import difflib
import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FaultValue = str | int | float | None
"""What stands after ``=``: a word, a count, seconds, or nothing."""

DONE_WORDS = ("completed", "succeeded")
FAILED_WORDS = ("failed", "error", "cancelled", "canceled")


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong.

    Attributes:
        name: What it is called on a command line.
        help: One line that says what the service then does.
        value: What may stand after ``=``, for help texts; empty when nothing may.
        read: Turns the text after ``=`` (None when there was none) into the value; ValueError when it cannot.
    """

    name: str
    help: str
    value: str
    read: Callable[[str | None], FaultValue]

    @property
    def usage(self) -> str:
        """How it is written: ``NAME`` or ``NAME=VALUE``."""
        return f"{self.name}={self.value}" if self.value else self.name


def _flag(text: str | None) -> None:
    if text is not None:
        raise ValueError("takes no value")


def _count(text: str | None) -> int:
    number = 1 if text is None else int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 1_000_000:
        raise ValueError("takes a whole number from 1")
    return number


def _seconds(text: str | None) -> float:
    try:
        number = 1.0 if text is None else float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 3600:
        raise ValueError("takes seconds, from 0 to 3600")
    return number


def _choice(*words: str) -> Callable[[str | None], str]:
    def read(text: str | None) -> str:
        if text is None:
            return words[0]
        if text not in words:
            raise ValueError(f"takes one of {', '.join(words)}")
        return text

    return read


def _flags(*pairs: tuple[str, str]) -> list[Fault]:
    return [Fault(name, text, "", _flag) for name, text in pairs]


def _counts(*pairs: tuple[str, str]) -> list[Fault]:
    return [Fault(name, text, "N", _count) for name, text in pairs]


def _choices(name: str, text: str, *words: str) -> Fault:
    return Fault(name, text, "|".join(words), _choice(*words))


_ALL = [
    *_flags(
        ("out-of-credits", "every submit is answered 402 insufficient_credits; nothing is registered"),
        ("submit-500-after-accept", "the job is registered, then the submit is answered 500"),
        ("submit-drop-answer", "the job is registered, then the connection closes without an answer"),
        ("submit-html", "the job is registered, then the submit is answered 200 with a web page"),
    ),
    *_counts(
        ("submit-429", "the first N submits are answered 429 with Retry-After; nothing is registered"),
        ("submit-503", "the first N submits are answered 503 model_unavailable; nothing is registered"),
    ),
    Fault("slow-answer", "the job is registered, and the submit answered SECONDS later", "SECONDS", _seconds),
    _choices("poll-url", "how the answer to a submit writes its poll_url", "relative", "absolute"),
    *_counts(
        ("poll-429", "the first N polls are answered 429 with Retry-After"),
        ("poll-500", "the first N polls are answered 500"),
        ("poll-html", "the first N polls are answered 200 with a web page"),
    ),
    *_flags(
        ("job-fails", "the job is accepted, then ends as failed with an error"),
        ("job-forgotten", "the job is 404 as soon as it is done, as if its hour were over"),
    ),
    _choices("status-word", "the word a job ends with", "succeeded", "completed", *FAILED_WORDS),
    _choices("result-shape", "where the result has its URL", "url", "video_url", "output_urls", "data"),
    *_flags(
        ("wrong-size", "the clip has another frame size than was ordered"),
        ("wrong-length", "the clip is one slot shorter than was ordered"),
        ("media-corrupt", "the downloaded bytes are damaged, at the right length"),
        ("media-no-range", "downloads cannot be resumed: Range is ignored"),
        ("media-expired", "every download is answered 403"),
    ),
    *_counts(("media-truncate", "the first N downloads close half way")),
]

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _ALL}
"""Every fault by name, in the order a help text should list them."""


def read_faults(texts: Iterable[str]) -> dict[str, FaultValue]:
    """Read faults as written on a command line.

    Args:
        texts: Each ``NAME`` or ``NAME=VALUE``.

    Returns:
        The value of each fault that was named, by name.

    Raises:
        UsageError: A name that is not known, with the nearest one, or a value the fault cannot take.
    """
    values: dict[str, FaultValue] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        name = name.strip()
        fault = FAULTS.get(name)
        if fault is None:
            near = difflib.get_close_matches(name, FAULTS, n=1, cutoff=0.4)
            raise UsageError(
                f"There is no fault called '{name}'.",
                hint=f"Did you mean '{near[0]}'?" if near else f"Known faults: {', '.join(FAULTS)}.",
            )
        try:
            values[name] = fault.read(value.strip() if equals else None)
        except ValueError as error:
            raise UsageError(f"The fault '{name}' {error}.", hint=f"Write {fault.usage}.") from None
    return values


class FaultSet:
    """The faults of one running sandbox, and how often the counted ones will still strike.

    Args:
        texts: Each ``NAME`` or ``NAME=VALUE``.

    Raises:
        UsageError: As ``read_faults``.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._values = read_faults(texts)
        self._left = {name: value for name, value in self._values.items() if type(value) is int}
        self._lock = threading.Lock()

    def strikes(self, name: str) -> bool:
        """Whether the fault strikes this time; one with a count strikes that often and no more."""
        if name not in self._values:
            return False
        with self._lock:
            if name not in self._left:
                return True
            self._left[name] -= 1
            return self._left[name] >= 0

    def word(self, name: str, default: str) -> str:
        """The word given to a fault, or ``default`` where the fault is not set."""
        return str(self._values.get(name, default))

    def seconds(self, name: str) -> float:
        """The seconds given to a fault; 0.0 where it is not set."""
        return float(self._values.get(name) or 0.0)
