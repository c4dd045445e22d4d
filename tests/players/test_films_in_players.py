"""Films of copied and composed pieces, in the decoders of mpv and of VLC: every frame, in its place."""

from __future__ import annotations

import ctypes
import ctypes.util
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import imageio_ffmpeg
import numpy as np
import pytest
from coded import SIZE, codes, make_clip, read
from cutting_room import CuttingRoom

from storyboard.assembly.piece_cache import PieceCache

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.players

OUTPUTS = [("h264", "mp4"), ("h264", "mov"), ("h264", "mkv"), ("hevc", "mp4"), ("prores", "mov"), ("vp9", "webm")]
ENCODERS = {"h264": "libx264", "hevc": "libx265", "prores": "prores_ks", "vp9": "libvpx-vp9"}
ENDED, FAILED = 6, 7  # states of libvlc_media_player_t
PATIENCE = 60.0

Codes = list[tuple[int, int]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("players")
    for name, clip, keys in (("a", 1, 16), ("b", 2, 250), ("c", 3, 16)):
        make_clip(folder / f"{name}.mp4", clip, 64, keys=keys)
    make_clip(folder / "odd.mp4", 5, 32, options={"x264-params": "ref=1:bframes=0:cabac=0:8x8dct=0"})
    make_clip(folder / "open.mp4", 6, 80, options={"x264-params": "open-gop=1"})
    return folder


@pytest.fixture(params=OUTPUTS, ids=" in ".join)
def film(request: pytest.FixtureRequest, folder: Path, tmp_path: Path) -> Path:
    codec, ending = request.param
    room = CuttingRoom(folder, PieceCache(tmp_path / "cache"))
    return room.film(
        f"""
        timeline:
          - {{clip: a.mp4, in: 0.5}}
          - {{clip: b.mp4, in: 1}}
          - {{clip: odd.mp4}}
          - {{clip: open.mp4, in: 0.3125, out: 4.0625}}
          - {{clip: c.mp4}}
        output: {{codec: {codec}}}
        """,
        name=f"{codec}.{ending}",
    )


WANTED = [
    *((1, n) for n in range(8, 64)),
    *((2, n) for n in range(16, 64)),
    *((5, n) for n in range(32)),
    *((6, n) for n in range(5, 65)),
    *((3, n) for n in range(64)),
]


def test_mpv_shows_every_frame(film: Path, tmp_path: Path) -> None:
    assert in_mpv(film, tmp_path / "seen") == WANTED


def test_vlc_shows_every_frame_but_those_that_it_drops_of_any_such_file(
    film: Path, folder: Path, tmp_path: Path
) -> None:
    # Writing instead of showing, it leaves out one to three frames at the ends of MP4 and MOV, whoever made the file.
    plain = tmp_path / f"plain{film.suffix}"
    encoder = ENCODERS[film.stem]
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", folder / "a.mp4", "-c:v", encoder, plain], check=True
    )
    usual = dropped(codes(plain), in_vlc(plain, tmp_path / "plain.seen"))
    assert dropped(WANTED, in_vlc(film, tmp_path / "seen")) <= usual
    assert len(usual) <= 3


def dropped(whole: Codes, seen: Codes) -> set[int]:
    """The places of the frames that are missing; those of the second half counted from the end, from -1."""
    missing = [place for place, frame in enumerate(whole) if frame not in seen]
    assert seen == [frame for place, frame in enumerate(whole) if place not in missing]
    return {place if place < len(whole) // 2 else place - len(whole) for place in missing}


def in_mpv(film: Path, raw: Path) -> Codes:
    """The frames that mpv decodes, in the order in which it shows them."""
    mpv = shutil.which("mpv")
    assert mpv, "mpv is not installed"
    ran = subprocess.run(
        [mpv, "--no-config", "--msg-level=all=warn", "--no-audio", "--vf=format=yuv420p", f"--o={raw}",
         "--of=rawvideo", "--ovc=rawvideo", str(film)],
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("", "")
    return shown(raw)


def in_vlc(film: Path, raw: Path) -> Codes:
    """The frames that VLC decodes. By its library: its program refuses to be run by root, as containers run tests."""
    name = ctypes.util.find_library("vlc")
    assert name, "VLC's library is not installed"
    vlc = ctypes.CDLL(name)
    for function in ("libvlc_new", "libvlc_media_new_path", "libvlc_media_player_new_from_media"):
        getattr(vlc, function).restype = ctypes.c_void_p
    words = [b"--ignore-config", b"--no-audio", b"--quiet"]
    instance = ctypes.c_void_p(vlc.libvlc_new(len(words), (ctypes.c_char_p * len(words))(*words)))
    assert instance.value, "VLC's library does not start"
    media = ctypes.c_void_p(vlc.libvlc_media_new_path(instance, str(film).encode()))
    to = f":sout=#transcode{{vcodec=I420,acodec=none,threads=1}}:std{{access=file,mux=raw,dst={raw}}}"
    vlc.libvlc_media_add_option(media, to.encode())
    player = ctypes.c_void_p(vlc.libvlc_media_player_new_from_media(media))
    vlc.libvlc_media_player_play(player)
    end = time.monotonic() + PATIENCE
    while (state := vlc.libvlc_media_player_get_state(player)) not in {ENDED, FAILED}:
        assert time.monotonic() < end, "VLC does not come to the end"
        time.sleep(0.02)
    for release, what in (("media_player", player), ("media", media), ("", instance)):
        getattr(vlc, f"libvlc_{release}_release".replace("__", "_"))(what)
    assert state == ENDED
    return shown(raw)


def shown(raw: Path) -> Codes:
    """Which frames planes of Y'CbCr hold."""
    width, height = SIZE
    frames = np.fromfile(raw, np.uint8).reshape(-1, height * 3 // 2, width)
    return [read(frame[:height, :, None]) for frame in frames]
