from __future__ import annotations

import base64
import hashlib
import io
import os
import struct
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFile

from storyboard.errors import ImageError
from storyboard.generation.images import FirstFrame, ImageVerdict, data_uri, load_first_frame, verdict
from storyboard.profile import SVI_2_0_PRO


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("STORYBOARD_CACHE", str(folder))
    return folder


def picture(kind: str, size: tuple[int, int] = (96, 64), **options: Any) -> bytes:
    if kind == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def saved(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that claims a size, whatever its pixels are."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


FORMATS = [
    (".jpg", "JPEG", "image/jpeg"),
    (".jpeg", "JPEG", "image/jpeg"),
    (".png", "PNG", "image/png"),
    (".webp", "WEBP", "image/webp"),
    (".heic", "HEIF", "image/heic"),
    (".heif", "HEIF", "image/heic"),
    (".bmp", "BMP", "image/bmp"),
    (".tiff", "TIFF", "image/tiff"),
    (".tif", "TIFF", "image/tiff"),
]


def test_the_table_below_has_every_suffix_of_the_profile() -> None:
    assert sorted(suffix for suffix, _, _ in FORMATS) == sorted(SVI_2_0_PRO.image_suffixes)


@pytest.mark.parametrize(("suffix", "kind", "mime"), FORMATS)
def test_every_format_of_the_service_is_loaded_and_sent_whole(
    tmp_path: Path, suffix: str, kind: str, mime: str
) -> None:
    data = picture(kind)
    path = saved(tmp_path, "keeper" + suffix, data)
    frame = load_first_frame(path)
    assert frame == FirstFrame(path, mime, hashlib.sha256(data).hexdigest(), 96, 64, len(data))
    start, encoded = data_uri(frame).split(",")
    assert start == f"data:{mime};base64"
    assert base64.b64decode(encoded, validate=True) == data


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"progressive": True}),
        ("WEBP", {"lossless": True}),
        ("WEBP", {"save_all": True, "append_images": []}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("MPO", {"save_all": True, "append_images": [Image.new("RGB", (96, 64))]}),
        ("TIFF", {"big_tiff": True}),
    ],
)
def test_the_usual_variants_of_a_format_work(tmp_path: Path, kind: str, options: dict[str, Any]) -> None:
    frame = load_first_frame(saved(tmp_path, "keeper.x", picture(kind, **options)))
    assert (frame.width, frame.height) == (96, 64)


def test_the_mime_type_follows_the_content_not_the_name(tmp_path: Path) -> None:
    assert load_first_frame(saved(tmp_path, "keeper.png", picture("JPEG"))).mime == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.gif", picture("GIF"), "a GIF"),
        ("a.png", picture("GIF"), "a GIF"),
        ("a.svg", b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        ("a.avif", b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf" + bytes(64), "an AVIF picture"),
        ("a.heif", b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf" + bytes(64), "an AVIF picture"),
        ("a.mp4", b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + bytes(64), "a video"),
        ("a.pdf", b"%PDF-1.7\n", "a PDF"),
        ("a.psd", b"8BPS\x00\x01", "a Photoshop document"),
        ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n", "a PostScript file"),
        ("a.ico", picture("ICO", (32, 32)), "an icon file"),
        ("a.ppm", picture("PPM"), "of a format this program does not know"),
        ("a.jpg", b"<!DOCTYPE html><html>404</html>", "a web page"),
        ("a.png", b"version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git LFS pointer"),
        ("a.txt", b"hello", "of a format this program does not know"),
        ("a.bin", b"\x00", "of a format this program does not know"),
    ],
)
def test_another_format_is_named_together_with_those_that_work(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    with pytest.raises(ImageError, match=what) as caught:
        load_first_frame(saved(tmp_path, name, data))
    assert name in caught.value.message
    assert "JPEG, PNG, WebP, HEIC, HEIF, BMP and TIFF" in caught.value.hint


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "HEIF"])
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_that_was_cut_short_is_damaged(tmp_path: Path, kind: str, share: float) -> None:
    data = picture(kind, (200, 200))
    path = saved(tmp_path, "keeper.x", data[: int(len(data) * share)])
    with pytest.raises(ImageError, match=r"keeper\.x is damaged: it starts as a"):
        load_first_frame(path)


