"""A story's cut to a finished film: read, planned, put together, with its subtitles and its manifest beside it."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.assembly.decoding import see_that_all_decodes
from storyboard.assembly.edit_list import Footage
from storyboard.assembly.film import Film, FilmPlan, assemble, plan_film
from storyboard.assembly.known_files import KnownFiles
from storyboard.assembly.mezzanine import with_mezzanines
from storyboard.assembly.piece_planning import MOST_FRAMES, why_composed
from storyboard.assembly.pieces import Copy
from storyboard.assembly.subtitles import subtitle_files, subtitle_paths, subtitles_of
from storyboard.compiler.plan import number
from storyboard.cutting.faults import not_as_written
from storyboard.cutting.piece_places import PiecePlace, piece_cache, place_of_pieces, takes_in_store
from storyboard.cutting.reach import Reach, part_of
from storyboard.cutting.reader import CutReader
from storyboard.cutting.sound import CutSound
from storyboard.cutting.text_notes import add_text_notes
from storyboard.cutting.told import within
from storyboard.errors import StoryboardError
from storyboard.export.beside import make_room, see_that_it_may_be_written
from storyboard.export.manifest import write_manifest
from storyboard.files import NO_ROOM, clear_left_parts, sha256_of, whole_path, write_whole
from storyboard.story.cut import Cut
from storyboard.story.findings import has_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from fractions import Fraction

    from storyboard.assembly.film import Watcher
    from storyboard.assembly.making_together import Elsewhere
    from storyboard.assembly.piece_cache import PieceCache
    from storyboard.assembly.subtitles import Subtitle
    from storyboard.cutting.episode_takes import EpisodeTakes
    from storyboard.cutting.named_files import NamedFiles
    from storyboard.cutting.reader import CutPicture
    from storyboard.generation.prepare import Prepared

_LONG = 512
_SANDBOX = "sandbox: this is no film of the model's"


@dataclass(frozen=True)
class Stitch:
    """A film that can be put together.

    Attributes:
        prepared: The story.
        this: Its own takes; None for a cut without scenes.
        takes: Those of every episode that is seen, by its storyboard.
        picture: What is seen.
        plan: What putting it together takes.
        cache: Where its pieces are kept.
        notes: What there is to tell about it.
        files: Those that its cut names.
        elsewhere: Others who may make some of its pieces.
        is_whole: Whether it is the film itself, neither a part of it nor a preview.
    """

    prepared: Prepared
    this: EpisodeTakes | None
    takes: Mapping[Path, EpisodeTakes]
    picture: CutPicture
    plan: FilmPlan
    cache: PieceCache
    notes: tuple[str, ...]
    files: NamedFiles
    elsewhere: Elsewhere | None = None
    is_whole: bool = True

    @property
    def title(self) -> str:
        """What the film is called."""
        story = self.prepared.loaded.storyboard
        return story.title if story else ""

    @property
    def one_take(self) -> Path | None:
        """The clip that the film is, byte for byte: that of an episode of one reel whose author asked for no cut."""
        story, pieces = self.prepared.loaded.storyboard, self.plan.pieces.pieces
        piece = pieces[0]
        if story is None or story.cut or len(pieces) > 1 or not isinstance(piece, Copy):
            return None
        return piece.media.path if piece.frames == piece.media.frames else None

    @property
    def own_takes(self) -> EpisodeTakes | None:
        """The story's own, where each of its reels has one: a cut need not show all of them."""
        this = self.this
        return this if this and all(reel.index in this.takes for reel in this.plan.reels) else None

    @property
    def is_sandbox(self) -> bool:
        """Whether any take that is seen is the sandbox's."""
        return _is_sandbox(self.takes)

    @property
    def subtitles(self) -> list[Subtitle]:
        """The spoken lines, as they are shown; of a part of a film, as far as they reach into it."""
        edit = self.picture.edit
        whole = subtitles_of(self.picture.spoken, edit.fps, [shot.begins for shot in edit.shots])
        return list(within(whole, edit.first, edit.last))

    @property
    def seconds(self) -> Fraction:
        """How long the film is."""
        return self.picture.edit.frames / self.picture.edit.fps

    def as_json(self) -> dict[str, Any]:
        """How it is put together, and of what, as plain values."""
        pieces, edit = self.plan.pieces, self.picture.edit
        sources: dict[str, dict[str, Any]] = {}
        keys = {each.key: each.take.sha256 for each in self.plan.mezzanines}
        for shot in self.plan.film.edit.seen:
            if isinstance(shot.source, Footage):
                media = shot.source.media
                sha256 = keys.get(media.sha256, media.sha256)
                source = {
                    "file": media.path.name,
                    "sha256": sha256,
                    "what": shot.label,
                    "composed_because": why_composed(shot, pieces.reasons, edit.fps) or None,
                    "has_mezzanine": media.sha256 in keys,
                }
                known = sources.setdefault(sha256, source)
                known["composed_because"] = known["composed_because"] or source["composed_because"]
                known["has_mezzanine"] |= source["has_mezzanine"]
        return {
            "seconds": number(self.seconds),
            "frames": edit.frames,
            "fps": number(edit.fps),
            "width": edit.size[0],
            "height": edit.size[1],
            "codec": pieces.format.codec,
            "is_whole": self.is_whole,
            "has_sound": self.plan.film.soundtrack is not None,
            "copied_frames": pieces.frames - pieces.composed,
            "composed_frames": pieces.composed,
            "sources": list(sources.values()),
        }


