"""What an exchange with the service means. Pure: values in, a value or an error out.

The one question that matters is asked of a submit: could this be paid? It is answered 'no' only where that
is certain: no connection was made, or the service itself refused, in its own envelope. All else is unknown.
"""

from __future__ import annotations

from storyboard.errors import (
    CreditsError,
    JobExpiredError,
    KeyRejectedError,
    NeverSentError,
    OutcomeUnknownError,
    RateLimitedError,
    RequestRejectedError,
    ServiceBusyError,
    ServiceUnreachableError,
)
from storyboard.generation.answers import (
    Envelope,
    JobStatus,
    SubmittedJob,
    UnreadableAnswerError,
    plain,
    read_envelope,
    read_status,
    read_submitted,
)
from storyboard.generation.catalogue import ModelCatalogue, read_catalogue
from storyboard.generation.exchange import Answer, NoAnswer

RATE_LIMIT_WAIT = 15.0
"""Seconds to wait after a 429 that names none: 50 requests a minute are allowed (vendor docs)."""

BUSY_WAIT = 30.0
"""Seconds to wait when the model has no room and the service names no time. A choice of ours."""

_TIMEOUT = 408
_TOO_MANY = 429
_UNAVAILABLE = 503


def submit_outcome(result: Answer | NoAnswer, *, service: str) -> SubmittedJob:
    """The accepted job, or the error that says what is certain.

    Args:
        result: What came of the one POST.
        service: The base URL, for messages.

    Raises:
        NeverSentError: No connection was made.
        KeyRejectedError, CreditsError, RequestRejectedError, RateLimitedError, ServiceBusyError: The
            service refused in its own envelope.
        OutcomeUnknownError: Anything else. The job may be paid.
    """
    if isinstance(result, NoAnswer):
        if result.never_sent:
            raise NeverSentError(
                f"The job was not sent to {service}: {result.reason}. Nothing was spent.",
                hint="Check the network and the address of the service, then run the command again.",
                retry_after=None if result.lasting else 0.0,
            )
        raise _unknown(f"The job was sent to {service}, but {result.reason}")
    if 200 <= result.status < 300:
        try:
            return read_submitted(result.body)
        except UnreadableAnswerError as problem:
            start = plain(result.body[:400].decode("utf-8", "replace"), limit=200)
            raise _unknown(
                f"The job was sent to {service}, which answered {result.status} with something that names no "
                f"job ({problem})" + (f"; it begins: {start}" if start else "")
            ) from None
    envelope = read_envelope(result.body)
    if envelope is not None:
        _refuse(result, envelope, service)
    raise _unknown(f"The job was sent to {service}, and the answer was {_said(result, envelope)}")


def job_outcome(result: Answer | NoAnswer, *, service: str, job_id: str) -> JobStatus:
    """The state of a job that was accepted before, or the error that says why it is not known.

    Raises:
        JobExpiredError: The service, in its own envelope, no longer knows the job (404, 410).
        KeyRejectedError: The service, in its own envelope, does not accept the key (401, 403).
        ServiceUnreachableError: Anything else: ask again, it costs nothing.
    """
    if isinstance(result, Answer) and 200 <= result.status < 300:
        try:
            return read_status(result.body, job_id=job_id, base=service)
        except UnreadableAnswerError as problem:
            raise _unreachable(f"{service} answered with {problem} when asked about job {job_id}") from None
    envelope = read_envelope(result.body) if isinstance(result, Answer) else None
    if isinstance(result, Answer) and envelope is not None:
        if result.status in {404, 410}:
            raise JobExpiredError(
                f"{service} no longer knows job {job_id}. It was accepted and is paid, but the service drops "
                "a job one hour after it is done.",
                job_id=job_id,
                hint="The service's dashboard may still show its clip. Rendering the reel again is a new "
                "purchase, and happens only when asked for: storyboard render FILE --take REEL.",
            )
        if result.status in {401, 403}:
            raise KeyRejectedError(
                f"{service} does not accept the API key ({_coded(result, envelope)}), so job {job_id} cannot "
                "be followed. The job itself goes on there, and is paid.",
                hint="Set the right key in EMPIRIOLABS_API_KEY and run the command again soon: the service "
                "keeps a finished job for one hour.",
            )
    raise _no_status(result, f"about job {job_id}", envelope, service)


def is_dead_end(result: Answer | NoAnswer) -> bool:
    """Whether an address answered a poll in a way that more patience will not change: a wrong address."""
    if isinstance(result, NoAnswer):
        return False
    if 200 <= result.status < 300:
        try:
            read_status(result.body, job_id="", base="")
        except UnreadableAnswerError:
            return True
        return False
    return 300 <= result.status < 500 and result.status not in {401, 403, _TIMEOUT, _TOO_MANY}


