"""The service's JSON, read liberally into frozen values.

Nothing here raises for odd content: a field that makes no sense reads as absent. Only an answer that
tells nothing at all is refused, by ``UnreadableAnswerError``, which never leaves this room.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from storyboard.generation.address import media_address

_JOB_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:~+=@-]{0,199}")
_DONE = frozenset({"completed", "succeeded"})
_FAILED = frozenset({"failed", "error", "cancelled", "canceled"})
_GOING = frozenset({"queued", "pending", "processing", "running"})
_MOST_URLS = 64
_MILLISECONDS_FROM = 1e11  # as seconds, that is the year 5138


class UnreadableAnswerError(ValueError):
    """The body is not what its address should answer."""


class Phase(Enum):
    """What a status word means for whoever waits."""

    GOING = "going"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class SubmittedJob:
    """An accepted job: it is paid, or will be.

    Attributes:
        job_id: The service's name for it: 1 to 200 characters out of letters, digits and ``._:~+=@-``.
        status: The service's word, as it came; empty if it gave none.
        poll_url: Where the service says to ask after it, as it came; None if it gave none.
    """

    job_id: str
    status: str = ""
    poll_url: str | None = None


@dataclass(frozen=True)
class JobProblem:
    """Why a job failed, in the service's own words (control characters removed, 500 characters at most)."""

    message: str
    code: str = ""
    type: str = ""


@dataclass(frozen=True)
class JobStatus:
    """One answer about a job.

    Attributes:
        job_id: The job that was asked about.
        phase: Going, done or failed. A word that is not documented is going, until the service gives the moment at
            which the job ended: then it is failed where there is an error, else done.
        word: The service's own word, as it came.
        progress: 0.0 to 1.0, or None where the service gave none.
        created_at: Aware, UTC; None where absent or odd.
        completed_at: Likewise. The service drops the job one hour after this (vendor docs).
        urls: The media addresses of the result, http(s), absolute, in order, without repeats. They live
            7 days (vendor docs). Send them no API key.
        problem: What the service gives as the error; None where it gives none.
    """

    job_id: str
    phase: Phase
    word: str
    progress: float | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    urls: tuple[str, ...] = ()
    problem: JobProblem | None = None

    @property
    def done_without_result(self) -> bool:
        """The service calls the job done, and names no clip: ask again, it may be late."""
        return self.phase is Phase.DONE and not self.urls


@dataclass(frozen=True)
class Envelope:
    """The service's error envelope, ``{"error": {"message", "type", "code"}}``."""

    message: str
    code: str
    type: str


def is_job_id(text: object) -> bool:
    """Whether ``text`` can be a job's id: the shape ``SubmittedJob`` promises."""
    return isinstance(text, str) and _JOB_ID.fullmatch(text) is not None


