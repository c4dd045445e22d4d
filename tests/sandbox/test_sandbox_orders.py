from __future__ import annotations

import base64
import http.server
import threading
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sandbox_client import ORDER, Client, client_of, error_of, red_and_blue

from storyboard.generation.sandbox.pictures import decode_picture
from storyboard.profile import SVI_2_0_PRO

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    # Orders are judged on the way in, so none of these clips need be made.
    with client_of("job-fails") as made:
        yield made


def data_uri(data: bytes, mime: str = "image/png") -> str:
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"


def test_a_request_without_a_key_is_401_missing_api_key(client: Client) -> None:
    answer = httpx.post(f"{client.sandbox.base_url}/v1/videos/generations", json=ORDER)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "missing_api_key")


def test_a_wrong_key_is_401_invalid_api_key(client: Client) -> None:
    headers = {"Authorization": "Bearer sk-empiriolabs-other"}
    answer = httpx.get(f"{client.sandbox.base_url}/v1/models", headers=headers)
    assert (answer.status_code, error_of(answer)["code"]) == (401, "invalid_api_key")


def test_the_key_may_also_come_as_x_api_key(client: Client) -> None:
    answer = httpx.get(f"{client.sandbox.base_url}/v1/models", headers={"x-api-key": client.sandbox.key})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"model": "svi-3"}, 404, "svi-3"),
        ({"model": None}, 422, "'model' is required"),
        ({"prompt": "  "}, 422, "'prompt' is required"),
        ({"prompt": 7}, 422, "'prompt' must be text"),
        ({"duration": 17}, 422, "from 18 to 121.5 seconds at 832x480; it was 17"),
        ({"duration": 126}, 422, "'duration' must be from 18 to 121.5"),
        ({"duration": 45, "resolution": "1280x720"}, 422, "from 18 to 40.5 seconds at 1280x720"),
        ({"duration": 20}, 422, "4.5 second steps; it was 20"),
        ({"duration": "18"}, 422, "'duration' must be a number"),
        ({"duration": True}, 422, "'duration' must be a number"),
        ({"cfg": 0.99}, 422, "'cfg' must be from 1.0 to 2.0; it was 0.99"),
        ({"cfg": 2.01}, 422, "it was 2.01"),
        ({"resolution": "1920x1080"}, 422, "832x480, 480x832, 1280x720, 720x1280"),
        ({"resolution": ["832x480"]}, 422, "'resolution' must be one of"),
        ({"t2v_quality": "best"}, 422, "quality, fast"),
        ({"negative_prompt": 1}, 422, "'negative_prompt' must be text"),
        ({"seed": 1}, 422, "'seed' is not a field"),
        ({"promt": "x"}, 422, "did you mean 'prompt'?"),
        ({"image": "ftp://host/a.png"}, 422, "'image' must be an http(s) URL"),
        ({"image": "/etc/passwd"}, 422, "'image' must be an http(s) URL"),
        ({"image": "data:image/png;base64,@@@"}, 422, "base64"),
        ({"image": "data:text/html;base64,AAAA"}, 422, "data:image/"),
        ({"image": data_uri(b"no picture")}, 422, "cannot be read as a picture"),
        ({"image": data_uri(red_and_blue()[:300])}, 422, "cannot be read as a picture"),
    ],
)
def test_an_order_the_service_would_not_take_is_refused_by_field_and_range(
    client: Client, changes: dict[str, Any], status: int, says: str
) -> None:
    before = client.sandbox.stats.jobs
    answer = client.post(ORDER | changes)
    assert answer.status_code == status
    assert says in error_of(answer)["message"]
    assert client.sandbox.stats.jobs == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[1]", b"\xff", b'{"cfg": NaN}', b"[" * 100_000, b'{"duration": ' + b"9" * 5000 + b"}"]
)
def test_a_body_that_is_no_json_object_is_400(client: Client, body: bytes) -> None:
    answer = client.http.post("/v1/videos/generations", content=body)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("number", ["1e999999999", "1e-999999999", "123456789012345678901234567890123456"])
def test_a_number_of_monstrous_size_is_refused_at_once(client: Client, number: str) -> None:
    body = f'{{"model": "svi-2-0-pro", "prompt": "x", "duration": {number}}}'
    answer = client.http.post("/v1/videos/generations", content=body.encode())
    assert answer.status_code == 422


