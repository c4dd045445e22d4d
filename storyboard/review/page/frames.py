"""What each reel starts from, for the page: its picture, or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from storyboard.errors import ImageError
from storyboard.review.page.pictures import MOST_PICTURES, picture_uri
from storyboard.story.paths import is_url

if TYPE_CHECKING:
    from storyboard.compiler.plan import Plan, Start
    from storyboard.generation.prepare import Prepared


def frames(prepared: Prepared, plan: Plan) -> list[dict[str, Any]]:
    """What each reel starts from: a picture where there is one to show, and else why there is none."""
    found: dict[Start, dict[str, Any]] = {}
    for reel in plan.reels:
        shown = sum(bool(frame["uri"]) for frame in found.values())
        frame = found.setdefault(reel.start, {"reels": [], "name": reel.start.image or "", "uri": "", "told": ""})
        if not frame["reels"]:
            frame |= _first_frame(prepared, reel.start, room=shown < MOST_PICTURES)
        frame["reels"].append(reel.index)
    return list(found.values())


def _first_frame(prepared: Prepared, start: Start, *, room: bool) -> dict[str, str]:
    if start.handoff is not None:
        return {"told": f"Goes on from the last frame of reel {start.handoff}"}
    if start.image is None:
        return {"told": "From text alone, without a first frame"}
    if is_url(start.image):
        return {"told": "The first frame lies at an address, and is not fetched for a preview"}
    if not room or start.image not in prepared.images:
        return {"told": "This first frame is not shown: the page holds no more pictures"}
    try:
        return {"uri": picture_uri(prepared.images[start.image])}
    except ImageError as error:
        return {"told": error.message}
