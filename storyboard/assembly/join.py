"""The reels of an episode, one after the other, in one file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av

from storyboard.files import copy_whole, whole_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path


def join_clips(
    clips: Sequence[Path], episode: Path, *, fps: int, check: Callable[[Path], None] = lambda _: None
) -> None:
    """Write the clips, in order, as one MP4 file with its index first.

    Clips whose encodings go together are copied packet by packet; others are encoded anew, near-losslessly. Only
    the picture is joined. The file takes its name once it is whole.

    Args:
        clips: Videos of one size.
        episode: The file to write.
        fps: Frames a second of all of them.
        check: Looks at what was joined before it takes its name; what it raises keeps the name from it. A single
            clip is copied byte for byte, and not looked at.
    """
    if len(clips) == 1:
        copy_whole(clips[0], episode)
        return
    with whole_path(episode) as part:
        if len({_encoding(clip) for clip in clips}) == 1:
            _copy(clips, part)
        else:
            _encode(clips, part, fps)
        check(part)


def _encoding(clip: Path) -> tuple[Any, ...]:
    """What has to be the same for packets of two clips to follow each other in one stream."""
    with av.open(str(clip)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        return (
            context.name,
            context.width,
            context.height,
            context.pix_fmt,
            stream.time_base,
            stream.average_rate,
            context.extradata,
            context.has_b_frames,
        )


def _copy(clips: Sequence[Path], part: Path) -> None:
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        target = None
        offset = 0
        for clip in clips:
            with av.open(str(clip)) as container:
                stream = container.streams.video[0]
                if target is None:
                    target = output.add_stream_from_template(stream)
                frame = round(1 / (Fraction(stream.average_rate or 1) * Fraction(stream.time_base or 1)))
                frames = 0
                for packet in container.demux(stream):
                    if packet.dts is None:  # the empty packet that ends a stream
                        continue
                    frames += 1
                    packet.dts += offset
                    packet.pts = (packet.pts if packet.pts is not None else packet.dts - offset) + offset
                    packet.stream = target
                    output.mux(packet)
                offset += frames * frame


def _encode(clips: Sequence[Path], part: Path, fps: int) -> None:
    with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        target: Any = output.add_stream("libx264", rate=fps, options={"crf": "14", "preset": "medium"})
        target.pix_fmt = "yuv420p"
        count = 0
        for clip in clips:
            with av.open(str(clip)) as container:
                for frame in container.decode(video=0):
                    if not count:
                        target.width, target.height = frame.width, frame.height
                    frame.pts, frame.time_base = count, Fraction(1, fps)
                    count += 1
                    output.mux(target.encode(frame))
        output.mux(target.encode(None))
