"""Words for the parts of a series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.editor.story_words import STORY_WORDS
from storyboard.story.editor.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping

_STORY = STORY_WORDS["Storyboard"]
_DOLLARS = "US dollars, such as 8.00. What would pass it is refused before anything is sent."
SERIES_WORDS: Mapping[str, Mapping[str, Words]] = {
    "Series": {
        "series": Words("Format version", "It makes the file a series; write 1.", body=1),
        "title": Words("Title", examples=("The Night Ferry",)),
        "episodes": Words(
            "Episodes",
            "Seen from this file: `*` and `?` within a name, `**` for any number of folders; at most four below.",
            (["episodes/*.yaml", "specials/*.yaml"],),
        ),
        "defaults": Words(
            "Defaults", "What an episode says itself wins. Such as `adherence: literal`.", body={"style": "$1"}
        ),
        "characters": _STORY["characters"],
        "places": _STORY["places"],
        "looks": Words(
            "Looks",
            "An episode takes one with `look`, instead of `style`. Such as `memory: Super 8 film, soft edges`.",
            body={"${1:lamplight}": "${2:Live action, 35mm film, warm lamplight}"},
        ),
        "ceilings": Words(
            "Ceilings",
            "Counted in the ledger of paid jobs. Such as `{episode: 8.00, series: 100.00}`.",
            body={"episode": "${1:8.00}"},
        ),
        "rules": _STORY["rules"],
        "store": Words(
            "Store",
            "Left out: in `.storyboard/` alone. file, s3, gs or az; no password may stand in it.",
            ("file:///mnt/films/takes", "s3://films/takes"),
        ),
    },
    "Defaults": {
        **{
            key: _STORY[key]
            for key in (
                "logline",
                "image",
                "resolution",
                "adherence",
                "cfg",
                "style",
                "look",
                "template",
                "negative",
                "t2v_quality",
                "reels",
            )
        },
        "provider": Words(
            "Provider",
            "sandbox is free, on this machine; empirio is the hosted service, which is paid. `--provider` wins.",
            ("sandbox", "empirio"),
        ),
        "output": Words("Output folder", "Inside the folder of the series. Left out: renders.", ("renders",)),
    },
    "Ceilings": {
        "episode": Words("For an episode", _DOLLARS, (8.0,)),
        "series": Words("For the series", _DOLLARS, (100.0,)),
        "month": Words("For a month", _DOLLARS, (50.0,)),
    },
}
"""By the name of the model, then by key."""
