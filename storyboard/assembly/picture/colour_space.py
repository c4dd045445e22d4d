"""A picture's Y'CbCr numbers as another matrix and another range would have them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import av.filter
from av.video.reformatter import ColorRange

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

MATRIX_NAMES = {1: "bt709", 4: "fcc", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc"}
"""What libavfilter calls the matrices that ISO/IEC 23091-2 numbers; all others are taken for BT.601."""
_UNTOLD = 2


class ColourSpaceChange:
    """Changes frames of one size and pixel format, by libavfilter's ``colorspace``: exact to rounding.

    swscale goes by way of red, green and blue instead, which takes ten times as long, and cuts off what has no colour
    there.

    Args:
        width: Pixels.
        height: Pixels.
        pixel_format: Such as ``yuv420p``.
        matrices: The one that the frames are of, and the one wanted, as ISO/IEC 23091-2 numbers them.
        full_ranges: Whether black is 0 and white the highest number, of the frames and as wanted.
    """

    def __init__(
        self,
        width: int,
        height: int,
        pixel_format: str,
        *,
        matrices: tuple[int, int],
        full_ranges: tuple[bool, bool],
    ) -> None:
        given, wanted = (MATRIX_NAMES.get(matrix, "smpte170m") for matrix in matrices)
        from_range, to_range = ("pc" if full else "tv" for full in full_ranges)
        # Primaries and transfer stay what they are: told alike on both sides, they are left alone.
        words = (
            f"ispace={given}:irange={from_range}:iprimaries=bt709:itrc=bt709:"
            f"space={wanted}:range={to_range}:primaries=bt709:trc=bt709"
        )
        graph = av.filter.Graph()
        entrance = graph.add_buffer(
            width=width, height=height, format=av.VideoFormat(pixel_format), time_base=Fraction(1, 1)
        )
        change, leaves = graph.add("colorspace", words), graph.add("buffersink")
        entrance.link_to(change)
        change.link_to(leaves)
        graph.configure()
        self._graph = graph

    def changed(self, frame: VideoFrame) -> VideoFrame:
        """The same picture; the frame itself is not to be used any more."""
        # The graph was told how they are meant, and takes no frame that says otherwise.
        frame.colorspace, frame.color_range = _UNTOLD, ColorRange.UNSPECIFIED
        self._graph.vpush(frame)
        given: Any = self._graph.vpull()
        return given  # type: ignore[no-any-return]  # a filter for pictures
