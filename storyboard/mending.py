"""Storyboards mended where a finding has one right answer: in the text, span by span, and the file in one step."""

from __future__ import annotations

import difflib
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.files import whole_path
from storyboard.generation.prepare import facts_of, prepare
from storyboard.profile import SVI_2_0_PRO
from storyboard.rules.mends import Mend, quote_brace, read, remove_negatives, round_seconds
from storyboard.story.findings import Position
from storyboard.story.load import load_storyboard
from storyboard.story.source import read_bytes
from storyboard.story.yaml_values import UnreadableYamlError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storyboard.generation.prepare import Prepared
    from storyboard.story.series_find import SeriesFinder

_BOM = b"\xef\xbb\xbf"
_WANT_QUOTES = {"yaml-brace", "key-not-text"}
_MOST_READ = 5_000_000  # characters, over all rounds
_MOST_ROUNDS = 200  # each shows the next text that wants quotes


@dataclass(frozen=True)
class Mended:
    """What was mended in a file.

    Attributes:
        path: The file, as the person named it.
        before: Its bytes.
        after: Its bytes once they are mended; the same where there is nothing to mend.
        mends: What was done, in order.
    """

    path: Path
    before: bytes
    after: bytes
    mends: tuple[Mend, ...]

    def diff(self) -> Iterator[str]:
        """A unified diff, line by line, without line ends."""
        old, new = (each.decode("utf-8-sig").split("\n") for each in (self.before, self.after))
        for line in difflib.unified_diff(old, new, f"{self.path}", f"{self.path} (mended)", lineterm=""):
            yield line.rstrip("\r")

    def write(self) -> None:
        """Write the file in one step, with the permissions it has.

        Raises:
            UsageError: It is a link, was changed meanwhile, or cannot be written.
        """
        if self.after == self.before:
            return
        if self.path.is_symlink():
            raise UsageError(f"{self.path} is a link, and is not written to.", hint="Name the file it leads to.")
        if not os.access(self.path, os.W_OK):
            raise UsageError(f"{self.path} may not be written.", hint="Change its permissions; --diff only shows.")
        try:
            with whole_path(self.path) as part:
                part.write_bytes(self.after)
                shutil.copymode(self.path, part)
                if self.path.read_bytes() != self.before:
                    told = f"{self.path} was changed while it was being mended, and is left as it is."
                    raise UsageError(told, hint="Run the command again.")
        except OSError as error:
            told = f"{self.path} cannot be written: {error.strerror}."
            raise UsageError(told, hint="Check the folder.") from None


def mend(path: Path, *, finder: SeriesFinder | None = None) -> Mended:
    """Mend a storyboard's text where there is one right answer; nothing is written yet.

    What its series sets is left alone, as is whatever is switched off or ignored.

    Args:
        path: The file.
        finder: Finds its series.
    """
    try:
        before = read_bytes(path)
    except UnreadableYamlError:
        return Mended(path, b"", b"", ())
    bom = _BOM if before.startswith(_BOM) else b""
    try:
        text = before.removeprefix(bom).decode()
    except UnicodeDecodeError:
        return Mended(path, before, before, ())
    mends: list[Mend] = []

    def prepared() -> Prepared:
        return prepare(path, finder=finder, data=bom + text.encode())

    for _ in range(min(_MOST_ROUNDS, _MOST_READ // (len(text) + 1) + 1)):
        loaded = load_storyboard(path, finder=finder, data=bom + text.encode())
        at = next((Position(f.line, f.column) for f in loaded.findings if f.code in _WANT_QUOTES), None)
        quoted = quote_brace(text, at) if at is not None else None
        if quoted is None:
            break
        text, done = quoted
        mends.append(done)
    if mends and read(text) is None:  # something else is wrong as well, and what was meant by it is not known
        return Mended(path, before, before, ())
    ready = prepared()
    if any(finding.code == "seconds-off-grid" for finding in ready.findings):
        text, rounded = round_seconds(text, SVI_2_0_PRO)
        mends += rounded
        ready = prepared() if rounded else ready
    loaded = ready.loaded
    if loaded.storyboard is not None and loaded.source is not None and ready.plan is not None:
        told = [f for f in ready.findings if f.code == "negative-fights-story" and f.path == loaded.shown]
        if told:
            facts = facts_of(loaded.storyboard, loaded.source, ready.plan)
            text, removed = remove_negatives(text, facts, frozenset(f.line for f in told))
            mends += removed
    return Mended(path, before, bom + text.encode(), tuple(mends))
