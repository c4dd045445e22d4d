"""When to ask after a job next: rarely while it is far from done, often near its end, and never too late.

A job's state is dropped one hour after it is done (vendor docs). All open jobs share the account's requests. Where
there are few, each is asked after often. Where there are many, a look long before the end takes one away from those
that are near theirs: each job is then looked at once half-way, and next when it should be done. What is late is asked
after the more rarely the later it is, so that it does not crowd out what is due. Pure arithmetic, in seconds.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from storyboard.generation.purchase import State

if TYPE_CHECKING:
    from datetime import datetime

    from storyboard.generation.purchase import Purchase

RETENTION = 3600.0
"""Seconds for which the service knows a finished job (vendor docs)."""
REQUESTS_A_MINUTE = 48.0
"""What the gate lets through: two below the 50 that are allowed."""
USUAL_JOB = 2700.0
"""Seconds a job takes where no history says: 45 minutes (the service's own statement)."""
FIRST_ASK = 1.0
"""Seconds from a submit to the first question after a lone job: a refusal in disguise shows itself at once."""
ASK_EVERY = 5.0
"""Seconds between questions after a lone job that a person waits for, and near its end."""
LONGEST = 600.0
"""Seconds between two questions after a job where there are few, however far off its end is thought to be."""
LONGEST_CROWDED = 0.4 * RETENTION
"""Seconds between two questions after a job, however many there are: a job that ends unlooked-for is seen in time."""
_AT_ONCE = 0.05  # seconds; a wait as short is none
_ATTENDED = 60.0  # seconds between two questions where a person waits, and there are few
_SHARE = 0.5  # of the retention; the rest is for submits, retries and a restart
_FOR_QUESTIONS = 0.75  # of the requests; the rest is for submits and retries
_NEARLY = 0.75  # of what is left: a look that late may as well wait for the end
_LATE = 0.06  # of the time a job takes: what a job may be late by, without much to be learnt from it
_LATER = 0.25  # of the time by which a job is late already


def wait_before_asking(
    *,
    age: float,
    expected: float,
    open_jobs: int,
    attended: bool,
    asked: bool,
    to_come: int = 0,
    per_minute: float = REQUESTS_A_MINUTE,
) -> float:
    """Seconds until a job is asked after again.

    Args:
        age: Seconds since it was accepted.
        expected: Seconds such a job usually takes.
        open_jobs: How many jobs are asked after, this one among them.
        attended: Whether a person waits.
        asked: Whether it was asked after before.
        to_come: How many more are to be sent.
        per_minute: How many requests may be sent in a minute.
    """
    if open_jobs <= 1 and attended:
        return max(ASK_EVERY if asked else FIRST_ASK, 60.0 / per_minute)
    # A round in which each is asked after once.
    fair = (open_jobs + to_come) * 60.0 / (per_minute * _FOR_QUESTIONS)
    left = expected - age
    if left > 0:
        # Half of what is left: each look comes nearer to the end, and the last are close together.
        wanted = max(min(left / 2, _ATTENDED if attended else LONGEST), fair)
        if wanted > _NEARLY * left:
            wanted = left
    else:
        wanted = min(fair, max(_LATE * expected, _LATER * -left))
    return min(max(wanted, ASK_EVERY, 60.0 / per_minute), LONGEST_CROWDED)


def seconds_left(purchase: Purchase, now: datetime, *, at_most: float = math.inf) -> float:
    """Seconds for which nobody need look at a purchase, by what whoever looked last wrote down; 0.0 where it is due.

    Several processes that share a ledger so ask after each job once, and a process that starts anew does not ask
    after all of them at once.

    Args:
        purchase: Its row.
        now: The moment.
        at_most: Seconds after the last look at which this process would look again by itself.
    """
    waits = purchase.state is State.RUNNING or (purchase.state is State.PLANNED and purchase.tries)
    named_by_a_person = purchase.state is State.RUNNING and purchase.reason
    if not waits or named_by_a_person or purchase.looked_at is None:
        return 0.0
    wait = min(purchase.wait_seconds, at_most)
    left = wait - (now - purchase.looked_at).total_seconds()
    return left if _AT_ONCE < left <= wait else 0.0  # more: a clock was set back since


def most_open_jobs(per_minute: float = REQUESTS_A_MINUTE) -> int:
    """How many jobs can be open at once so that each is seen well inside the hour after it is done.

    Args:
        per_minute: How many requests may be sent in a minute.
    """
    return int(RETENTION * _SHARE * per_minute / 60.0)
