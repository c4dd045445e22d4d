"""Views of a still: where what is seen stands, to a part of a pixel."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageFont

from storyboard.compiler.camera_path import path_over
from storyboard.drawing.fine import FinePicture
from storyboard.drawing.lettering import DEJAVU, FONTS, INTER, INTER_BOLD, INTER_ITALIC, Face, measure
from storyboard.drawing.pose import Pose

WIDTH, HEIGHT = 192, 128


def ramp(across: bool) -> FinePicture:
    """A picture that grows lighter evenly, from black to white: its luma tells where a pixel comes from."""
    steps = np.linspace(0, 255, WIDTH if across else HEIGHT)
    shades = np.tile(steps, (HEIGHT, 1)) if across else np.tile(steps[:, None], (1, WIDTH))
    return FinePicture(Image.fromarray(shades.round().astype(np.uint8)).convert("RGB"), (WIDTH, HEIGHT))


@pytest.mark.parametrize("yaw", [-0.16, -0.03, 0.001, 0.08])
def test_a_turned_picture_is_seen_in_true_perspective_without_seams(yaw: float) -> None:
    """Every column shows the part of the height that its nearness leaves; the columns share the width alike."""
    pose = Pose(1.2, 0.5, 0.5, yaw=yaw)
    turn = pose.less
    x, y = np.arange(WIDTH) + 0.5, np.arange(HEIGHT) + 0.5
    share = 1 - turn + yaw * (1 - 2 * x / WIDTH)
    along = WIDTH * turn / 2 + (1 - turn) * x + yaw * (x - x * x / WIDTH)
    from_x = np.tile((WIDTH - WIDTH / 1.2) / 2 + along / 1.2, (HEIGHT, 1))
    from_y = HEIGHT / 2 + (y[:, None] - HEIGHT / 2) * share / 1.2
    for across, source, length in ((True, from_x, WIDTH), (False, from_y, HEIGHT)):
        luma = np.asarray(ramp(across).view(pose).luma).astype(float)
        place = (luma - 16) / 219 * (length - 1) + 0.5
        levels = (length - 1) / 219  # of luma: no place is told more finely
        assert np.abs(place - source).max() < 0.5 + levels


def test_a_slow_push_moves_what_is_seen_by_small_parts_of_a_pixel() -> None:
    shades = np.zeros((HEIGHT, WIDTH), np.uint8)
    edge = 160
    shades[:, edge:] = 255
    still = FinePicture(Image.fromarray(shades).convert("RGB"), (WIDTH, HEIGHT))
    for frame in range(72):
        zoom = 1 + 0.035 * frame / 71
        row = np.asarray(still.view(Pose(zoom, 0.5, 0.5)).luma)[HEIGHT // 2].astype(float)
        seen = WIDTH - (row - 16).sum() / 219
        assert seen == pytest.approx(WIDTH / 2 + (edge - WIDTH / 2) * zoom, abs=0.2)


def test_a_camera_that_stands_sees_the_very_same_all_the_time() -> None:
    path = path_over("close-up, fixed camera", 4.5)
    assert len({path.at(frame / 16) for frame in range(72)}) == 1


@pytest.mark.parametrize("face", [DEJAVU, INTER, INTER_BOLD, INTER_ITALIC])
def test_a_text_is_as_wide_as_its_font_says_though_it_is_measured_by_words(face: Face) -> None:
    text = "AVA To. “Wait,” Yves says — 11 T'Way fjord… Łódź  Ty, P. 7"
    font = ImageFont.truetype(FONTS / face.file, 100, layout_engine=ImageFont.Layout.RAQM)
    assert measure(face, 100)(text) == pytest.approx(font.getlength(text), rel=0.005)  # but for kerning with spaces