def test_a_cut_file_is_damaged_even_where_someone_told_pillow_to_bear_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(ImageError, match="damaged"):
        load_first_frame(saved(tmp_path, "keeper.jpg", picture("JPEG", (200, 200))[:-200]))
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


@pytest.mark.parametrize("size", [(50_000, 50_000), (8_001, 8_000), (2**31 - 1, 2**31 - 1), (10**6, 65)])
def test_a_bomb_is_refused_by_its_header_without_being_decoded(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        raise AssertionError("the pixels were asked for")

    monkeypatch.setattr(ImageFile.ImageFile, "load", decoded)
    with pytest.raises(ImageError, match=r"pixels, more than the 64 million"):
        load_first_frame(saved(tmp_path, "bomb.png", png(*size)))


def test_a_webp_bomb_is_refused_before_its_decoder_takes_memory(tmp_path: Path) -> None:
    canvas = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (16_382).to_bytes(3, "little") * 2
    data = b"RIFF" + struct.pack("<I", len(canvas) + 4) + b"WEBP" + canvas
    with pytest.raises(ImageError, match="16383 by 16383 pixels"):
        load_first_frame(saved(tmp_path, "bomb.webp", data))


@pytest.mark.parametrize("options", [{"lossless": True}, {"lossless": False}, {"exif": b"Exif\x00\x00MM\x00*"}])
def test_a_webp_of_each_kind_is_measured_by_its_own_header(tmp_path: Path, options: dict[str, Any]) -> None:
    small = replace(SVI_2_0_PRO, image_max_pixels=96 * 64 - 1)
    with pytest.raises(ImageError, match="96 by 64 pixels"):
        load_first_frame(saved(tmp_path, "a.webp", picture("WEBP", **options)), small)


def test_a_picture_smaller_than_is_of_use_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="63 by 200 pixels; its shorter side needs 64"):
        load_first_frame(saved(tmp_path, "keeper.png", picture("PNG", (63, 200))))
    assert load_first_frame(saved(tmp_path, "keeper.png", picture("PNG", (64, 200)))).width == 64


def test_a_file_larger_than_a_request_carries_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(SVI_2_0_PRO.image_max_bytes + 1)
    with pytest.raises(ImageError, match="larger than the 30 MiB"):
        load_first_frame(path)


def test_an_empty_file_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="is an empty file"):
        load_first_frame(saved(tmp_path, "a.png", b""))
    with pytest.raises(ImageError, match="does not exist"):
        load_first_frame(tmp_path / "b.png")
    with pytest.raises(ImageError, match="is a folder"):
        load_first_frame(tmp_path)
    with pytest.raises(ImageError, match="cannot be read"):
        load_first_frame(Path("a\x00.png"))


@pytest.mark.parametrize("special", ["fifo", "/dev/zero", "/dev/full"])
def test_a_pipe_or_a_device_is_refused_without_waiting_on_it(tmp_path: Path, special: str) -> None:
    path = Path(special)
    if special == "fifo":
        path = tmp_path / "a.png"
        os.mkfifo(path)
    started = time.monotonic()
    with pytest.raises(ImageError, match="a pipe, a device or a socket"):
        load_first_frame(path)
    assert time.monotonic() - started < 1