def read_cut(
    prepared: Prepared,
    *,
    this: EpisodeTakes | None = None,
    reach: Reach | None = None,
    provider: str | None = None,
    base_url: str | None = None,
    cache: PieceCache | None = None,
) -> Stitch:
    """Read the cut of a story, and find out what putting it together takes; nothing is written.

    Args:
        prepared: The story.
        this: Its own takes, where they are known; else they are looked up.
        reach: How much of it is wanted, and how; left out, all of it, whole.
        provider: Whose takes; None is whoever would render them.
        base_url: Another address of that provider's.
        cache: Where pieces are kept; left out, in the user's cache folder and, of a team, in its store.

    Raises:
        StoryError: It has errors, or its cut cannot be made as it is written.
        StoryboardError: A take is missing.
    """
    story, source = prepared.loaded.storyboard, prepared.loaded.source
    if story is None or source is None or not prepared.ok:
        prepared.require_plan()
        raise ValueError("a story without errors that cannot be read")
    known: dict[Path, EpisodeTakes] = {}

    def takes_of(path: Path, prepared: Prepared | None = None) -> EpisodeTakes:
        from storyboard.cutting.takes import takes_for  # a ledger's database takes a while to import

        if path not in known:
            known[path] = takes_for(path, prepared, provider=provider, base_url=base_url)
        return known[path]

    if story.scenes and this is None:
        this = takes_of(Path(prepared.loaded.shown), prepared)
    sources = KnownFiles()
    reader = CutReader(story, source, this, takes_of, known=sources)
    with reader.files.telling_where():
        picture = part_of(reader.read(), reach or Reach())
        sound = CutSound(story.cut or Cut(), picture.edit, reader.files, reader.notes, sources)
        soundtrack = sound.read()
    output = (story.cut or Cut()).output
    tags = {"title": story.title}
    shown = {**known, **({this.path: this} if this else {})}
    is_free = _is_sandbox(shown)
    if is_free:
        tags["comment"] = _SANDBOX
    wants_mezzanines = story.cut is not None and story.cut.mezzanine
    edit, mezzanines = with_mezzanines(picture.edit, picture.wanted) if wants_mezzanines else (picture.edit, {})
    film = Film(
        edit,
        picture.wanted,
        soundtrack,
        sound.hashes,
        picture.chapters,
        tags,
        output.faststart,
        _LONG if reach and reach.preview else MOST_FRAMES,
        mezzanines,
        sources,
    )
    is_local = is_free or (reach is not None and reach.preview)  # nobody else's business, or sooner made than sent
    place = PiecePlace(cache or piece_cache()) if cache or is_local else place_of_pieces(source.path)
    plan = plan_film(film, place.cache)
    elsewhere = place.ask(takes_in_store(shown, film)) if place.ask and plan.tasks else None
    add_text_notes(picture, reader.notes)
    if has_errors(reader.notes.findings):  # as its author would have them taken
        raise not_as_written(source.shown, reader.notes.findings)
    notes = (*reader.notes.told, *place.notes, *place.cache.told())
    is_whole = reach is None or reach == Reach()
    return Stitch(prepared, this, shown, picture, plan, place.cache, notes, reader.files, elsewhere, is_whole)


