"""A reel's first frame, as it goes into the request and as it goes into the request's identity."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storyboard.generation.images import data_uri, load_first_frame
from storyboard.generation.take import Take, inspect_clip
from storyboard.story.paths import is_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from storyboard.compiler.plan import PlannedReel


@dataclass(frozen=True)
class ReelStart:
    """What a reel starts from.

    Attributes:
        identity: What the image is, for the request's identity: its hash, its URL or the handoff it is;
            None for text-to-video. Known without decoding a clip, and the same whatever ffmpeg made the PNG.
        image: Makes the value of the request's ``image``; None for text-to-video.
    """

    identity: Mapping[str, str] | None
    image: Callable[[], str | None]


def reel_start(reel: PlannedReel, images: Mapping[str, Path], before: Take | None) -> ReelStart:
    """What a reel starts from.

    Args:
        reel: The reel.
        images: The files of the plan's images, by the name the author wrote.
        before: The take of the reel before it, for a handoff.

    Raises:
        ImageError: The file can no longer be used.
    """
    start = reel.start
    if start.handoff is not None:
        if before is None:
            raise ValueError("a handoff needs the take before it")
        return ReelStart({"handoff": before.sha256, "frame": "last"}, lambda: _last_frame(before))
    if start.image is None:
        return ReelStart(None, lambda: None)
    address = start.image
    if is_url(address):
        return ReelStart({"url": address}, lambda: address)
    frame = load_first_frame(images[address])
    return ReelStart({"sha256": frame.sha256}, lambda: data_uri(frame))


def identified_request(reel: PlannedReel, start: ReelStart) -> dict[str, Any]:
    """The request with its image told by what it is."""
    request = dict(reel.base_request)
    if start.identity is not None:
        request["image"] = dict(start.identity)
    return request


def _last_frame(take: Take) -> str:
    png = inspect_clip(take.path).last_frame
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