def test_a_picture_that_changed_after_it_was_loaded_is_not_sent(tmp_path: Path) -> None:
    path = saved(tmp_path, "keeper.png", picture("PNG"))
    frame = load_first_frame(path)
    path.write_bytes(picture("PNG", (128, 128)))
    with pytest.raises(ImageError, match="was changed while the program was running"):
        data_uri(frame)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(["JPEG", "PNG", "WEBP", "BMP", "TIFF"]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_a_picture_with_bytes_altered_anywhere_is_a_picture_or_an_image_error(
    tmp_path: Path, kind: str, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(picture(kind))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        frame = load_first_frame(saved(tmp_path, "odd.x", bytes(data)))
    except ImageError:
        return
    assert frame.mime.startswith("image/")


def test_a_picture_that_viewers_turn_says_so(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path, "phone.jpg", picture("JPEG", exif=exif.tobytes()))
    assert verdict(path) == ImageVerdict(96, 64, "image/jpeg", 6)


def test_damaged_metadata_does_not_spoil_a_sound_picture(tmp_path: Path) -> None:
    path = saved(tmp_path, "keeper.jpg", picture("JPEG", exif=b"Exif\x00\x00II*\x00\xff\xff\xff\xff"))
    assert verdict(path) == ImageVerdict(96, 64, "image/jpeg")


def verdict_in_a_fresh_process(path: Path) -> str:
    script = (
        "import sys; from pathlib import Path; from storyboard.generation.images import verdict\n"
        "assert not {'PIL', 'httpx', 'platformdirs'} & sys.modules.keys()\n"
        "print(verdict(Path(sys.argv[1])), 'PIL' in sys.modules)"
    )
    return subprocess.run(
        [sys.executable, "-c", script, str(path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    ).stdout.strip()


def test_a_second_check_of_the_same_picture_starts_no_decoder(tmp_path: Path) -> None:
    path = saved(tmp_path, "keeper.png", picture("PNG"))
    told = str(ImageVerdict(96, 64, "image/png"))
    assert verdict_in_a_fresh_process(path) == f"{told} True"
    assert verdict_in_a_fresh_process(path) == f"{told} False"


def test_a_remembered_verdict_belongs_to_the_content_and_the_bounds(tmp_path: Path) -> None:
    path = saved(tmp_path, "keeper.png", picture("PNG"))
    assert verdict(path).width == 96
    path.write_bytes(picture("PNG", (128, 128)))
    assert verdict(path).width == 128
    with pytest.raises(ImageError, match="shorter side"):
        verdict(path, replace(SVI_2_0_PRO, image_min_side=200))


def test_a_bad_picture_is_not_remembered_as_good(tmp_path: Path) -> None:
    path = saved(tmp_path, "keeper.png", picture("PNG", (200, 200))[:-40])
    for _ in range(2):
        with pytest.raises(ImageError, match="damaged"):
            verdict(path)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"\xff\xfe\x00", b"[" * 100_000, b'{"k": 5}', b" " * 2_000_000]
)
def test_a_damaged_cache_changes_no_verdict(tmp_path: Path, cache: Path, content: bytes) -> None:
    cache.mkdir()
    (cache / "first-frames.json").write_bytes(content)
    path = saved(tmp_path, "keeper.png", picture("PNG"))
    assert verdict(path) == verdict(path) == ImageVerdict(96, 64, "image/png")


@pytest.mark.parametrize("entry", ["null", "[1]", '["a", 1, "image/png", 1]', '[96, 64, "text/html", 1]'])
def test_a_nonsense_entry_in_the_cache_is_not_believed(tmp_path: Path, cache: Path, entry: str) -> None:
    path = saved(tmp_path, "keeper.png", picture("PNG"))
    verdict(path)
    file = cache / "first-frames.json"
    key = file.read_text().split('"')[1]
    file.write_text(f'{{"{key}": {entry}}}')
    assert verdict(path) == ImageVerdict(96, 64, "image/png")


def test_a_cache_that_cannot_be_written_changes_no_verdict(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert verdict(saved(tmp_path, "keeper.png", picture("PNG"))) == ImageVerdict(96, 64, "image/png")
