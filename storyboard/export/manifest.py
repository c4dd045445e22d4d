"""The manifest beside an episode: what it was made of, for programs and for next year."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from storyboard.compiler.plan import number
from storyboard.compiler.price import dollars
from storyboard.files import sha256_of, write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from storyboard.compiler.plan import Plan
    from storyboard.generation.take import Had

MANIFEST_VERSION = 1
"""The version of the manifest's form."""


def manifest_path(episode: Path) -> Path:
    """Where the manifest of an episode lies."""
    return episode.with_suffix(".manifest.json")


def is_free(episode: Path) -> bool:
    """Whether an episode is certainly the sandbox's: its manifest says so, and is about this very file."""
    try:
        manifest = json.loads(manifest_path(episode).read_text(encoding="utf-8"))
        return manifest["sandbox"] is True and manifest["episode_sha256"] == sha256_of(episode)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_manifest(
    episode: Path,
    storyboard: str,
    storyboard_sha256: str,
    plan: Plan,
    reels: Sequence[Had],
    *,
    program: str,
    at: datetime,
    revision: Mapping[str, Any] | None = None,
) -> Path:
    """Write what an episode was made of. Images are told by hash, clips by path and hash; there is no key in it.

    Args:
        episode: The finished file.
        storyboard: The name of the story's file.
        storyboard_sha256: Of its bytes as they were read.
        plan: What was ordered.
        reels: What came of it, in order.
        program: The program's version.
        at: When the episode was finished.
        revision: Which revision of which repository the story is, where that is known.
    """
    provider = reels[0].purchase.order.provider
    content: dict[str, Any] = {
        "manifest": MANIFEST_VERSION,
        "title": plan.title,
        "episode": episode.name,
        "episode_sha256": sha256_of(episode),
        "storyboard": storyboard,
        "storyboard_sha256": storyboard_sha256,
        "revision": dict(revision) if revision else None,
        "program": f"storyboard-composer {program}",
        "finished_at": at.isoformat(timespec="seconds"),
        "provider": provider,
        "sandbox": provider == "sandbox",
        "seconds": number(plan.seconds),
        "cost_usd": dollars(plan.cost),
        "reels": [
            {
                "index": reel.index,
                "starts_from": str(reel.start),
                "job_id": had.take.job_id,
                "take": had.take.number,
                "clip": had.take.path.name,
                "clip_sha256": had.take.sha256,
                "purchase": had.purchase.key,
                "request_sha256": had.purchase.order.request_sha256,
                "request": dict(had.purchase.order.request),
                "cfg_reason": reel.cfg_reason,
                "seconds": number(reel.seconds),
                "cost_usd": dollars(reel.cost),
                "segments": reel.as_json()["segments"],
            }
            for reel, had in zip(plan.reels, reels, strict=True)
        ],
    }
    path = manifest_path(episode)
    write_whole(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    return path
