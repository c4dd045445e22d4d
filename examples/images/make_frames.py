"""Make the first frames of the examples from the packages that ship their sources.

The frames lie beside this script, so nobody needs to run it; it shows what was done to each picture.
Unpack these three Debian packages (bookworm) into one folder, with ``apt-get download NAME`` and
``dpkg -x FILE.deb FOLDER``, and give that folder as the argument::

    plasma-workspace-wallpapers   usr/share/wallpapers/EveningGlow/contents/images/2560x1600.jpg
    lomiri-wallpapers-16.04       usr/share/backgrounds/friends_by_Aitzol_Berasategi.jpg
    gcompris-qt-data              usr/share/gcompris-qt/rcc/erase.rcc (a Qt resource file of many pictures)

Each frame is one crop in the exact shape of its resolution, made smaller and never larger. LICENSES.md names
the authors and licences.
"""

from __future__ import annotations

import io
import struct
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

LANDSCAPE = (1664, 960)
PORTRAIT = (960, 1664)
QUALITY = 88

GCOMPRIS = "usr/share/gcompris-qt/rcc/erase.rcc"


@dataclass(frozen=True)
class Frame:
    """One first frame: where it comes from and which part of it is kept.

    Attributes:
        name: The file to write, beside this script.
        source: The file inside the unpacked packages.
        left: Left edge of the crop, in pixels of the source.
        top: Upper edge of the crop, in pixels of the source.
        width: Width of the crop, in pixels of the source; the height follows from the shape of ``size``.
        credit: Written into the file as a comment, so that it travels with a copy.
        size: Width and height to write, in pixels.
        member: The picture inside ``source``, where that is a Qt resource file.
    """

    name: str
    source: str
    left: int
    top: int
    width: int
    credit: str
    size: tuple[int, int] = LANDSCAPE
    member: str | None = None


FRAMES = (
    Frame(
        "boat-keeper.jpg",
        "usr/share/wallpapers/EveningGlow/contents/images/2560x1600.jpg",
        left=300,
        top=180,
        width=2260,
        credit="Evening Glow, by Ian Hex, LGPL-3.0; cropped and made smaller",
    ),
    Frame(
        "kingfisher.jpg",
        GCOMPRIS,
        left=0,
        top=0,
        width=1872,
        credit="Eisvogel kingfisher, by Frank-2.0, CC0-1.0; cropped and made smaller",
        member="kingfisher.webp",
    ),
    Frame(
        "kitten.jpg",
        GCOMPRIS,
        left=24,
        top=0,
        width=1872,
        credit="A posing kitten, by GalgenTX, CC-BY-2.0; cropped and made smaller",
        member="kitten.webp",
    ),
    Frame(
        "bee.jpg",
        GCOMPRIS,
        left=0,
        top=0,
        width=1836,
        credit="Pollinationn, by aussiegall, CC-BY-2.0; cropped and made smaller",
        member="bee.webp",
    ),
    Frame(
        "gosling.jpg",
        GCOMPRIS,
        left=24,
        top=0,
        width=1872,
        credit="Graugans-Goessel, by Stephan Sprinz, CC-BY-SA-4.0; cropped and made smaller",
        member="gosling.webp",
    ),
    Frame(
        "window.jpg",
        "usr/share/backgrounds/friends_by_Aitzol_Berasategi.jpg",
        left=280,
        top=215,
        width=1290,
        credit="friends, by Aitzol Berasategi, CC-BY-4.0; cropped and made smaller",
        size=PORTRAIT,
    ),
)


def member_of(resource: bytes, wanted: str) -> bytes:
    """Take one stored file out of a Qt resource file.

    The layout is that of Qt's resource compiler: a header with the offsets of tree, data and names, all
    numbers big endian; a node of the tree is 14 bytes, and 8 more from version 2 on; names are UTF-16.

    Args:
        resource: The bytes of the resource file.
        wanted: The file's own name, without folders.

    Returns:
        The bytes of that file.

    Raises:
        LookupError: If no uncompressed file has that name.
    """
    version, tree, data, names = struct.unpack_from(">4I", resource, 4)
    node_size = 14 if version < 2 else 22
    nodes = [0]
    while nodes:
        node = tree + nodes.pop() * node_size
        name_at, flags, first, second = struct.unpack_from(">IHII", resource, node)
        length = struct.unpack_from(">H", resource, names + name_at)[0]
        name = resource[names + name_at + 6 :][: 2 * length].decode("utf-16-be")
        if flags & 2:  # a folder: how many children, and the first one's number
            nodes.extend(range(second, second + first))
        elif flags == 0 and name == wanted:
            start = data + second
            size = struct.unpack_from(">I", resource, start)[0]
            return resource[start + 4 : start + 4 + size]
    raise LookupError(f"The resource file holds no picture named {wanted}.")


def make(frame: Frame, sources: Path, folder: Path) -> Path:
    """Crop one source, make it smaller and write it as a JPEG file without metadata but its credit."""
    content = (sources / frame.source).read_bytes()
    if frame.member is not None:
        content = member_of(content, frame.member)
    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    width, height = frame.size
    bottom = frame.top + round(frame.width * height / width)
    box = (frame.left, frame.top, frame.left + frame.width, bottom)
    if frame.width < width or box[2] > picture.width or bottom > picture.height:
        raise ValueError(f"{frame.name}: the crop {box} does not fit {picture.size} or is too small.")
    target = folder / frame.name
    picture.resize(frame.size, Image.Resampling.LANCZOS, box=box).save(
        target, quality=QUALITY, optimize=True, progressive=True, comment=frame.credit
    )
    return target


def main(arguments: list[str]) -> int:
    """Make every frame from the folder named on the command line."""
    if len(arguments) != 1:
        print(f"usage: {Path(__file__).name} FOLDER (where the packages were unpacked)", file=sys.stderr)
        return 2
    for frame in FRAMES:
        target = make(frame, Path(arguments[0]), Path(__file__).parent)
        print(f"{target.name}: {frame.size[0]}x{frame.size[1]}, {target.stat().st_size // 1000} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
