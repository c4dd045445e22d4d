"""Every error the program raises on purpose, in one tree.

::

    StoryboardError
    ├── StoryError                1  the story has errors
    ├── ImportRefusedError        1  a file in another format holds what cannot be imported
    ├── CutFaultError             1  a cut cannot be made as it is written
    ├── ClipUnusableError         1  a file is no clip that can be cut
    ├── SoundError                1  the sound of a file cannot be used
    ├── FileChangedError          1  a file was changed while a film was made of it
    ├── ClipError                 1  ffmpeg could not draw something
    ├── FontError                 1  a font that a cut names cannot be used
    ├── UsageError                2  the command was given something it cannot use
    │   ├── LockError                the lock file of the takes cannot be used
    │   ├── RatesError               a kept rate card cannot be read or written
    │   └── RepositoryError          a repository, or its revision, is not there or cannot be used
    ├── RefusedError              3  refused before paying: nothing was spent
    │   ├── KeyMissingError
    │   ├── KeyRejectedError
    │   ├── CreditsError
    │   ├── RequestRejectedError
    │   ├── RateLimitedError         may be sent again after a wait
    │   ├── ServiceBusyError         may be sent again after a wait
    │   ├── NeverSentError           may be sent again
    │   ├── ImageError
    │   ├── CeilingError
    │   ├── LedgerNotKeptError
    │   └── NotConfirmedError
    ├── JobFailedError            4  accepted, then failed
    │   ├── JobExpiredError
    │   └── TakeRejectedError
    └── StillGoingError           5  going on, or unknown: run again to go on
        ├── DetachedError            sent, and others go on with it: as it was asked for
        ├── OutcomeUnknownError      may be paid: never sent again by the program
        ├── ServiceUnreachableError
        ├── RepositoryUnreachableError
        ├── DownloadError
        ├── BusyElsewhereError
        ├── WaitsForReelError        goes on from a reel that has stopped
        ├── LedgerError
        └── StoreError

The number is the exit code. An error never prints itself: ``message`` says what happened and where,
``hint`` what to do; facts a program may want are attributes. No message ever carries the API key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal
    from pathlib import Path

    from storyboard.story.findings import Finding


class StoryboardError(Exception):
    """The root of the tree.

    Attributes:
        message: What happened, and where, in one or two sentences.
        hint: What the person can do about it; may be empty.
        code: A short, stable, kebab-case name for programs.
        exit_code: The exit code of the command that ends with this error.
    """

    code: ClassVar[str] = "error"
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Pass from one process to another whole, whatever an error's own arguments are."""
        return _as_it_was, (type(self), self.args, vars(self))


def _as_it_was(kind: type[StoryboardError], args: tuple[Any, ...], known: dict[str, Any]) -> StoryboardError:
    error = kind.__new__(kind, *args)
    vars(error).update(known)
    return error


