"""A story's cut as a film: the takes and clips its timeline means, one after the other, and what is told of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

from storyboard.assembly.arrange import CutError, Wanted, arrange
from storyboard.assembly.edit_list import (
    Black,
    Card,
    EditList,
    Entrance,
    Footage,
    Lettering,
    NamedFile,
    Still,
)
from storyboard.assembly.known_files import KnownFiles
from storyboard.assembly.media import examine
from storyboard.compiler.camera_moves import camera_moves, framing
from storyboard.cutting.faults import CutFaultError
from storyboard.cutting.idle_settings import add_idle_settings
from storyboard.cutting.lettering import font_of, lettering_of
from storyboard.cutting.named_files import NamedFiles
from storyboard.cutting.notes import Notes
from storyboard.cutting.output import asked_size, picture_format, size_of, sizes_seen
from storyboard.cutting.stretch import stretch_of
from storyboard.cutting.times import exact, told
from storyboard.cutting.told import (
    ShownReel,
    WrittenCaption,
    caption_notes,
    captions_on,
    chapters_of,
    crowded,
    spoken_lines,
    subtitles_on,
)
from storyboard.errors import FontError, ImageError, StoryboardError, StoryError
from storyboard.excerpt import excerpt
from storyboard.story.cut import (
    BlackItem,
    CaptionItem,
    ClipItem,
    Cut,
    EpisodeItem,
    ImageItem,
    ReelItem,
    TitleItem,
    item_kind,
)
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from storyboard.assembly.edit_list import Shot, Source
    from storyboard.assembly.media import Media
    from storyboard.assembly.mux import Chapter
    from storyboard.assembly.picture_format import PictureFormat
    from storyboard.assembly.spoken import SpokenLine
    from storyboard.compiler.plan import PlannedReel
    from storyboard.cutting.episode_takes import EpisodeTakes
    from storyboard.cutting.faults import Where
    from storyboard.story.cut import TimelineItem, Transition
    from storyboard.story.model import Storyboard
    from storyboard.story.source import Source as StorySource


@dataclass(frozen=True)
class CutPicture:
    """The picture of a cut.

    Attributes:
        edit: Frame by frame.
        wanted: How it is to be encoded.
        chapters: Of the film.
        spoken: The spoken lines, with the frames of the film in which they are heard.
    """

    edit: EditList
    wanted: PictureFormat
    chapters: tuple[Chapter, ...]
    spoken: tuple[SpokenLine, ...]


class CutReader:
    """Reads the cut of a story.

    Attributes:
        files: Those that it names.
        notes: What there is to tell about it.

    Args:
        storyboard: The story, in which ``cut_faults`` found nothing.
        source: Its file.
        this: Its own takes; None for a cut without scenes.
        takes_of: Finds the takes of another episode.
        media_of: Says what a reel's take is; left out, what is found in its file.
        known: Hashes what is read, and remembers how it was then.
    """

    def __init__(
        self,
        storyboard: Storyboard,
        source: StorySource,
        this: EpisodeTakes | None,
        takes_of: Callable[[Path], EpisodeTakes],
        *,
        media_of: Callable[[EpisodeTakes, PlannedReel], Media] | None = None,
        known: KnownFiles | None = None,
    ) -> None:
        self._storyboard = storyboard
        self._cut = storyboard.cut or Cut()
        self._source = source
        self.files = NamedFiles(source, has_cut=storyboard.cut is not None)
        self.notes = Notes(source, storyboard)
        self._this = this
        self._takes_of = takes_of
        self._media_of = media_of
        self._known = known or KnownFiles()
        self._media: dict[Path, Media] = {}
        self._wanted: list[Wanted] = []
        self._reels: list[ShownReel] = []
        self._captions: list[WrittenCaption] = []

    def read(self) -> CutPicture:
        """The picture of the cut.

        Raises:
            CutFaultError: A take is missing, a clip cannot be used, or a transition does not fit.
        """
        fps = Fraction(self._cut.output.fps)
        faults: list[CutFaultError] = []
        for number, item in enumerate(self._cut.timeline):
            where: Where = ("cut", "timeline", number)
            try:
                self._add(item, number, fps)
            except CutFaultError as error:
                faults.append(error)
            except StoryboardError as error:
                at = (*where, _key(item, error))
                faults.append(self.files.fault(error) or CutFaultError(error.message, hint=error.hint, where=at))
        if faults:
            raise CutFaultError.of(faults)
        if not self._wanted:
            raise CutFaultError("The cut shows nothing.", hint="Name an episode, a clip, a title or a picture in it.")
        try:
            shots = arrange(self._wanted, fps)
        except CutError as error:
            raise CutFaultError.of([_of_transition(each) for each in (error, *error.others)]) from None
        output = self._cut.output
        size = asked_size(output) or self._own_size(shots)
        spoken = tuple(spoken_lines(self._reels, shots, fps))
        # The sandbox writes at the foot of its clips what they are to show.
        has_sandbox = any(each.episode.is_free(each.reel.index) for each in self._reels)
        usual_place = ("center" if self._cut.burn_subtitles else "top") if has_sandbox else ""
        overlays = [*captions_on(self._captions, shots, fps, usual_place=usual_place)]
        for message, hint, caption in caption_notes(self._captions, shots, fps):
            self.notes.add(message, hint, ("cut", "timeline", caption.number, "caption"))
        if self._cut.burn_subtitles:
            font, file = self._subtitle_font()
            like, captions = Lettering("", font=font, font_file=file), tuple(overlays)
            overlays += subtitles_on(spoken, shots, fps, like=like, captions=captions, foot_is_taken=has_sandbox)
        for message, hint, number in crowded(overlays):
            self.notes.add(message, hint, ("cut", "timeline", number, "caption"))
        chapters = tuple(chapters_of(self._reels, shots, fps)) if output.chapters else ()
        if output.interpolation == "motion":
            shots = tuple(shot.kept_apart(fps) for shot in shots)
        edit = EditList(size, fps, shots, tuple(overlays), 0, shots[-1].ends)
        picture = CutPicture(edit, picture_format(output, size), chapters, spoken)
        add_idle_settings(self._cut, picture, self.notes)
        return picture

    def _own_size(self, shots: Sequence[Shot]) -> tuple[int, int]:
        """The episode's; of a cut without one what it says itself, else that of what is seen longest."""
        if self._this is not None:
            return self._this.plan.resolution
        seen = sizes_seen(shots)
        if not seen or "resolution" in self._storyboard.model_fields_set:
            return size_of(self._storyboard.resolution)
        return max(seen, key=lambda each: seen[each])

    def _add(self, item: TimelineItem, number: int, fps: Fraction) -> None:
        where: Where = ("cut", "timeline", number)
        find_font = partial(self.files.find, where=(*where, "font"))
        if isinstance(item, TitleItem | CaptionItem):
            self._note_fade(item, (*where, "fade"))
        if isinstance(item, CaptionItem):
            lettering = lettering_of(item, item.caption, "", fps, find_font, self._known)
            if not self._wanted:  # what it was to stand over cannot be shown
                return
            self._captions.append(WrittenCaption(number, self._wanted[-1].item, lettering, item))
            return
        enters = self._entrance(item.transition, fps, (*where, "transition"))
        match item:
            case EpisodeItem():
                self._episode(item, number, enters)
            case ReelItem():
                self._reel(item, number, enters)
            case ClipItem():
                self._clip(item, number, enters)
            case ImageItem():
                if item.camera and not (camera_moves(item.camera) or framing(item.camera)):
                    self.notes.add(
                        f"“{excerpt(item.camera)}” is no camera move that this program knows, so the picture only "
                        "drifts.",
                        "A slow push in, a pan left or a tilt up would be one; so is “locked off”.",
                        (*where, "camera"),
                    )
                self._want(
                    Still(self._picture(item.image, (*where, "image")), item.camera or "", item.fit),
                    exact(item.seconds),
                    enters,
                    item.image,
                    number,
                )
            case TitleItem():
                lettering = lettering_of(item, item.title, item.subtitle or "", fps, find_font, self._known)
                self._want(Card(lettering), exact(item.seconds), enters, f"the title “{excerpt(item.title)}”", number)
            case BlackItem():
                self._want(Black(), exact(item.black), enters, "the black screen", number)

    def _note_fade(self, item: TitleItem | CaptionItem, where: Where) -> None:
        if "fade" in item.model_fields_set and 2 * item.fade > item.seconds:
            self.notes.add(
                f"This is seen for {told(item.seconds)}, so it fades in {told(item.seconds / 2)}, and not in "
                f"{told(item.fade)}.",
                "Let it be seen for longer, or fade sooner.",
                where,
            )

    def _want(self, source: Source, seconds: Fraction, enters: Entrance, label: str, number: int) -> None:
        self._wanted.append(Wanted(source, seconds, Fraction(0), enters, label, number))

    def _episode(self, item: EpisodeItem, number: int, enters: Entrance) -> None:
        episode = self._own() if item.episode == "this" else self._other(number, "episode", item.episode)
        for reel in episode.plan.reels:
            first = reel is episode.plan.reels[0]
            self._reel_of(episode, reel, number, enters if first else Entrance(), None, None, 0.0)

    def _reel(self, item: ReelItem, number: int, enters: Entrance) -> None:
        episode = self._other(number, "of", item.of) if item.of else self._own()
        self._reel_of(episode, episode.reel(item.reel), number, enters, item.start, item.end, item.volume)

    def _file(self, number: int, key: str, name: str) -> Path:
        return self.files.find(name, ("cut", "timeline", number, key))

    def _other(self, number: int, key: str, name: str) -> EpisodeTakes:
        try:
            return self._takes_of(self._file(number, key, name))
        except StoryError as error:
            first = next((each for each in error.findings if each.severity is Severity.ERROR), None)
            if first is not None:
                raise CutFaultError(
                    f"{name} has errors, the first in line {first.line}: {first.message}",
                    hint=f"Mend them: storyboard check tells them all, of {name} by itself.",
                    where=("cut", "timeline", number, key),
                ) from None
            raise CutFaultError(
                f"{name} has no scenes: it is a cut of other clips, and no episode.",
                hint="Name a storyboard with scenes. The film of that cut can be shown as a clip.",
                where=("cut", "timeline", number, key),
            ) from None

    def _own(self) -> EpisodeTakes:
        if self._this is None:
            raise ValueError("a cut that was not checked: it has no episode of its own")
        return self._this

    def _reel_of(
        self,
        episode: EpisodeTakes,
        reel: PlannedReel,
        number: int,
        enters: Entrance,
        start: float | None,
        end: float | None,
        volume: float,
    ) -> None:
        media = self._media_of(episode, reel) if self._media_of else self._take(episode, reel, number)
        goes_on = self._goes_on(episode, reel, enters, start)
        if goes_on:
            self._drop_last_frame()
        before = self._reels[-1] if goes_on else None
        matched = self._wanted[before.shot].source if before and self._cut.match_colour else None
        footage = Footage(media, matched_to=matched if isinstance(matched, Footage) else None)
        label = f"reel {reel.index} of {episode.path.stem}"
        self._reels.append(ShownReel(len(self._wanted), episode, reel, episode is self._this))
        self._footage(footage, number, enters, label, start, end, volume)

    def _take(self, episode: EpisodeTakes, reel: PlannedReel, number: int) -> Media:
        take = episode.made(reel.index).take
        self.files.add_take(take.path, ("cut", "timeline", number))
        return self._examined(take.path, take.sha256)

    def _goes_on(self, episode: EpisodeTakes, reel: PlannedReel, enters: Entrance, start: float | None) -> bool:
        """Whether a reel begins with the very frame that the one before it, in this cut, ends with."""
        if reel.start.handoff is None or enters.frames or start or not self._reels:
            return False
        last = self._reels[-1]
        is_next_to_it = last.shot == len(self._wanted) - 1
        return is_next_to_it and last.episode.path == episode.path and last.reel.index == reel.start.handoff

    def _drop_last_frame(self) -> None:
        """Show the handed-over frame once: as the first frame of the reel that goes on from it."""
        last = self._wanted[-1]
        media = last.source.media if isinstance(last.source, Footage) else None
        if media is None or media.fps is None or last.out_room or last.seconds <= 1 / media.fps:
            return
        self._wanted[-1] = replace(last, seconds=last.seconds - 1 / media.fps)
        self.notes.add_usual(
            f"The last frame of {last.label} is the first of the next, and is shown once.",
            ("cut", "timeline", last.item),
        )

    def _clip(self, item: ClipItem, number: int, enters: Entrance) -> None:
        media = self._examined(self._file(number, "clip", item.clip))
        footage = Footage(media, exact(item.speed), item.fit)
        self._footage(footage, number, enters, item.clip, item.start, item.end, item.volume)

    def _footage(
        self,
        footage: Footage,
        number: int,
        enters: Entrance,
        label: str,
        start: float | None,
        end: float | None,
        volume: float,
    ) -> None:
        length = footage.media.seconds
        begins, ends = stretch_of(footage.media, label, start, end, ("cut", "timeline", number))
        self._wanted.append(
            Wanted(
                footage,
                (ends - begins) / footage.speed,
                begins,
                enters,
                label,
                number,
                begins,
                length - ends,
                volume,
            )
        )

    def _examined(self, path: Path, sha256: str | None = None) -> Media:
        if path not in self._media:
            self._media[path] = examine(path, self._known.sha256_of)
        if sha256 and self._media[path].sha256 != sha256:
            raise StoryboardError(
                f"{path} is not as it was when it came home.",
                hint="Delete it and render again: its job is paid, and the clip is collected or had from the store.",
            )
        return self._media[path]

    def _picture(self, name: str, where: Where, *, matte: bool = False) -> NamedFile:
        from storyboard.assembly.picture.pictures import picture_hash  # it brings numpy along

        path = self.files.find(name, where)
        return NamedFile(path, self._known.sha256_of(path, partial(picture_hash, matte=matte)))

    def _subtitle_font(self) -> tuple[str, NamedFile | None]:
        where: Where = ("cut", "subtitle_font")
        try:
            return font_of(self._cut.subtitle_font, partial(self.files.find, where=where), self._known)
        except FontError as error:
            raise CutFaultError(error.message, hint=error.hint, where=where) from None

    def _entrance(self, transition: Transition | None, fps: Fraction, where: Where) -> Entrance:
        if transition is None or transition.kind == "cut":
            return Entrance()
        matte = None
        if transition.kind == "luma" and transition.matte:
            matte = self._picture(transition.matte, where, matte=True)
        frames = max(1, round(exact(transition.seconds) * fps))
        return Entrance(transition.kind, frames, transition.direction, matte)


def _of_transition(error: CutError) -> CutFaultError:
    where: Where = ("cut", "timeline", error.item or 0, "transition")
    return CutFaultError(error.message, hint=error.hint, where=where)


def _key(item: TimelineItem, error: StoryboardError) -> str:
    """What of an item an error is about."""
    if isinstance(error, FontError):
        return "font"
    if isinstance(error, ImageError) and not isinstance(item, ImageItem):
        return "transition"
    return item_kind(item) or ""
