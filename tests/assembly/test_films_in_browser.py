"""Films of copied and composed pieces, played in a real browser: every frame at its moment, to the last."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import numpy as np
import pytest
from coded import SIZE, make_clip, read
from cutting_room import CuttingRoom

from storyboard.assembly.piece_cache import PieceCache

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.browser

LOOK = """async ([film, frames, width, height]) => {
    const video = document.createElement("video");
    video.muted = true;
    video.src = "data:video/mp4;base64," + film;
    document.body.append(video);
    const canvas = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    let time;
    const note = (now, frame) => {
        time = frame.mediaTime;
        video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    const seen = [];
    for (const frame of frames) {
        const before = time;
        const there = new Promise((done, fail) => {
            video.onseeked = done;
            video.onerror = () => fail(video.error.message);
        });
        video.currentTime = (frame + 0.5) / 16;
        await there;
        // "seeked" may come before the frame is there to be drawn.
        for (const end = performance.now() + 20_000; time === before; ) {
            if (performance.now() > end) throw new Error(`frame ${frame} was sought and never shown`);
            await new Promise(requestAnimationFrame);
        }
        canvas.drawImage(video, 0, 0);
        seen.push([time, Array.from(canvas.getImageData(0, 0, width, height).data)]);
    }
    return [video.duration, video.videoWidth, video.videoHeight, seen];
}"""


def test_a_film_of_copied_and_composed_pieces_shows_every_frame_at_its_moment(
    chromium: Browser, tmp_path: Path
) -> None:
    folder = tmp_path / "room"
    for name, clip, keys in (("a", 1, 16), ("b", 2, 250), ("c", 3, 16)):
        make_clip(folder / f"{name}.mp4", clip, 64, keys=keys)
    make_clip(folder / "odd.mp4", 5, 32, options={"x264-params": "ref=1:bframes=0:cabac=0:8x8dct=0"})
    film = CuttingRoom(folder, PieceCache(tmp_path / "cache")).film(
        "timeline: [{clip: a.mp4, in: 0.5}, {clip: b.mp4, in: 1}, {clip: odd.mp4}, {clip: c.mp4}]"
    )
    wanted = [(1, n) for n in range(8, 64)] + [(2, n) for n in range(16, 64)] + [(5, n) for n in range(32)]
    wanted += [(3, n) for n in range(64)]
    page = chromium.new_page()
    frames = [0, 7, 8, 55, 56, 57, 80, 103, 104, 120, 135, 136, 150, 199]
    data = base64.b64encode(film.read_bytes()).decode()
    seconds, width, height, seen = page.evaluate(LOOK, [data, frames, *SIZE])
    page.close()
    assert ((width, height), seconds) == (SIZE, len(wanted) / 16)
    assert [time * 16 for time, _ in seen] == frames
    shown = [np.array(pixels, np.uint8).reshape(SIZE[1], SIZE[0], 4)[..., :3] for _, pixels in seen]
    assert [read(frame) for frame in shown] == [wanted[frame] for frame in frames]