class StoryError(StoryboardError):
    """A storyboard has errors, so nothing can be compiled from it.

    Attributes:
        findings: Everything there is to tell about the file, warnings and infos included.
    """

    code = "story-has-errors"

    def __init__(self, message: str, findings: Sequence[Finding], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.findings = tuple(findings)


class ImportRefusedError(StoryboardError):
    """A file in another format holds what no storyboard can be made of: nothing was written."""

    code = "import-refused"


class SoundError(StoryboardError):
    """The sound of a file cannot be used: it is missing, holds none, is cut off, or does not decode.

    Attributes:
        path: The file.
    """

    code = "sound-unusable"

    def __init__(self, message: str, path: Path, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path


class FontError(StoryboardError):
    """A font that a cut names does not ship with the program, or its file cannot be used."""

    code = "font-unusable"


class UsageError(StoryboardError):
    """The command line, or the environment, names something that cannot be used."""

    code = "usage"
    exit_code = 2


class RepositoryError(UsageError):
    """A repository, or a revision of it, is not there, is refused, or holds what cannot be used."""

    code = "repository-unusable"


class RatesError(UsageError):
    """The rate card that the person keeps cannot be read, believed or written."""

    code = "rates-unusable"


class LockError(UsageError):
    """The lock file, which says which takes are picked, cannot be read, believed or written.

    Attributes:
        line: The line of the file that it is about, from 1; 0 where it is about none.
    """

    code = "lock-unusable"

    def __init__(self, message: str, *, hint: str = "", line: int = 0) -> None:
        super().__init__(message, hint=hint)
        self.line = line


class RefusedError(StoryboardError):
    """Nothing was sent, or the service refused in its own envelope: nothing was spent.

    Attributes:
        retry_after: Seconds to wait before the same request may be sent again; None where sending it
            again would only be refused again. 0.0 means at once is fine.
    """

    code = "refused"
    exit_code = 3

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class KeyMissingError(RefusedError):
    """No usable API key: none given, or one with characters no key has."""

    code = "missing-api-key"


class KeyRejectedError(RefusedError):
    """The service does not accept the API key (401, 403)."""

    code = "invalid-api-key"


class CreditsError(RefusedError):
    """The account has too little credit for this job (402)."""

    code = "insufficient-credits"


class RequestRejectedError(RefusedError):
    """The service will not take this request as it is (400, 404, 405, 413, 415, 422 and other 4xx)."""

    code = "request-rejected"


class RateLimitedError(RefusedError):
    """The account is over its requests a minute (429). ``retry_after`` says how long to wait."""

    code = "rate-limited"


class ServiceBusyError(RefusedError):
    """The model has no room just now (503 ``model_unavailable`` in the service's envelope)."""

    code = "model-unavailable"


class NeverSentError(RefusedError):
    """No connection could be made, so no byte of the request left this machine."""

    code = "never-sent"


class ImageError(RefusedError):
    """A first frame cannot be used: missing, unreadable, too large, or of a format the service lacks."""

    code = "unusable-image"


class CeilingError(RefusedError):
    """The price is above what the person or the series allows.

    Attributes:
        left: What may still be spent, in US dollars; None where that was not looked at.
        scope: Which ceiling it is: ``run``, ``episode``, ``series`` or ``month``.
    """

    code = "over-ceiling"

    def __init__(self, message: str, *, hint: str = "", left: Decimal | None = None, scope: str = "run") -> None:
        super().__init__(message, hint=hint)
        self.left = left
        self.scope = scope


class LedgerNotKeptError(RefusedError):
    """In CI, where the machine is thrown away, with a ledger that would go with it."""

    code = "ledger-not-kept"


class NotConfirmedError(RefusedError):
    """The person said no, or there was nobody to ask and no ``--yes``."""

    code = "not-confirmed"


class JobFailedError(StoryboardError):
    """The service accepted the job, and then ended it without a clip.

    Attributes:
        job_id: The service's name for the job.
    """

    code = "job-failed"
    exit_code = 4

    def __init__(self, message: str, *, job_id: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.job_id = job_id


class JobExpiredError(JobFailedError):
    """The service no longer knows the job: its state is dropped one hour after completion."""

    code = "job-expired"


class TakeRejectedError(JobFailedError):
    """The clip came home whole but is not what was ordered: it does not decode, or has another size,
    frame rate or length. The file is kept beside the ledger.
    """  # noqa: D205  the first sentence does not fit one line

    code = "take-rejected"


class StillGoingError(StoryboardError):
    """The job goes on at the service; the same command, run again, goes on with it."""

    code = "still-going"
    exit_code = 5


class DetachedError(StillGoingError):
    """All that can be sent now is sent, and others go on with it, as the person asked for."""


class OutcomeUnknownError(StillGoingError):
    """A submit was sent and no trustworthy answer came back: it may be paid. Never sent again by itself."""

    code = "outcome-unknown"


class ServiceUnreachableError(StillGoingError):
    """Something that costs nothing (a poll, the catalogue) did not go through; it can be asked again.

    Attributes:
        retry_after: Seconds the service asked to wait, or None where it did not say.
    """

    code = "service-unreachable"

    def __init__(self, message: str, *, hint: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after


class RepositoryUnreachableError(StillGoingError):
    """A repository's host did not answer, or not in time: nothing was sent or paid, and it can be asked again."""

    code = "repository-unreachable"


class DownloadError(StillGoingError):
    """The clip is at the service, but did not come home whole (a cut connection, a full disk).

    Attributes:
        url_expired: True when the media URL itself is no longer valid (403, 404 or 410 from its host).
        no_room: True when the disk is full, so that trying again at once is of no use.
    """

    code = "download-incomplete"

    def __init__(self, message: str, *, hint: str = "", url_expired: bool = False, no_room: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.url_expired = url_expired
        self.no_room = no_room


class BusyElsewhereError(StillGoingError):
    """Another process is rendering this episode right now."""

    code = "busy-elsewhere"


class WaitsForReelError(StillGoingError):
    """A reel goes on from the last frame of another one, which has stopped; nothing was sent for it."""

    code = "waits-for-reel"


class LedgerError(StillGoingError):
    """The ledger of paid jobs cannot be read or written, so nothing was submitted."""

    code = "ledger-unusable"


class StoreError(StillGoingError):
    """The shared store of takes cannot be read or written, or what it keeps is damaged. The local files stay."""

    code = "store-unusable"
