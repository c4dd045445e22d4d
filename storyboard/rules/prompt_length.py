"""The rule about what the text encoder reads of a prompt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.compiler.tokens import ENCODER_TOKENS, ESTIMATE_ERROR, SLOW_TOKENS
from storyboard.rules.rule import Told, rule
from storyboard.rules.words import shown
from storyboard.story.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        parts = _parts(reel, prompt)
        counts = [facts.count_tokens(part) for part in parts]
        total = (facts.count_tokens(prompt) if facts.counts_exactly else sum(counts)) + 1  # and the mark at the end
        if total < SLOW_TOKENS:
            continue
        count = f"{total} tokens" if facts.counts_exactly else f"about {total} tokens{_error_of(facts)}"
        which = f"The prompt of reel {reel.index}" if len(facts.reels) > 1 else "The prompt"
        hint = f"Shorten it, or cut it into reels; its longest segments: {_longest(reel, counts, prompt)}."
        if total > ENCODER_TOKENS:
            cut_in, lost = _cut_off(facts, parts, counts)
            left = len(parts) - cut_in
            may_be_read = not facts.counts_exactly and total * (1 - ESTIMATE_ERROR) <= ENCODER_TOKENS
            cut = "may be cut off" if may_be_read else "is cut off"
            rest = "this segment" if left == 1 else f"the last {left} segments"
            yield Told(
                f"{which} has {count}, and the text encoder reads {ENCODER_TOKENS}: from “{shown(lost, 50)}” on it "
                f"{cut}, with {rest} in it.",
                hint,
                _where(reel, cut_in),
            )
        else:
            yield Told(
                f"{which} has {count}; past {SLOW_TOKENS} slow motion was seen, and past {ENCODER_TOKENS} nothing is "
                "read.",
                hint,
                _where(reel, 0),
                severity=Severity.INFO,
            )


def _error_of(facts: Facts) -> str:
    """How far the estimate may be off, where that can be said: in English."""
    return f" (±{ESTIMATE_ERROR:.0%})" if facts.story_is_english else " (roughly)"


def _where(reel: PlannedReel, index: int) -> Where:
    scene, segment = reel.segments[index].where
    return ("scenes", scene, "segments", segment, "action")


def _longest(reel: PlannedReel, counts: Sequence[int], prompt: str) -> str:
    """The three longest segments, each by its number and the tokens of its part of the prompt."""
    longest = sorted(zip(counts, (each.index for each in reel.segments), strict=True), reverse=True)
    first = reel.segments[0]
    has_head = "\n" in prompt[: max(prompt.find(first.action), 0)].lstrip()
    with_head = {first.index} if has_head else set()
    return ", ".join(
        f"{number} ({count} tokens{', with style and places' if number in with_head else ''})"
        for count, number in longest[:3]
    )


def _parts(reel: PlannedReel, prompt: str) -> list[str]:
    """The prompt in as many parts as the reel has segments: each from the line, or the words, of its action."""
    starts, at = [], 0
    for segment in reel.segments:
        found = prompt.find(segment.action, at)
        begin = at if found < 0 else found
        line = prompt.rfind("\n", at, begin)
        starts.append(line + 1 if line >= 0 else begin)
        at = begin + (len(segment.action) if found >= 0 else 0)
    starts[0] = 0
    return [prompt[start:end] for start, end in zip(starts, [*starts[1:], len(prompt)], strict=True)]


def _cut_off(facts: Facts, parts: Sequence[str], counts: Sequence[int]) -> tuple[int, str]:
    """Where the prompt is cut: the index of the part, and the words from there on."""
    left = ENCODER_TOKENS - 1
    for index, (part, count) in enumerate(zip(parts, counts, strict=True)):
        if count > left:
            low, high = 0, len(part)
            while low < high:  # the longest start of the part that is read
                middle = (low + high + 1) // 2
                if facts.count_tokens(part[:middle]) <= left:
                    low = middle
                else:
                    high = middle - 1
            lost = part[low:].strip(" .;,:\n")
            if lost or index == len(parts) - 1:
                return index, lost or part.strip()
            return index + 1, parts[index + 1].strip()
        left -= count
    return len(parts) - 1, parts[-1].strip()