def _is_sandbox(takes: Mapping[Path, EpisodeTakes]) -> bool:
    return any(made.order.free for each in takes.values() for made in each.takes.values())


def stitch(
    made: Stitch,
    target: Path,
    watcher: Watcher,
    *,
    verify: bool = False,
    at: datetime | None = None,
    revision: Mapping[str, Any] | None = None,
    note: Callable[[str], None] = lambda _: None,
) -> list[Path]:
    """Put a film together, and write its subtitles and its manifest beside it.

    Args:
        made: What ``read_cut`` gave.
        target: The file.
        watcher: Told how it goes.
        verify: Decode the whole film as well.
        at: The moment; left out, now.
        revision: Which revision of which repository the story is, where that is known.
        note: Told what was kept that lay in its way.

    Returns:
        What was written, the film first.

    Raises:
        StoryboardError: It could not be made, did not come out as it has to be, or there is no room.
    """
    written = [target]

    def write_beside(film: Path) -> None:
        source = made.prepared.loaded.source
        if source is None:
            raise ValueError("a film without the file it was made from")
        see_that_it_may_be_written(
            target, source.path, source.root, named=False
        )  # or has another come there meanwhile?
        subtitles = subtitle_files(made.subtitles, made.picture.edit.fps, target)
        for each in make_room(target, subtitle_paths(target), subtitles):
            note(each)
        for path, data in subtitles.items():
            write_whole(path, data)
        own = made.own_takes
        manifest = write_manifest(
            target,
            sha256_of(film),
            source,
            made.title,
            own.plan if own else None,
            [own.made(reel.index) for reel in own.plan.reels] if own else [],
            cut=made.as_json(),
            sandbox=made.is_sandbox if any(each.takes for each in made.takes.values()) else None,
            program=version("storyboard-composer"),
            at=at or datetime.now(UTC),
            subtitles=list(subtitles),
            revision=revision,
        )
        written.extend([*subtitles, manifest])

    clear_left_parts(target)
    # The film takes its name last: whenever this is ended, no film is left without what tells whose it is.
    with _told_plainly(target, made):
        if made.one_take and made.one_take.suffix == target.suffix:  # of another container it has to be made
            if verify:
                see_that_all_decodes(made.one_take, made.plan.pieces)
            with whole_path(target) as part:
                with made.plan.film.known.staying():
                    shutil.copyfile(made.one_take, part)
                write_beside(part)
        else:
            assemble(
                made.plan, target, made.cache, watcher, verify=verify, elsewhere=made.elsewhere, finish=write_beside
            )
    return written


@contextmanager
def _told_plainly(target: Path, made: Stitch) -> Iterator[None]:
    try:
        with made.files.telling_where():
            yield
    except OSError as error:
        where = _where(error, target, made.cache.folder)
        what = error.strerror or error
        first = "Make room, or choose" if error.errno in NO_ROOM else "Choose"
        hint = (
            f"{first} another folder with --output, or for the pieces with STORYBOARD_CACHE, then run again: takes "
            "and finished pieces are kept, and nothing is bought twice."
        )
        raise StoryboardError(f"{where}: {what}.", hint=hint) from error


def _where(error: OSError, target: Path, cache: Path) -> str:
    """What could not be written; libav does not say which of two it was."""
    if not isinstance(error.filename, str | os.PathLike):
        return f"{target} could not be written, or a piece of it in {cache}"
    told = Path(error.filename)
    if told.is_relative_to(cache):
        return f"A piece of the film could not be written in {cache}"
    is_films = told.parent == target.parent or told in target.parents
    return f"{target} could not be written" if is_films else f"{told} could not be used"
