"""Words laid over a picture: drawn once each by libass, then mixed into every frame at little cost."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageChops

from storyboard.drawing.ass import script
from storyboard.drawing.ffmpeg import running
from storyboard.drawing.lettering import DEJAVU, FONTS, INTER, INTER_BOLD, INTER_ITALIC

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path
    from typing import IO

    from storyboard.drawing.fine import Planes
    from storyboard.drawing.lettering import Face

BLACK, WHITE = 16, 235
"""Luma of black and white in video range."""

_Box = tuple[int, int, int, int]


class _Patch(NamedTuple):
    box: _Box
    ink: Image.Image
    lose: Image.Image
    half_box: _Box
    half_lose: Image.Image


class Overlay:
    """Grey lettering over a yuv420p picture.

    Args:
        lose: How much of the picture goes, a pixel: 255 all, 0 nothing.
        add: The luma that is added to what stays.
    """

    def __init__(self, lose: Image.Image, add: Image.Image) -> None:
        # Two halves, because the badge is at the top and the panel at the bottom: the middle costs nothing.
        width, height = lose.size
        halves = ((0, 0, width, height // 4 * 2), (0, height // 4 * 2, width, height))
        self._patches = [patch for half in halves if (patch := _cut(lose, add, half))]

    def mix(self, luma: Image.Image, blue: Image.Image, red: Image.Image) -> None:
        """Lay it over one frame, in place: luma at full size, the two colour planes at half."""
        for patch in self._patches:
            luma.paste(patch.ink, patch.box, patch.lose)
            blue.paste(128, patch.half_box, patch.half_lose)
            red.paste(128, patch.half_box, patch.half_lose)


class Lettering(NamedTuple):
    """What lies over one frame.

    Attributes:
        words: The overlay.
        before: Where the words are on their way: the one they come from, or go back to; None is none.
        share: How far on their way they are: 0.0 is at the one before, 1.0 there.
    """

    words: Overlay
    before: Overlay | None = None
    share: float = 1.0

    def over(self, frame: Planes) -> Planes:
        """The frame with the words on it; the one that is given may be drawn on."""
        if self.share == 1:
            self.words.mix(*frame)
            return frame
        there = frame.copy()
        self.words.mix(*there)
        if self.before:
            self.before.mix(*frame)
        return frame.toward(there, self.share)


def _cut(lose: Image.Image, add: Image.Image, half: _Box) -> _Patch | None:
    found = lose.crop(half).getbbox()
    if not found:
        return None
    left, top = found[0] // 2 * 2 + half[0], found[1] // 2 * 2 + half[1]
    right, bottom = (found[2] + 1) // 2 * 2 + half[0], (found[3] + 1) // 2 * 2 + half[1]
    box = (left, top, right, bottom)
    half_box = (left // 2, top // 2, right // 2, bottom // 2)
    lose = lose.crop(box)
    # What is added is ink times how much of it there is; as ink it can be laid on in one step.
    ink = Image.merge("La", (add.crop(box), lose)).convert("LA").getchannel(0)
    return _Patch(box, ink, lose, half_box, lose.reduce(2))


@contextmanager
def overlays(
    pictures: Sequence[Iterable[str]], size: tuple[int, int], folder: Path, stop: threading.Event
) -> Iterator[Iterator[Overlay]]:
    """Have libass draw pictures of words, one at a time as they are asked for.

    Args:
        pictures: The dialogue lines of each, as ``ass.script`` takes them.
        size: Width and height of the frame, in pixels.
        folder: A temporary folder.
        stop: Ends it early.

    Yields:
        One overlay a picture, in order.
    """
    with drawn_words(pictures, size, folder, stop) as drawn:
        yield (_overlay(*each, size) for each in drawn)


@contextmanager
def drawn_words(
    pictures: Sequence[Iterable[str]],
    size: tuple[int, int],
    folder: Path,
    stop: threading.Event,
    faces: Iterable[Face] = (DEJAVU, INTER, INTER_BOLD, INTER_ITALIC),
) -> Iterator[Iterator[tuple[bytes, bytes]]]:
    """Have libass draw pictures of words, each over black and over white.

    The difference tells how much of a picture shows through.

    Args:
        pictures: The dialogue lines of each, as ``ass.script`` takes them.
        size: Width and height of the frame, in pixels.
        folder: A temporary folder.
        stop: Ends it early.
        faces: What they are written in.

    Yields:
        The luma of each, in video range (16 to 235), row by row: over black and over white.
    """
    (folder / "words.ass").write_text(script(pictures, size), encoding="utf-8")
    fonts = folder / "fonts"
    fonts.mkdir()
    for number, file in enumerate(sorted({FONTS / face.file for face in faces})):
        (fonts / f"{number}{file.suffix}").write_bytes(file.read_bytes())
    width, height = size
    grounds = "".join(
        f"color={colour}:s={width}x{height}:r=1:d={len(pictures)},format=yuv420p,"
        f"ass=words.ass:fontsdir=fonts[{colour}];"
        for colour in ("black", "white")
    )
    arguments = [
        "-filter_complex", f"{grounds}[black][white]vstack,extractplanes=y", "-f", "rawvideo", "pipe:1",
    ]  # fmt: skip
    with running(arguments, folder, stop) as process:
        assert process.stdout  # noqa: S101  a pipe, as ``running`` promises
        output = process.stdout
        yield ((_read(output, width * height), _read(output, width * height)) for _ in pictures)


def _read(pipe: IO[bytes], count: int) -> bytes:
    held = bytearray()
    while len(held) < count:
        chunk = pipe.read(count - len(held))
        if not chunk:
            raise EOFError
        held += chunk
    return bytes(held)


def _overlay(over_black: bytes, over_white: bytes, size: tuple[int, int]) -> Overlay:
    black, white = Image.frombytes("L", size, over_black), Image.frombytes("L", size, over_white)
    scale = 255 / (WHITE - BLACK)
    keep = ImageChops.subtract(white, black).point(lambda value: min(255, round(value * scale)))
    add = ImageChops.subtract(black, keep.point(lambda value: round(value * BLACK / 255)))
    return Overlay(ImageChops.invert(keep), add)
