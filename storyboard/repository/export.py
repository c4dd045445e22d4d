"""A repository on this machine: the files of a revision written out, and the commit a folder stands at.

The repository may be a stranger's that was unpacked here, its settings included, so nothing that those settings
name is run, and no other repository is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from storyboard.errors import RepositoryError, StoryboardError, UsageError
from storyboard.repository.git import Git, GitFailedError
from storyboard.repository.refusals import last_line
from storyboard.repository.tree import write_tree

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LONGEST = 500
_MADE_HERE = (":(exclude,glob)**/.storyboard/**", ":(exclude,glob)**/renders/**")


@dataclass(frozen=True)
class Exported:
    """The files of a folder at a revision.

    Attributes:
        folder: Where they were written.
        commit: The commit's full name.
        left_out: What was not written, or not as what it stands for, each in a few words.
    """

    folder: Path
    commit: str
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class CommitNow:
    """Where a folder in a repository stands.

    Attributes:
        commit: The full name of the commit that is checked out.
        dirty: Whether files below the folder differ from it, or are new; finished films and the program's own state
            do not count.
    """

    commit: str
    dirty: bool


def is_repository(folder: Path) -> bool:
    """Whether a folder lies in a git repository that can be read; False where there is no git."""
    try:
        return folder.is_dir() and Git(folder).succeeds("rev-parse", "--show-toplevel")
    except StoryboardError:
        return False


def top_of(folder: Path) -> Path:
    """The top folder of the repository that a folder lies in.

    Raises:
        RepositoryError: It lies in none.
    """
    try:
        return Path(Git(folder).run("rev-parse", "--show-toplevel")).resolve()
    except GitFailedError as failed:
        raise _no_repository(folder, failed) from failed


def commit_of(folder: Path, rev: str) -> str:
    """The full name of the commit that a revision is: a branch, a tag, a commit, ``HEAD~2``, and what else git knows.

    Raises:
        UsageError: It is an option, or no text that git could know.
        RepositoryError: The folder lies in no repository, or it has no such revision.
    """
    if not rev or rev.startswith("-") or not rev.isprintable() or len(rev) > _LONGEST:
        shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in rev[:100])
        raise UsageError(
            f"“{shown}” is no revision.", hint="Name a branch, a tag or a commit, such as main or HEAD~1."
        )
    try:
        found = Git(folder).run("rev-parse", "--verify", "--quiet", f"{rev}^{{commit}}")
    except GitFailedError as failed:
        if not is_repository(folder):
            raise _no_repository(folder, failed) from failed
        found = ""
    if not _COMMIT.fullmatch(found):
        raise RepositoryError(
            f"The repository of {folder} has no revision “{rev}”.",
            hint="git log --oneline lists commits. A shallow clone, as in CI, has only the newest: git fetch the one "
            "you mean.",
        )
    return found


def commit_now(folder: Path) -> CommitNow | None:
    """The commit a folder stands at; None where there is no repository, no commit or no git."""
    try:
        if not folder.is_dir():
            return None
        git = Git(folder, seconds=30.0)
        commit = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        plain = Git(folder, seconds=30.0, settings=_without_filters(git))
        status = plain.run(
            "status", "--porcelain", "--untracked-files=normal", "--ignore-submodules=all", "--", ".", *_MADE_HERE
        )
    except (GitFailedError, StoryboardError):
        return None
    return CommitNow(commit, bool(status)) if _COMMIT.fullmatch(commit) else None


def _without_filters(git: Git) -> dict[str, str]:
    """Settings that switch off the filters which the repository itself names: comparing a file would run them.

    Raises:
        GitFailedError: One of them has a name that can't be given to git as a setting.
    """
    if not git.succeeds("config", "--get-regexp", r"^filter\."):
        return {}
    listed = git.run("config", "--includes", "--show-scope", "--name-only", "-z", "--get-regexp", r"^filter\.")
    words = listed.split("\0")
    own = {name for scope, name in zip(words[::2], words[1::2], strict=False) if scope not in {"system", "global"}}
    if any("=" in name for name in own):
        raise GitFailedError("a filter's name has a “=” in it")
    return {name: "false" if name.endswith(".required") else "" for name in own}


def export_revision(folder: Path, rev: str, to: Path) -> Exported:
    """Write out what a folder of a repository held at a revision; nothing, where it was not there yet.

    What lies in Git LFS is written as far as this machine has it; nothing is fetched.

    Args:
        folder: A folder in the repository, such as that of a series.
        rev: The revision.
        to: A folder that is empty or not there.

    Raises:
        UsageError: The revision is none.
        RepositoryError: There is no such revision, or its files cannot be written.
    """
    commit = commit_of(folder, rev)
    git = Git(folder, seconds=300.0)
    try:
        below = git.run("rev-parse", "--show-prefix").rstrip("/")
        lfs = folder / git.run("rev-parse", "--git-common-dir") / "lfs" / "objects"
        written = write_tree(git, commit, to, below=below, lfs=lfs)
    except GitFailedError as failed:
        raise _no_repository(folder, failed) from failed
    except OSError as error:
        raise RepositoryError(f"{rev} cannot be written to {to}: {error.strerror or error}.") from error
    return Exported(to, commit, written.left_out)


def _no_repository(folder: Path, failed: GitFailedError) -> RepositoryError:
    return RepositoryError(
        f"{folder} lies in no git repository that can be read. git says: {last_line(failed.said)}",
        hint="Run the command in the repository of the series.",
    )