def test_a_body_above_48_mib_is_413_without_being_read_whole(client: Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(49):
            yield b" " * 2**20

    answer = client.http.post("/v1/videos/generations", content=endless())
    assert (answer.status_code, error_of(answer)["code"]) == (413, "request_too_large")


def test_an_unknown_path_is_404_in_the_envelope(client: Client) -> None:
    answer = client.http.get("/v2/nothing")
    assert (answer.status_code, error_of(answer)["code"]) == (404, "not_found")


def test_a_wrong_method_is_405_in_the_envelope_and_names_the_right_one(client: Client) -> None:
    answer = client.http.get("/v1/videos/generations")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert error_of(answer)["code"] == "method_not_allowed"


@pytest.mark.parametrize(
    ("mime", "kind"),
    [
        ("image/jpeg", "JPEG"), ("image/png", "PNG"), ("image/webp", "WEBP"), ("image/heic", "HEIF"),
        ("image/bmp", "BMP"), ("image/tiff", "TIFF"),
    ],
)  # fmt: skip
def test_every_format_the_service_reads_is_taken(client: Client, mime: str, kind: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    assert client.post(ORDER | {"image": data_uri(red_and_blue(kind), mime)}).status_code == 200


def test_a_picture_is_refused_by_its_pixels_before_they_are_decoded(client: Client) -> None:
    header = bytearray(red_and_blue("BMP"))
    header[18:26] = (20_000).to_bytes(4, "little") + (20_000).to_bytes(4, "little")
    answer = client.post(ORDER | {"image": data_uri(bytes(header))})
    assert answer.status_code == 422


def test_a_picture_is_turned_upright_and_cropped_to_the_frame() -> None:
    from PIL import Image

    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise: its left edge becomes the top
    picture = decode_picture(red_and_blue("JPEG", exif=exif), (480, 832))
    assert (picture.width * 832, picture.mode) == (picture.height * 480, "RGB")
    top, bottom = (picture.getpixel((picture.width // 2, y)) for y in (5, picture.height - 5))
    assert isinstance(top, tuple)
    assert isinstance(bottom, tuple)
    assert top[0] > 150 > bottom[0]


def test_a_transparent_or_sixteen_bit_picture_is_taken() -> None:
    import io

    from PIL import Image

    for picture in (Image.new("RGBA", (64, 64), (255, 0, 0, 0)), Image.new("I;16", (64, 64), 40_000)):
        held = io.BytesIO()
        picture.save(held, "PNG")
        assert decode_picture(held.getvalue(), (832, 480)).mode == "RGB"


@contextmanager
def image_host(status: int, body: bytes) -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep the test's output clean."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as host:
        thread = threading.Thread(target=host.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{host.server_port}/a.png", seen
        finally:
            host.shutdown()
            thread.join()


def test_an_image_url_on_this_machine_is_fetched(client: Client) -> None:
    with image_host(200, red_and_blue()) as (url, seen):
        assert client.post(ORDER | {"image": url}).status_code == 200
    assert seen == ["/a.png"]


@pytest.mark.parametrize("status", [302, 404])
def test_an_image_url_that_does_not_answer_with_a_picture_is_refused(client: Client, status: int) -> None:
    with image_host(status, b"") as (url, seen):
        answer = client.post(ORDER | {"image": url})
    assert answer.status_code == 422
    assert str(status) in error_of(answer)["message"]
    assert seen == ["/a.png"]


def test_an_image_url_elsewhere_is_taken_but_not_fetched(client: Client) -> None:
    assert client.post(ORDER | {"image": "https://pictures.invalid/a.png"}).status_code == 200


def test_the_catalogue_tells_the_prices_and_parameters_of_the_profile(client: Client) -> None:
    model = client.http.get("/v1/models/svi-2-0-pro").json()
    prices = {
        row.get("resolution", row.get("t2v_quality")): Decimal(row["price_usd"]) for row in model["pricing_rows"]
    }
    assert prices["832x480"] == SVI_2_0_PRO.rates.per_second["480p"]
    assert prices["fast"] == SVI_2_0_PRO.rates.text_to_video_fee["fast"]
    parameters = {row["name"]: row for row in model["supported_parameters"]}
    assert parameters["duration"]["maximum_by_resolution"]["1280x720"] == 40.5
    assert (parameters["cfg"]["minimum"], parameters["cfg"]["maximum"]) == (1.0, 2.0)
    assert parameters["negative_prompt"]["default"] == SVI_2_0_PRO.negative_prompt
    assert client.http.get("/v1/models").json()["data"] == [model]


def test_another_model_is_not_in_the_catalogue(client: Client) -> None:
    answer = client.http.get("/v1/models/other")
    assert (answer.status_code, error_of(answer)["code"]) == (404, "model_not_found")


def test_credits_are_spent_by_the_rate_card_and_run_out() -> None:
    with client_of("job-fails", credits=Decimal("2.20")) as client:
        client.submit(image="https://pictures.invalid/a.png")  # 1.026
        client.submit()  # 1.026 and 0.13 for text-to-video at the default quality
        answer = client.post(ORDER)
        assert (answer.status_code, error_of(answer)["code"]) == (402, "insufficient_credits")
        assert "1.156" in error_of(answer)["message"]
        assert client.sandbox.stats.jobs == 2


def test_requests_above_the_limit_are_429_with_retry_after() -> None:
    with client_of(requests_per_minute=2) as client:
        assert [client.poll("x").status_code for _ in range(3)] == [404, 404, 429]
        answer = client.post(ORDER)
        assert error_of(answer)["code"] == "rate_limit_exceeded"
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert client.sandbox.stats.jobs == 0
