"""The stills that shots are drawn over: read within bounds from files that may be a stranger's, or drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.drawing.cover import cover, detailed, flatten
from storyboard.drawing.scenery import draw_scenery, seed_of
from storyboard.errors import ImageError, StoryError
from storyboard.generation.image_decode import decode_upright
from storyboard.generation.image_file import read_image_file
from storyboard.generation.images import verdict
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.findings import Remark, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL import Image

    from storyboard.review.shots import Shot, Still
    from storyboard.story.source import Source


def see_that_all_can_be_read(shots: Iterable[Shot], source: Source) -> None:
    """See that every sketch is a picture; what first frames are is a matter of the story's own check.

    Raises:
        StoryError: Some are not; all of them are told, each where the story names it.
    """
    remarks: list[Remark] = []
    for still in {shot.still.name: shot.still for shot in shots if shot.still.is_sketch}.values():
        assert still.path  # noqa: S101  a sketch is a file
        try:
            verdict(still.path)
        except ImageError as error:
            remarks.append(
                Remark("sketch-unusable", Severity.ERROR, _told(error, still, source), error.hint, still.where)
            )
    if remarks:
        count = "a sketch" if len(remarks) == 1 else f"{len(remarks)} sketches"
        raise StoryError(
            f"{source.shown} names {count} that cannot be read.",
            source.place(remarks),
            hint="Mend what is told above.",
        )


def _told(error: ImageError, still: Still, source: Source) -> str:
    written = source.document.value
    for key in still.where:
        written = written[key]
    return error.message.replace("first frame", "sketch").replace(str(still.path), str(written))


def read_still(still: Still, title: str, size: tuple[int, int]) -> Image.Image:
    """A still, of the frame's shape, a little larger than the frame.

    Args:
        still: Which.
        title: The episode's: a scene that has no picture gets one that is drawn, always the same.
        size: Width and height of the frame, in pixels.

    Raises:
        ImageError: Its file is gone, or no longer a picture that can be used.
    """
    if still.path is None:
        return draw_scenery(seed_of(f"{title}\n{still.name}"), detailed(size))
    content = read_image_file(still.path, SVI_2_0_PRO)
    return cover(flatten(decode_upright(content.data, still.path, SVI_2_0_PRO)), size)
