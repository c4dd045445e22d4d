"""A reel's first frame, as it goes into the request and as it goes into the request's identity.

The bytes of a file are kept beside the ledger when its price is agreed to, so that what is sent is what was priced,
whoever sends it and whatever has become of the file.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from storyboard.errors import ImageError, LedgerError
from storyboard.files import copy_whole
from storyboard.generation.image_file import read_image_file
from storyboard.generation.images import data_uri, load_first_frame
from storyboard.generation.stored_take import Kind
from storyboard.profile import SVI_2_0_PRO
from storyboard.story.paths import is_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from storyboard.compiler.plan import OrderedReel, Start
    from storyboard.generation.purchase import Order
    from storyboard.generation.store import Store

FRAMES_FOLDER = "frames"
"""Where first frames are kept, in the ledger's folder; each is named by its hash."""


def identity(start: Start, images: Mapping[str, str], before: str | None) -> dict[str, str] | None:
    """What a reel starts from, as its request's identity tells it; None for text-to-video.

    Args:
        start: The reel's start.
        images: The hashes of the plan's files, by the name the author wrote.
        before: The key of the purchase of the reel before it, for a handoff.
    """
    if start.handoff is not None:
        if before is None:
            raise ValueError("a handoff needs the purchase before it")
        return {"handoff": before, "frame": "last"}
    if start.image is None:
        return None
    return {"url": start.image} if is_url(start.image) else {"sha256": images[start.image]}


def identified_request(reel: OrderedReel, start: Mapping[str, str] | None) -> dict[str, Any]:
    """The request with its image told by what it is."""
    request = dict(reel.base_request)
    if start is not None:
        request["image"] = dict(start)
    return request


def frame_sha256(path: Path) -> str:
    """What names a first frame's file.

    Raises:
        ImageError: It can no longer be read.
    """
    return read_image_file(path, SVI_2_0_PRO).sha256


def keep_frame(path: Path, sha256: str, state: Path, store: Store) -> Path:
    """Keep a first frame beside the ledger, and in the shared store for whichever machine sends the request.

    Raises:
        ImageError: The file is not the one that was priced, or cannot be used.
        StoreError: The store cannot be written.
    """
    kept = state / FRAMES_FOLDER / sha256
    frame = load_first_frame(path)
    if frame.sha256 != sha256:
        raise ImageError(
            f"The first frame {path} was changed while the program was running.",
            hint="Run the command again, so that what is sent is what was checked.",
        )
    if not kept.exists():
        copy_whole(path, kept)
    store.put(kept, sha256, Kind.FRAME)
    return kept


def fetch_frame(order: Order, state: Path, store: Store) -> None:
    """Have an order's first frame on this machine, where another has put it into the shared store.

    Where the store does not have it either, nothing happens: ``body_of`` tells.

    Raises:
        StoreError: The store cannot be read.
    """
    told = order.request.get("image") or {}
    sha256 = told.get("sha256", "")
    kept = state / FRAMES_FOLDER / sha256
    if _is_hash(sha256) and not kept.exists():
        store.get(sha256, kept, Kind.FRAME)


def _is_hash(text: str) -> bool:
    return len(text) == 64 and set(text) <= set("0123456789abcdef")


def body_of(order: Order, state: Path, before: Path | None) -> dict[str, Any]:
    """The body of the request as it is sent, the keys in the order a plan shows them.

    Args:
        order: What is ordered.
        state: The ledger's folder, which keeps the first frames.
        before: The clip it goes on from, where it does.

    Raises:
        ImageError: The kept first frame is gone or changed.
    """
    told = order.request.get("image")
    body = {key: value for key, value in order.request.items() if key != "image"}
    if told is None:
        return body
    image = _image(told, order, state, before)
    keys = list(body)
    at = keys.index("prompt") + 1
    return {key: body.get(key, image) for key in (*keys[:at], "image", *keys[at:])}


def _image(told: Mapping[str, str], order: Order, state: Path, before: Path | None) -> str:
    if "url" in told:
        return told["url"]
    if "handoff" in told:
        if before is None:
            raise ValueError("a handoff needs the clip before it")
        from storyboard.generation.take import inspect_clip  # the video decoder, which a plan does without

        png = inspect_clip(before).last_frame
        return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
    sha256 = told["sha256"]
    if not _is_hash(sha256):
        raise LedgerError(f"The ledger names the first frame {sha256!r}, which is no hash.")
    kept = state / FRAMES_FOLDER / sha256
    if not kept.exists():
        raise ImageError(
            f"The first frame of reel {order.reel} of {order.episode} is not on this machine, and no shared store "
            "that is named has it. Nothing was sent.",
            hint="Render from the machine that has the story; with a store named in series.yaml, it puts the frame "
            "there for others.",
        )
    frame = load_first_frame(kept)
    if frame.sha256 != sha256:
        raise ImageError(
            f"The first frame kept for reel {order.reel} of {order.episode} was changed.",
            hint=f"Remove {frame.path}, then render again: it is kept anew from the story.",
        )
    return data_uri(frame)
