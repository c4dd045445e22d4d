"""Where a series lies, as a person writes it: a folder, or a repository at a revision."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

from storyboard.errors import UsageError

ACCEPTED = (
    "It can be a folder, git+https://HOST/PATH.git@REV, git+ssh://git@HOST/PATH.git@REV or git+file:///PATH@REV. "
    "@REV (a branch, a tag or a commit) may be left out, and #subdirectory=FOLDER may follow."
)
"""What an address of a series can be."""
_LONGEST = 2000
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*")
_SCP = re.compile(r"(?:[^/:@\s]+@)?[^/:@\s]+:(?!//).*")
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/-]+")  # what RFC 3986 lets stand in a path
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class FolderAddress:
    """A folder on this machine, used as it is.

    Attributes:
        folder: The folder, as it was named.
    """

    folder: Path


@dataclass(frozen=True)
class RepositoryAddress:
    """A repository at a revision.

    Attributes:
        url: What git is given: https, ssh, file, or http to this machine; it holds no password.
        revision: A branch, a tag, a commit or a whole name such as ``refs/heads/main``; None is the repository's own
            HEAD.
        subdirectory: The folder of the series in it, such as ``shows/one``; empty for the top.
    """

    url: str
    revision: str | None = None
    subdirectory: str = ""

    @property
    def scheme(self) -> str:
        """Such as ``https``."""
        return self.url.partition(":")[0]

    @property
    def commit(self) -> str | None:
        """The revision, where it is a commit by its full name, which never means another."""
        return self.revision if self.revision and _COMMIT.fullmatch(self.revision) else None

    def __str__(self) -> str:
        revision = f"@{quote(self.revision)}" if self.revision else ""
        subdirectory = f"#subdirectory={quote(self.subdirectory)}" if self.subdirectory else ""
        return f"git+{self.url}{revision}{subdirectory}"


def series_address(text: str) -> FolderAddress | RepositoryAddress:
    """Read what ``--series`` was given.

    A revision is what follows the last ``@`` of the URL's path, as with pip; an ``@`` that belongs to the path is
    written ``%40``.

    Raises:
        UsageError: It is neither a folder nor an address of a kind that is accepted.
    """
    if not text or len(text) > _LONGEST or not text.isprintable():
        raise _refused("The address of the series is empty, too long, or has control characters in it.")
    if text.startswith("git+"):
        return _repository(text.removeprefix("git+"))
    if ("::" in text or "://" in text or _SCP.fullmatch(text)) and not Path(text).is_dir():
        raise _refused(f"{_shown(text)} is no address of a series.", _instead(text))
    if text.startswith("-"):
        raise _refused(f"{text} looks like an option, not like a folder.")
    return FolderAddress(Path(text))


def check_revision(revision: str) -> str:
    """The revision, where it can be the name of a branch, a tag or a commit at a remote.

    The rules are those of ``git check-ref-format``.

    Raises:
        UsageError: It cannot; ``HEAD~1`` and the like can be asked of a local repository only.
    """
    parts = revision.split("/")
    bad = (
        not revision
        or revision.startswith("-")
        or not revision.isprintable()
        or any(character in revision for character in " ~^:?*[\\")
        or any(sequence in revision for sequence in ("..", "@{"))
        or revision in {"@"}
        or revision.endswith(".")
        or any(not part or part.startswith(("-", ".")) or part.endswith(".lock") for part in parts)
    )
    if bad:
        raise _refused(f"“{_short(revision)}” is no revision: a branch, a tag or a commit is meant.")
    return revision


def _repository(rest: str) -> RepositoryAddress:
    if rest.startswith(("/", "./", "../", "~/")):
        return _local(rest)
    try:
        parts = urlsplit(rest)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _refused("The address of the series is no URL.") from None
    subdirectory = _subdirectory(parts.fragment)
    if parts.query or "?" in rest:
        raise _refused("The address of the series has a “?” in it: a repository's URL needs none.")
    path, revision = _split_revision(parts.path)
    if rest.startswith("file:///"):
        return _file(unquote(path), revision, subdirectory)
    if parts.scheme == "file":
        raise _refused("A git+file address has three slashes: git+file:///PATH.")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise _refused("git+http sends everything in the open.", "Write git+https:// instead.")
    if parts.scheme not in {"https", "ssh", "http"} or not rest.startswith(f"{parts.scheme}://"):
        raise _refused(f"git+{_short(rest.partition(':')[0])} is no way to a series.")
    if not _HOST.fullmatch(host) or not path.strip("/") or not _PATH.fullmatch(path):
        raise _refused("The address of the series names no host and path that can be used.")
    shown_host = f"[{host}]" if ":" in host else host
    place = f"{_user(parts)}{shown_host}{f':{port}' if port is not None else ''}"
    return RepositoryAddress(f"{parts.scheme}://{place}{path}", revision, subdirectory)


def _user(parts: SplitResult) -> str:
    """The user's name and its ``@``, which only ssh may have; a password never."""
    if "@" not in parts.netloc:
        return ""
    if parts.scheme != "ssh" or parts.password is not None or not _NAME.fullmatch(parts.username or ""):
        raise _refused(
            "The address of the series has a user's name, a password or a token in it, which would end in logs and "
            "manifests.",
            "Leave it out: git asks its credential helper (git help credentials); or use git+ssh:// and a key.",
        )
    return f"{parts.username}@"


def _local(rest: str) -> RepositoryAddress:
    whole, _, fragment = rest.partition("#")
    path, revision = _split_revision(whole)
    return _file(str(Path(path).expanduser().absolute()), revision, _subdirectory(fragment))


def _file(path: str, revision: str | None, subdirectory: str) -> RepositoryAddress:
    if not path.isprintable() or not path.strip("/"):
        raise _refused("The address of the series names no folder that can be used.")
    return RepositoryAddress(f"file://{quote(path)}", revision, subdirectory)


def _split_revision(path: str) -> tuple[str, str | None]:
    before, at, revision = path.rpartition("@")
    if not at:
        return path, None
    return before, check_revision(unquote(revision))


def _subdirectory(fragment: str) -> str:
    if not fragment:
        return ""
    key, _, value = fragment.partition("=")
    folder = unquote(value).rstrip("/")
    parts = folder.split("/")
    wrong = not folder.isprintable() or "\\" in folder or ":" in folder or folder.startswith("-")
    if key != "subdirectory" or wrong or any(part in {"", ".", ".."} or part.lower() == ".git" for part in parts):
        raise _refused(
            f"“#{_short(fragment)}” can't be used: after # stands subdirectory= and the path of a folder, seen from "
            "the top of the repository."
        )
    return folder


def _instead(text: str) -> str:
    if text.startswith(("https://", "ssh://", "file://")):
        return f"A repository is written with git+ before it. {ACCEPTED}"
    if "::" not in text and "://" not in text:
        return f"A repository over ssh is written git+ssh://git@HOST/PATH.git. {ACCEPTED}"
    return ACCEPTED


def _shown(text: str) -> str:
    """The address with what may be a name and password blotted out."""
    return _short(re.sub(r"//[^/@]*@", "//****@", text))


def _short(text: str) -> str:
    visible = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)
    return visible if len(visible) <= 100 else visible[:99] + "…"


def _refused(message: str, hint: str = ACCEPTED) -> UsageError:
    return UsageError(message, hint=hint)
