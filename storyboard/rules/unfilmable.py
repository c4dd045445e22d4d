"""Rules about what a video model cannot be asked for in words: letters, cuts, and what is not there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts, Where

_LETTERS = word_set(
    """
    text texts logo logos title titles caption captions subtitle subtitles lettering letters words continued bio
    end headline sign banner poster billboard screen placard label reading reads number call phone dial hashtag
    """
)
_CAPITALS = r"(?:[A-Z]{3,}|[A-Z]{2,} [A-Z]{2,})(?: [A-Z0-9]{1,20}){0,5}\b"
_QUOTED = r"[\"“'‘][^\"“”‘]{1,40}[\"”'’]?"
_COMES = r"(?:appears?|fades? in|slams? in|slides? in|pops? up|comes? up|flies in|fly in|on(?: the)? screen)\b"
_BEARERS = r"(?:sign|banner|poster|billboard|screen|placard|label|headline)"
_WRITTEN = pattern(
    rf"\b(?i:text)(?i: reads| saying| says)?:? *(?:{_QUOTED}|{_CAPITALS})"
    r"|\b(?i:logos?)\b"
    r"|\b(?i:text|titles?|captions?|subtitles?|lettering|headline|number|letters|words)\b"
    rf"[^,;.]{{0,30}} (?i:{_COMES})"
    r"|\b(?i:to be continued|link in (?:the )?bio|title card|end card|end titles)\b"
    r"|\bTHE END\b"
    rf"|\b(?i:{_BEARERS})\b[^,;.]{{0,25}} (?i:reads?|reading|says|saying):? *(?:{_QUOTED}|{_CAPITALS})"
    r"|\b(?i:call|phone|dial|number)\b[^,;.]{0,25}(?<!\d)\d{3,}(?:[- ]\d{2,})+"
)


def asks_for_letters(facts: Facts, segment: SegmentFacts) -> re.Match[str] | None:
    """The words of an action that ask for written words in the picture."""
    if segment.bag.isdisjoint(_LETTERS) or not facts.is_english(segment):
        return None
    return _WRITTEN.search(segment.action)


@rule(
    "text-on-screen",
    Severity.INFO,
    "A segment that asks for written words in the picture.",
    explanation="""
    Letters, numbers and logos come out garbled, and the model's own negative prompt forbids subtitles. Put words
    into the cut, as a title beside the episode; what has to be seen on a thing, into the first frame.
    """,
    bad="""
    scenes:
      - segments:
          - a girl covers the lens with her hand, text "see you tomorrow" appears
    """,
    good="""
    scenes:
      - segments:
          - a girl laughs, steps up close and covers the lens with her hand
    cut:
      timeline:
        - episode
        - {title: See you tomorrow, seconds: 3}
    """,
    source="a reader of the corpus; the vendor's default negative prompt, which has subtitles in it",
)
def text_on_screen(facts: Facts) -> Iterator[Told]:
    """An action that asks for a text, a logo, a title or a number to be read."""
    for segment in facts.segments:
        if match := asks_for_letters(facts, segment):
            yield Told(
                f"“{shown(match.group())}” asks for something written, which a video model garbles.",
                "Leave it to the cut, as a title, or show it in the first frame.",
                segment.where,
                offset=match.start(),
            )


_CUTTING = word_set(
    """
    cut cuts cutting then next now meanwhile elsewhere flash flashes flashback flashbacks montage intercut suddenly
    """
)
_CUT = pattern(
    r"\b(?:(?:smash|jump|match|hard|quick) )?cut(?:s|ting)? (?:back )?to\b"
    r"(?! (?:pieces|ribbons|shreds|bits|size|length|shape|the (?:bone|quick|left|right|ground)|avoid)\b)"
    r"|\b(?:flash|quick|fast|jump|rapid|smash) cuts?\b"
    r"|\b(?:then|next|now),? we(?: can)? see\b"
    r"|^meanwhile\b|[,;.] ?meanwhile\b"
    r"|\b(?:montage|flashbacks?|intercut)\b"
    r"|\bsuddenly,? (?:he|she|it|they|we|\{\w+\}) (?:is|are|'s) (?:on|in|at|inside|outside|back)\b",
    re.IGNORECASE,
)
_BLACK = pattern(r"\s*(?:black|white)\b", re.IGNORECASE)


@rule(
    "cut-inside-segment",
    Severity.INFO,
    "A cut in the middle of a segment.",
    explanation="""
    A segment is one continuous shot of 4.5 seconds: what the text cuts to is melted into what was there. Make a
    segment of each, or a scene where the place changes, with a transition that says how it comes about.
    """,
    bad="""
    scenes:
      - segments:
          - a singer leans into the microphone, cut to her hands on the strings
    """,
    good="""
    scenes:
      - segments:
          - a singer leans into the microphone and closes her eyes
          - action: the singer's hands slide down the strings and strike them
            camera: close-up
    """,
    source="a reader of the corpus; the vendor's listing: a step of 4.5 s",
)
def cut_inside_segment(facts: Facts) -> Iterator[Told]:
    """An action that cuts to something else, or jumps to another place or time."""
    for segment in facts.segments:
        if segment.bag.isdisjoint(_CUTTING) or not facts.is_english(segment):
            continue
        if match := _CUT.search(segment.action):
            yield Told(
                f"“{shown(match.group().strip(',;. '))}”: a segment is one continuous shot, and cannot cut.",
                "Leave it out: how the film ends is a matter of “cut”."
                if _BLACK.match(segment.action, match.end())
                else "Give what comes after it a segment, or a scene, of its own.",
                segment.where,
                offset=match.start(),
            )


_NEGATIONS = word_set("no without not isn't aren't doesn't don't wasn't")
_NO_THING = word_set(
    """
        longer more less one sooner doubt matter bigger smaller larger other better further different idea reason
        sign good use way time need choice answer sound word hurry effort pause hesitation fear rush warning end
        haste break trace difference grading noise sounds words and or but to as at in on the
    """
)
_BE = r"(?:(?:is|are|was|were) not|isn['’]t|aren['’]t|wasn['’]t)"
_DO = r"(?:(?:does|do) not|doesn['’]t|don['’]t)"
_NEGATED = pattern(
    r"(?:^|(?<=[\s(,;:]))(?:no|without(?: (?:an?|any|the|his|her|their|its))?"
    rf"|{_BE} (?:wearing|carrying|holding)(?: (?:an?|any|his|her|their))?|{_DO} (?:have|wear|carry) (?:an?|any))"
    r" (?P<thing>[a-z][\w-]*)",
    re.IGNORECASE,
)


@rule(
    "negated",
    Severity.INFO,
    "A thing that the prompt says is not there.",
    explanation="""
    Models tend to draw what is named: “no people” has people in it. Say what is there instead, or name the thing
    under negative where it must be nowhere in the film.
    """,
    bad="""
    style: Watercolour, wide empty streets, no people
    negative: {remove: [style, artwork, painting, picture]}
    scenes:
      - segments:
          - a sheet of newspaper lifts off the cobbles and sails across the square
    """,
    good="""
    style: Watercolour, wide empty streets
    negative: {remove: [style, artwork, painting, picture], add: [people]}
    scenes:
      - segments:
          - a sheet of newspaper lifts off the cobbles and sails across the square
    """,
    source="a reader of the corpus; the negative prompt of the API is the place for it (vendor docs)",
)
def negated(facts: Facts) -> Iterator[Told]:
    """A style, a look, a place, a mood or an action that names a thing to say it is not there."""
    if not facts.story_is_english:
        return
    for where, text in _descriptions(facts):
        low = text.lower()
        if ("no" in low or "without" in low or "n't" in low or "n’t" in low) and (
            not _NEGATIONS.isdisjoint(words_of(text))
        ):
            yield from _told_of_negation(where, text)
    for segment in facts.segments:
        if not segment.bag.isdisjoint(_NEGATIONS) and facts.is_english(segment):
            yield from _told_of_negation(segment.where, segment.action)


def _descriptions(facts: Facts) -> Iterator[tuple[Where, str]]:
    """Every text that describes, where it stands; one that a scene or a series repeats is met once."""
    story = facts.story
    if story.style:
        yield ("style",), story.style
    for group, subjects in (("characters", story.characters), ("places", story.places)):
        for name, subject in subjects.items():
            if subject.look:
                yield (group, name), subject.look
    for i, scene in enumerate(story.scenes):
        for key, text in (("style", scene.style), ("mood", scene.mood), ("transition", scene.transition)):
            if text:
                yield ("scenes", i, key), text


def _told_of_negation(where: Where, text: str) -> Iterator[Told]:
    for match in _NEGATED.finditer(text):
        thing = match["thing"].lower()
        if thing in _NO_THING or thing.endswith("ing"):
            continue
        everywhere = f", or put it into “negative: {{add: [{thing}]}}”" if where == ("style",) else ""
        yield Told(
            f"“{shown(match.group())}” names what is not to be seen, and models tend to draw what is named.",
            f"Say what is there instead{everywhere}.",
            where,
        )
        return
