from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import UsageError
from storyboard.generation.address import canonical_base, is_loopback, media_address, poll_address

BASE = "https://api.empiriolabs.ai"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        (BASE, BASE),
        (BASE + "/", BASE),
        (BASE + "/v1", BASE),
        (BASE + "/v1/", BASE),
        (BASE + "//", BASE),
        ("  https://API.EmpirioLabs.ai:443/v1 ", BASE),
        ("https://gateway.example/empirio/v1", "https://gateway.example/empirio"),
        ("https://host.example:8443", "https://host.example:8443"),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000"),
        ("http://localhost:80", "http://localhost"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_every_spelling_of_a_base_url_has_one_canonical_form(text: str, canonical: str) -> None:
    assert canonical_base(text) == canonical
    assert canonical_base(canonical) == canonical


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("api.empiriolabs.ai", "not an http"),
        ("ftp://api.empiriolabs.ai", "not an http"),
        ("https://", "not an http"),
        ("https://host:99999", "not an http"),
        ("https://[::", "not a web address"),
        ("https://[:::]", "not"),
        ("https://ho st", "a space"),
        ("https://bücher.example", "character in it that no address has"),
        ("https://a..b", "not an http"),
        ("https://" + "a" * 64 + ".example", "not an http"),
        ("http://api.empiriolabs.ai", "unencrypted"),
        ("http://localhost.evil.example", "unencrypted"),
        ("http://127.1", "unencrypted"),
        ("http://0.0.0.0:8000", "unencrypted"),
        ("https://host/a/../b", r"'\.\.'"),
    ],
)
def test_a_base_url_that_would_lose_the_key_or_lead_nowhere_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        canonical_base(text)


@pytest.mark.parametrize(
    "text",
    [
        "https://me:hunter2@host.example",
        "https://hunter2@host.example",
        "https://host.example/?api_key=hunter2",
        "https://host.example/#hunter2",
    ],
)
def test_a_base_url_with_a_secret_in_it_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        canonical_base(text)
    assert "hunter2" not in caught.value.message + caught.value.hint


@given(st.text())
def test_any_text_as_a_base_url_is_a_canonical_address_or_a_usage_error(text: str) -> None:
    try:
        canonical = canonical_base(text)
    except UsageError:
        return
    assert canonical_base(canonical) == canonical


@pytest.mark.parametrize(
    ("poll_url", "address"),
    [
        (None, BASE + "/v1/jobs/a%3Ab"),
        ("", BASE + "/v1/jobs/a%3Ab"),
        ("/v1/jobs/x?full=1", BASE + "/v1/jobs/x?full=1"),
        ("v1/jobs/x", BASE + "/v1/jobs/x"),
        (BASE + "/v1/jobs/x#top", BASE + "/v1/jobs/x"),
        ("https://API.empiriolabs.ai:443/v1/jobs/x", "https://API.empiriolabs.ai:443/v1/jobs/x"),
        ("//evil.example/v1/jobs/x", BASE + "/v1/jobs/a%3Ab"),
        ("https://evil.example/v1/jobs/x", BASE + "/v1/jobs/a%3Ab"),
        ("https://api.empiriolabs.ai.evil.example/x", BASE + "/v1/jobs/a%3Ab"),
        ("https://api.empiriolabs.ai@evil.example/x", BASE + "/v1/jobs/a%3Ab"),
        ("https://api.empiriolabs.ai:444/x", BASE + "/v1/jobs/a%3Ab"),
        ("http://api.empiriolabs.ai/v1/jobs/x", BASE + "/v1/jobs/a%3Ab"),
        ("https://evil.example\\@api.empiriolabs.ai/x", BASE + "/v1/jobs/a%3Ab"),
        ("/\\evil.example/x", BASE + "/v1/jobs/a%3Ab"),
        ("/v1/jobs/x\r\nx-other: 1", BASE + "/v1/jobs/a%3Ab"),
        ("file:///etc/passwd", BASE + "/v1/jobs/a%3Ab"),
        ("javascript:alert(1)", BASE + "/v1/jobs/a%3Ab"),
        ("https://[::", BASE + "/v1/jobs/a%3Ab"),
    ],
)
def test_a_poll_goes_to_the_services_own_origin_whatever_link_it_gave(poll_url: str | None, address: str) -> None:
    assert poll_address(BASE, "a:b", poll_url) == address


def test_behind_a_gateway_a_link_that_leaves_its_path_is_replaced_by_the_documented_one() -> None:
    base = "https://gateway.example/empirio"
    assert poll_address(base, "x", "/v1/jobs/x") == base + "/v1/jobs/x"
    assert poll_address(base, "x", "/empirio/v1/jobs/y") == base + "/v1/jobs/y"


@given(st.text())
def test_no_link_ever_leads_a_poll_to_another_origin(poll_url: str) -> None:
    assert poll_address(BASE, "x", poll_url).lower().startswith((BASE + "/", BASE + ":443/"))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("https://media.example/a.mp4?sig=1", "https://media.example/a.mp4?sig=1"),
        (" http://media.example/a.mp4 ", "http://media.example/a.mp4"),
        ("/media/a.mp4", BASE + "/media/a.mp4"),
        ("//media.example/a.mp4", "https://media.example/a.mp4"),
        ("https://me:pw@media.example/a.mp4", None),
        ("ftp://media.example/a.mp4", None),
        ("file:///etc/passwd", None),
        ("data:video/mp4;base64,AAAA", None),
        ("https://", None),
        ("https://media.example/a\nb", None),
        ("", None),
        (7, None),
        (None, None),
    ],
)
def test_a_media_address_is_http_and_absolute_or_none(text: object, address: str | None) -> None:
    assert media_address(BASE, text) == address


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_this_machine_is_known_by_its_usual_names(host: str) -> None:
    assert is_loopback(host)
