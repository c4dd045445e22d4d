"""Rules about who is in the picture: introduced before they act, gone once they leave, named rather than meant."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from storyboard.rules.rule import Told, rule
from storyboard.rules.verbs import ACTING
from storyboard.rules.words import word_set
from storyboard.story.findings import Severity
from storyboard.story.pattern import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.rules.facts import Facts, SegmentFacts

_NAMED = pattern(r"(?<=[a-z,;])\s(?P<name>[A-Z][a-zà-ÿ]+)(?P<possessive>['’]s)? (?P<verb>[a-z]+)")
_MOST_NAMES = 100  # each is looked for in every text; no story has a cast of so many
_NOBODY = word_set(
    """
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december christmas easter god earth moon sun camera scene she he they it the then
    i
    """
)


@rule(
    "never-introduced",
    Severity.WARNING,
    "Somebody who acts under a name that the model was never told of.",
    explanation="""
    A name means nothing to the model: it draws whom it likes, and somebody else each time. Declare who it is
    under characters and write {name}, or say at first what the person looks like. Each reel is a job of its
    own, and remembers nothing of the one before.
    """,
    bad="""
    characters: {mira: "Mira, a woman in a yellow coat"}
    scenes:
      - segments:
          - the boat slides onto the shingle and Mira jumps ashore with the rope
          - "{mira} ties the rope to a post, looks back and waves"
    """,
    good="""
    characters: {mira: "Mira, a woman in a yellow coat"}
    scenes:
      - segments:
          - "the boat slides onto the shingle and {mira} jumps ashore with the rope"
          - "{mira} ties the rope to a post, looks back and waves"
    """,
    source="SVI's authors' sample streams name the subject with its looks; FramePack-Studio issue 65",
)
def never_introduced(facts: Facts) -> Iterator[Told]:
    """A declared name written out before the model met who it is, or an undeclared one that acts."""
    declared = {
        subject.name: key
        for group in (facts.story.characters, facts.story.places)
        for key, subject in group.items()
        if subject.look and subject.name[:1].isupper()
    }
    if len(declared) > _MOST_NAMES:
        return
    strangers = 0
    for segments in _by_reel(facts):
        met: set[str] = set()
        for segment in segments:
            if len(met) < len(declared):
                yield from _written_out(segment, declared, met)
            if strangers < _MOST_NAMES and not segment.action[1:].islower() and facts.is_english(segment):
                for told in _strangers(facts, segment, declared, met):
                    strangers += 1
                    yield told


def _by_reel(facts: Facts) -> list[list[SegmentFacts]]:
    reels: dict[int, list[SegmentFacts]] = {}
    for segment in facts.segments:
        reels.setdefault(segment.reel, []).append(segment)
    return list(reels.values())


def _written_out(segment: SegmentFacts, declared: dict[str, str], met: set[str]) -> Iterator[Told]:
    """Names of declared characters without braces, where the model has not met them in this reel."""
    action = segment.action
    for name, key in declared.items():
        if name in met:
            continue
        braced = action.find(f"{{{key}}}")
        at = action.find(name)
        while at > 0 and action[at - 1] == "{":
            at = action.find(name, at + 1)
        if at >= 0 and (braced < 0 or at < braced) and not action[at + len(name) : at + len(name) + 1].isalnum():
            met.add(name)
            yield Told(
                f"The model has not been told who {name} is when it reads this name.",
                f"Write {{{key}}}: the first one is told with its look.",
                segment.where,
                offset=at,
            )
        elif braced >= 0:
            met.add(name)


def _strangers(facts: Facts, segment: SegmentFacts, declared: dict[str, str], met: set[str]) -> Iterator[Told]:
    """Capitalised words in the middle of a sentence that do something, and that nothing declares or describes."""
    for match in islice(_NAMED.finditer(segment.action), _MOST_NAMES):
        name, verb = match["name"], match["verb"]
        if name in met or name.lower() in _NOBODY or match["possessive"]:
            continue
        before = segment.action[: match.start()].rsplit(None, 1)[-1:]
        if verb not in ACTING or (before and before[0].lower() in _BEFORE_A_NAME_OF_A_THING):
            continue
        if any(name in known for known in declared) or _is_described(facts, name):
            continue
        met.add(name)
        yield Told(
            f"The model is never told who {name} is.",
            f"Declare {name} under characters and write {{{name.lower()}}}, or say here what {name} looks like.",
            segment.where,
            offset=match.start("name"),
        )


_BEFORE_A_NAME_OF_A_THING = word_set("the a an called named saint san mount lake")


def _is_described(facts: Facts, name: str) -> bool:
    """Whether any text says more of a name: “Anna, a girl in red”, “a girl called Anna”, “the dog Rex”."""
    told = re.compile(
        rf"\b{name}, (?:a|an|the|his|her|their|in|with)\b|\b(?:called|named) {name}\b|\b[a-z]+ {name}, "
    )
    texts = [segment.action for segment in facts.segments]
    texts += [subject.full for group in (facts.story.characters, facts.story.places) for subject in group.values()]
    return any(name in text and told.search(text) for text in texts)


_REFERENCE = pattern(r"\{([^{}]*)\}")
_HEADS = (",", ";", ".", "—", "–", ":", " and", " while", " as", " then", " but", " when", " until")
_LEAVES = pattern(
    r"\b(?:out of (?:the )?(?:frame|picture|shot|view|sight)"
    r"|exits?(?: (?:the )?(?:frame|left|right|shot|room)|(?=[,.;]|$))"
    r"|leaves? (?:(?:the )?(?:frame|room|picture|scene|shot|stage|bar|café|cafe|house|shop)|to the (?:left|right))"
    r"|(?:walks?|runs?|hurries|rides?|drives?|strides?|wanders?|flies|swims?|gallops?|trots?|waddles?) (?:off|away)"
    r"|vanish(?:es)?|disappears?|is gone)\b"
)
_LEAVING = word_set("exit exits leave leaves vanish vanishes disappear disappears gone")
_OUT_OF = word_set("frame picture shot view sight")
_GOING = word_set(
    """
    walk walks run runs hurries ride rides drive drives stride strides wander wanders flies swim swims gallop gallops
    trot trots waddle waddles
    """
)
_COMES = pattern(
    r"\b(?:back|again|returns?|re-?enters?|enters?|re-?appears?|appears?|emerges?|arrives?|bursts?|steps? out|comes?"
    r"|pops?|from (?:the |below|above|behind|outside|far)|in from|into (?:the )?(?:frame|view|shot|room)|walks? in"
    r"|runs? in|steps? in|flies in|still|now|outside|elsewhere|meanwhile)\b"
)
_COMING = word_set(
    """
    back again return returns reenter reenters re-enters enter enters reappear reappears re-appears appear appears
    emerge emerges arrive arrives burst bursts out come comes pop pops from in into still now outside elsewhere
    meanwhile
    """
)
_BOTH = pattern(r"\b(?:they|them|both|together)\b")
_ANOTHER_SUBJECT = pattern(r"(?:,|;| and| while| as) (?:the|a|an|his|her|its|their|two|three|another)\b|[.;]\s")


@rule(
    "acts-after-leaving",
    Severity.INFO,
    "Somebody who left and acts again without having come back.",
    explanation="""
    Who has left the picture is gone for the model: when the next segment has them act, they pop up out of
    nothing, or somebody else does it. Write how they come back. A new scene with a transition, or in another
    place, begins anew.
    """,
    bad="""
    characters: {tom: "Tom, a boy in a red jersey"}
    scenes:
      - segments:
          - "{tom} drops his bucket, turns and runs off to the left, out of frame"
          - "{tom} picks up a shell, holds it to his ear and laughs"
    """,
    good="""
    characters: {tom: "Tom, a boy in a red jersey"}
    scenes:
      - segments:
          - "{tom} drops his bucket, turns and runs off to the left, out of frame"
          - "{tom} comes back from the left, picks up a shell and holds it to his ear"
    """,
    source="SVI's authors' sample streams spell out exits and entrances; FramePack-Studio issue 65",
)
def acts_after_leaving(facts: Facts) -> Iterator[Told]:
    """A {name} that left in an earlier segment of the same reel and place, and heads a clause without coming in."""
    if not facts.story.characters:
        return
    gone: set[str] = set()
    before: SegmentFacts | None = None
    for segment in facts.segments:
        if before is not None and _begins_anew(facts, before, segment):
            gone.clear()
        before = segment
        action = segment.action
        names = dict.fromkeys(_REFERENCE.findall(action)) if gone or _may_leave(segment.bag) else {}
        for name in [name for name in names if name in gone]:
            at = action.find(f"{{{name}}}")
            gone.discard(name)
            start = segment.segment.state.start if segment.segment.state else None
            came = not segment.bag.isdisjoint(_COMING) and _COMES.search(action)
            if _is_head(action, at) and not came and not (start and name in start):
                yield Told(
                    f"{facts.story.characters[name].name} left in a segment before this one, and acts again here.",
                    "Write how they come back, or let them stay.",
                    segment.where,
                    offset=at,
                )
        if _may_leave(segment.bag):
            gone.update(name for name in names if name in facts.story.characters and _leaves(action, name))


def _may_leave(bag: frozenset[str]) -> bool:
    """Whether it is worth a closer look."""
    if not bag.isdisjoint(_LEAVING) or ("out" in bag and not bag.isdisjoint(_OUT_OF)):
        return True
    return ("off" in bag or "away" in bag) and not bag.isdisjoint(_GOING)


def _begins_anew(facts: Facts, before: SegmentFacts, segment: SegmentFacts) -> bool:
    if segment.opens_reel or segment.reel != before.reel:
        return True
    if segment.scene == before.scene:
        return False
    scene, last = facts.scene_of(segment), facts.scene_of(before)
    return scene.place != last.place or scene.transition is not None


def _is_head(action: str, at: int) -> bool:
    ahead = action[:at].rstrip()
    return not ahead or ahead.endswith(_HEADS)


def _leaves(action: str, name: str) -> bool:
    """Whether the last clause that a {name} heads ends with its leaving, with no other subject between."""
    at = action.rfind(f"{{{name}}}")
    if at < 0 or not _is_head(action, at):
        return False
    rest = action[at + len(name) + 2 :]
    match = _LEAVES.search(rest)
    if match is None or "{" in rest[: match.start()]:
        return False
    if _ANOTHER_SUBJECT.search(rest[: match.start()]):
        return False
    after = rest[match.end() :]
    return not _COMES.search(after) and not _BOTH.search(after)  # “she vanishes, he laughs, they fight on”
