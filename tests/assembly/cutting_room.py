"""A folder with a cut file, and the film that comes of it."""

from __future__ import annotations

import subprocess
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import av
import imageio_ffmpeg

from storyboard.cutting.stitch import read_cut, stitch
from storyboard.generation.prepare import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.film import FilmPlan
    from storyboard.assembly.making import Task
    from storyboard.assembly.piece_cache import PieceCache
    from storyboard.cutting.reach import Reach
    from storyboard.cutting.stitch import Stitch


@dataclass
class Watched:
    """What a film's watcher was told.

    Attributes:
        weights: How heavy each thing was that had to be made.
    """

    weights: list[int] = field(default_factory=list)

    def starts(self, plan: FilmPlan) -> None:
        """Everything that has to be made is being made."""

    def made(self, task: Task) -> None:
        """One of them is finished."""
        self.weights.append(task.weight)

    def moves(self, steps: int) -> None:
        """So much of it is made."""

    def joins(self, frames: int) -> None:
        """So many frames are joined."""


@dataclass
class CuttingRoom:
    """Where a film is cut.

    Attributes:
        folder: The clips lie there.
        cache: Of its pieces.
        watched: What was told of the last film.
    """

    folder: Path
    cache: PieceCache
    watched: Watched = field(default_factory=Watched)

    def read(self, cut: str, reach: Reach | None = None) -> Stitch:
        """Read a cut: what stands under ``cut:``."""
        path = self.folder / "cut.yaml"
        path.write_text(f"storyboard: 1\ntitle: The cut\ncut:\n{textwrap.indent(textwrap.dedent(cut), '  ')}")
        return read_cut(prepare(path), reach=reach, cache=self.cache)

    def film(self, cut: str, reach: Reach | None = None, *, verify: bool = True, name: str = "film.mp4") -> Path:
        """Put the film of a cut together."""
        self.watched = Watched()
        target = self.folder / name
        stitch(self.read(cut, reach), target, self.watched, verify=verify)
        return target


def times(path: Path) -> list[tuple[Any, Any]]:
    """When each packet of the picture is shown, and decoded, in the stream's ticks."""
    with av.open(str(path)) as container:
        return [(packet.pts, packet.dts) for packet in container.demux(video=0) if packet.dts is not None]


def ffmpeg(*words: object) -> None:
    """Run ffmpeg's own program; it is to say nothing."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-v", "error", "-nostdin", "-y", *map(str, words)], check=True)


def ffmpeg_says(path: Path) -> str:
    """What ffmpeg's own program has to say of a film when it decodes all of it; nothing where all is well."""
    program = imageio_ffmpeg.get_ffmpeg_exe()
    words = [program, "-v", "warning", "-xerror", "-err_detect", "explode", "-i", str(path), "-f", "null", "-"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stderr
