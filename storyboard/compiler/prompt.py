"""What a prompt template is given: one reel's story as plain values, in the order the model reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from storyboard.compiler.plan import number
from storyboard.compiler.telling import Teller
from storyboard.story.braces import Reference, parse_braces

if TYPE_CHECKING:
    from storyboard.compiler.timeline import Reel, Span
    from storyboard.profile import ModelProfile
    from storyboard.story.model import Segment, Storyboard


class Line(NamedTuple):
    """What the plan keeps of a segment's line.

    Attributes:
        action: The action with names filled in.
        camera_in_force: The camera that holds here, told or not.
    """

    action: str
    camera_in_force: str


@dataclass(frozen=True)
class Script:
    """One reel, ready for a template.

    Attributes:
        values: ``style`` and ``segments``; plain values only.
        lines: One for each segment of the reel.
    """

    values: dict[str, Any]
    lines: tuple[Line, ...]


def write_script(storyboard: Storyboard, reel: Reel, profile: ModelProfile, *, tells_state: bool = True) -> Script:
    """Fill in names, and tell style, place, camera and mood where they change.

    Each segment has: ``number`` (from 1), ``scene``, ``changes_scene``, ``transition``, ``style``, ``place``,
    ``mood``, ``starts``, ``state``, ``then``, ``action``, ``ends``, ``camera``, ``slots``, ``seconds``,
    ``start`` and ``end`` (seconds, as text). A text that need not be told is empty. ``starts`` and ``ends`` are
    the author's state; ``state`` is what holds when the segment begins, carried from the one before where the
    author did not say.

    Args:
        storyboard: A valid story.
        reel: The reel's spans.
        profile: The model's figures.
        tells_state: Whether the template may ask for ``state``; it is left empty where it does not.
    """
    return _Writer(storyboard, profile, tells_state=tells_state).write(reel)


class _Writer:
    def __init__(self, storyboard: Storyboard, profile: ModelProfile, *, tells_state: bool) -> None:
        self._tells_state = tells_state
        self._story = storyboard
        self._profile = profile
        self._teller = Teller({**storyboard.characters, **storyboard.places})
        self._told: dict[str, str | None] = {}
        self._camera = ""
        self._times: dict[int, str] = {}

    def write(self, reel: Reel) -> Script:
        style = self._on_change("style", self._style_of(reel[0].scene))
        segments: list[dict[str, Any]] = []
        lines: list[Line] = []
        slot = 0
        previous: Span | None = None
        for span in reel:
            values = self._segment(span, previous, first=not segments)
            values["number"] = len(segments) + 1
            values["start"] = self._seconds(slot)
            slot += span.slots
            values["end"] = self._seconds(slot)
            segments.append(values)
            lines.append(Line(values["action"], self._camera))
            previous = span
        return Script({"style": style, "segments": segments}, tuple(lines))

    def _segment(self, span: Span, previous: Span | None, *, first: bool) -> dict[str, Any]:
        scene = self._story.scenes[span.scene]
        segment = scene.segments[span.segment]
        enters = span.segment == 0 and not span.goes_on
        new_scene = first or (previous is not None and previous.scene != span.scene)
        tell = self._teller.tell
        # The order of these calls is the order in which the templates write: names are told in full at first mention.
        transition = tell(scene.transition) if enters else ""
        style = self._on_change("style", self._style_of(span.scene)) if new_scene else ""
        place = self._place(scene.place) if new_scene else ""
        mood = self._on_change("mood", scene.mood) if new_scene else ""
        state = segment.state
        starts = tell(state.start) if state and state.start and not span.goes_on else ""
        carried = starts or (self._carried(span) if self._tells_state else "")
        action = tell(segment.action)
        return {
            "scene": self._story.scene_name(span.scene),
            "changes_scene": new_scene and not first,
            "transition": transition,
            "style": style,
            "place": place,
            "mood": mood,
            "starts": starts,
            "state": carried,
            "then": not new_scene and not starts and _can_follow_then(segment.action),
            "action": action,
            "ends": tell(state.end) if state and state.end else "",
            "camera": self._change_camera(segment.camera or scene.camera),
            "slots": span.slots,
            "seconds": self._seconds(span.slots),
        }

    def _seconds(self, slots: int) -> str:
        """A time in seconds as text; the same few recur in every reel, and exact fractions are not quick."""
        told = self._times.get(slots)
        if told is None:
            told = self._times[slots] = str(number(self._profile.seconds(slots)))
        return told

    def _style_of(self, scene: int) -> str | None:
        return self._story.scenes[scene].style or self._story.style

    def _on_change(self, what: str, text: str | None) -> str:
        """The text where it differs from what was told last; otherwise nothing."""
        if self._told.get(what) == text:
            return ""
        self._told[what] = text
        return self._teller.tell(text)

    def _place(self, name: str | None) -> str:
        if self._told.get("place") == name:
            return ""
        self._told["place"] = name
        return self._teller.place(name)

    def _change_camera(self, text: str | None) -> str:
        told = self._on_change("camera", text)
        if told or not text:
            self._camera = self._teller.name(text)
        return told

    def _carried(self, span: Span) -> str:
        """What holds at the start of a segment: the end of the one before it in the same scene."""
        if span.goes_on:
            return ""
        before = self._before(span)
        if before is None:
            return ""
        if before.state and before.state.end:
            return self._teller.name(before.state.end)
        return self._teller.name(before.action)

    def _before(self, span: Span) -> Segment | None:
        segments = self._story.scenes[span.scene].segments
        return segments[span.segment - 1] if span.segment else None


def _can_follow_then(action: str) -> bool:
    """Whether “Then” may stand before an action without a word of it being changed.

    It may before a small letter or a name, and not before a capital: that may begin a sentence, or a name,
    and only the author knows which.
    """
    first = next(iter(parse_braces(action)), "")
    if isinstance(first, Reference):
        return True
    word = first.split(maxsplit=1)[0] if isinstance(first, str) and first.split() else ""
    return word[:1].islower() and word.casefold().strip(",") not in {"then", "and", "but", "now"}
