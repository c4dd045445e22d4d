"""The page as text: the template filled, with its style and script inside and nothing else let in."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from storyboard.resources import folder
from storyboard.review.page.values import page_values

if TYPE_CHECKING:
    from jinja2 import Template

    from storyboard.generation.prepare import Prepared


@dataclass(frozen=True)
class Page:
    """A page.

    Attributes:
        html: Its text.
        version: Names what it shows; the same for a page that looks the same.
    """

    html: str
    version: str

    @property
    def data(self) -> bytes:
        """Its bytes, in UTF-8."""
        return self.html.encode("utf-8", "replace")


def write_page(prepared: Prepared, *, live: bool = False) -> Page:
    """Write the page of a storyboard.

    Args:
        prepared: What is known of the storyboard; one with errors has a page too, which shows them.
        live: Whether it is served, and listens for changes.
    """
    values = page_values(prepared)
    version = hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
    template, style, script = _parts()
    html = template.render(
        values, live=live, version=version, style=style, script=script, policy=content_policy(live=live)
    )
    return Page(html, version)


def content_policy(*, live: bool) -> str:
    """The page's content security policy: its own style and script by their hashes, its own pictures, no network."""
    _, style, script = _parts()
    listen = " connect-src 'self';" if live else ""
    return (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}';{listen} "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode('ascii')}"


@lru_cache(maxsize=1)
def _parts() -> tuple[Template, str, str]:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    place = folder("templates") / "page"
    environment = Environment(
        loader=FileSystemLoader(place),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style, script = ((place / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return environment.get_template("page.html.j2"), style, script
