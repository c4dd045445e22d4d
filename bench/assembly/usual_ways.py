"""The usual ways to put the same films together, each as a process of its own.

python -m bench.assembly.usual_ways moviepy FOLDER OUT
"""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import imageio_ffmpeg

from storyboard.assembly.picture_format import PRESETS

if TYPE_CHECKING:
    from collections.abc import Callable

CLIPS = ("title", "a", "b", "c", "end")
_HALF = 0.5


def graph(folder: Path, out: Path, *, preset: str = PRESETS["h264"]) -> None:
    """T2 by one ffmpeg filter graph: every frame is decoded, faded where need be, and encoded; by our preset."""
    inputs = [word for name in CLIPS for word in ("-i", str(folder / f"{name}.mp4"))]
    forms = "".join(
        f"[{number}:v]fps=16,scale=832:480,setsar=1,format=yuv420p,settb=1/16[v{number}];"
        for number in range(len(CLIPS))
    )
    picture, sound, begins = "v0", "0:a", 0.0
    chain = ""
    for number, seconds in enumerate((5, 40, 40, 40), start=1):
        begins += seconds - _HALF
        chain += f"[{picture}][v{number}]xfade=duration={_HALF}:offset={begins}[x{number}];"
        chain += f"[{sound}][{number}:a]acrossfade=d={_HALF}[s{number}];"
        picture, sound = f"x{number}", f"s{number}"
    command = ffmpeg(
        *inputs, "-filter_complex", (forms + chain).rstrip(";"), "-map", f"[{picture}]", "-map", f"[{sound}]",
        "-c:v", "libx264", "-preset", preset, "-crf", "16", "-c:a", "aac", "-b:a", "192k", str(out),
    )  # fmt: skip
    subprocess.run(command, check=True)


def moviepy(folder: Path, out: Path) -> None:
    """T2 as MoviePy's own documentation teaches it."""
    from moviepy import CompositeVideoClip, VideoFileClip, afx, vfx

    clips, begins = [], 0.0
    for number, name in enumerate(CLIPS):
        clip = VideoFileClip(str(folder / f"{name}.mp4")).resized((832, 480)).with_start(begins)
        if number:
            clip = clip.with_effects([vfx.CrossFadeIn(_HALF), afx.AudioFadeIn(_HALF)])
        clips.append(clip)
        begins += clip.duration - _HALF
    film = CompositeVideoClip(clips, size=(832, 480))
    film.write_videofile(
        str(out),
        fps=16,
        codec="libx264",
        preset="medium",
        ffmpeg_params=["-crf", "17"],
        audio_codec="aac",
        logger=None,
        temp_audiofile_path=str(out.parent),
    )
    film.close()
    for clip in clips:
        clip.close()


def ffmpeg(*arguments: str) -> list[str]:
    """The words of a command that runs ffmpeg."""
    return [imageio_ffmpeg.get_ffmpeg_exe(), "-y", "-nostdin", "-loglevel", "error", *arguments]


WAYS: dict[str, Callable[[Path, Path], None]] = {
    "graph": graph,
    "graph-medium": partial(graph, preset="medium"),
    "moviepy": moviepy,
}

if __name__ == "__main__":
    WAYS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
