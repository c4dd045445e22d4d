"""One revision of a repository elsewhere: which commit it is, and that commit's files fetched."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from storyboard.errors import RepositoryError, StoryboardError
from storyboard.repository.git import Git, GitFailedError
from storyboard.repository.refusals import told

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.repository.address import RepositoryAddress

_HERE = "refs/storyboard/asked"
_ABBREVIATED = re.compile(r"[0-9a-f]{7,63}")
_EVERYTHING = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
# An address may be rewritten to ssh by the person's own settings (url.….insteadOf); to nothing else.
_PROTOCOLS = {
    "https": ("https", "ssh"),
    "ssh": ("ssh", "https"),
    "http": ("http",),
    "file": ("file",),
}


@dataclass(frozen=True)
class Patience:
    """How long a repository's host may take.

    Attributes:
        answer: Seconds to say which commit a revision is.
        fetch: Seconds to give its files.
    """

    answer: float = 60.0
    fetch: float = 900.0


@dataclass(frozen=True)
class Asked:
    """What a revision is at the remote.

    Attributes:
        name: What to fetch: the whole name of a branch or tag, or a commit's; None where the remote has no such name
            and its history has to be searched.
        commit: The commit's full name; None where it is not known yet.
    """

    name: str | None
    commit: str | None


class Remote:
    """A repository elsewhere.

    Args:
        address: Where, and at which revision.
        folder: An empty folder for what is fetched.
        patience: How long it may take.
    """

    def __init__(self, address: RepositoryAddress, folder: Path, patience: Patience) -> None:
        self._address = address
        self._patience = patience
        self._folder = folder
        self.notes: list[str] = []
        self.git = self._bare("sha256" if len(address.commit or "") == 64 else "sha1")

    def _bare(self, form: str) -> Git:
        folder = self._folder / form
        folder.mkdir()
        git = Git(folder, protocols=_PROTOCOLS[self._address.scheme], seconds=self._patience.answer)
        try:
            git.run("init", "--quiet", "--bare", "--template=", f"--object-format={form}", str(folder))
        except GitFailedError as failed:
            raise told(failed.said, self._address) from failed
        git = replace(git, bare=True)
        try:
            return replace(git, settings={"core.sshCommand": git.run("config", "--get", "core.sshCommand")})
        except GitFailedError:  # it is not set
            return git

    def ask(self) -> Asked:
        """Which commit the revision is.

        Raises:
            RepositoryError: There is no such repository or revision, or git is not let in.
            RepositoryUnreachableError: The host does not answer.
        """
        if self._address.commit:
            return Asked(self._address.commit, self._address.commit)
        revision = self._address.revision
        abbreviated = bool(revision and _ABBREVIATED.fullmatch(revision))
        refs = self._refs([] if abbreviated else self._patterns(revision))
        found = self._named(refs, revision)
        if found is not None:
            return found
        if revision and abbreviated:
            commits = {commit for commit in refs.values() if commit.startswith(revision)}
            if len(commits) == 1:
                (commit,) = commits
                return Asked(next(name for name, each in refs.items() if each == commit), commit)
            return Asked(None, None)
        raise self._no_such_revision()

    def fetch(self, asked: Asked) -> str:
        """Fetch the commit, alone where the remote allows it, and return its full name.

        Raises:
            RepositoryError: It is not there.
            RepositoryUnreachableError: The host does not answer.
        """
        if len(asked.commit or "") == 64 and "sha256" not in self.git.folder.name:
            self.git = self._bare("sha256")
        if asked.name is not None and self._fetch_one(asked.name):
            return self._resolved(_HERE)
        self._try("fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--", self._address.url, *_EVERYTHING)
        self.notes.append(
            f"The repository's host does not give {self._address.revision or 'its HEAD'} by itself: the whole "
            "history was fetched."
        )
        return self._resolved(asked.commit or self._address.revision or "HEAD")

    def _fetch_one(self, name: str) -> bool:
        words = ("--quiet", "--no-tags", "--no-recurse-submodules", "--", self._address.url, f"+{name}:{_HERE}")
        git = self.git.lasting(self._patience.fetch)
        try:
            git.run("fetch", "--depth=1", *words)
        except GitFailedError as failed:
            error = told(failed.said, self._address)
            if "shallow" in failed.said:  # a server of plain files knows no depth
                self._try("fetch", *words)
                self.notes.append("The repository's host can't give one commit alone: its history was fetched.")
            elif type(error) is RepositoryError and name == self._address.commit:
                return False
            else:
                raise error from failed
        return True

    def _try(self, *words: str) -> str:
        try:
            return self.git.lasting(self._patience.fetch).run(*words)
        except GitFailedError as failed:
            raise told(failed.said, self._address) from failed

    def _resolved(self, name: str) -> str:
        try:
            return self.git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        except GitFailedError as failed:
            raise self._no_such_revision() from failed

    @staticmethod
    def _patterns(revision: str | None) -> list[str]:
        if revision is None or revision == "HEAD":
            return ["HEAD"]
        if revision.startswith("refs/"):
            return [revision, f"{revision}^{{}}"]
        return [f"refs/heads/{revision}", f"refs/tags/{revision}", f"refs/tags/{revision}^{{}}"]

    def _refs(self, patterns: list[str]) -> dict[str, str]:
        """The commits of the remote's names; of an annotated tag, the commit it stands for."""
        try:
            listed = self.git.run("ls-remote", "--quiet", "--", self._address.url, *patterns)
        except GitFailedError as failed:
            raise told(failed.said, self._address) from failed
        refs = {name: commit for commit, _, name in (line.partition("\t") for line in listed.splitlines())}
        peeled = {name.removesuffix("^{}"): commit for name, commit in refs.items() if name.endswith("^{}")}
        return {name: commit for name, commit in {**refs, **peeled}.items() if not name.endswith("^{}")}

    def _named(self, refs: dict[str, str], revision: str | None) -> Asked | None:
        names = [name for name in self._patterns(revision) if name in refs]
        if len({refs[name] for name in names}) > 1:
            raise RepositoryError(
                f"{revision} is both a branch and a tag of {self._address.url}, and they differ.",
                hint=f"Say which: @{names[0]} or @{names[1]}.",
            )
        return Asked(names[0], refs[names[0]]) if names else None

    def _no_such_revision(self) -> StoryboardError:
        url, revision = self._address.url, self._address.revision
        if revision is None:
            return RepositoryError(f"{url} has no commit yet, or no HEAD.", hint="Name a branch: …@main.")
        return RepositoryError(
            f"{url} has no revision “{revision}”: no branch, no tag, and no commit that a branch or tag leads to.",
            hint="git ls-remote lists branches and tags; of a commit's name at least seven digits are needed.",
        )
