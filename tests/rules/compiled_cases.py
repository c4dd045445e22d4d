"""Stories and series for the findings that the compiler and the look at the files raise."""

from __future__ import annotations

from rule_helpers import of
from story_cases import FOX, IMAGE, many


def slots(*counts: int, head: str = "", literal: tuple[int, ...] = ()) -> str:
    """A scene for each number of slots; those counted in ``literal`` are literal."""
    told = ""
    for n, count in enumerate(counts):
        adherence = "adherence: literal, " if n in literal else ""
        told += f"  - {{{adherence}segments: [{{action: a fox runs up, slots: {count}}}]}}\n"
    return f"{head}scenes:\n{told}"


def series(pattern: str, episode: str = "episodes/01.yaml") -> str:
    """A series with such episodes, and the one that is there."""
    return f"# series.yaml, with one episode in {episode}\nepisodes: {pattern}\n"


NEGATIVE = "negative: {add: [lens flare]}\n"

TRUE: dict[str, list[str]] = {
    "stretched": [FOX, slots(1, 2), slots(3), of("a", "b", "c"), slots(1, 1, 4, head="reels: by-scene\n")],
    "several-reels": [
        slots(20, 20),
        many(30),
        slots(28, 5, head="reels: by-scene\n"),
        slots(28),
        slots(9, 4, head="resolution: 1280x720\n"),
    ],
    "mixed-adherence": [
        slots(4, 1, literal=(1,)),
        slots(1, 4, literal=(1,)),
        slots(2, 2, 1, literal=(2,)),
        slots(9, 8, literal=(0,)),
        slots(3, 3, literal=(0,)),
    ],
    "cfg-between-bands": [f"cfg: {cfg}\n{FOX}" for cfg in (1.31, 1.35, 1.4, 1.45, 1.49)],
    "negative-not-there": [
        f"negative: {{remove: {words}}}\n{FOX}"
        for words in ("[artworks]", "crowd", "[style, paint]", "blur", "[stills]")
    ],
    "negative-without-effect": [
        f"cfg: 1.0\n{negative}\n{FOX}"
        for negative in (
            NEGATIVE,
            "negative: fog",
            "negative: {remove: [style]}",
            "negative: {add: fog, remove: style}",
            "negative: {replace: fog}",
        )
    ],
    "no-episodes": [
        series(pattern)
        for pattern in ("nothing/*.yaml", "'*.yml'", "[episodes/*.yaml, b/*.yaml]", "two.yaml", "a/**")
    ],
    "episode-elsewhere": [
        series("'**/*.yaml'", f"{folder}/01.yaml")
        for folder in ("a/b/c/d/e", "1/2/3/4/5", "a/b/c/d/e/f", "e/e/e/e/e", "x/y/z/x/y")
    ],
    "unknown-rule": [
        f"rules: {{{code}: off}}\n{FOX}" for code in ("streched", "nothing", "missing-key", "text_to_video", "X")
    ],
    "ignore-without-effect": [
        f"{FOX}# storyboard: ignore no-motion\n",
        FOX.rstrip() + " # storyboard: ignore too-many-words\n",
        FOX.rstrip() + " # storyboard: ignore nothing\n",
        f"# storyboard: ignore stretched\n{FOX}",
        FOX.rstrip() + " # storyboard: ignore stretched, no-motion\n",
    ],
}

FALSE: dict[str, list[str]] = {
    "stretched": [slots(4), slots(2, 2), many(9), of("a", "b", "c", "d"), slots(4, 4, head="reels: by-scene\n")],
    "several-reels": [
        FOX,
        slots(27),
        slots(13, 14),
        many(27),
        slots(9, head="resolution: 1280x720\n"),
        slots(5, 5, head="reels: by-scene\n"),
        slots(5, 5, head="reels: by-adherence\n", literal=(1,)),
        IMAGE + slots(4) + "  - {image: a.png, segments: [{action: a fox runs up, slots: 4}]}\n",
    ],
    "mixed-adherence": [
        slots(4, 4),
        slots(4, 4, literal=(0, 1)),
        slots(4, 4, literal=(1,), head="reels: by-adherence\n"),
        slots(4, 1, literal=(1,), head="cfg: 1.2\n"),
        FOX,
    ],
    "cfg-between-bands": [f"cfg: {cfg}\n{FOX}" for cfg in (1.0, 1.3, 1.5, 2.0)] + [FOX],
    "negative-not-there": [
        f"negative: {words}\n{FOX}"
        for words in (
            "{remove: artwork}",
            "{remove: [Style, STILL]}",
            "{add: crowd}",
            "fog",
            "{remove: 'still, static'}",
        )
    ],
    "negative-without-effect": [
        f"cfg: 1.1\n{NEGATIVE}{FOX}",
        f"cfg: 1.0\n{FOX}",
        NEGATIVE + FOX,
        f"negative: fog\n{FOX}",
        f"cfg: 2\n{NEGATIVE}{FOX}",
    ],
    "no-episodes": [
        series(pattern)
        for pattern in ("episodes/*.yaml", "'**/*.yaml'", "episodes/01.yaml", "[episodes/*.yaml]", "e*/0?.yaml")
    ],
    "episode-elsewhere": [
        series("'**/*.yaml'", episode)
        for episode in ("a/01.yaml", "a/b/01.yaml", "a/b/c/01.yaml", "a/b/c/d/01.yaml", "01.yaml")
    ],
    "unknown-rule": [
        f"rules: {{{code}: off}}\n{FOX}"
        for code in ("stretched", "no-motion", "unknown-rule", "place-changes", "text-to-video")
    ],
    "ignore-without-effect": [
        FOX,
        FOX.rstrip() + " # storyboard: ignore stretched\n",
        FOX.replace("      - ", "      # storyboard: ignore stretched\n      - "),
        f"{FOX}# storyboard ignores this\n",
        f"rules: {{ignore-without-effect: off}}\n{FOX}# storyboard: ignore no-motion\n",
    ],
}
