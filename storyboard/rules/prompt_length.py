"""The rule about what the text encoder reads of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.tokens import ENCODER_TOKENS, ESTIMATE_ERROR, SLOW_TOKENS
from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from storyboard.compiler.plan import PlannedReel
    from storyboard.rules.facts import Facts, Where

_FEWEST_CHARACTERS = SLOW_TOKENS - 1  # no count makes more tokens than characters, but for the mark at the end


@rule(
    "prompt-too-long",
    Severity.WARNING,
    "A prompt longer than the text encoder reads well.",
    explanation="""
    The text encoder, umT5, reads 512 tokens of a prompt; what is past them is cut off and never seen. From
    about 350 one user saw slow motion and a grid over the picture; between the two it is an info. Whether the
    hosted service encodes the whole prompt of a reel at once is not documented; if it does, a reel of 27
    segments has 19 tokens for each. The count is an estimate, and may be off by a fifth either way, unless
    STORYBOARD_TOKENIZER names umT5's own file (spiece.model).
    """,
    bad="""
    scenes:
      - segments:
          - &walk >-
            the old keeper climbs the spiral stairs with a brass lamp in his left hand, stops at
            the narrow window, wipes the fog from the glass with his sleeve, searches the dark
            water for a light, shakes his head, and climbs on until only his boots are heard
          - *walk
          - *walk
          - *walk
          - *walk
          - *walk
    """,
    good="""
    scenes:
      - segments:
          - the old keeper climbs the spiral stairs with a brass lamp and stops at the window
          - the keeper wipes the fog from the glass, searches the water and shakes his head
          - the keeper climbs on until only the sound of his boots is left
    """,
    source="Wan 2.2, shared_config.py (512); kijai/ComfyUI-WanVideoWrapper issue 1781 (320 to 350)",
)
def prompt_too_long(facts: Facts) -> Iterator[Told]:
    """A reel whose prompt has more tokens than are read well, or at all."""
    for reel in facts.reels:
        prompt: str = reel.base_request["prompt"]
        if len(prompt) < _FEWEST_CHARACTERS:
            continue
        total = facts.count_tokens(prompt) + 1  # and the mark that ends it
        if total < SLOW_TOKENS:
            continue
        count = f"{total} tokens" if facts.counts_exactly else f"about {total} tokens (±{ESTIMATE_ERROR:.0%})"
        which = f"The prompt of reel {reel.index}" if len(facts.reels) > 1 else "The prompt"
        longest = _longest(facts, reel)
        if total > ENCODER_TOKENS:
            where, lost, count_lost = _cut_off(facts, reel, prompt)
            yield Told(
                f"{which} has {count}, and the text encoder reads {ENCODER_TOKENS}: from “{shown(lost, 50)}” on it "
                f"is cut off, with {'this segment' if count_lost == 1 else f'the last {count_lost} segments'} in it.",
                f"Shorten it, or cut it into reels; its longest segments: {longest}.",
                where,
            )
        else:
            yield Told(
                f"{which} has {count}; past {SLOW_TOKENS} slow motion was seen, and past {ENCODER_TOKENS} nothing is "
                "read.",
                f"Shorten it, or cut it into reels; its longest segments: {longest}.",
                _where(reel, 0),
                severity=Severity.INFO,
            )


def _where(reel: PlannedReel, index: int) -> Where:
    scene, segment = reel.segments[index].where
    return ("scenes", scene, "segments", segment, "action")


def _longest(facts: Facts, reel: PlannedReel) -> str:
    """The three longest segments, each by its number and tokens."""
    counts = sorted(((facts.count_tokens(each.action), each.index) for each in reel.segments), reverse=True)
    return ", ".join(f"{number} ({count} tokens)" for count, number in counts[:3])


def _cut_off(facts: Facts, reel: PlannedReel, prompt: str) -> tuple[Where, str, int]:
    """Where the prompt is cut: the segment, the words from there on, and how many segments are not read whole."""
    low, high = 0, len(prompt)
    while low < high:  # the longest start of the prompt that is read
        middle = (low + high + 1) // 2
        if facts.count_tokens(prompt[:middle]) + 1 <= ENCODER_TOKENS:
            low = middle
        else:
            high = middle - 1
    cut_in, at = len(reel.segments) - 1, 0
    for index, segment in enumerate(reel.segments):
        found = prompt.find(segment.action, at)
        at = at if found < 0 else found + len(segment.action)
        if at > low:
            cut_in = index
            break
    return _where(reel, cut_in), prompt[low:].strip() or prompt[-20:], len(reel.segments) - cut_in
