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
    from storyboard.generation.take import MadeReel
    from storyboard.story.source import Source

MANIFEST_VERSION = 1
"""The version of the manifest's form."""


def manifest_path(episode: Path) -> Path:
    """Where the manifest of an episode lies. Two films that differ in their endings alone have one each."""
    return episode.with_suffix(f"{'' if episode.suffix == '.mp4' else episode.suffix}.manifest.json")


def name_in(root: Path, story: Path) -> str:
    """What a manifest calls a storyboard: its path, seen from the folder of its series or its own."""
    path = story.resolve()
    return path.relative_to(root.resolve()).as_posix() if path.is_relative_to(root.resolve()) else story.name


def read_manifest(episode: Path) -> dict[str, Any]:
    """The manifest of an episode as plain values; empty where there is none that can be read."""
    try:
        told = json.loads(manifest_path(episode).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def is_free(episode: Path) -> bool:
    """Whether nothing in an episode was certainly paid for: its manifest says so, and is about this very file."""
    manifest = read_manifest(episode)
    try:
        return manifest.get("sandbox", False) is not False and manifest.get("episode_sha256") == sha256_of(episode)
    except OSError:
        return False


def is_whole(episode: Path) -> bool:
    """Whether an episode is a film of which its manifest does not say that it is but a part or a preview."""
    manifest = read_manifest(episode)
    cut = manifest.get("cut")
    return bool(manifest) and not (isinstance(cut, dict) and cut.get("is_whole") is False)


def write_manifest(
    episode: Path,
    sha256: str,
    story: Source,
    title: str,
    plan: Plan | None,
    reels: Sequence[MadeReel],
    *,
    cut: Mapping[str, Any],
    sandbox: bool | None,
    program: str,
    at: datetime,
    subtitles: Sequence[Path] = (),
    revision: Mapping[str, Any] | None = None,
) -> Path:
    """Write what an episode was made of. Images are told by hash, clips by path and hash; there is no key in it.

    Args:
        episode: Where the film lies, or will in a moment.
        sha256: Of its bytes, in hex.
        story: The story's file as it was read.
        title: What the film is called.
        plan: What was ordered; None for a cut of other episodes.
        reels: What came of it, in order.
        cut: How the film was put together, and of what, as plain values.
        sandbox: Whether anything in it is the sandbox's; None where no take is in it, whoever's.
        program: The program's version.
        at: When the episode was finished.
        subtitles: The files of its subtitles.
        revision: Which revision of which repository the story is, where that is known.
    """
    content: dict[str, Any] = {
        "manifest": MANIFEST_VERSION,
        "title": title,
        "episode": episode.name,
        "episode_sha256": sha256,
        "storyboard": name_in(story.root, story.path),
        "storyboard_sha256": story.sha256,
        "revision": dict(revision) if revision else None,
        "program": f"storyboard-composer {program}",
        "finished_at": at.isoformat(timespec="seconds"),
        "provider": reels[0].order.provider if reels else None,
        "sandbox": sandbox,
        "seconds": number(plan.seconds) if plan else cut["seconds"],
        "cost_usd": dollars(plan.cost) if plan else None,
        "reels": [
            {
                "index": reel.index,
                "starts_from": str(reel.start),
                "job_id": made.take.job_id,
                "take": made.take.number,
                "clip": made.take.path.name,
                "clip_sha256": made.take.sha256,
                "purchase": made.order.key,
                "request_sha256": made.order.request_sha256,
                "request": dict(made.order.request),
                "cfg_reason": reel.cfg_reason,
                "seconds": number(reel.seconds),
                "cost_usd": dollars(reel.cost),
                "segments": reel.as_json()["segments"],
            }
            for reel, made in zip(plan.reels if plan else (), reels, strict=True)
        ],
        "cut": dict(cut),
        "subtitles": [{"file": each.name, "sha256": sha256_of(each)} for each in subtitles],
    }
    path = manifest_path(episode)
    write_whole(path, (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode())
    return path
