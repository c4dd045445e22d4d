"""Bringing the clip of a finished job home: fetched, checked, and only then given its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import DownloadError, JobExpiredError, KeyRejectedError, StillGoingError, TakeRejectedError
from storyboard.files import flush_folder, sha256_of
from storyboard.generation.download import download
from storyboard.generation.take import ClipUnreadableError, differences, inspect_clip
from storyboard.generation.watching import Step, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyboard.generation.ledger import Ledger
    from storyboard.generation.provider import Provider
    from storyboard.generation.purchase import Purchase
    from storyboard.generation.wanted import Wanted
    from storyboard.profile import ModelProfile

DOWNLOAD_TRIES = 5


class Collector:
    """Brings clips home.

    Args:
        folder: Where partial files, takes and rejected clips lie.
        ledger: Open.
        provider: Asked for a fresh address where one has expired.
        watcher: Told how it goes.
        profile: The model's figures.
        sleep: Waits that many seconds.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        provider: Provider,
        watcher: Watcher,
        profile: ModelProfile,
        sleep: Callable[[float], None],
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._provider = provider
        self._watcher = watcher
        self._profile = profile
        self._sleep = sleep

    def collect(self, purchase: Purchase, wanted: Wanted) -> None:
        """Bring the clip home, check it, and only then give it its name."""
        incoming = self._folder / "parts" / f"{purchase.key[:16]}.mp4"
        order = purchase.order
        name = f"{_short(order.episode)}-reel{order.reel}-take{order.take}-{purchase.key[:8]}.mp4"
        clip = self._folder / "takes" / name
        if clip.is_file() and not incoming.exists():
            incoming = clip  # the program died between giving the clip its name and writing that down
        for last_try in (False, True):
            if not incoming.exists():
                self._download(purchase, wanted, incoming)
            try:
                self._check(purchase, wanted, incoming)
                break
            except ClipUnreadableError as error:
                # It may have been damaged on the way, and fetching it again is free.
                if not last_try:
                    incoming.unlink()
                    continue
                self._reject(purchase, incoming, str(error))
        sha256 = sha256_of(incoming)
        incoming.replace(clip)
        flush_folder(clip.parent)
        self._ledger.done(purchase.key, clip.relative_to(self._folder).as_posix(), sha256)

    def _download(self, purchase: Purchase, wanted: Wanted, incoming: Path) -> None:
        part = self._folder / "parts" / f"{purchase.key[:16]}.part"

        def progress(have: int, total: int | None) -> None:
            self._step(purchase, wanted, "downloading", have / total if total else None)

        url = purchase.media_url or ""
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                download(url, incoming, part=part, on_progress=progress)
                return
            except DownloadError as error:
                if error.url_expired:
                    url = self._fresh_url(purchase, url, error)
                elif error.no_room or attempt == DOWNLOAD_TRIES:
                    raise
                self._watcher.note(f"{error.message} Trying again.")
                self._sleep(min(2.0**attempt, 30.0))

    def _fresh_url(self, purchase: Purchase, old: str, error: DownloadError) -> str:
        """Another address of the same clip, while the service still knows the job."""
        try:
            status = self._provider.client.job(purchase.job_id or "", purchase.poll_url)
        except (KeyRejectedError, StillGoingError):
            raise error from None
        except JobExpiredError:
            status = None
        fresh = next((url for url in status.urls if url != old), None) if status else None
        if fresh is None:
            self._ledger.stuck(purchase.key, error.message)
            raise error
        self._ledger.ready(purchase.key, fresh)
        return fresh

    def _check(self, purchase: Purchase, wanted: Wanted, clip: Path) -> None:
        """See that a clip decodes and is what was ordered.

        Raises:
            ClipUnreadableError: It does not decode.
            TakeRejectedError: It is something else.
        """
        ordered, profile = wanted.ordered, self._profile
        expected = float(ordered.seconds) * profile.fps
        facts = inspect_clip(
            clip, on_frame=lambda n: self._step(purchase, wanted, "checking", min(n / expected, 1.0))
        )
        wrong = differences(
            facts,
            width=ordered.width,
            height=ordered.height,
            fps=profile.fps,
            seconds=ordered.seconds,
            slack=profile.slot_seconds / 2,
        )
        if wrong:
            self._reject(purchase, clip, "It is not what was ordered: " + "; ".join(wrong) + ".")

    def _reject(self, purchase: Purchase, clip: Path, reason: str) -> None:
        kept = self.set_aside(purchase, clip)
        self._ledger.stuck(purchase.key, reason)
        raise TakeRejectedError(
            f"The clip of job {purchase.job_id} cannot be used. {reason} It is kept as {kept}.",
            job_id=purchase.job_id or "",
            hint="Run again to fetch it anew, which is free; --take buys another.",
        )

    def set_aside(self, purchase: Purchase, clip: Path) -> Path:
        """Keep a clip that is not, or no longer, what it should be; and say where."""
        name = f"{_short(purchase.order.episode)}-{purchase.key[:8]}-{sha256_of(clip)[:8]}.mp4"
        kept = self._folder / "rejected" / name
        kept.parent.mkdir(exist_ok=True)
        clip.replace(kept)
        return kept

    def _step(self, purchase: Purchase, wanted: Wanted, doing: str, fraction: float | None = None) -> None:
        self._watcher.step(Step(purchase.order.reel, wanted.reels, doing, fraction))


def _short(episode: str) -> str:
    """A name that leaves room for what is added to it: file systems end a name at 255 bytes."""
    return episode.encode()[:100].decode(errors="ignore")
