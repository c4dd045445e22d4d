"""Rules about the negative prompt: what it forbids, against what the story asks for."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from storyboard.compiler.negative import split_words
from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown, word_set, words_of
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from storyboard.rules.facts import Facts, SegmentFacts, Where


class Fight(NamedTuple):
    """Words of a story, and the words of a negative prompt that are against them.

    Attributes:
        words: Any of them, in a text.
        pairs: Two words in a row, any of them.
        against: Entries of a negative prompt.
        in_actions: Whether actions are looked at; a style always is.
        style_alone: Whether moods and places are left out, where such words tell of things.
    """

    words: frozenset[str]
    pairs: frozenset[str]
    against: frozenset[str]
    in_actions: bool
    style_alone: bool = False


_FIGHTS = (
    Fight(
        word_set(
            """
            watercolour watercolor watercolours gouache painted hand-painted painterly painting oil-painted
            illustration illustrated anime manga cartoon drawn hand-drawn sketched woodcut woodblock ukiyo-e
            fresco impressionist storybook papercut paper-cut cut-out collage cel-shaded engraving linocut
            mosaic charcoal crayon artwork pen-and-ink sumi-e etching risograph
            """
        ),
        frozenset({"oil paint", "oil painting", "stop motion", "picture book", "paper cut", "pencil drawing",
                   "ink wash", "ink drawing", "ink outlines", "comic book", "comic strip", "pencil sketch",
                   "soft pastels"}),
        frozenset({"style", "artwork", "painting", "picture"}),
        in_actions=False,
        style_alone=True,
    ),
    Fight(
        word_set(
    """
    vibrant neon vivid saturated hypersaturated technicolor technicolour kaleidoscopic psychedelic
    """
),
        frozenset({"bold colours", "bold colors", "bright colours", "bright colors"}),
        frozenset({"vibrant tone"}),
        in_actions=False,
    ),
    Fight(
        word_set(
    """
    crowd crowds spectators audience throng onlookers revellers revelers commuters parade
    """
),
        frozenset({"crowded market", "busy street", "crowded street", "packed stadium", "busy market",
                   "crowded square"}),
        frozenset({"background crowd"}),
        in_actions=True,
    ),
    Fight(
        word_set("moonwalks moonwalking"),
        frozenset({"walks backwards", "walk backwards", "walking backwards", "walks backward", "steps backwards",
                   "walking backward", "backs away", "runs backwards", "shuffles backwards", "back away"}),
        frozenset({"walking backwards"}),
        in_actions=True,
    ),
    Fight(
        word_set("motionless statue-still freeze-frame stock-still"),
        frozenset({"perfectly still", "completely still", "stands still", "holds still", "utterly still",
                   "lies still",
                   "sits still", "stay still", "absolutely still", "freezes mid-step"}),
        frozenset({"static", "still", "still picture"}),
        in_actions=True,
    ),
    Fight(
        word_set("subtitles subtitle captions intertitle intertitles"),
        frozenset({"title card", "title cards"}),
        frozenset({"subtitles"}),
        in_actions=True,
    ),
    Fight(
        word_set("monochrome greyscale grayscale"),
        frozenset({"grey tones", "gray tones", "muted greys", "overcast grey"}),
        frozenset({"overall gray"}),
        in_actions=False,
    ),
    Fight(
        word_set("cluttered clutter messy jumble"),
        frozenset(),
        frozenset({"messy background"}),
        in_actions=False,
    ),
)  # fmt: skip


@rule(
    "negative-fights-story",
    Severity.WARNING,
    "A negative prompt that forbids what the story asks for.",
    explanation="""
    The model's own negative prompt was written for live action: it forbids style, artwork, painting and
    picture, a vibrant tone, a background crowd, stillness, subtitles, walking backwards. A watercolour look or
    a market crowd then has the prompt against it. Take the words out; “check --fix” does. The same goes for words
    of your own that the story says. At cfg 1.0 a negative prompt has no effect, and nothing is said.
    """,
    bad="""
    style: Hand-painted watercolour animation, visible paper grain
    scenes:
      - segments:
          - a paper boat wobbles, catches the current and slides downhill
    """,
    good="""
    style: Hand-painted watercolour animation, visible paper grain
    negative: {remove: [style, artwork, painting, picture]}
    scenes:
      - segments:
          - a paper boat wobbles, catches the current and slides downhill
    """,
    source="vendor docs: the default negative prompt, word for word; Wan 2.2, wan/image2video.py for cfg 1.0",
)
def negative_fights_story(facts: Facts) -> Iterator[Told]:
    """Words of the negative prompt in force that are against words of a style, a place, a mood or an action."""
    for clash in _own_clashes(facts):
        yield Told(
            f"The story says “{shown(clash.said)}”, which its own negative prompt forbids.",
            "Take it out of your “negative”, or out of the story.",
            clash.where,
        )
    for clash in clashes(facts):
        listed = ", ".join(clash.words)
        own = facts.story.negative
        added = {word.casefold() for entry in own.add for word in split_words(entry)}
        replaced = own.replace is not None or any(word.casefold() in added for word in clash.words)
        yield Told(
            f"“{shown(clash.said)}” is against the negative prompt, which forbids: {listed}.",
            f"Take it out of your “negative”: {listed}." if replaced else f"negative: {{remove: [{listed}]}}",
            clash.where,
        )


class Clash(NamedTuple):
    """A word of the story, where it stands, and what of the negative prompt is against it."""

    said: str
    where: Where
    words: tuple[str, ...]


def clashes(facts: Facts) -> Iterator[Clash]:
    """Each kind of fight once, at the first text that has it, where a cfg gives the negative prompt effect."""
    told = [reel.base_request for reel in facts.reels if reel.base_request["cfg"] != 1]
    if not told:
        return
    settings = list(_settings(facts))
    acting = [segment for segment in facts.segments if not segment.bag.isdisjoint(_IN_ACTIONS)]
    for fight, against in _fights(told[0]["negative_prompt"]):
        found = _first([each for each in settings if not fight.style_alone or "style" in each[2]], fight)
        if found is None and fight.in_actions and acting:
            found = _first_action(acting, fight)
        if found is not None:
            yield Clash(found[0], found[1], against)


def _own_clashes(facts: Facts) -> Iterator[Clash]:
    """Each of the author's own negative words that the story itself says, at the first text that does."""
    own = facts.story.negative
    written = [word for entry in (*own.add, own.replace or "") for word in split_words(entry)]
    if not written or all(reel.base_request["cfg"] == 1 for reel in facts.reels):
        return
    told = {word.casefold() for clash in clashes(facts) for word in clash.words}
    texts = [*((words, where) for words, _, where in _settings(facts)), *((s.words, s.where) for s in facts.segments)]
    for word in dict.fromkeys(written):
        said = words_of(word)
        where = next((where for words, where in texts if _says(words, said)), None)
        if said and where is not None and word.casefold() not in told:
            yield Clash(word, where, (word,))


