"""What git says when a repository cannot be had, as an error that tells what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.errors import RepositoryError, RepositoryUnreachableError

if TYPE_CHECKING:
    from storyboard.errors import StoryboardError
    from storyboard.repository.address import RepositoryAddress

_AGAIN = "Nothing was sent or paid. Look at the network and the address, and run again."
# The words are git's, curl's and OpenSSH's own (with LC_ALL=C), in the order in which they are looked for.
_UNREACHABLE = (
    "could not resolve host",
    "couldn't connect",
    "failed to connect",
    "connection refused",
    "connection reset",
    "connection timed out",
    "connection closed",
    "network is unreachable",
    "no route to host",
    "operation timed out",
    "operation too slow",
    "empty reply from server",
    "returned error: 5",
    "returned error: 429",
    "early eof",
    "rpc failed",
)
_LOGIN = (
    "could not read username",
    "could not read password",
    "authentication failed",
    "permission denied (",
    "returned error: 401",
    "returned error: 403",
)
_NOT_THERE = (
    "not found",
    "does not exist",
    "does not appear to be a git repository",
    "not a git repository",
    "repository unavailable",
)


def told(said: str, address: RepositoryAddress) -> StoryboardError:
    """The error for what git said about a repository."""
    url, low = address.url, said.lower()
    if any(words in low for words in _UNREACHABLE):
        return RepositoryUnreachableError(f"{url} did not answer. git says: {last_line(said)}", hint=_AGAIN)
    if "host key verification failed" in low:
        return RepositoryError(
            f"ssh does not know the host of {url}.",
            hint="Connect to it once with ssh yourself, compare its key, and run again.",
        )
    if any(words in low for words in _LOGIN):
        return RepositoryError(
            f"{url} lets nobody in without a login, and git found none. git says: {last_line(said)}",
            hint="Nothing is asked for here. Set up a credential helper (git help credentials) or an ssh key, or, in "
            "CI, whatever gives git its token.",
        )
    if "dubious ownership" in low:
        return RepositoryError(
            f"git does not read {url}: it belongs to another user of this machine.",
            hint="If you trust it: git config --global --add safe.directory FOLDER.",
        )
    if "transport" in low and "not allowed" in low:
        return RepositoryError(
            f"git was led from {url} to a protocol that is not spoken here. git says: {last_line(said)}",
            hint="Look for url.….insteadOf in git config --list.",
        )
    if any(words in low for words in _NOT_THERE):
        return RepositoryError(
            f"There is no repository at {url}, or none that you may see. git says: {last_line(said)}",
            hint="Check the address, and with a private repository the login.",
        )
    return RepositoryError(f"{url} cannot be used. git says: {last_line(said)}", hint="Check the address.")


def last_line(said: str) -> str:
    """The line that tells most, in characters that change nothing on a terminal and without a password."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["nothing"]
    line = re.sub(r"//[^/@\s]*@", "//****@", telling[0])
    visible = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in line)
    return visible if len(visible) <= 300 else visible[:299] + "…"
