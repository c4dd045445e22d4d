"""For how long a purchase is left alone after something went wrong with it."""

from __future__ import annotations

from storyboard.errors import DownloadError, LedgerError, RefusedError, StillGoingError, StoryboardError

AFTER_TROUBLE = 300.0
"""Seconds after what may pass by itself: well inside the hour for which a finished job can be asked after."""
RARELY = 3600.0
"""Seconds after what only a person can change: more credit, a mended store, another take."""
AFTER_OUTAGE = 10.0
"""Seconds after the ledger, or this machine's own folder, could not be used. Nothing is sent without either."""
AFTER_DEFECT = 300.0
"""Seconds after what nobody expected."""


def rest_after(error: StoryboardError) -> float:
    """Seconds to leave a purchase alone after an error; those whose job has ended are not looked at again anyway."""
    if isinstance(error, RefusedError):
        # Refused again and again although it may be tried again: the service is in trouble, or the network.
        return RARELY if error.retry_after is None else max(AFTER_TROUBLE, error.retry_after)
    if isinstance(error, DownloadError) and error.url_expired:
        return RARELY
    if isinstance(error, LedgerError):
        return AFTER_OUTAGE
    return AFTER_TROUBLE if isinstance(error, StillGoingError) else RARELY