def _says(words: list[str], said: list[str]) -> bool:
    """Whether words follow each other in a text, and are not told to be away."""
    length = len(said)
    return any(
        words[at : at + length] == said and (not at or words[at - 1] not in _AWAY)
        for at in range(len(words) - length + 1)
    )


_AWAY = {"no", "not", "without", "never"}


@lru_cache(maxsize=64)
def _fights(negative_prompt: str) -> tuple[tuple[Fight, tuple[str, ...]], ...]:
    """The fights that a negative prompt can have with a story, each with its words."""
    words = split_words(negative_prompt)
    found = [(fight, tuple(word for word in words if word.casefold() in fight.against)) for fight in _FIGHTS]
    return tuple((fight, against) for fight, against in found if against)


def _settings(facts: Facts) -> Iterator[tuple[list[str], frozenset[str], Where]]:
    """The texts that say what the whole picture is like."""
    story = facts.story
    texts: list[tuple[str | None, Where]] = [(story.style, ("style",))]
    for i, scene in enumerate(story.scenes):
        texts += [(scene.style, ("scenes", i, "style")), (scene.mood, ("scenes", i, "mood"))]
        place = story.places.get(scene.place) if scene.place else None
        texts.append((place.look if place else None, ("places", scene.place or "")))
    told: set[str] = set()
    for text, where in texts:
        if text and text not in told:
            told.add(text)
            yield *_read(text), where


@lru_cache(maxsize=1024)
def _read(text: str) -> tuple[list[str], frozenset[str]]:
    words = words_of(text)
    return words, frozenset(words)


def _first(texts: list[tuple[list[str], frozenset[str], Where]], fight: Fight) -> tuple[str, Where] | None:
    for words, bag, where in texts:
        if said := _said(words, bag, fight):
            return said, where
    return None


def _first_action(segments: list[SegmentFacts], fight: Fight) -> tuple[str, Where] | None:
    for segment in segments:
        if said := _said(segment.words, segment.bag, fight):
            return said, segment.where
    return None


def _said(words: list[str], bag: AbstractSet[str], fight: Fight) -> str:
    found = fight.words & bag
    if found:
        at = next(n for n, word in enumerate(words) if word in found)
        return "" if at and words[at - 1] in _AWAY else words[at]
    if not fight.pairs or bag.isdisjoint(_first_words(fight)) or bag.isdisjoint(_SECOND_WORDS[fight.pairs]):
        return ""
    for first, second in pairwise(words):
        if (pair := f"{first} {second}") in fight.pairs:
            return pair
    return ""


_SECOND_WORDS = {fight.pairs: frozenset(pair.split()[1] for pair in fight.pairs) for fight in _FIGHTS}
_FIRST_WORDS = {fight.pairs: frozenset(pair.split()[0] for pair in fight.pairs) for fight in _FIGHTS}


def _first_words(fight: Fight) -> frozenset[str]:
    return _FIRST_WORDS[fight.pairs]


_IN_ACTIONS = frozenset[str]().union(*(fight.words | _first_words(fight) for fight in _FIGHTS if fight.in_actions))
