"""Bringing the clip of a finished job home: fetched, checked, and only then given its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.errors import DownloadError, JobExpiredError, KeyRejectedError, StillGoingError, TakeRejectedError
from storyboard.files import copy_whole, flush_folder, sha256_of
from storyboard.generation.take import ClipUnreadableError, differences, inspect_clip
from storyboard.generation.watching import Step, Watcher

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from storyboard.generation.lazy_provider import LazyProvider
    from storyboard.generation.ledger import Ledger
    from storyboard.generation.ordered import Ordered
    from storyboard.generation.purchase import Purchase
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
        on_progress: Called again and again while it works; what it raises ends the work, and is raised.
        pass_gate: Called before the service is asked for a fresh address.
        keep: Puts a take, of that hash, where others find it; called before the take counts as home, so that what is
            home is there for them.
    """

    def __init__(
        self,
        folder: Path,
        ledger: Ledger,
        provider: LazyProvider,
        watcher: Watcher,
        profile: ModelProfile,
        sleep: Callable[[float], None],
        on_progress: Callable[[Purchase], None] = lambda _: None,
        pass_gate: Callable[[], None] = lambda: None,
        keep: Callable[[Path, str], None] = lambda _path, _sha256: None,
    ) -> None:
        self._folder = folder
        self._ledger = ledger
        self._provider = provider
        self._watcher = watcher
        self._profile = profile
        self._sleep = sleep
        self._on_progress = on_progress
        self._pass_gate = pass_gate
        self._keep = keep

    def collect(self, purchase: Purchase, ordered: Ordered) -> None:
        """Bring the clip home, check it, and only then give it its name."""
        incoming = self._folder / "parts" / f"{purchase.key[:16]}.mp4"
        clip = self._clip_of(purchase)
        if clip.is_file() and not incoming.exists():
            incoming = clip  # the program died between giving the clip its name and writing that down
        for last_try in (False, True):
            if not incoming.exists():
                self._download(purchase, ordered, incoming)
            try:
                self._check(purchase, ordered, incoming)
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
        self._keep(clip, sha256)
        self._ledger.done(purchase.key, clip.relative_to(self._folder).as_posix(), sha256)

    def take_in(self, purchase: Purchase, ordered: Ordered, file: Path) -> Path:
        """Take in a clip that a person fetched by hand, checked as a download is; the file itself stays.

        Returns:
            Where it is now.

        Raises:
            TakeRejectedError: It does not decode, or is not what was ordered. Nothing was changed.
            StoreError: It cannot be kept for others.
            OSError: It cannot be read or written.
        """
        incoming = self._folder / "parts" / f"{purchase.key[:16]}.by-hand.mp4"
        try:
            copy_whole(file, incoming)
            if wrong := self._differences(purchase, ordered, incoming):
                raise self._not_taken_in(purchase, file, "It is not what was ordered: " + "; ".join(wrong) + ".")
            clip, sha256 = self._clip_of(purchase), sha256_of(incoming)
            self._keep(incoming, sha256)
            incoming.replace(clip)
            flush_folder(clip.parent)
        except ClipUnreadableError as error:
            raise self._not_taken_in(purchase, file, str(error)) from None
        finally:
            incoming.unlink(missing_ok=True)
        self._ledger.taken_in(purchase.key, clip.relative_to(self._folder).as_posix(), sha256)
        return clip

    @staticmethod
    def _not_taken_in(purchase: Purchase, file: Path, why: str) -> TakeRejectedError:
        return TakeRejectedError(
            f"{file} cannot be taken in for job {purchase.job_id}. {why} Nothing was changed.",
            job_id=purchase.job_id or "",
            hint="See that it is the clip of that very job, whole as the service gave it.",
        )

    def _clip_of(self, purchase: Purchase) -> Path:
        order = purchase.order
        name = f"{_short(order.episode)}-reel{order.reel}-take{order.take}-{purchase.key[:8]}.mp4"
        return self._folder / "takes" / name

    def _download(self, purchase: Purchase, ordered: Ordered, incoming: Path) -> None:
        part = self._folder / "parts" / f"{purchase.key[:16]}.part"

        def progress(have: int, total: int | None) -> None:
            self._step(purchase, "downloading", have / total if total else None)

        url = purchase.media_url or ""
        for attempt in range(1, DOWNLOAD_TRIES + 1):
            try:
                self._provider.fetch(url, incoming, part=part, on_progress=progress)
                return
            except DownloadError as error:
                if error.url_expired:
                    url = self._fresh_url(purchase, url, error)
                elif error.no_room or attempt == DOWNLOAD_TRIES:
                    raise
                self._watcher.note(f"{error.message} Trying again.")
                self._sleep(min(2.0**attempt, 30.0))

    def _fresh_url(self, purchase: Purchase, old: str, error: DownloadError) -> str:
        """Another address of the same clip, while the service still knows the job.

        Raises:
            DownloadError: There is none: the address has expired, and perhaps the job as well.
        """
        self._pass_gate()
        try:
            status = self._provider.status(purchase.job_id or "", purchase.poll_url)
        except (KeyRejectedError, StillGoingError):
            raise error from None
        except JobExpiredError:
            gone = DownloadError(
                f"The address of the clip of job {purchase.job_id} has expired, and the service no longer knows the "
                "job. It is paid, and may still be among the account's stored files.",
                hint="Look for it in the service's dashboard; storyboard jobs collect "
                f"{purchase.key[:8]} --clip FILE takes it in. To buy another: render --take {purchase.order.reel}.",
                url_expired=True,
            )
            self._ledger.stuck(purchase.key, gone.message)
            raise gone from error
        fresh = next((url for url in status.urls if url != old), None)
        if fresh is None:
            self._ledger.stuck(purchase.key, error.message)
            raise error
        self._ledger.ready(purchase.key, fresh)
        return fresh

    def _check(self, purchase: Purchase, ordered: Ordered, clip: Path) -> None:
        """See that a clip decodes and is what was ordered.

        Raises:
            ClipUnreadableError: It does not decode.
            TakeRejectedError: It is something else.
        """
        wrong = self._differences(purchase, ordered, clip)
        if wrong:
            self._reject(purchase, clip, "It is not what was ordered: " + "; ".join(wrong) + ".")

    def _differences(self, purchase: Purchase, ordered: Ordered, clip: Path) -> list[str]:
        profile = self._profile
        expected = float(ordered.seconds) * profile.fps
        facts = inspect_clip(clip, on_frame=lambda n: self._step(purchase, "checking", min(n / expected, 1.0)))
        return differences(
            facts,
            width=ordered.width,
            height=ordered.height,
            fps=profile.fps,
            seconds=ordered.seconds,
            slack=profile.slot_seconds / 2,
        )

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

    def _step(self, purchase: Purchase, doing: str, fraction: float | None = None) -> None:
        self._on_progress(purchase)
        self._watcher.step(Step(purchase.order.episode, purchase.order.reel, doing, fraction))


def _short(episode: str) -> str:
    """A name that means the same on every system, and leaves room for what is added to it: names end at 255 bytes."""
    last = "".join(c if c.isalnum() or c in "._-" else "_" for c in episode.rpartition("/")[2])
    return last.strip("._-").encode()[:100].decode(errors="ignore") or "episode"
