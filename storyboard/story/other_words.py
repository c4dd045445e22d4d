"""Words that other tools have for what is called otherwise here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storyboard.story.findings import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

_KEYS: tuple[tuple[str, str], ...] = (
    ("seconds", "duration dur length lasts time"),
    ("in", "start begin begins from offset seek trim start_time"),
    ("out", "end ends to until till stop end_time"),
    ("at", "start begin begins from offset when time"),
    ("file", "path src source url filename clip"),
    ("volume", "gain level loudness"),
    ("place", "position align alignment location gravity"),
    ("size", "resolution dimensions font_size fontsize"),
    ("fit", "scale crop resize scaling"),
    ("fps", "framerate frame_rate rate"),
    ("crf", "quality"),
    ("interpolation", "interpolate smooth"),
    ("codec", "encoder format video_codec"),
    ("camera", "zoom pan motion movement move effect ken_burns"),
    ("transition", "fade fade_in crossfade dissolve"),
    ("duck", "ducking"),
    ("timeline", "items clips tracks sequence edit shots"),
    ("music", "audio soundtrack song bgm score track"),
    ("narration", "voice voiceover voice_over vo speech"),
    ("burn_subtitles", "subtitles captions burn_in"),
    ("action", "text prompt description what"),
    ("say", "dialogue line speech voice"),
    ("segments", "shots actions beats"),
    ("scenes", "shots story"),
    ("characters", "cast people"),
    ("places", "locations settings sets"),
)
"""A key of the format, and what others call it."""

_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        "out",
        "seconds duration dur length lasts",
        "How long it is seen follows from “in” and “out”, in seconds from its beginning.",
    ),
    ("volume", "mute muted silent audio sound", "“volume: -96” silences it."),
)
"""A key, and what is to be said where it is there and another one was wanted."""

_KINDS: tuple[tuple[str, str], ...] = (
    ("clip", "video movie footage file path src source"),
    ("image", "picture photo still img"),
    ("title", "card heading headline"),
    ("caption", "text subtitle overlay lower_third"),
    ("black", "pause gap blank wait colour color"),
    ("reel", "take"),
    ("crossfade", "dissolve mix blend xfade"),
)
_VALUES: tuple[tuple[str, str], ...] = (
    ("hevc", "h265 h.265 x265 libx265"),
    ("h264", "h.264 x264 libx264 avc"),
    ("prores", "prores_ks apple_prores"),
    ("vp9", "vp8 webm libvpx libvpx_vp9"),
    ("contain", "fit letterbox pad inside"),
    ("cover", "fill crop zoom"),
    ("center", "centre middle"),
    ("bottom", "lower below"),
    ("top", "upper above"),
    ("motion", "minterpolate optical_flow blend smooth"),
)
"""A value of a key of which there are few, and what others call it."""

_ENDINGS = (
    ("clip", (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")),
    ("image", (".png", ".jpg", ".jpeg", ".webp")),
    ("", (".mp3", ".wav", ".m4a", ".flac", ".ogg", ".opus", ".aac")),
)
_GOES_UNDER = "Sound goes under “music:” or “narration:”, beside “timeline:”."
_SOUNDS = {"audio", "sound", "music", "narration", "song", "voice"}


def hint_for_key(word: str, keys: Collection[str], otherwise: str = "") -> str:
    """What to do where ``word`` is no key of a thing that has these.

    Args:
        word: What the author wrote.
        keys: Those that there are.
        otherwise: What to do as far as is known already; it comes before what the letters alone suggest.
    """
    wanted = word.casefold().replace("-", "_")
    for key, others, sentence in _SENTENCES:
        if key in keys and wanted in others.split():
            return sentence
    return _known(wanted, _KEYS, keys) or otherwise or did_you_mean(word, keys)


def hint_for_kind(word: str, kinds: Collection[str]) -> str:
    """What to do where ``word`` is none of these kinds of item, or of transition."""
    wanted = word.casefold().replace("-", "_")
    if wanted in _SOUNDS:
        return _GOES_UNDER
    return _known(wanted, _KINDS, kinds) or did_you_mean(word, kinds)


def hint_for_bare(word: str, kinds: Collection[str]) -> str:
    """What to do where ``word`` alone stands in place of an item of one of these kinds."""
    if word == "black":
        return "Write how long it lasts, in seconds: “black: 1”."
    if word in kinds:
        return f"Something has to follow it: “{word}: …”."
    for kind, endings in _ENDINGS:
        if word.casefold().endswith(endings):
            return f"Write “{kind}: {word}”." if kind else _GOES_UNDER
    return hint_for_kind(word, kinds)


def hint_for_value(word: str, values: Collection[str]) -> str:
    """What to do where ``word`` is none of the few values that a key can have."""
    return _known(word.casefold().replace("-", "_"), _VALUES, values) or did_you_mean(word, values)


def _known(wanted: str, table: tuple[tuple[str, str], ...], words: Collection[str]) -> str:
    return next((f"Did you mean “{key}”?" for key, others in table if key in words and wanted in others.split()), "")
