"""What a shell offers while a command is typed: episodes, providers, rules, jobs, takes.

A shell asks with every key, so nothing heavy is loaded and nobody is asked over a network; what cannot be had at once
is not offered. Nothing is ever said: an error in the middle of a line that is being typed helps nobody.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterable

COMPLETION = "_STORYBOARD_COMPLETE"
"""The environment variable with which a shell asks; the scripts of ``--install-completion`` set it."""
_MOST = 200
# Names come with a stranger's repository, and typer's scripts hand them to the shell as they are: zsh evaluates them.
_SAFE = pattern(r"[\w./@+=,-]{1,200}\Z")
_PATIENCE = 0.2  # seconds for a ledger that another process is writing


def complete_quickly() -> None:
    """Keep typer from loading rich, which takes longer than all else, to take markup out of texts that have none."""
    sys.modules["rich"] = None  # type: ignore[assignment]  # that is how Python is told that there is no such module


def episodes(ctx: Any, incomplete: str) -> list[str]:
    """The episodes of the series in this folder, by name."""
    if "/" in incomplete or incomplete.startswith((".", "~")):  # a path, which the shell completes itself
        return []
    return _starting(incomplete, (Path(name).stem for name in _episodes_in(_root(ctx))))


def providers(incomplete: str) -> list[str]:
    """Who can render."""
    from storyboard.generation.installed_providers import SHIPPED, packaged

    with suppress(Exception):  # whatever other packages say of themselves
        return _starting(incomplete, [*SHIPPED, *(each.name for each in packaged())])
    return _starting(incomplete, SHIPPED)


def rule_codes(incomplete: str) -> list[str]:
    """The findings that have a name and can be switched off."""
    from storyboard.export.rule_words import rule_words

    return _starting(incomplete, rule_words())


def faults(incomplete: str) -> list[str]:
    """What the sandbox can let go wrong."""
    from storyboard.generation.sandbox.faults import FAULTS

    return _starting(incomplete, FAULTS)


def job_keys(ctx: Any, incomplete: str) -> list[str]:
    """The keys of purchases, the youngest first, as ``jobs list`` prints them."""
    rows = _ledger(ctx, "SELECT key FROM purchases ORDER BY created_at DESC LIMIT ?", (_MOST,))
    return _starting(incomplete, (str(row[0])[: max(8, len(incomplete))] for row in rows))


def reels(ctx: Any, incomplete: str) -> list[str]:
    """The reels of the episode on the command line that have a take."""
    rows = _ledger(ctx, f"{_OF_EPISODE} AND ?=?", (*_episode(ctx), 1, 1))
    return _starting(incomplete, dict.fromkeys(str(row[0]) for row in rows))


def takes(ctx: Any, incomplete: str) -> list[str]:
    """The takes of the reel on the command line."""
    rows = _ledger(ctx, f"{_OF_EPISODE} AND reel=?", (*_episode(ctx), ctx.params.get("reel") or 0))
    return _starting(incomplete, dict.fromkeys(str(row[1]) for row in rows))


_OF_EPISODE = "SELECT reel, take FROM purchases WHERE (episode=? OR episode LIKE '%/' || ?)"


def _starting(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word.startswith(incomplete) and _SAFE.match(word)][:_MOST]


def _root(ctx: Any) -> Path:
    """The folder of the series that is meant."""
    from storyboard.story.paths import root_above

    named = ctx.params.get("series") or "."
    return root_above(Path(str(named)).expanduser().resolve())


def _episodes_in(root: Path) -> list[str]:
    """The episodes' files, seen from the series; none where its file cannot be read."""
    from storyboard.story.episodes import files_of
    from storyboard.story.paths import SERIES_FILE
    from storyboard.story.yaml_document import MAX_BYTES, read_yaml
    from storyboard.story.yaml_values import Mapping, UnreadableYamlError

    try:
        if not (root / SERIES_FILE).is_file():
            return []
        with (root / SERIES_FILE).open("rb") as file:
            value = read_yaml(file.read(MAX_BYTES + 1), "series").value
    except (UnreadableYamlError, OSError):
        return []
    patterns = value.get("episodes") if isinstance(value, Mapping) else None
    patterns = [patterns] if isinstance(patterns, str) else patterns
    return files_of(root, [each for each in patterns or () if isinstance(each, str)][:100])


def _episode(ctx: Any) -> tuple[str, str]:
    """The episode on the command line, as the ledger may call it: by its path, or by its last name."""
    named = Path(str(ctx.params.get("episode") or "")).with_suffix("")
    return named.as_posix(), named.name


def _ledger(ctx: Any, question: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """What the ledger beside the series answers; nothing where there is none, or it is a shared one.

    It is read by Python's own sqlite3, without writing: the library that the ledger is otherwise opened with takes
    longer to load than a person waits for a key.
    """
    import sqlite3

    from storyboard.generation.state_folder import ledger_path

    if os.environ.get("STORYBOARD_LEDGER"):
        return []
    path = ledger_path(_root(ctx))
    if path.parent.is_symlink() or path.is_symlink() or not path.is_file():
        return []
    try:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
        try:
            return connection.execute(question, values).fetchmany(_MOST)
        finally:
            connection.close()
    except sqlite3.Error:
        return []
