"""Purchases that only a person can take further, and what is told of them."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.errors import JobExpiredError, JobFailedError, OutcomeUnknownError
from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from storyboard.generation.purchase import Purchase


def pasteable(folder: Path, *words: str) -> str:
    """A command of this program that can be pasted where the person is.

    Args:
        folder: Of the series or the story; named in the command where the person is elsewhere.
        words: Such as ``jobs``, ``watch``; those in capitals are for the person to fill in.
    """
    elsewhere = [] if folder.resolve() == Path.cwd() else ["--series", str(folder)]
    return shlex.join(["storyboard", *words, *elsewhere])


def stopped(purchase: Purchase, folder: Path) -> JobFailedError | OutcomeUnknownError:
    """The error for a purchase whose outcome is unknown, or that ended badly.

    Args:
        purchase: As the ledger has it.
        folder: Where the story lies, for the command that goes on from here.
    """
    if purchase.state is State.UNKNOWN:
        return _unknown(purchase, folder)
    order = purchase.order
    kind = JobExpiredError if purchase.state is State.EXPIRED else JobFailedError
    what = {
        State.FAILED: "failed at the service",
        State.EXPIRED: "is no longer known to the service",
        State.ABANDONED: "was given up",
    }[purchase.state]
    named = f"Job {purchase.job_id}" if purchase.job_id else "The job"
    return kind(
        f"{named} for reel {order.reel} of {order.episode} {what}: {_sentence(purchase.reason)}",
        job_id=purchase.job_id or "",
        hint=f"It is not bought again by itself. To buy another take: storyboard render FILE --take {order.reel}.",
    )


def _unknown(purchase: Purchase, folder: Path) -> OutcomeUnknownError:
    order = purchase.order
    elsewhere = "" if folder.resolve() == Path.cwd() else f" --series {shlex.quote(str(folder))}"
    return OutcomeUnknownError(
        f"Nobody knows what became of reel {order.reel} of {order.episode}. {_sentence(purchase.reason)}",
        hint="Look in the service's dashboard for the job, then say what became of "
        f"it: storyboard jobs settle {purchase.key[:8]}{elsewhere} --job-id ID, or --buy-again, or --abandon.",
    )


def _sentence(reason: str) -> str:
    return reason.rstrip(".") + "."
