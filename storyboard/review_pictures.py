"""Pictures for review of the episodes a person named: made offline, from the stories alone, beside the films."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from storyboard.briefing import prepare_all
from storyboard.drawing.ffmpeg import ClipError
from storyboard.errors import StoryboardError, UsageError
from storyboard.files import NO_ROOM
from storyboard.generation.outlook import Options
from storyboard.review.shots import shots_of
from storyboard.review.stills import see_that_all_can_be_read
from storyboard.selection import select

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from storyboard.generation.prepare import Prepared
    from storyboard.project import Project
    from storyboard.review.shots import Shot

_NO_ROOM_SAID = ("No space left", "Disk quota", "File too large")


@dataclass(frozen=True)
class Previewed:
    """An episode of which pictures are wanted.

    Attributes:
        path: Its storyboard, as the person named it.
        project: Where it lies.
        prepared: What is known of it.
        shots: What it shows.
    """

    path: Path
    project: Project
    prepared: Prepared
    shots: tuple[Shot, ...]

    @property
    def unseen(self) -> tuple[str, ...]:
        """The addresses of first frames that lie on other machines: those are not fetched."""
        return tuple(dict.fromkeys(shot.still.url for shot in self.shots if shot.still.url))


def previewed(named: Sequence[Path]) -> list[Previewed]:
    """The episodes that a person means, all of them found good before anything is drawn of one.

    Args:
        named: Storyboards, by path, or by an episode's name in a series; none means all of the series.

    Raises:
        UsageError: Nothing is meant, or what is named is not there.
        StoryError: A story has errors, no scenes, or a sketch that cannot be read.
    """
    found = []
    for selection in select(named, None, has_option=False):
        for path, prepared in prepare_all(selection.files, Options()).items():
            shots = shots_of(prepared)
            if prepared.loaded.source is not None:
                see_that_all_can_be_read(shots, prepared.loaded.source)
            found.append(Previewed(path, selection.project, prepared, shots))
    return found


def targets(episodes: Sequence[Previewed], output: Path | None, ending: str, files: frozenset[str]) -> list[Path]:
    """Where the picture of each episode goes.

    Args:
        episodes: Those.
        output: A file or a folder, if the person named one; else it lies with the films of the series.
        ending: What follows the episode's name, such as ``.animatic.mp4``.
        files: The endings by which ``output`` is a file.

    Raises:
        UsageError: One file is named for several, or a file that is none of these; or two would have one name.
    """
    if output is not None and output.suffix.lower() in files and not output.is_dir():
        if len(episodes) > 1:
            raise UsageError(f"{output} is one file, and there are {len(episodes)} episodes.", hint="Name a folder.")
        return [output]
    if output is not None and (output.is_file() or (output.suffix and not output.is_dir())):
        endings = " or ".join(sorted(files))
        raise UsageError(
            f"{output} is no name for this: a file of it ends in {endings}.",
            hint="Name such a file, or a folder that is there.",
        )
    found = [each.project.output_folder(each.path, output) / f"{each.path.stem}{ending}" for each in episodes]
    twice = [path for path, count in Counter(found).items() if count > 1]
    if twice:
        raise UsageError(f"Two episodes would be written to {twice[0]}.", hint="Name them one at a time.")
    return found


def see_that_it_may_be_replaced(path: Path, is_ours: Callable[[Path], bool], command: str) -> None:
    """See that a file is not there, or was made by the command that is about to write it.

    Raises:
        UsageError: It is something else, which may be a film that was paid for.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", hint="Name a file in it, or leave --output out.")
    if path.exists() and not is_ours(path):
        raise UsageError(
            f"{path} is there already and was not made by storyboard {command}, so it stays as it is.",
            hint="Move it away, or name another file with --output.",
        )


@contextmanager
def told_plainly(target: Path) -> Iterator[None]:
    """Say of a file that could not be made why.

    Raises:
        StoryboardError: With what to do about it.
    """
    try:
        yield
    except (OSError, ClipError) as error:
        number = error.errno if isinstance(error, OSError) else None
        reason = getattr(error, "strerror", None) or str(error)
        if number in NO_ROOM or any(said in reason for said in _NO_ROOM_SAID):
            raise StoryboardError(
                f"There is no room on the disk for {target}. Nothing of it was kept, and no other file was touched.",
                hint="Make room, or name another place with --output.",
            ) from error
        raise StoryboardError(
            f"{target} could not be made: {reason.rstrip('.')}.", hint="Name another place with --output."
        ) from error
