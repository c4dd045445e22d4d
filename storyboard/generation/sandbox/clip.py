"""A real clip: a moving picture of the ordered size and length, with its actions written on it."""

from __future__ import annotations

import functools
import tempfile
import threading
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.drawing.cover import detailed
from storyboard.drawing.encoding import encoding, h264, progress
from storyboard.drawing.ffmpeg import ClipStoppedError, running
from storyboard.drawing.fine import FinePicture
from storyboard.drawing.overlay import Lettering, overlays
from storyboard.drawing.scenery import draw_scenery, seed_of
from storyboard.generation.sandbox.camera import Camera
from storyboard.generation.sandbox.captions import Caption, captions
from storyboard.generation.sandbox.subtitles import pictures
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from PIL import Image

    from storyboard.drawing.fine import Planes
    from storyboard.drawing.overlay import Overlay

FPS = SVI_2_0_PRO.fps
SLOT_FRAMES = int(SVI_2_0_PRO.slot_seconds * FPS)

ENCODER = h264(SLOT_FRAMES)
"""A key frame at each slot."""

_FADE_FRAMES = 4


@dataclass(frozen=True)
class ClipOrder:
    """What a clip shall be.

    Attributes:
        prompt: The text of the order, one line a segment.
        width: Pixels, even.
        height: Pixels, even.
        seconds: Its length, whole slots.
        picture: An RGB picture of the frame's shape to move over; None draws one from the prompt.
        note: A small line for a corner; may be empty.
    """

    prompt: str
    width: int
    height: int
    seconds: Fraction
    picture: Image.Image | None = None
    note: str = ""

    @property
    def frames(self) -> int:
        """The number of frames."""
        return int(self.seconds * FPS)


def make_clip(
    order: ClipOrder,
    target: Path,
    *,
    on_progress: Callable[[float], None] = lambda share: None,
    stop: threading.Event | None = None,
    encoder: Sequence[str] = ENCODER,
) -> None:
    """Make the clip: H.264, yuv420p, 16 frames a second, ready to stream, exactly as long as was ordered.

    The camera moves without a jerk; captions come and go at their times; the words are gone from the very last
    frame, so that it can be the first frame of a clip that follows.

    Args:
        order: What it shall be.
        target: Where to write it; complete or not there at all.
        on_progress: Told the share that is encoded, 0.0 to 1.0, from the encoder's own count.
        stop: Ends it early when set.
        encoder: The picture's encoder and its settings, as ffmpeg takes them.

    Raises:
        ClipError: ffmpeg could not make it.
        ClipStoppedError: ``stop`` was set.
    """
    stop = stop or threading.Event()
    shown = captions(order.prompt, order.seconds)
    seed = seed_of(order.prompt)
    size = (order.width, order.height)
    camera = Camera([0.0, *(float(caption.end) for caption in shown)], seed)
    arguments = encoding(size, FPS, encoder, "clip.mp4", comment="Made by the storyboard sandbox")
    with tempfile.TemporaryDirectory(prefix="clip-", dir=target.parent, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        drawn, encoded = folder / "words", folder / "video"
        drawn.mkdir()
        encoded.mkdir()
        with (
            overlays(pictures(_visible(shown), size, order.note), size, drawn, stop) as lettering,
            running(arguments, encoded, stop, progress(order.frames, on_progress)) as encoding_it,
        ):
            assert encoding_it.stdin  # noqa: S101  a pipe, as ``running`` promises
            # Drawn only now, while both programs start up.
            picture = order.picture or draw_scenery(seed, detailed(size))
            for frame in _frames(picture, camera, shown, lettering, order):
                if stop.is_set():
                    raise ClipStoppedError
                frame.write(encoding_it.stdin)
        (encoded / "clip.mp4").replace(target)


def _visible(shown: list[Caption]) -> list[Caption]:
    """The captions that are on screen in at least one frame."""
    return [shown[number] for number in sorted(set(_schedule(shown)))]


@functools.lru_cache(maxsize=8)
def _schedule_of(ends: tuple[Fraction, ...]) -> tuple[int, ...]:
    numbers = []
    for number, (start, end) in enumerate(pairwise((ends[0] * 0, *ends))):
        numbers += [number] * (-(-end * FPS // 1) - -(-start * FPS // 1))
    return tuple(numbers)


def _schedule(shown: list[Caption]) -> tuple[int, ...]:
    """The number of the caption that each frame shows."""
    return _schedule_of(tuple(caption.end for caption in shown))


def _frames(
    picture: Image.Image,
    camera: Camera,
    shown: list[Caption],
    lettering: Iterator[Overlay],
    order: ClipOrder,
) -> Iterator[Planes]:
    fine = FinePicture(picture, (order.width, order.height))
    for number, words in enumerate(_words(_schedule(shown), lettering)):
        yield words.over(fine.view(camera.pose(number / FPS)))


def _words(schedule: tuple[int, ...], lettering: Iterator[Overlay]) -> Iterator[Lettering]:
    """What lies over each frame: each caption at its own time, and nothing at the very end."""
    for number, caption in enumerate(schedule):
        if number == 0 or caption != schedule[number - 1]:
            current = next(lettering)
        left = len(schedule) - 1 - number
        yield Lettering(current, share=min(1.0, left / _FADE_FRAMES))
