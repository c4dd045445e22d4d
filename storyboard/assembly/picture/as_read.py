"""What every decoded frame goes through first: it loses what would be read in two ways, and its transparency."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av.filter

from storyboard.assembly.picture.fit import ALONE

if TYPE_CHECKING:
    from fractions import Fraction

    from av.video.frame import VideoFrame

_WITH_ALPHA = {"rgba": "gbrap", "argb": "gbrap", "bgra": "gbrap", "abgr": "gbrap", "rgba64le": "gbrap16le"}
"""What libavfilter can lay over black of the packed formats; of the others, those that are told by planes."""
_IN_PLANES = ("yuva", "gbrap")


class AsRead:
    """Makes frames say nothing of where their chroma lies, and lays those that let light through over black.

    swscale would move the chroma from there to between the pixels where it makes red, green and blue of it, and leave
    it where it does not: colours would jump by up to a pixel where words come over footage.

    Args:
        base: The tick of the frames' clock, in seconds.
    """

    def __init__(self, base: Fraction) -> None:
        self._base = base
        self._form: tuple[str, int, int] | None = None
        self._graph: av.filter.Graph | None = None

    def converted(self, frame: VideoFrame) -> VideoFrame:
        """The same picture at the same moment."""
        form = (frame.format.name, frame.width, frame.height)
        if self._graph is None or form != self._form:
            self._form, self._graph = form, self._graph_for(*form)
        self._graph.vpush(frame)
        given: Any = self._graph.vpull()
        return given  # type: ignore[no-any-return]  # a filter for pictures

    def _graph_for(self, name: str, width: int, height: int) -> av.filter.Graph:
        filters = [("setparams", "chroma_location=unspecified")]
        planes = name if name.startswith(_IN_PLANES) else _WITH_ALPHA.get(name)
        if planes:
            filters = [("format", planes), ("premultiply", "inplace=1"), *filters]
        graph = av.filter.Graph()
        graph.threads = ALONE
        last = graph.add_buffer(width=width, height=height, format=av.VideoFormat(name), time_base=self._base)
        for each, words in filters:
            following = graph.add(each, words)
            last.link_to(following)
            last = following
        last.link_to(graph.add("buffersink"))
        graph.configure()
        return graph