def read_json(body: bytes) -> Any:
    """The JSON value of ``body``.

    Raises:
        UnreadableAnswerError: It is not JSON, or nested beyond reason.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableAnswerError("not JSON") from None


def read_envelope(body: bytes) -> Envelope | None:
    """The service's error envelope, or None where something else answered: a proxy's page, say."""
    try:
        value = read_json(body)
    except UnreadableAnswerError:
        return None
    error = value.get("error") if isinstance(value, dict) else None
    if not isinstance(error, dict):
        return None
    message, code, kind = (plain(error.get(key)) for key in ("message", "code", "type"))
    return Envelope(message, code, kind) if message or code or kind else None


def read_submitted(body: bytes) -> SubmittedJob:
    """What a 2xx answer to a submit says: with a job id it counts, however odd the rest.

    Raises:
        UnreadableAnswerError: Not JSON, not an object, or no usable ``job_id``.
    """
    value = read_json(body)
    if not isinstance(value, dict):
        raise UnreadableAnswerError("JSON, but not an object")
    job_id = value.get("job_id")
    if not isinstance(job_id, str) or not is_job_id(job_id):
        raise UnreadableAnswerError("an object without a usable job_id")
    poll_url = value.get("poll_url")
    return SubmittedJob(job_id, plain(value.get("status")), poll_url if isinstance(poll_url, str) else None)


def read_status(body: bytes, *, job_id: str, base: str) -> JobStatus:
    """What a 2xx answer to a poll says. Relative media addresses are taken from ``base``.

    Raises:
        UnreadableAnswerError: Not JSON, not an object, or no status word in it.
    """
    value = read_json(body)
    if not isinstance(value, dict):
        raise UnreadableAnswerError("JSON, but not an object")
    word = value.get("status")
    if not isinstance(word, str) or not word.strip():
        raise UnreadableAnswerError("an object without a status")
    completed_at, problem = _moment(value.get("completed_at")), _problem(value.get("error"))
    return JobStatus(
        job_id=job_id,
        phase=_phase(word, completed_at, problem),
        word=plain(word, limit=60),
        progress=_progress(value.get("progress")),
        created_at=_moment(value.get("created_at")),
        completed_at=completed_at,
        urls=_media_urls(value.get("result"), base),
        problem=problem,
    )


def phase_of(word: str) -> Phase:
    """The meaning of a status word, whatever its case and the spaces around it (vendor docs and guides)."""
    word = word.strip().casefold()
    if word in _DONE:
        return Phase.DONE
    return Phase.FAILED if word in _FAILED else Phase.GOING


def _phase(word: str, completed_at: datetime | None, problem: JobProblem | None) -> Phase:
    """The meaning of a word; of one that is not documented, whether the job has ended (vendor docs, retrieve a job).

    The service forgets a job an hour after it ended: a clip under a new word would be paid for and lost.
    """
    phase = phase_of(word)
    if phase is Phase.GOING and completed_at is not None and word.strip().casefold() not in _GOING:
        return Phase.FAILED if problem is not None else Phase.DONE
    return phase


def plain(text: object, *, limit: int = 500) -> str:
    """``text`` for a message: one line, nothing a terminal would obey, cut at ``limit`` characters."""
    if not isinstance(text, str | int | float | Decimal) or isinstance(text, bool):
        return ""
    shown = str(text)
    shown = " ".join("".join(c if c.isprintable() else " " for c in shown[: 4 * limit]).split())
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def _progress(value: object) -> float | None:
    percent = isinstance(value, str) and value.strip().endswith("%")
    if isinstance(value, str):
        value = value.strip().removesuffix("%")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return min(max(number / 100 if percent or number > 1 else number, 0.0), 1.0)


def _moment(value: object) -> datetime | None:
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > _MILLISECONDS_FROM else value, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _problem(value: object) -> JobProblem | None:
    if isinstance(value, dict):
        message, code, kind = (plain(value.get(key)) for key in ("message", "code", "type"))
        return JobProblem(message or code or kind, code, kind) if message or code or kind else None
    message = plain(value)
    return JobProblem(message) if message else None


def _media_urls(result: object, base: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in _links(result):
        address = media_address(base, text)
        if address:
            found[address] = None
        if len(found) == _MOST_URLS:
            break
    return tuple(found)


def _links(result: object) -> list[object]:
    # The documented shape comes first: result.data[].url; then the ones that other clients have met.
    if isinstance(result, str):
        return [result]
    if isinstance(result, list):
        return [link for item in result for link in _item_links(item)]
    if not isinstance(result, dict):
        return []
    data = result.get("data")
    items = data if isinstance(data, list) else [data]
    return [link for item in items for link in _item_links(item)] + _item_links(result)


def _item_links(item: object) -> list[object]:
    if isinstance(item, str):
        return [item]
    if not isinstance(item, dict):
        return []
    outputs = item.get("output_urls")
    return [item.get("url"), item.get("video_url"), *(outputs if isinstance(outputs, list) else [outputs])]