def model_outcome(result: Answer | NoAnswer, *, service: str, name: str) -> ModelCatalogue:
    """The live catalogue of one model, or the error that says why there is none.

    Raises:
        RequestRejectedError: The service, in its own envelope, has no such model (404).
        KeyRejectedError: The service, in its own envelope, does not accept the key (401, 403).
        ServiceUnreachableError: Anything else: ask again, it costs nothing.
    """
    if isinstance(result, Answer) and 200 <= result.status < 300:
        try:
            return read_catalogue(result.body, name=name)
        except UnreadableAnswerError as problem:
            raise _unreachable(f"{service} answered with {problem} when asked for model {name}") from None
    envelope = read_envelope(result.body) if isinstance(result, Answer) else None
    if isinstance(result, Answer) and envelope is not None:
        if result.status == 404:
            raise RequestRejectedError(
                f"{service} has no model named {name} ({_coded(result, envelope)}).",
                hint="Check the name, and the address of the service.",
            )
        if result.status in {401, 403}:
            raise _key_rejected(result, envelope, service)
    raise _no_status(result, f"for model {name}", envelope, service)


def _refuse(result: Answer, envelope: Envelope, service: str) -> None:
    """Raise what an answered refusal means; return where the status is none that is certain."""
    status, said = result.status, _said(result, envelope)
    if status in {401, 403}:
        raise _key_rejected(result, envelope, service)
    if status == 402:
        raise CreditsError(
            f"The account at {service} has too little credit for this job ({said}). Nothing was spent.",
            hint="Add credit in the service's dashboard, then run the command again.",
        )
    if status == _TOO_MANY:
        wait = RATE_LIMIT_WAIT if result.retry_after is None else result.retry_after
        raise RateLimitedError(
            f"The account is over its 50 requests a minute at {service}. Nothing was spent.",
            hint=f"Wait {wait:.0f} seconds, then run the command again.",
            retry_after=wait,
        )
    if status == _UNAVAILABLE and envelope.code.strip().casefold() == "model_unavailable":
        wait = BUSY_WAIT if result.retry_after is None else result.retry_after
        raise ServiceBusyError(
            f"The model has no room at {service} just now ({said}). Nothing was spent.",
            hint=f"Wait {wait:.0f} seconds or more, then run the command again.",
            retry_after=wait,
        )
    if 400 <= status < 500 and status != _TIMEOUT:
        raise RequestRejectedError(
            f"{service} will not take this job ({said}). Nothing was spent.",
            hint="The service's own words above say which part it will not take.",
        )


def _unknown(what: str) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"{what}. It may be paid, and will not be sent again by itself.",
        hint="Look in the service's dashboard for a job made about now, then tell what you found: storyboard "
        "jobs settle takes its job id, buys again, or abandons it.",
    )


def _key_rejected(result: Answer, envelope: Envelope, service: str) -> KeyRejectedError:
    # The service's own sentence is left out: services repeat part of the key in it.
    return KeyRejectedError(
        f"{service} does not accept the API key ({_coded(result, envelope)}). Nothing was spent.",
        hint="Check EMPIRIOLABS_API_KEY against the key in the service's dashboard.",
    )


def _no_status(
    result: Answer | NoAnswer, about: str, envelope: Envelope | None, service: str
) -> ServiceUnreachableError:
    if isinstance(result, NoAnswer):
        return _unreachable(f"No answer from {service} when asked {about}: {result.reason}")
    wait = result.retry_after
    if wait is None and result.status == _TOO_MANY:
        wait = RATE_LIMIT_WAIT
    what = f"{service} gave no state when asked {about}: the answer was {_said(result, envelope)}"
    return _unreachable(what, retry_after=wait)


def _unreachable(what: str, *, retry_after: float | None = None) -> ServiceUnreachableError:
    return ServiceUnreachableError(
        f"{what}.",
        hint="Nothing is lost: run the same command again, it goes on where it stopped.",
        retry_after=retry_after,
    )


def _coded(result: Answer, envelope: Envelope) -> str:
    return f"{result.status} {plain(envelope.code, limit=60)}".strip()


def _said(result: Answer, envelope: Envelope | None) -> str:
    if envelope is None:
        return f"{result.status}, not in the service's own form"
    message = envelope.message.rstrip(".")
    return f"{_coded(result, envelope)}: {message}" if message else _coded(result, envelope)
