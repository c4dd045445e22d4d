"""Findings that are raised where they are found, by the compiler or by looking at files, and explained here."""

from __future__ import annotations

from storyboard.rules.rule import Rule, example, one_line
from storyboard.story.findings import Severity


def _entry(code: str, severity: Severity, title: str, explanation: str, bad: str, good: str, source: str) -> Rule:
    return Rule(code, severity, title, one_line(explanation), example(bad), example(good), one_line(source))


STRETCHED = _entry(
    "stretched",
    Severity.INFO,
    "A story shorter than the model's shortest clip.",
    """
    The shortest clip is 18 seconds, four slots of 4.5. A shorter story gets whole slots more, the earliest
    segments first. Give segments more seconds, or add one, to decide yourself.
    """,
    """
    scenes:
      - segments:
          - a moth circles the lamp, lands on the shade and folds its wings
          - the lamp goes out and the moth drops to the table
    """,
    """
    scenes:
      - segments:
          - {action: "a moth circles the lamp, lands on the shade and folds its wings", seconds: 9}
          - {action: the lamp goes out and the moth drops to the table, seconds: 9}
    """,
    "vendor docs: duration 18 to 121.5 s; the vendor's listing: a step of 4.5 s",
)
SEVERAL_REELS = _entry(
    "several-reels",
    Severity.INFO,
    "An episode that takes more jobs than its author asked for.",
    """
    One job holds 121.5 seconds at 480p and 40.5 at 720p. A longer episode is cut into reels, at scene
    boundaries where it can be, each going on from the last frame of the one before. Where the author asked for
    every cut, with an image of its own for a scene or with “reels: by-scene”, nothing is told.
    """,
    """
    scenes:
      - segments:
          - {action: a snail sets out along the wall and reaches the first stone, seconds: 90}
      - segments:
          - {action: the snail crosses the gate and stops under a leaf, seconds: 90}
    """,
    """
    scenes:
      - segments:
          - {action: a snail sets out along the wall and reaches the first stone, seconds: 54}
      - segments:
          - {action: the snail crosses the gate and stops under a leaf, seconds: 54}
    """,
    "the vendor's listing: at most 121.5 s at 480p and 40.5 s at 720p",
)
CFG_BETWEEN_BANDS = _entry(
    "cfg-between-bands",
    Severity.WARNING,
    "A pinned cfg between the loose and the literal band.",
    "1.0 to 1.3 is documented for several scenes, 1.5 to 2.0 for following the text; of what is between, nothing.",
    """
    cfg: 1.4
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    """
    cfg: 1.6
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    "vendor docs",
)
NEGATIVE_NOT_THERE = _entry(
    "negative-not-there",
    Severity.WARNING,
    "A word to remove that the model's negative prompt does not hold.",
    "Only whole entries of the model's own list can be removed; compare without regard to case.",
    """
    negative: {remove: [artworks]}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    """
    negative: {remove: [artwork]}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    "vendor docs: the default negative prompt, word for word",
)
NEGATIVE_WITHOUT_EFFECT = _entry(
    "negative-without-effect",
    Severity.WARNING,
    "A negative prompt at cfg 1.0, which cancels it.",
    """
    With plain classifier-free guidance what is sent at cfg 1.0 is the prompt's own prediction alone: uncond +
    1.0 x (cond - uncond) = cond. Pin a higher cfg where the negative prompt matters.
    """,
    """
    cfg: 1.0
    negative: {add: [lens flare]}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    """
    cfg: 1.1
    negative: {add: [lens flare]}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    "Wan 2.2, wan/image2video.py",
)
NO_EPISODES = _entry(
    "no-episodes",
    Severity.WARNING,
    "A pattern under episodes of a series that matches no file.",
    "A pattern is seen from series.yaml. Hidden files and links to folders are passed over.",
    """
    # series.yaml, with one episode in episodes/01.yaml
    episodes: [episodes/*.yaml, specials/*.yaml]
    """,
    """
    # series.yaml, with one episode in episodes/01.yaml
    episodes: episodes/*.yaml
    """,
    "this program",
)
EPISODE_ELSEWHERE = _entry(
    "episode-elsewhere",
    Severity.WARNING,
    "A file that a series names as its episode, and that would not find the series.",
    """
    An episode belongs to the nearest series.yaml in its folder or up to four above it, in its own repository. A
    file deeper than that, or with a series.yaml nearer to it, is no episode of this series, whatever a pattern
    says.
    """,
    """
    # series.yaml, with one episode in a/b/c/d/e/01.yaml
    episodes: "**/*.yaml"
    """,
    """
    # series.yaml, with one episode in episodes/01.yaml
    episodes: "**/*.yaml"
    """,
    "this program",
)
UNKNOWN_RULE = _entry(
    "unknown-rule",
    Severity.WARNING,
    "A setting under rules for a code that is no rule.",
    "Only rules can be switched off or taken more or less seriously; errors cannot. “storyboard explain” lists all.",
    """
    rules: {streched: off}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    """
    rules: {stretched: off}
    scenes:
      - segments: ["a kettle boils over, and a hand snatches it off the stove"]
    """,
    "this program",
)
IGNORE_WITHOUT_EFFECT = _entry(
    "ignore-without-effect",
    Severity.INFO,
    "A comment that ignores a finding, where there is none.",
    """
    “# storyboard: ignore CODE” hides a finding on its own line, or on the line below where it stands alone. One
    that hides nothing is left over, misspelt, on another line, or names an error, and errors cannot be ignored.
    """,
    """
    scenes:
      - segments:
          - a fox runs up to the fence, stops and sniffs the air # storyboard: ignore too-few-words
    """,
    """
    scenes:
      - segments:
          - a fox runs # storyboard: ignore too-few-words
    """,
    "this program",
)

CUT_NOTE = _entry(
    "cut-note",
    Severity.INFO,
    "A cut that can be made, and may not be what its author meant.",
    """
    A caption that begins when the film is over, a narration that is cut off, two voices at once, a text that has no
    room, letters that no font has, subtitles that nobody can read in time, a setting that has nothing to work on:
    “check” finds them with the clips that are there and the reels as they are going to be, “render” tells them before
    anything is paid.
    """,
    """
    cut:
      timeline:
        - {title: The Lamp, seconds: 3}
        - {caption: One year later, at: 5}
    """,
    """
    cut:
      timeline:
        - {title: The Lamp, seconds: 3}
        - {caption: One year later, at: 1, seconds: 2}
    """,
    "this program",
)

RAISED_ELSEWHERE = (
    STRETCHED, SEVERAL_REELS, CFG_BETWEEN_BANDS, NEGATIVE_NOT_THERE,
    NEGATIVE_WITHOUT_EFFECT, NO_EPISODES, EPISODE_ELSEWHERE, UNKNOWN_RULE, IGNORE_WITHOUT_EFFECT, CUT_NOTE,
)  # fmt: skip
"""Their entries, in the order of the pages."""
