"""What lies where a film and its subtitles are to go: what is this program's is written anew, the rest is kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storyboard.errors import UsageError
from storyboard.export.manifest import manifest_path
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def see_that_it_may_be_written(film: Path, story: Path, *, named: bool) -> None:
    """Refuse to write a film over one that is not this story's; previews and parts may be written over.

    Args:
        film: Where it is to go.
        story: The storyboard.
        named: Whether a person named the file. Where the story itself does, a film without a manifest is what a
            process left that ended between the two.

    Raises:
        UsageError: Something else lies there.
    """
    if not film.exists():
        return
    manifest = _manifest(film)
    told, cut = manifest.get("storyboard"), manifest.get("cut")
    is_whole = not (
        isinstance(cut, dict) and cut.get("is_whole") is False
    )  # a preview, or a part, is soon made again
    if told == story.name or not is_whole or (told is None and not named):
        return
    whose = f"is the film of {told}" if told else "is there already and was not made by this program"
    raise UsageError(
        f"{film} {whose}, so it stays as it is.", hint="Move it away, or name another place with --output."
    )


def make_room(film: Path, paths: Iterable[Path], *, is_wanted: bool) -> list[str]:
    """Take old subtitles away, but for what this program did not write, or what was changed since.

    Args:
        film: Whose they are; its old manifest says what they were when they were written.
        paths: Where they lie.
        is_wanted: Whether new ones are going to be written. What has to be kept gets another name then.

    Returns:
        What there is to tell, in sentences.
    """
    known = _manifest(film).get("subtitles")
    listed = known if isinstance(known, list) else ()
    written = {each.get("file"): each.get("sha256") for each in listed if isinstance(each, dict)}
    notes = []
    for path in paths:
        if not path.is_file():
            continue
        if written.get(path.name) == sha256_of(path):
            if not is_wanted:
                path.unlink()
        elif is_wanted:
            kept = _free_name(path)
            path.rename(kept)
            why = "was changed since it was written" if path.name in written else "was not written by this program"
            notes.append(f"{path.name} {why}: it is kept as {kept.name}.")
    return notes


def _free_name(path: Path) -> Path:
    number = 1
    while (free := path.with_name(f"{path.stem}.kept{'' if number == 1 else f'-{number}'}{path.suffix}")).exists():
        number += 1
    return free


def _manifest(film: Path) -> dict[str, Any]:
    """The manifest of a film; empty where there is none that can be read."""
    try:
        told = json.loads(manifest_path(film).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
