"""What lies where a film and its subtitles are to go: what is this program's is written anew, the rest is kept."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from storyboard.errors import UsageError
from storyboard.export.manifest import is_whole, name_in, read_manifest
from storyboard.files import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def see_that_it_may_be_written(film: Path, story: Path, root: Path, *, named: bool) -> None:
    """Refuse to write a film over one that is not this story's; previews and parts may be written over.

    Args:
        film: Where it is to go.
        story: The storyboard.
        root: The folder of its series, or its own.
        named: Whether a person named the file. Where the story itself does, a film without a manifest is what a
            process left that ended between the two.

    Raises:
        UsageError: Something else lies there.
    """
    if not film.exists():
        return
    manifest = read_manifest(film)
    told = manifest.get("storyboard")
    is_soon_made_again = bool(manifest) and not is_whole(film)  # a preview, or a part
    if is_soon_made_again or (told is None and not named) or _is_of(told, story, root):
        return
    whose = f"is the film of {told}" if told else "is there already and was not made by this program"
    raise UsageError(
        f"{film} {whose}, so it stays as it is.", hint="Move it away, or name another place with --output."
    )


def _is_of(told: object, story: Path, root: Path) -> bool:
    """Whether a manifest tells of this story, wherever in its series that lay when the film was made."""
    if not isinstance(told, str):
        return False
    return told == name_in(root, story) or (PurePosixPath(told).name == story.name and not (root / told).exists())


def make_room(film: Path, paths: Iterable[Path], new: Mapping[Path, bytes]) -> list[str]:
    """Take old subtitles away, but for what this program did not write, or what was changed since.

    Args:
        film: Whose they are; its old manifest says what they were when they were written.
        paths: Where they lie.
        new: What is going to be written, to which of them. What has to be kept gets another name then.

    Returns:
        What there is to tell, in sentences.
    """
    known = read_manifest(film).get("subtitles")
    listed = known if isinstance(known, list) else ()
    written = {each.get("file"): each.get("sha256") for each in listed if isinstance(each, dict)}
    notes = []
    for path in paths:
        if not path.is_file():
            continue
        if written.get(path.name) == sha256_of(path):
            if path not in new:
                path.unlink()
        elif path in new and path.read_bytes() != new[path]:
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
