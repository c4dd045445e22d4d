"""A film, put together: the pieces that are missing are made, all are joined, and what came out is looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from errno import ENOENT
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from storyboard.assembly.decoding import see_that_all_decodes
from storyboard.assembly.edit_list import NamedFile
from storyboard.assembly.known_files import KnownFiles
from storyboard.assembly.mezzanine import MEZZANINE_SUFFIX, Mezzanine, MezzanineTask
from storyboard.assembly.mux import Run, join, packet_order, see_that_times_rise
from storyboard.assembly.picture_format import SOUND_CODECS
from storyboard.assembly.piece_cache import PieceCache
from storyboard.assembly.piece_encoding import PIECE_SUFFIXES
from storyboard.assembly.piece_key import compose_key, files_of, key_of
from storyboard.assembly.piece_planning import MOST_FRAMES, plan_pieces
from storyboard.assembly.pieces import Compose, Copy
from storyboard.errors import StoryboardError
from storyboard.files import whole_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from storyboard.assembly.edit_list import EditList
    from storyboard.assembly.making import Task
    from storyboard.assembly.making_together import Elsewhere
    from storyboard.assembly.mux import Chapter
    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.piece_planning import PiecePlan
    from storyboard.assembly.sound_cue import Soundtrack

_TRIES = 3
_SOUND_SUFFIXES = {"aac": ".m4a", "opus": ".mka", "pcm_s16le": ".mka"}


@dataclass(frozen=True)
class Film:
    """What is to be put together.

    Attributes:
        edit: Its picture, frame by frame.
        wanted: How that is to be encoded.
        soundtrack: Its sound; None for a silent film.
        sound_hashes: The SHA-256 of each file that the sound is from, in hex.
        chapters: Of it.
        tags: What the file says of itself.
        faststart: Whether the index of an MP4 file comes first.
        most: How many frames a composed piece has at most.
        mezzanines: What is copied in place of takes, each by its key.
        known: What it is made from, as that was when it was planned.
    """

    edit: EditList
    wanted: PictureFormat
    soundtrack: Soundtrack | None = None
    sound_hashes: Mapping[Path, str] = field(default_factory=dict)
    chapters: tuple[Chapter, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    faststart: bool = True
    most: int = MOST_FRAMES
    mezzanines: Mapping[str, Mezzanine] = field(default_factory=dict)
    known: KnownFiles = field(default_factory=KnownFiles)


@dataclass(frozen=True)
class PieceTask:
    """A piece that is to be made.

    Attributes:
        piece: What is on it.
        picture: How it is encoded.
        key: What names it.
        cache: Where it is kept.
        known: What it is made from, as that was when its key was found.
    """

    piece: Compose
    picture: PictureFormat
    key: str
    cache: Path
    known: KnownFiles = field(default_factory=KnownFiles)

    @property
    def weight(self) -> int:
        """In frames."""
        return self.piece.frames

    @property
    def suffix(self) -> str:
        """Of its file."""
        return PIECE_SUFFIXES[self.picture.codec]

    def run(self, go_on: Callable[[], None]) -> None:
        """Compose, encode, decode and keep it."""
        from storyboard.assembly.composer import composed_frames
        from storyboard.assembly.piece_encoding import encode_piece, see_that_it_decodes

        def make(part: Path) -> None:
            with self.known.staying(), composed_frames(self.piece, self.picture) as frames:
                count = encode_piece(frames, part, self.picture, go_on)
            see_that_it_decodes(part, count, self.picture)

        PieceCache(self.cache).keep(self.key, self.suffix, make)


@dataclass(frozen=True)
class SoundTask:
    """The whole sound of a film, that is to be made.

    Attributes:
        soundtrack: What is heard.
        codec: Of it.
        key: What names it.
        cache: Where it is kept.
        known: What it is made from, as that was when its key was found.
    """

    soundtrack: Soundtrack
    codec: str
    key: str
    cache: Path
    known: KnownFiles = field(default_factory=KnownFiles)

    @property
    def weight(self) -> int:
        """As much as a tenth of the frames the sound lasts: it is quicker made than they are."""
        return max(1, int(self.soundtrack.length * 2))

    @property
    def suffix(self) -> str:
        """Of its file."""
        return _SOUND_SUFFIXES[self.codec]

    def run(self, go_on: Callable[[], None]) -> None:
        """Mix, encode and keep it."""
        from storyboard.assembly.making import stop_event
        from storyboard.assembly.soundtrack import render_soundtrack

        def make(part: Path) -> None:
            with self.known.staying():
                render_soundtrack(
                    self.soundtrack, part, codec=self.codec, on_progress=lambda _: go_on(), stop=stop_event()
                )

        PieceCache(self.cache).keep(self.key, self.suffix, make)


Making = PieceTask | SoundTask | MezzanineTask


@dataclass(frozen=True)
class FilmPlan:
    """What putting a film together takes.

    Attributes:
        film: The film.
        pieces: Its pieces.
        tasks: What has to be made first.
        reused: How many composed pieces are there already.
        has_sound: Whether its sound is there already, or it has none.
        mezzanines: Those that it is copied from.
    """

    film: Film
    pieces: PiecePlan
    tasks: tuple[Making, ...]
    reused: int
    has_sound: bool
    mezzanines: tuple[Mezzanine, ...] = ()


class Watcher(Protocol):
    """Told how it goes."""

    def starts(self, plan: FilmPlan) -> None:
        """What has to be made is being made."""

    def made(self, task: Task) -> None:
        """One of them is finished."""

    def moves(self, steps: int) -> None:
        """So much of it is made, in what weights are counted in."""

    def joins(self, frames: int) -> None:
        """All are there, and so many frames are joined."""


def plan_film(film: Film, cache: PieceCache) -> FilmPlan:
    """Find out what has to be made; nothing is, but what a team has made already is fetched."""
    pieces = plan_pieces(film.edit, film.wanted, most=film.most)
    picture = pieces.format
    wanted: dict[str, Making] = {}
    composed: list[str] = []
    for piece in pieces.pieces:
        if isinstance(piece, Compose):
            key = compose_key(piece, picture)
            composed.append(key)
            wanted[key] = PieceTask(piece, picture, key, cache.folder, film.known.some(files_of(piece)))
    copied = {piece.media.sha256 for piece in pieces.pieces if isinstance(piece, Copy)}
    mezzanines = {key: each for key, each in film.mezzanines.items() if key in copied}
    wanted |= {
        key: MezzanineTask(each, key, cache.folder, film.known.some([each.take.path]))
        for key, each in mezzanines.items()
    }
    sound = None
    if film.soundtrack:
        codec = SOUND_CODECS[picture.codec]
        sound = _sound_key(film, codec)
        wanted[sound] = SoundTask(film.soundtrack, codec, sound, cache.folder, film.known.some(film.sound_hashes))
    there = cache.find_all((key, task.suffix) for key, task in wanted.items())
    return FilmPlan(
        film,
        pieces,
        tuple(task for key, task in wanted.items() if key not in there),
        sum(key in there for key in composed),
        sound is None or sound in there,
        tuple(mezzanines.values()),
    )


def assemble(
    plan: FilmPlan,
    target: Path,
    cache: PieceCache,
    watcher: Watcher,
    *,
    verify: bool = False,
    processes: int | None = None,
    elsewhere: Elsewhere | None = None,
    finish: Callable[[Path], object] = lambda _: None,
) -> None:
    """Make what is missing, and the film of it.

    Args:
        plan: What it takes.
        target: The file. It takes its name when it is whole, and was looked at.
        cache: Where pieces are kept.
        watcher: Told how it goes.
        verify: Decode the whole film as well.
        processes: At most so many at once.
        elsewhere: Others who may make some of it.
        finish: Called with the film's file, which is whole, before it takes its name.

    Raises:
        StoryboardError: Something could not be made, or did not come out as it has to be.
        OSError: There is no room, or a folder cannot be written.
    """

    def join_all(plan: FilmPlan) -> None:
        with whole_path(target) as part:
            _join(plan, part, cache, watcher, verify=verify)
            finish(part)

    for tries_left in reversed(range(_TRIES)):
        try:
            _made_and_joined(plan, cache, watcher, join_all, processes=processes, elsewhere=elsewhere)
            break
        except OSError as error:  # libav's own among them
            is_piece = isinstance(error.filename, str) and Path(error.filename).is_relative_to(cache.folder)
            if error.errno != ENOENT or not is_piece:
                raise
            if not tries_left:
                raise StoryboardError(
                    f"The pieces of the film were taken away while it was put together, {_TRIES} times.",
                    hint=f"Run it again when nothing clears {cache.folder}.",
                ) from None
        plan = plan_film(plan.film, cache)  # somebody has cleared the cache meanwhile
    cache.prune()


def _made_and_joined(
    plan: FilmPlan,
    cache: PieceCache,
    watcher: Watcher,
    join_all: Callable[[FilmPlan], None],
    *,
    processes: int | None,
    elsewhere: Elsewhere | None,
) -> None:
    with cache.sharing() as share:

        def made(task: Making) -> None:
            share(task.key, task.suffix)
            watcher.made(task)

        def fetch(task: Making) -> bool:
            return cache.find(task.key, task.suffix) is not None

        start = partial(watcher.starts, plan)
        if plan.tasks:
            from storyboard.assembly.making_together import make_together  # which brings what processes need

            make_together(
                plan.tasks,
                made,
                elsewhere,
                fetch,
                watcher.made,
                processes=processes,
                on_start=start,
                on_steps=watcher.moves,
            )
        else:
            start()
        join_all(plan)


def _join(plan: FilmPlan, target: Path, cache: PieceCache, watcher: Watcher, *, verify: bool) -> None:
    film, pieces = plan.film, plan.pieces
    picture = pieces.format
    runs = [_run(piece, picture, cache, film.mezzanines) for piece in pieces.pieces]
    sound = None
    if film.soundtrack:
        codec = SOUND_CODECS[picture.codec]
        sound = cache.path_of(_sound_key(film, codec), _SOUND_SUFFIXES[codec])
    with film.known.staying():
        join(
            runs,
            target,
            picture,
            sound=sound,
            chapters=film.chapters,
            faststart=film.faststart,
            tags=dict(film.tags),
            on_frames=watcher.joins,
        )
    see_that_times_rise(target, pieces.frames, picture)
    if verify:
        see_that_all_decodes(target, pieces)


def _sound_key(film: Film, codec: str) -> str:
    """What names the sound: files count by their bytes, wherever they lie."""
    assert film.soundtrack  # noqa: S101  asked only then
    cues = [{**vars(cue), "path": NamedFile(cue.path, film.sound_hashes[cue.path])} for cue in film.soundtrack.cues]
    return key_of({"sound": {**vars(film.soundtrack), "cues": cues}, "codec": codec})


def _run(
    piece: Compose | Copy, picture: PictureFormat, cache: PieceCache, mezzanines: Mapping[str, Mezzanine]
) -> Run:
    if isinstance(piece, Copy):
        media = piece.media
        path = cache.path_of(media.sha256, MEZZANINE_SUFFIX) if media.sha256 in mezzanines else media.path
        order = media.order[piece.packet : piece.packet + piece.frames]
        return Run(path, piece.packet, tuple(frame - piece.first for frame in order), media.sets)
    path = cache.path_of(compose_key(piece, picture), PIECE_SUFFIXES[picture.codec])
    order, sets = packet_order(path)
    return Run(path, 0, order, sets)
