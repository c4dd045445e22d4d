"""What a render needs of a machine, looked at one by one. Asks nobody on the network."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from storyboard.errors import StoryboardError
from storyboard.generation.installed_providers import Packaged, make_provider, packaged
from storyboard.generation.kept_rates import rates_in_force
from storyboard.generation.provider import KEY_VARIABLE, ProviderSettings, choose_provider
from storyboard.resources import folder

_ROOM_WANTED = 2 * 2**30


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        verdict: ``good``, ``note`` (works, but worth knowing) or ``bad``.
        told: What was found.
        hint: What to do; may be empty.
    """

    name: str
    verdict: Literal["good", "note", "bad"]
    told: str
    hint: str = ""

    def as_json(self) -> dict[str, str]:
        """The check as plain values."""
        return dict(vars(self))


def check_setup() -> list[Check]:
    """Look at everything; never raises for what it finds."""
    return [_program(), _ffmpeg(), _decoder(), *_data_files(), _provider(), *_packaged(), _rates(), _key(), _room()]


def _program() -> Check:
    python = ".".join(str(part) for part in sys.version_info[:3])
    return Check("program", "good", f"storyboard-composer {version('storyboard-composer')}, Python {python}")


def _ffmpeg() -> Check:
    import imageio_ffmpeg

    reinstall = "Install imageio-ffmpeg again: pip install --force-reinstall imageio-ffmpeg."
    try:
        binary = imageio_ffmpeg.get_ffmpeg_exe()
        found = subprocess.run(  # noqa: S603  the binary of a package we depend on
            [binary, "-hide_banner", "-encoders"], capture_output=True, text=True, timeout=20, check=False
        ).stdout
    except (OSError, RuntimeError, subprocess.TimeoutExpired) as error:
        return Check("ffmpeg", "bad", f"it does not run: {error}", reinstall)
    if "libx264" not in found:
        return Check("ffmpeg", "bad", "it has no H.264 encoder (libx264)", reinstall)
    return Check("ffmpeg", "good", f"{imageio_ffmpeg.get_ffmpeg_version()}, with libx264")


def _decoder() -> Check:
    import av

    if "h264" not in av.codecs_available:
        return Check(
            "decoder", "bad", "PyAV has no H.264 decoder", "Install it again: pip install --force-reinstall av."
        )
    return Check("decoder", "good", f"PyAV {av.__version__}")


def _data_files() -> list[Check]:
    checks = []
    for name in ("templates", "schemas"):
        try:
            files = sum(path.is_file() for path in folder(name).rglob("*"))
            checks.append(Check(name, "good" if files else "bad", f"{files} files"))
        except FileNotFoundError as error:
            checks.append(Check(name, "bad", str(error)))
    return checks


def _provider() -> Check:
    try:
        choice = choose_provider(None, None)
    except StoryboardError as error:
        return Check("provider", "bad", error.message, error.hint)
    where = "inside this process, free" if choice.ends_with_process else choice.base_url
    return Check("provider", "good", f"{choice.name} ({where})")


def _packaged() -> list[Check]:
    """Each provider that another package brings: whether it could be chosen."""
    return [_one_packaged(each) for each in packaged()]


def _one_packaged(found: Packaged) -> Check:
    try:
        make_provider(found.name, ProviderSettings()).close()
    except StoryboardError as error:
        return Check("provider", "note", error.message, error.hint)
    return Check("provider", "good", f"{found.name}, of {found.package}")


def _rates() -> Check:
    try:
        card = rates_in_force()
    except StoryboardError as error:
        return Check("rates", "bad", error.message, error.hint)
    return Check("rates", "good", f"of {card.date}, from {card.source}")


def _key() -> Check:
    from storyboard.generation.secret import Secret

    text = os.environ.get(KEY_VARIABLE)
    if text is None:
        return Check("API key", "note", f"{KEY_VARIABLE} is not set", "Only the hosted service needs it.")
    try:
        Secret(text)
    except StoryboardError as error:
        return Check("API key", "bad", error.message, error.hint)
    return Check("API key", "good", f"{KEY_VARIABLE} is set")


def _room() -> Check:
    here = Path.cwd()
    free = shutil.disk_usage(here).free
    try:
        with tempfile.TemporaryFile(dir=here):
            writable = True
    except OSError:
        writable = False
    told = f"{free / 2**30:.1f} GiB free in this folder"
    if not writable:
        return Check("disk", "note", "this folder cannot be written to", "Render from a folder that can be.")
    if free < _ROOM_WANTED:
        return Check("disk", "note", told, "A long episode and its takes need up to 2 GiB.")
    return Check("disk", "good", told)
