"""What is told while a film is seen: its chapters, its spoken lines, and the words on its picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from storyboard.assembly.edit_list import Lettering, Overlay
from storyboard.assembly.mux import Chapter
from storyboard.assembly.spoken import SpokenLine
from storyboard.assembly.subtitles import Subtitle, subtitles_of
from storyboard.cutting.times import exact, told
from storyboard.excerpt import excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from storyboard.assembly.edit_list import Shot
    from storyboard.compiler.plan import PlannedReel
    from storyboard.cutting.episode_takes import EpisodeTakes
    from storyboard.story.cut import CaptionItem

    Stretch = TypeVar("Stretch", Chapter, Subtitle)


@dataclass(frozen=True)
class ShownReel:
    """A reel that is seen in a film.

    Attributes:
        shot: The number of its shot, counted from 0.
        episode: Whose it is.
        reel: What is told in it, by the seconds of its take.
        is_this: Whether the episode is that of the file the cut is in.
    """

    shot: int
    episode: EpisodeTakes
    reel: PlannedReel
    is_this: bool


@dataclass(frozen=True)
class WrittenCaption:
    """A caption of the timeline.

    Attributes:
        number: Its own place in the timeline, counted from 0.
        over: The item that it stands over, counted from 0.
        lettering: Its words.
        item: When it comes, and for how long.
    """

    number: int
    over: int
    lettering: Lettering
    item: CaptionItem


def chapters_of(seen: Iterable[ShownReel], shots: Sequence[Shot], fps: Fraction) -> Iterator[Chapter]:
    """A chapter for each scene of the file's own episode, and one for each other episode."""
    begins: list[tuple[int, str]] = []
    for each in seen:
        shot = shots[each.shot]
        names = (
            [(segment.start, segment.scene) for segment in each.reel.segments]
            if each.is_this
            else [(Fraction(0), each.episode.plan.title)]
        )
        for seconds, name in names:
            frame = max(shot.begins + shot.leads_in, shot.begins + int((seconds - shot.offset) * fps))
            if frame >= shot.ends - shot.lasts_over:
                continue
            while begins and begins[-1][0] >= frame:  # what begins as a transition to this one begins is not told
                begins.pop()
            if not begins or begins[-1][1] != name:
                begins.append((frame, name))
    if not begins:
        return
    begins[0] = (0, begins[0][1])
    ends = [frame for frame, _ in begins[1:]] + [shots[-1].ends]
    for (frame, name), end in zip(begins, ends, strict=True):
        yield Chapter(name, frame, end)


def spoken_lines(seen: Iterable[ShownReel], shots: Sequence[Shot], fps: Fraction) -> Iterator[SpokenLine]:
    """The lines that are spoken in what is seen, by the frames of the film."""
    for each in seen:
        shot = shots[each.shot]
        first, last = shot.begins + shot.leads_in, shot.ends - shot.lasts_over
        for segment in each.reel.segments:
            begins, ends = (
                shot.begins + round((moment - shot.offset) * fps) for moment in (segment.start, segment.end)
            )
            if segment.say and min(ends, last) > max(begins, first):
                where = segment.where if each.is_this else None
                yield SpokenLine(segment.say, begins, ends, max(begins, first), min(ends, last), where, shot.item)


def within(stretches: Iterable[Stretch], first: int, last: int) -> tuple[Stretch, ...]:
    """Those of which something lies in a part of the film, counted from the part's first frame."""
    return tuple(
        each._replace(begins=max(each.begins, first) - first, ends=min(each.ends, last) - first)
        for each in stretches
        if each.begins < last and each.ends > first
    )


def _begins(caption: WrittenCaption, shots: Sequence[Shot], fps: Fraction) -> int:
    """The first frame of the film in which a caption is to be seen."""
    shot = next(shot for shot in shots if shot.item == caption.over)
    return shot.begins + shot.leads_in + round(exact(caption.item.at) * fps)


def captions_on(
    written: Iterable[WrittenCaption], shots: Sequence[Shot], fps: Fraction, *, usual_place: str = ""
) -> Iterator[Overlay]:
    """The captions, each as long as it is to be seen and the film lasts.

    Args:
        written: The captions.
        shots: What is seen.
        fps: Frames a second.
        usual_place: Of those whose author asked for none; empty for the foot of the picture.
    """
    for each in written:
        begins = _begins(each, shots, fps)
        frames = min(max(1, round(exact(each.item.seconds) * fps)), shots[-1].ends - begins)
        if frames > 0:
            lettering = replace(each.lettering, place=each.lettering.place or usual_place)
            yield Overlay(lettering, begins, frames, item=each.number)


def caption_notes(
    written: Sequence[WrittenCaption], shots: Sequence[Shot], fps: Fraction
) -> Iterator[tuple[str, str, WrittenCaption]]:
    """What an author may not have meant of the captions' times, with what to do, each with its caption."""
    film = shots[-1].ends
    for each in written:
        begins = _begins(each, shots, fps)
        ends = begins + max(1, round(exact(each.item.seconds) * fps))
        over = [shot for shot in shots if shot.item == each.over]
        if begins >= film:
            never = f"This caption is not seen: it would begin at {told(begins / fps)}"
            yield f"{never}, and the film ends at {told(film / fps)}.", "Let it appear earlier.", each
            continue
        if begins >= over[-1].ends:
            late = f"This caption begins when {over[-1].label} is over: it is seen over what comes next."
            yield late, "Let it appear earlier, or write it after what it is meant to stand over.", each
        if ends > film:
            yield f"This caption is seen for {told((film - begins) / fps)}: the film ends then.", _SHORTER, each


def crowded(overlays: Sequence[Overlay]) -> Iterator[tuple[str, str, int]]:
    """The captions that share their place with other words, each with what to do and its number in the timeline."""
    for number, each in enumerate(overlays):
        for other in overlays[:number]:
            caption = each if each.item is not None else other
            is_apart = each.begins >= other.begins + other.frames or other.begins >= each.begins + each.frames
            if caption.item is None or is_apart or _place(each) != _place(other):
                continue
            if each is caption:
                message = f"This caption lies over “{excerpt(other.lettering.text)}”, which is seen at the same time."
            else:
                message = "Subtitles lie over this caption for a while."
            yield message, "Give it another “place”, or another time.", caption.item


def _place(overlay: Overlay) -> str:
    return overlay.lettering.place or "bottom"


_SHORTER = "Let it appear earlier, or give it fewer “seconds”."


def subtitles_on(
    spoken: Sequence[SpokenLine],
    shots: Sequence[Shot],
    fps: Fraction,
    *,
    like: Lettering = Lettering(""),  # noqa: B008  it cannot be changed
    captions: Sequence[Overlay] = (),
    foot_is_taken: bool = False,
) -> Iterator[Overlay]:
    """The spoken lines as words on the picture: at its foot, or where that is taken, at its head.

    Args:
        spoken: The lines.
        shots: What is seen.
        fps: Frames a second.
        like: How they are written.
        captions: What else stands on the picture.
        foot_is_taken: Whether the clips themselves have writing at their foot.
    """
    for each in subtitles_of(spoken, fps, [shot.begins for shot in shots]):
        at_foot = (other for other in captions if other.lettering.place in {"", "bottom"})
        taken = any(other.begins < each.ends and each.begins < other.begins + other.frames for other in at_foot)
        lettering = replace(like, text="\n".join(each.lines), place="top" if taken or foot_is_taken else "")
        yield Overlay(lettering, each.begins, each.ends - each.begins, is_subtitle=True)
