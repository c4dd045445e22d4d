"""Addresses: which host the key may go to, and what an answer's links mean."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import quote, urljoin, urlsplit

from storyboard.errors import UsageError

_HINT = "Give an address such as https://api.empiriolabs.ai, or http://127.0.0.1:8000 for a local service."
_AUTHORITY = re.compile(r"(?P<host>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_HOSTLESS = re.compile(r"https?:(?!//[^/])", re.IGNORECASE)
_PLAIN = re.compile(r"[!-\[\]-~]+")
_LONGEST_LABEL = 63
_LONGEST_URL = 16_384
_PORTS = {"http": 80, "https": 443}

Origin = tuple[str, str, int]


def canonical_base(text: str) -> str:
    """The one form of a service's base URL: ``https://api.empiriolabs.ai``, without ``/v1`` or a last slash.

    Lower case in scheme and host, no default port. Two spellings of one service give one string, so that it
    can be part of what identifies a purchase.

    Raises:
        UsageError: Not an http(s) address; http to a host other than this machine; or with a user name, a
            query or a fragment. The message never repeats those parts: a password or a key may be in them.
    """
    text = text.strip()
    if not text or not _PLAIN.fullmatch(text):
        raise UsageError(
            "The base URL of the service is empty, or has a space or a character in it that no address has.",
            hint=_HINT,
        )
    if "?" in text or "#" in text:
        raise UsageError("The base URL of the service may have no query and no fragment.", hint=_HINT)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UsageError("The base URL of the service is not a web address.", hint=_HINT) from None
    if "@" in parts.netloc:
        raise UsageError(
            "The base URL of the service may have no user name or password in it.",
            hint="The API key goes into EMPIRIOLABS_API_KEY, not into the address.",
        )
    origin = _origin(text)
    if origin is None:
        raise UsageError(f"The base URL of the service is not an http(s) address: {text}", hint=_HINT)
    scheme, host, port = origin
    if scheme == "http" and not is_loopback(host):
        raise UsageError(
            f"The base URL {text} would send the API key unencrypted, because it is http and not https.",
            hint=f"Use https://{host}. Plain http works for this machine only (localhost, 127.0.0.1).",
        )
    segments = [segment for segment in parts.path.split("/") if segment]
    if any(segment in {".", ".."} for segment in segments):
        raise UsageError(f"The base URL of the service has '.' or '..' in its path: {text}", hint=_HINT)
    if segments and segments[-1] == "v1":
        segments.pop()
    shown = f"[{host}]" if ":" in host else host
    place = shown if port == _PORTS[scheme] else f"{shown}:{port}"
    return "/".join([f"{scheme}://{place}", *segments])


def is_loopback(host: str) -> bool:
    """Whether ``host`` is this machine: ``localhost`` or a loopback address, in its usual spelling."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_local_address(url: str) -> bool:
    """Whether ``url`` points to this machine; a proxy from the environment has no business there."""
    origin = _origin(url)
    return origin is not None and is_loopback(origin[1])


def job_address(base: str, job_id: str) -> str:
    """The documented address of a job: ``GET /v1/jobs/{job_id}``."""
    return f"{base}/v1/jobs/{quote(job_id, safe='')}"


def poll_address(base: str, job_id: str, poll_url: str | None) -> str:
    """Where to ask after a job: ``poll_url`` if it lies within ``base``, else the documented address.

    The key goes along with a poll, so a link to another host, scheme or port is not followed; nor is one
    with anything odd in it.
    """
    if poll_url:
        address = _join(base, poll_url)
        origin = _origin(address) if address and _PLAIN.fullmatch(address) else None
        if address and origin and origin == _origin(base) and _lies_within(address, base):
            return address.partition("#")[0]
    return job_address(base, job_id)


def media_address(base: str, text: object) -> str | None:
    """The http(s) address of a result, a relative one taken from ``base``; None for anything else."""
    if not isinstance(text, str) or not text.strip():
        return None
    address = _join(base, text.strip())
    return address if address and _origin(address) else None


def _join(base: str, reference: str) -> str | None:
    if len(reference) > _LONGEST_URL or _CONTROL.search(reference) or "\\" in reference:
        return None
    if _HOSTLESS.match(reference.strip()):
        return None  # urljoin would take it for a relative one
    try:
        return urljoin(base + "/", reference.strip())
    except ValueError:
        return None


def _is_host(host: str) -> bool:
    if ":" not in host:
        return all(0 < len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split("."))
    try:
        ipaddress.IPv6Address(host)
    except ValueError:
        return False
    return True


def _lies_within(address: str, base: str) -> bool:
    return urlsplit(address).path.startswith(urlsplit(base).path + "/")


def _origin(url: str) -> Origin | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    match = _AUTHORITY.fullmatch(parts.netloc)
    if scheme not in _PORTS or match is None:
        return None
    host = match["host"].lower().strip("[]")
    if not _is_host(host):
        return None
    port = int(match["port"]) if match["port"] else _PORTS[scheme]
    return (scheme, host, port) if 0 < port < 65_536 else None
