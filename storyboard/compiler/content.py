"""What the author wrote for a reel, by one name that this program's own changes leave alone.

A request changes when the program's templates, its tuning of cfg or its default negative prompt change, and a take
that was paid for would then look out of date although the author changed nothing. So a take is also known by a hash
of the author's own words: everything that can reach the request, and nothing that cannot. It must stay the same from
one release to the next; ``CONTENT_VERSION`` is raised only where it can't, and every take then counts as changed.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from storyboard.compiler.negative import split_words
from storyboard.compiler.telling import one_space
from storyboard.compiler.timeline import adherence_of
from storyboard.story.braces import Reference, parse_braces
from storyboard.story.paths import is_template_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storyboard.compiler.timeline import Reel, Span
    from storyboard.story.model import Negative, Scene, Storyboard, Subject

CONTENT_VERSION = 1
"""The form of what is hashed; a part of it."""


def content_sha256(
    storyboard: Storyboard, reel: Reel, *, template_text: str | None, start_identity: Mapping[str, str] | None
) -> str:
    """Names what the author wrote for a reel, its first frame included.

    Args:
        storyboard: The whole story, with what it has from its series.
        reel: The reel's spans.
        template_text: The text of the storyboard's own template, where it has one.
        start_identity: What the first frame is; None for text-to-video.

    Returns:
        64 hex digits.
    """
    return combined(
        authored(storyboard, reel, template_text=template_text, from_text=start_identity is None), start_identity
    )


def combined(content: str, start_identity: Mapping[str, str] | None) -> str:
    """The name of a reel's content with its first frame.

    Args:
        content: As ``authored`` gives it, and a planned reel carries it.
        start_identity: What the first frame is: ``{"sha256": …}``, ``{"url": …}`` or ``{"handoff": …, "frame":
            "last"}``; None for text-to-video.

    Returns:
        64 hex digits.
    """
    identity = json.dumps(start_identity and dict(start_identity), sort_keys=True)
    return _sha256(f"{CONTENT_VERSION}{_NEXT}{content}{_NEXT}{identity}")


def authored(storyboard: Storyboard, reel: Reel, *, template_text: str | None, from_text: bool) -> str:
    """Names what the author wrote for a reel, but for its first frame.

    Spaces and line breaks count as one space, as they do in a prompt. A subject counts as what it is called and
    looks like, so that its name in braces may change. What a scene is called counts only with a template of the
    author's own: those that ship never tell it.

    Args:
        storyboard: The whole story, with what it has from its series.
        reel: The reel's spans.
        template_text: The text of the storyboard's own template, where it has one.
        from_text: Whether it is text-to-video.

    Returns:
        64 hex digits.
    """
    own_template = template_text if is_template_file(storyboard.template) else None
    return _sha256(_NEXT.join(_Collector(storyboard, own_template).of(reel, from_text=from_text)))


# These three count as white space, so none of them is left in a text, and no two stories come to the same.
_NEXT = "\x1f"
_NOTHING = "\x1e"
_BEGIN = "\x1d"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class _Collector:
    """Collects one reel's content as a list of texts, and its subjects in the order in which they are met."""

    def __init__(self, storyboard: Storyboard, own_template: str | None) -> None:
        self._story = storyboard
        self._own_template = own_template
        self._numbers: dict[str, str] = {}
        self._canonical: dict[str | None, str] = {None: _NOTHING}

    def of(self, reel: Reel, *, from_text: bool) -> list[str]:
        story, text, canonical = self._story, self._text, self._canonical
        own = self._own_template
        found = [
            str(CONTENT_VERSION),
            story.resolution,
            story.adherence,
            _NOTHING if story.cfg is None else repr(story.cfg),
            story.template if own is None else _BEGIN + _sha256(own),
            story.t2v_quality if from_text else _NOTHING,
            *_negative(story.negative),
        ]
        last = -1
        for span in reel:
            if span.scene != last:
                last, scene = span.scene, story.scenes[span.scene]
                segments = scene.segments
                found += self._scene(span, scene)
            segment = segments[span.segment]
            camera = segment.camera or scene.camera
            start = end = _NOTHING
            if (state := segment.state) is not None:
                start, end = _NOTHING if span.goes_on else text(state.start), text(state.end)
            found += (
                f"{span.slots}{'+' if span.goes_on else ''}",
                text(segment.action),
                canonical.get(camera) or text(camera),
                start,
                end,
            )
        found += (_BEGIN, self._carried(reel[0]))
        for name in self._numbers:
            found += self._subject(name)
        return found

    def _scene(self, span: Span, scene: Scene) -> tuple[str, ...]:
        enters = span.segment == 0 and not span.goes_on
        return (
            _BEGIN,
            _NOTHING if self._own_template is None else one_space(self._story.scene_name(span.scene)),
            adherence_of(self._story, span.scene),
            self._text(scene.transition) if enters else _NOTHING,
            self._text(scene.style or self._story.style),
            _NOTHING if scene.place is None else self._number(scene.place),
            self._text(scene.mood),
        )

    def _carried(self, first: Span) -> str:
        """What holds when the reel begins inside a scene: the segment before it, which lies in another reel."""
        segments = self._story.scenes[first.scene].segments
        state = segments[first.segment].state
        if first.goes_on or first.segment == 0 or (state and state.start):
            return _NOTHING
        before = segments[first.segment - 1]
        return self._text((before.state and before.state.end) or before.action)

    def _text(self, text: str | None) -> str:
        """The text with each ``{name}`` as the number of its subject, and one space for any run of white space."""
        if text is None or text in self._canonical:
            return self._canonical[text]
        whole = text
        if "{" in text or "}" in text:
            pieces: list[str] = []
            for part in parse_braces(text):
                if isinstance(part, Reference):
                    pieces.append(self._numbers.get(part.name) or self._number(part.name))
                else:
                    pieces.append(_doubled(part if isinstance(part, str) else part.text))
            whole = "".join(pieces)
        self._canonical[text] = whole = one_space(whole)
        return whole

    def _number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"{{{len(self._numbers)}}}")

    def _subject(self, name: str) -> tuple[str, ...]:
        subject: Subject | None = self._story.characters.get(name) or self._story.places.get(name)
        if subject is None:  # the story is refused for it; a draft is hashed all the same
            return (_NOTHING, name)
        return (one_space(subject.name), one_space(subject.look))


def _doubled(text: str) -> str:
    if "{" not in text and "}" not in text:
        return text
    return text.replace("{", "{{").replace("}", "}}")


def _negative(negative: Negative) -> list[str]:
    if negative.replace is not None:
        return [_BEGIN, one_space(negative.replace)]
    added = [word for entry in negative.add for word in split_words(entry)]
    removed = {word.casefold() for entry in negative.remove for word in split_words(entry)}
    return [*added, _NOTHING, *sorted(removed)]
