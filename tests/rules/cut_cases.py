"""Cuts of titles alone, which a note is told of, and others that are as they should be."""

from __future__ import annotations


def _cut(*items: str, more: str = "") -> str:
    return "cut:\n  timeline:\n" + "".join(f"    - {item}\n" for item in items) + more


_TITLE = "{title: The Lamp, seconds: 3}"
TRUE = {
    "cut-note": [
        _cut(_TITLE, "{caption: One year later, at: 5}"),
        _cut(_TITLE, "{caption: One year later, at: 1, seconds: 5}"),
        _cut(_TITLE, "{caption: One, seconds: 2}", "{caption: Two, at: 1, seconds: 2}"),
        _cut("{title: The Lamp, seconds: 1, fade: 2}"),
        _cut("{title: The Lamp 狐}"),
        _cut("{title: The Lamp, size: 900}"),
        _cut(_TITLE, more="  burn_subtitles: true\n"),
        _cut(_TITLE, more="  match_colour: true\n"),
        _cut(_TITLE, more="  output: {interpolation: motion}\n"),
    ]
}
FALSE = {
    "cut-note": [
        _cut(_TITLE, "{caption: One year later, at: 1, seconds: 2}"),
        _cut(_TITLE, "{caption: One, seconds: 2}", "{caption: Two, at: 1, seconds: 2, place: top}"),
        _cut("{title: The Lamp, seconds: 1, fade: 0.5}"),
        _cut("{title: The Lamp, size: 40}"),
        _cut(_TITLE, "{caption: One year later, at: 5} # storyboard: ignore cut-note"),
        "rules: {cut-note: off}\n" + _cut(_TITLE, "{caption: One year later, at: 5}"),
    ]
}
