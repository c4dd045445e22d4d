"""Clips whose light has a high range (HDR): brought down to what every screen shows, and told in the plan."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import numpy as np
import pytest
from cutting_room import ffmpeg_says
from likeness import composed_without_loss, frames_of

from storyboard.assembly.media import HLG, PQ
from storyboard.assembly.picture.standard_range import standard_light

if TYPE_CHECKING:
    from pathlib import Path

    from cutting_room import CuttingRoom

pytest_plugins = ["assembly_fixtures"]

WHITE = {PQ: 0.5807, HLG: 0.75}
"""The codes of reference white, 203 cd/m² (ITU-R BT.2408-7, table 1: 58 % and 75 %)."""
DARK = {PQ: 0.4403, HLG: 0.4972}
"""The codes of 50 cd/m² (ITU-R BT.2100-2, tables 4 and 5), grey."""


def _clip(
    path: Path, transfer: int, code: tuple[float, float, float], *, form: str = "yuv420p10le", size: Any = (128, 96)
) -> None:
    """A clip of one colour, in coded BT.2020 R'G'B' from 0 to 1."""
    red, green, blue = code
    luma = 0.2627 * red + 0.6780 * green + 0.0593 * blue
    bits = 10 if form.endswith("10le") else 8
    top, kind = 1 << bits, np.uint16 if bits == 10 else np.uint8
    planes = [
        round((16 + 219 * luma) / 256 * top),
        round((128 + 224 * (blue - luma) / 1.8814) / 256 * top),
        round((128 + 224 * (red - luma) / 1.4746) / 256 * top),
    ]
    width, height = size
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("libx264", rate=16, options={"crf": "4", "g": "16"})
        stream.width, stream.height, stream.pix_fmt = width, height, form
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 9, transfer, 9, 1
        for number in range(16):
            parts = [np.full(width * height, planes[0], kind)]
            parts += [np.full(width * height // 4, value, kind) for value in planes[1:]]
            frame = av.VideoFrame.from_ndarray(np.concatenate(parts).reshape(-1, width), format=form)
            frame.pts, frame.time_base = number, Fraction(1, 16)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _rgb(film: Path) -> list[float]:
    """The colour in the middle of the last frame of a film, from 0 to 1."""
    with av.open(str(film)) as container:
        frame = list(container.decode(video=0))[-1]
    middle = frame.to_ndarray(format="rgb24")[40:56, 56:72] / 255
    return [float(value) for value in middle.mean((0, 1))]


def _grey(transfer: int, code: float) -> float:
    """What the table makes of a grey."""
    table = standard_light(transfer)
    axis = table[range(len(table)), range(len(table)), range(len(table)), 1]
    return float(np.interp(code, np.linspace(0, 1, len(table)), axis))


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_the_darker_part_of_the_light_stays_as_it_is(transfer: int) -> None:
    assert _grey(transfer, DARK[transfer]) == pytest.approx((50 / 203) ** (1 / 2.4), abs=0.01)


def test_white_is_as_light_from_either_way_of_holding_it() -> None:
    assert _grey(PQ, WHITE[PQ]) == pytest.approx(_grey(HLG, WHITE[HLG]), abs=0.01)
    assert 0.8 < _grey(PQ, WHITE[PQ]) < 0.95


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_brighter_light_is_never_darker_and_black_stays_black(transfer: int) -> None:
    table = standard_light(transfer)
    greys = table[range(len(table)), range(len(table)), range(len(table))]
    assert greys[0].max() == 0
    assert greys[-1].min() == pytest.approx(1, abs=0.001)
    assert (np.diff(greys, axis=0) >= -1e-9).all()
    assert np.ptp(greys, axis=1).max() < 0.002


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_a_film_shows_a_grey_of_a_high_range_as_light_as_it_is_meant(room: CuttingRoom, transfer: int) -> None:
    _clip(room.folder / "hdr.mp4", transfer, (DARK[transfer],) * 3)
    film = room.film("timeline: [{clip: a.mp4, out: 1}, {clip: hdr.mp4}]")
    assert ffmpeg_says(film) == ""
    assert _rgb(film) == pytest.approx([(50 / 203) ** (1 / 2.4)] * 3, abs=0.02)


@pytest.mark.parametrize("with_words", [False, True])
def test_a_colour_keeps_its_hue(room: CuttingRoom, *, with_words: bool) -> None:
    """BT.709 red of 100 cd/m², in BT.2020 and PQ."""
    light = np.array([0.6274, 0.0691, 0.0164]) * 100
    power = (light / 10_000) ** 0.1593017578125
    code = ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375
    _clip(room.folder / "hdr.mp4", PQ, tuple(code))
    words = ", {caption: ., place: bottom}" if with_words else ""
    red, green, blue = _rgb(room.film(f"timeline: [{{clip: hdr.mp4}}{words}]"))
    assert red == pytest.approx((100 / 203) ** (1 / 2.4), abs=0.03)
    assert max(green, blue) < 0.2


def test_the_plan_says_of_a_clip_of_high_range_that_it_is_one(room: CuttingRoom) -> None:
    _clip(room.folder / "hdr.mp4", PQ, (0.5, 0.5, 0.5))
    _clip(room.folder / "eight.mp4", HLG, (0.5, 0.5, 0.5), form="yuv420p")
    reasons = room.read("timeline: [{clip: a.mp4}, {clip: hdr.mp4}, {clip: eight.mp4}]").plan.pieces.reasons
    assert sorted(reasons.values()) == [
        "it is HDR (HLG), and brought to standard range",
        "it is HDR (PQ), and brought to standard range",
    ]


@pytest.mark.parametrize("with_words", [False, True])
def test_a_clip_of_another_matrix_stays_as_light_as_it_is(room: CuttingRoom, *, with_words: bool) -> None:
    """BT.2020 in a film that is BT.601, as a small one is that does not say."""
    _clip(room.folder / "grey.mp4", 1, (0.5571, 0.5571, 0.5571), form="yuv420p")
    words = ", {caption: ., place: bottom}" if with_words else ""
    made = room.read(f"timeline: [{{clip: a.mp4}}, {{clip: grey.mp4}}{words}]")
    last = composed_without_loss(made)[-1]
    assert abs(float(last[:48].mean()) - 255 * 0.5571) < 0.5


def test_a_clip_of_high_range_is_seen_whole_where_frames_are_computed(room: CuttingRoom) -> None:
    _clip(room.folder / "hdr.mp4", HLG, (DARK[HLG],) * 3)
    film = room.film("timeline: [{clip: hdr.mp4, speed: 0.5}]\noutput: {interpolation: motion}")
    shown = frames_of(film)
    assert len(shown) == 32
    wanted = 255 * (50 / 203) ** (1 / 2.4)
    assert max(abs(float(frame.mean()) - wanted) for frame in shown) < 2
