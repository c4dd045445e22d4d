"""The colours of footage: as they were meant, and the same in frames that are drawn on and in those that are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from cutting_room import ffmpeg
from PIL import Image

from storyboard.cutting.reach import Reach

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

SIZE = (320, 192)
BARS = ((235, 235, 235), (200, 200, 20), (20, 200, 200), (20, 180, 40), (200, 30, 30), (30, 40, 200))
LOOP = ("-loop", 1, "-framerate", 16, "-t", 2)
TO_BT709 = "scale=out_color_matrix=bt709:flags=accurate_rnd+full_chroma_int"
X264 = ("-c:v", "libx264", "-crf", 6, "-preset", "fast")
TAGGED = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
WIDE = "colorspace=ispace=bt709:iprimaries=bt709:itrc=bt709:irange=tv"
FORMS: dict[str, tuple[object, ...]] = {
    "bt709.mp4": ("-vf", f"{TO_BT709},format=yuv420p", *X264, *TAGGED),
    "bt601.mp4": ("-vf", "scale=out_color_matrix=smpte170m,format=yuv420p", *X264, "-colorspace", "smpte170m"),
    "bt240.mp4": (
        "-vf", "scale=out_color_matrix=smpte240m,format=yuv420p", *X264, "-colorspace", "smpte240m",
    ),
    "ten.mp4": ("-vf", f"{TO_BT709},format=yuv420p10le", "-c:v", "libx264", "-crf", 6, *TAGGED),
    "422.mp4": ("-vf", f"{TO_BT709},format=yuv422p", *X264, *TAGGED),
    "444.mp4": ("-vf", f"{TO_BT709},format=yuv444p", *X264, *TAGGED),
    "2020.mp4": (
        "-vf", f"{TO_BT709},format=yuv444p10,{WIDE}:space=bt2020ncl:primaries=bt2020:trc=bt2020-10:format=yuv420p10",
        "-c:v", "libx264", "-crf", 6, "-colorspace", "bt2020nc", "-color_primaries", "bt2020",
        "-color_trc", "bt2020-10",
    ),
    "p3.mp4": (
        "-vf", f"{TO_BT709},format=yuv444p,{WIDE}:space=bt709:primaries=smpte432:trc=bt709:format=yuv420p", *X264,
        "-colorspace", "bt709", "-color_primaries", "smpte432", "-color_trc", "bt709",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def bars(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("bars")
    wide = SIZE[0] // len(BARS)
    picture = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    for number, colour in enumerate(BARS):
        picture[:, number * wide :] = colour
    Image.fromarray(picture).save(folder / "bars.png")
    for name, words in FORMS.items():
        ffmpeg(*LOOP, "-i", folder / "bars.png", *words, folder / name)
    return {name: folder / name for name in FORMS}


def _frames(film: Path) -> list[Any]:
    with av.open(str(film)) as container:
        return [
            frame.reformat(format="rgb24", src_colorspace=frame.colorspace, threads=1).to_ndarray().astype(int)
            for frame in container.decode(video=0)
        ]


def _bars(picture: Any) -> list[Any]:
    height, width = picture.shape[:2]
    wide = width // len(BARS)
    return [picture[height // 4, number * wide + wide // 2] for number in range(len(BARS))]


@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize("form", FORMS)
def test_a_clip_is_shown_in_its_colours_with_words_over_it_and_without(
    room: CuttingRoom, bars: dict[str, Path], form: str, preview: bool
) -> None:
    (room.folder / form).write_bytes(bars[form].read_bytes())
    caption = "{caption: ., place: bottom, at: 1, seconds: 1, fade: 0}"
    cut = f"timeline: [{{clip: {form}}}, {caption}]\noutput: {{size: 320x192}}\n"
    frames = _frames(room.film(cut, Reach(preview=True) if preview else None))
    for number in (4, 24):
        assert np.abs(np.array(_bars(frames[number])) - BARS).max() <= (12 if preview else 8)
    if not preview:  # the edges of the bars stay where they are when words come
        assert np.abs(frames[15][:96] - frames[16][:96]).max() <= 24


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("clear.mov", ("-c:v", "prores_ks", "-profile:v", 4, "-pix_fmt", "yuva444p10le")),
        ("clear.mkv", ("-c:v", "ffv1", "-pix_fmt", "yuva420p")),
        ("drawn.mov", ("-c:v", "qtrle", "-pix_fmt", "argb")),
        ("drawn.mkv", ("-c:v", "png", "-pix_fmt", "rgba")),
    ],
)
def test_what_a_clip_lets_through_is_black(room: CuttingRoom, name: str, words: tuple[object, ...]) -> None:
    alpha = np.linspace(0, 255, SIZE[0]).astype(np.uint8)
    picture = np.zeros((SIZE[1], SIZE[0], 4), np.uint8)
    picture[...] = (250, 60, 0, 0)
    picture[..., 3] = alpha
    Image.fromarray(picture).save(room.folder / "clear.png")
    ffmpeg(*LOOP, "-i", room.folder / "clear.png", *words, room.folder / name)
    caption = "{caption: ., place: bottom, at: 1, seconds: 1, fade: 0}"
    frames = _frames(room.film(f"timeline: [{{clip: {name}}}, {caption}]\noutput: {{size: 320x192}}\n"))
    for number in (4, 24):
        for place in (8, 80, 160, 240, 310):
            wanted = np.array([250, 60, 0]) * int(alpha[place]) / 255
            assert np.abs(frames[number][40, place] - wanted).max() <= 10


def test_footage_that_turns_to_half_frames_is_woven_from_there_on(room: CuttingRoom) -> None:
    moving = "color=c=black:s=320x192:r=50:d=4[b];color=c=white:s=40x192:r=50:d=4[w];[b][w]overlay=x='mod(n*6,280)'"
    codec = ("-c:v", "mpeg2video", "-q:v", 2, "-pix_fmt", "yuv420p", "-f", "mpeg2video")
    ffmpeg("-f", "lavfi", "-i", "color=c=gray:s=320x192:r=25:d=1", *codec, room.folder / "whole.m2v")
    woven = ("-vf", "tinterlace=interleave_top,setfield=tff", "-flags", "+ilme+ildct")
    ffmpeg("-f", "lavfi", "-i", moving, *woven, *codec, room.folder / "half.m2v")
    both = (room.folder / "whole.m2v").read_bytes() + (room.folder / "half.m2v").read_bytes()
    (room.folder / "both.m2v").write_bytes(both)
    ffmpeg("-fflags", "+genpts", "-r", 25, "-i", room.folder / "both.m2v", "-c", "copy", room.folder / "both.mkv")
    frames = _frames(room.film("timeline: [{clip: both.mkv}]\noutput: {fps: 25, size: 320x192}\n"))
    combs = [np.abs(np.diff(frame[..., 0], 2, axis=0)).mean() for frame in frames]
    assert len(frames) >= 120
    assert max(combs) < 1
