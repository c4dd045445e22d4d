"""Raw frames to H.264 in MP4: how ffmpeg is told, and how far it has come."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COLOUR = ("-colorspace", "smpte170m", "-color_range", "tv")


def h264(key_frames: int, quality: int = 18) -> tuple[str, ...]:
    """libx264's settings: groups of pictures that stand alone, so that it cuts and scrubs well.

    Args:
        key_frames: There is a key frame at each multiple of so many frames.
        quality: The constant rate factor: smaller is better, and larger as a file.
    """
    return (
        "-c:v", "libx264", "-preset", "faster", "-crf", str(quality), "-pix_fmt", "yuv420p",
        "-g", str(key_frames), "-keyint_min", str(key_frames), "-sc_threshold", "0", "-flags", "+cgop",
    )  # fmt: skip


def encoding(
    size: tuple[int, int], fps: int, encoder: Sequence[str], target: str, *, comment: str, sound: str = ""
) -> list[str]:
    """What ffmpeg is told to encode raw yuv420p frames from its standard input, reporting to its standard output.

    Args:
        size: Width and height, in pixels, even.
        fps: Frames a second.
        encoder: The picture's encoder and its settings.
        target: The MP4 file, by its plain name in ffmpeg's folder.
        comment: What the file says of itself.
        sound: A sound file of the same length, by its plain name; empty for none.
    """
    sounding = ("-i", sound, "-c:a", "aac", "-b:a", "96k") if sound else ("-an",)
    # The colour is told of the input, not the output: otherwise a converter is put in between that does nothing.
    return [
        "-progress", "pipe:1", "-stats_period", "0.2", "-f", "rawvideo", "-pix_fmt", "yuv420p", *COLOUR,
        "-s", f"{size[0]}x{size[1]}", "-r", str(fps), "-i", "pipe:0", *sounding, *encoder,
        "-movflags", "+faststart", "-metadata", f"comment={comment}", "-y", target,
    ]  # fmt: skip


def progress(frames: int, tell: Callable[[float], None]) -> Callable[[bytes], None]:
    """Read the encoder's own count of finished frames out of what it reports.

    Args:
        frames: How many there will be.
        tell: Told the share that is finished, 0.0 to 1.0.
    """

    def read(line: bytes) -> None:
        name, _, value = line.partition(b"=")
        if name == b"frame" and value.strip().isdigit():
            tell(min(1.0, int(value) / frames))

    return read
