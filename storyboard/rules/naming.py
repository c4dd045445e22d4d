"""Rules about names: a subject that is only meant, and a declaration that nothing uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.words import word_set
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts

_REFERENCE = pattern(r"\{([^{}]*)\}")
_MOST_TOLD = 100  # of a file with more that is unused, nobody reads the rest
_ARTICLE = pattern(r"^(?:the|an?) ")
_PRONOUNS = frozenset({"he", "she", "they", "it", "his", "her", "their", "its"})
_WEATHER = word_set(
    """
    is was had would must rains snows starts begins seems takes looks gets grows becomes turns hails thunders
    pours has feels smells 's
    """
)
_PEOPLE = word_set(
    """
    man men woman women boy boys girl girls child children kid kids baby person people figure figures couple
    crowd mother father sister brother son daughter grandmother grandfather aunt uncle friend friends stranger
    lady gentleman king queen prince princess knight knights soldier soldiers sailor captain pilot driver rider
    dancer dancers singer player players chef cook baker waiter waitress barista doctor nurse teacher student
    students worker workers farmer fisherman hunter wizard witch robot astronaut detective officer guard guards
    monk nun priest artist painter musician conductor runner skater surfer climber swimmer diver hero heroine
    girl's samurai ninja dog cat horse fox bird owl bear wolf rabbit mouse elephant lion tiger deer cow sheep
    goat pig duck goose hen fish whale shark octopus dragon creature animal kitten puppy snail turtle tortoise
    frog bee butterfly spider
    """
)


@rule(
    "subject-is-pronoun",
    Severity.INFO,
    "A segment whose subject is a pronoun.",
    explanation="""
    The model's authors name the subject in every caption: it is spread over clips that each read their own
    part, and a “he” that points back over a join may be drawn as anybody. Where nobody in the reel so far can
    be meant, it is a warning: the model, too, remembers nothing of another reel.
    """,
    bad="""
    scenes:
      - segments:
          - she opens the cage, steps back and lets the bird fly out
    """,
    good="""
    scenes:
      - segments:
          - a girl in a straw hat opens the cage, steps back and lets the bird fly out
    """,
    source="SVI's authors' sample streams; a Kling guide: “then he sits down” fails",
)
def subject_is_pronoun(facts: Facts) -> Iterator[Told]:
    """An English segment that begins with a pronoun."""
    known = False
    for segment in facts.segments:
        if segment.opens_reel:
            known = False
        words = segment.words
        if words and words[0] in _PRONOUNS and facts.is_english(segment) and not _is_weather(words):
            if known or _told_before(facts, segment):
                yield Told(
                    f"“{words[0]}” is the subject here, and the model may not know whom it means.",
                    "Name the subject again.",
                    segment.where,
                )
            else:
                yield Told(
                    f"“{words[0]}” is the subject, and nobody in this reel so far can be meant.",
                    "Name the subject: the model remembers nothing of what is told elsewhere.",
                    segment.where,
                    severity=Severity.WARNING,
                )
        known = known or _names_somebody(segment)


def _is_weather(words: list[str]) -> bool:
    return words[0] == "it" and (len(words) < 2 or words[1] in _WEATHER)


def _names_somebody(segment: SegmentFacts) -> bool:
    if "{" in segment.action or not segment.bag.isdisjoint(_PEOPLE):
        return True
    return segment.words[:1] != [] and segment.words[0] not in _PRONOUNS


def _told_before(facts: Facts, segment: SegmentFacts) -> bool:
    """Whether the prompt tells of somebody just before this action: in the transition, the place or the state."""
    scene, state = facts.scene_of(segment), segment.segment.state
    texts = [scene.transition if segment.position == 0 else None, state.start if state else None]
    return any(texts)


@rule(
    "unused-name",
    Severity.WARNING,
    "A character or place of the story that nothing uses.",
    explanation="""
    Only what an action, a state, a transition or place: names reaches the prompt. A character who is declared
    and never named is not in the film. Those of a series are left in peace: other episodes use them.
    """,
    bad="""
    characters:
      mira: Mira, a woman in a yellow coat
      tom: Tom, a boy in a red jersey
    scenes:
      - segments:
          - "{mira} shades her eyes, scans the water and lifts the lantern"
    """,
    good="""
    characters:
      mira: Mira, a woman in a yellow coat
      tom: Tom, a boy in a red jersey
    scenes:
      - segments:
          - "{mira} shades her eyes, scans the water and lifts the lantern toward {tom}"
    """,
    source="this program: only what is named is told to the model",
)
def unused_name(facts: Facts) -> Iterator[Told]:
    """A declaration in the story's own file that no text of the story names."""
    story = facts.story
    groups = (("characters", story.characters), ("places", story.places))
    own = [(group, name) for group, names in groups for name in names if not facts.is_inherited((group, name))]
    if not own:
        return
    whole = "\n".join(_texts(facts))
    used = {scene.place for scene in story.scenes} | set(_REFERENCE.findall(whole))
    whole = whole.lower()
    unused = [(group, name) for group, name in own if name not in used]
    for group, name in unused[:_MOST_TOLD]:
        subject = getattr(story, group)[name]
        written_out = _ARTICLE.sub("", subject.name.lower()) in whole
        if written_out and not subject.look:
            continue  # there is nothing else to tell
        kind = "character" if group == "characters" else "place"
        yield Told(
            f"No text of the story has {{{name}}} in it, so the model is never told "
            + (f"what {subject.name} looks like." if written_out else f"of this {kind}."),
            f"Write {{{name}}} where it is meant"
            + (", or remove it." if kind == "character" else f" or “place: {name}” in a scene, or remove it."),
            (group, name),
            at_key=True,
        )


def _texts(facts: Facts) -> Iterator[str]:
    story = facts.story
    yield story.style or ""
    for scene in story.scenes:
        yield from (text for text in (scene.transition, scene.camera, scene.style, scene.mood) if text)
    for segment in facts.segments:
        yield segment.action
        own = segment.segment
        if own.camera:
            yield own.camera
        if own.state:
            yield from (text for text in (own.state.start, own.state.end) if text)
