"""What a worker does with a piece that somebody's film needs: its takes from the store, the piece into it."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from typing import TYPE_CHECKING, Any

from storyboard.assembly.making import makers
from storyboard.assembly.media import examine
from storyboard.assembly.piece_cache import PieceCache
from storyboard.assembly.piece_recipe import RecipeError, task_of
from storyboard.assembly.shared_pieces import SharedPieces
from storyboard.errors import StoryboardError
from storyboard.generation.store import open_named_files, open_store

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.assembly.film import PieceTask
    from storyboard.assembly.media import Media
    from storyboard.assembly.mezzanine import MezzanineTask
    from storyboard.team.telling import Lines

_TAKE_SUFFIX = ".mp4"
_LOOK_EVERY = 0.5  # seconds


class PieceDesk:
    """Makes pieces, from several threads, each in a process of its own.

    Args:
        state: This machine's own folder; takes and pieces are kept in it for a while.
        lines: Told what becomes of them.
        store: The shared store; None for the one that each film's series names.
    """

    def __init__(self, state: Path, lines: Lines, *, store: str | None = None) -> None:
        self.stopping = threading.Event()
        self._cache = PieceCache(state / "pieces")
        self._lines = lines
        self._store = store
        self._lock = threading.Lock()

    def make(self, key: str, recipe: Any, store: str) -> None:
        """Make a piece and put it into the store; never raises for what went wrong with it, but tells.

        Whoever wants it makes it without us then.

        Args:
            key: What it is called.
            recipe: How it is made.
            store: The store that the film's series names.
        """
        if self.stopping.is_set():
            return
        try:
            self._make(key, recipe, self._store or store)
        except (StoryboardError, OSError) as error:
            hint = getattr(error, "hint", "")
            self._lines.tell(f"piece {key[:12]}: {getattr(error, 'message', None) or error} {hint}")
        except Exception as error:  # noqa: BLE001  one piece must not end the work on all others
            self._lines.tell(f"piece {key[:12]}: a defect of this program: {type(error).__name__}: {error}")

    def _make(self, key: str, recipe: Any, store: str) -> None:
        shared = SharedPieces(open_named_files(store))
        task = task_of(recipe, key, self._cache.folder, lambda sha256: self._take(sha256, store))
        if not self._cache.find(key, task.suffix):
            self._make_in_process(task)
        if self.stopping.is_set():
            return
        shared.put(self._cache.path_of(key, task.suffix), key, task.suffix)
        for note in shared.told():
            self._lines.tell(f"piece {key[:12]}: {note}")
            return
        self._cache.prune()
        self._lines.tell(f"piece {key[:12]}: made, {task.weight} frames")

    def _make_in_process(self, task: PieceTask | MezzanineTask) -> None:
        with makers(1) as pool:
            future = pool.begin(task)
            while not self.stopping.is_set():  # where it is, the process is told to stop, and whoever asked goes on
                if wait([future], timeout=_LOOK_EVERY).done:
                    future.result()
                    return

    def _take(self, sha256: str, store: str) -> Media:
        with self._lock:  # two pieces of one take fetch it once
            path = self._cache.find(sha256, _TAKE_SUFFIX)
            if path is None:
                path = self._cache.keep(sha256, _TAKE_SUFFIX, lambda part: self._fetch(sha256, part, store))
        return examine(path, lambda _: sha256)

    def _fetch(self, sha256: str, part: Path, store: str) -> None:
        if not open_store(store, self._cache.folder).get(sha256, part):
            raise RecipeError(
                f"The store {store} does not have the take {sha256[:12]} that a piece is made from.",
                hint="Whoever asked for it makes it.",
            )
