"""How one picture gives way to the next, one frame at a time.

In the words of an editing room, A being the picture that goes and B the one that comes:

- ``crossfade``: a dissolve. B comes up as A goes down; the light stays even.
- ``dip``: a dip to black. A dissolves to B while the light goes down to black in the middle and comes up again.
  Both pictures run on under it, so it reads as a blink, quicker than fading out and in.
- ``wipe``: a soft edge crosses the frame and uncovers B behind it. It goes where its direction says: a wipe to the
  left begins at the right edge. Neither picture moves.
- ``slide``: a push. B comes in from one side and pushes A out at the other, gathering way and slowing down. A push
  to the left brings B from the right.
- ``zoom``: A rushes nearer and loses focus while B comes up through it.
- ``luma``: a matte wipe. A greyscale picture says when each place changes: the dark parts first, the bright ones
  last, with a soft edge.
- ``fade through black`` and ``fade through white``: A fades out alone, then B fades in alone. The pictures do not
  overlap, so each half is a matter of one frame: see ``Fade`` and ``fade_amount``.

Frame i of n, counted from 0, is at progress (i + 1) / (n + 1): neither end repeats a picture that is not mixed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from PIL import Image

from storyboard.assembly.edit_list import OVERLAPPING
from storyboard.assembly.picture.frames import FULL, Frame, Mixer, weight

if TYPE_CHECKING:
    from numpy.typing import NDArray

Blend = Callable[[Frame, Frame, float], Frame]
"""Takes A, B and the progress, above 0.0 and below 1.0; gives a frame of its own."""

Direction = Literal["left", "right", "up", "down"]

_SOFT = 0.12  # how wide a wipe's edge is, in widths or heights of the frame
_LUMA_SOFT = 512  # how wide a matte's edge is, in sixteenths of a level: 32 levels of 256
_FINE = 16  # how many steps there are from one level of a matte to the next
_NEAREST = 1.9  # how far a zoom comes
_BLURRED = 14.0  # how coarse it is at its end, in pixels of a frame 480 high
_BICUBIC, _BILINEAR = Image.Resampling.BICUBIC, Image.Resampling.BILINEAR


def progress(number: int, frames: int) -> float:
    """How far a transition is at one of its frames.

    Args:
        number: The frame, from 0.
        frames: How many the transition has.
    """
    return (number + 1) / (frames + 1)


def blend_for(
    kind: str, direction: Direction = "left", matte: NDArray[np.uint8] | None = None, *, size: tuple[int, int]
) -> Blend:
    """The function that draws a transition's frames; its working memory is taken here, once.

    Args:
        kind: One of ``edit_list.OVERLAPPING``.
        direction: Where a wipe or a slide goes to.
        matte: For ``luma``: a grey value for each pixel of the frame, as ``mattes.read_matte`` gives.
        size: Width and height of the frames, in pixels.

    Raises:
        ValueError: There is no such kind or direction, or a matte is missing or of another shape.
    """
    if direction not in get_args(Direction):
        raise ValueError(f"“{direction}” is no direction; it can be {', '.join(get_args(Direction))}.")
    mixer = Mixer(size)
    match kind:
        case "crossfade":
            return partial(_crossfade, mixer)
        case "dip":
            return partial(_dip, mixer)
        case "wipe":
            return _Wipe(direction, size)
        case "slide":
            return partial(_slide, direction)
        case "zoom":
            return partial(_zoom, mixer)
        case "luma":
            if matte is None or matte.shape != (size[1], size[0]):
                raise ValueError(f"A luma transition needs a matte of {size[0]} by {size[1]} pixels.")
            return _Luma(mixer, matte)
    raise ValueError(f"“{kind}” is no transition of two pictures; it can be {', '.join(OVERLAPPING)}.")


def eased(share: float) -> float:
    """From 0.0 to 1.0, gathering way and slowing down again."""
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def _crossfade(mixer: Mixer, a: Frame, b: Frame, at: float) -> Frame:
    of_b = weight(at)
    return mixer.mix(a, b, FULL - of_b, of_b)


def _dip(mixer: Mixer, a: Frame, b: Frame, at: float) -> Frame:
    light = np.cos(np.pi * min(max(at, 0.0), 1.0)) ** 2
    return mixer.mix(a, b, weight((1 - at) * light), weight(at * light))


class _Wipe:
    def __init__(self, direction: Direction, size: tuple[int, int]) -> None:
        self._upright = direction in {"up", "down"}
        self._turned = direction in {"left", "up"}  # the way of the edge is against the way pixels are counted
        self._long = size[1] if self._upright else size[0]
        self._soft = max(2, round(self._long * _SOFT))
        band = min(self._long, self._soft + 2)
        self._mixer = Mixer((size[0], band) if self._upright else (band, size[1]))

    def __call__(self, a: Frame, b: Frame, at: float) -> Frame:
        # Counted along the way of the edge: B is there already up to ``first``, and A still is from ``last`` on.
        front = at * (self._long + self._soft)
        first, last = max(0, int(front - self._soft)), min(self._long, int(front) + 1)
        places = np.arange(first, last) + 0.5
        of_b = np.rint(np.clip((front - places) / self._soft, 0.0, 1.0) * FULL).astype(np.uint16)
        if self._turned:
            of_b = of_b[::-1]
        shaped = of_b[:, None, None] if self._upright else np.repeat(of_b[:, None], 3, axis=1)
        out = a.copy()
        there, edge = self._band(0, first), self._band(first, last)
        out[there] = b[there]
        out[edge] = self._mixer.mix(a[edge], b[edge], np.uint16(FULL) - shaped, shaped)
        return out

    def _band(self, first: int, last: int) -> tuple[slice, slice]:
        """The rows and columns of a band across the way of the edge."""
        band = slice(self._long - last, self._long - first) if self._turned else slice(first, last)
        return (band, slice(None)) if self._upright else (slice(None), band)


def _slide(direction: Direction, a: Frame, b: Frame, at: float) -> Frame:
    out = np.empty_like(a)
    height, width = a.shape[:2]
    if direction in {"left", "right"}:
        gone = round(eased(at) * width)
        if direction == "left":
            out[:, : width - gone], out[:, width - gone :] = a[:, gone:], b[:, :gone]
        else:
            out[:, gone:], out[:, :gone] = a[:, : width - gone], b[:, width - gone :]
        return out
    gone = round(eased(at) * height)
    if direction == "up":
        out[: height - gone], out[height - gone :] = a[gone:], b[:gone]
    else:
        out[gone:], out[:gone] = a[: height - gone], b[height - gone :]
    return out


def _zoom(mixer: Mixer, a: Frame, b: Frame, at: float) -> Frame:
    height, width = a.shape[:2]
    near = _NEAREST ** (at**1.5)  # it gathers way
    across, down = width / near, height / near
    box = ((width - across) / 2, (height - down) / 2, (width + across) / 2, (height + down) / 2)
    coarse = 1 + (_BLURRED * min(width, height) / 480 - 1) * at * at
    picture = Image.fromarray(a)
    if coarse > 1.05:
        small = (max(2, round(width / coarse)), max(2, round(height / coarse)))
        # Made small, then large again: a blur that costs less the more of it there is.
        picture = picture.resize(small, _BILINEAR, box, reducing_gap=2.0).resize((width, height), _BICUBIC)
    else:
        picture = picture.resize((width, height), _BILINEAR, box)
    of_b = weight(eased((at - 0.25) / 0.75))
    return mixer.mix(np.asarray(picture), b, FULL - of_b, of_b)


class _Luma:
    def __init__(self, mixer: Mixer, matte: NDArray[np.uint8]) -> None:
        self._mixer = mixer
        self._fine = np.repeat(matte.astype(np.int16)[:, :, None] * _FINE, 3, axis=2)
        self._edge = np.empty_like(self._fine)

    def __call__(self, a: Frame, b: Frame, at: float) -> Frame:
        front = round(min(max(at, 0.0), 1.0) * (255 * _FINE + _LUMA_SOFT))
        np.subtract(np.int16(front), self._fine, out=self._edge)
        np.clip(self._edge, 0, _LUMA_SOFT, out=self._edge)
        np.right_shift(self._edge, 1, out=self._edge)
        of_b = self._edge.view(np.uint16)
        return self._mixer.mix(a, b, np.uint16(FULL) - of_b, of_b)


def fade_amount(at: float) -> float:
    """How much of a fade's colour lies over the picture, for ``Fade``: all of it halfway, where A goes and B comes.

    Args:
        at: The transition's progress.
    """
    return 1 - eased(abs(2 * at - 1))


class Fade:
    """A frame on its way to, or out of, a colour.

    Args:
        size: Width and height of the frames, in pixels.
        colour: Red, green and blue, such as ``edit_list.FADES`` names.
    """

    def __init__(self, size: tuple[int, int], colour: tuple[int, int, int] = (0, 0, 0)) -> None:
        self._mixer = Mixer(size)
        self._colour = colour

    def __call__(self, frame: Frame, amount: float) -> Frame:
        """The frame with so much of the colour: 0.0 is the frame itself, 1.0 the colour alone."""
        return self._mixer.dim(frame, FULL - weight(amount), self._colour)
