"""``preview --watch``: write the page anew whenever something it shows is saved."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from storyboard.generation.interrupts import terminated_like_interrupted
from storyboard.generation.prepare import prepare
from storyboard.local_server import listening, served
from storyboard.review.live.app import LivePage
from storyboard.review.live.files import files_of, stamp
from storyboard.review.page.write import write_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from storyboard.review.live.files import Stamp
    from storyboard.review.page.write import Page

HOST = "127.0.0.1"
LOOK_SECONDS = 0.05
"""How often the files are looked at."""
_SETTLING_SECONDS = 0.01  # an editor may empty a file before it fills it, or take it away before it puts it back
_MOST_SETTLING = 10


def watch(path: Path, port: int, *, on_ready: Callable[[str], None]) -> None:
    """Serve the page of a storyboard on this machine until Ctrl-C or SIGTERM.

    Args:
        path: The storyboard; one with errors is shown with them, and comes back when they are mended.
        port: The port; 0 takes a free one.
        on_ready: Told the page's address once.

    Raises:
        UsageError: The port is in use.
    """
    watched = _Watched(path)
    with terminated_like_interrupted(), listening(HOST, port, "The preview") as listener:
        live = LivePage(watched.page())
        try:
            with served(live.application(), listener, name="preview"), _closed(live):
                on_ready(f"http://{HOST}:{listener.getsockname()[1]}/")
                while True:
                    time.sleep(LOOK_SECONDS)
                    if watched.changed():
                        live.publish(watched.page())
        except KeyboardInterrupt:
            return


@contextmanager
def _closed(live: LivePage) -> Iterator[None]:
    try:
        yield
    finally:
        live.close()


class _Watched:
    """A storyboard and the files it depends on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._files = [path]
        self._stamp: Stamp = ()

    def page(self) -> Page:
        """The page of what the files hold now."""
        before = stamp(self._files)
        prepared = prepare(self._path)
        files = files_of(prepared, self._path)
        if prepared.loaded.draft is None:  # nobody knows what it names now; it will name the same again
            files = list(dict.fromkeys([*files, *self._files]))
        # What changed while it was read is read again: the stamp of a file known before is the one from before.
        known = dict(zip(self._files, before, strict=True))
        self._files = files
        self._stamp = tuple(known.get(file, now) for file, now in zip(files, stamp(files), strict=True))
        return write_page(prepared, live=True)

    def changed(self) -> bool:
        """Whether a file has changed since the page was written; returns once it is at rest."""
        now = stamp(self._files)
        if now == self._stamp:
            return False
        for _ in range(_MOST_SETTLING):
            time.sleep(_SETTLING_SECONDS)
            before, now = now, stamp(self._files)
            if now == before and now[0] is not None:
                break
        return True
