"""Text that would be code, in every place an author can write in: a real browser takes it for text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from helpers import write_story
from shown import written

from storyboard import prepare

if TYPE_CHECKING:
    from pathlib import Path

    from browser_fixtures import Visit
    from playwright.sync_api import Browser

pytest_plugins = ["browser_fixtures"]
pytestmark = pytest.mark.browser

ATTACKS = (
    "<script>document.title='owned'</script>",
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=document.title='owned'>",
    "\"><svg onload=document.title='owned'>",
    "' autofocus onfocus=document.title='owned' x='",
    "</style><style>*{display:none}</style>",
    "</pre></details><iframe srcdoc='<script>parent.document.title=1</script>'></iframe>",
    "\u2028\u2029--><!--<script>{{ 7*7 }}{% raw %}",
    "javascript:document.title='owned'",
    "${document.title='owned'}`",
)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("broken", [False, True])
def test_no_text_of_the_authors_is_ever_more_than_text(
    visit: Visit, tmp_path: Path, attack: str, broken: bool
) -> None:
    said = attack.replace("{", "{{").replace("}", "}}")
    story = {
        "storyboard": 1,
        "title": attack,
        "logline": attack,
        "image": f"https://a.example/{attack}",
        "style": said,
        "negative": attack,
        "characters": {"mira": f"Mira, {said}"},
        "places": {"hill": said},
        "scenes": [
            {
                "name": attack,
                "place": "hill",
                "camera": said,
                "mood": said,
                "segments": [{"action": f"{{mira}} {said}", "say": attack, "state": {"start": said, "end": said}}],
            },
            {"name": attack, "transition": said, "segments": [said]},
        ],
    }
    if broken:
        story |= {"style": f"{{{attack}}}", attack: attack, "image": attack, "template": f"{attack}.j2"}
    path = write_story(tmp_path, json.dumps(story))
    assert prepare(path).ok is not broken
    page = visit(written(path))
    assert page.title() == " ".join(f"{attack} · preview".split())
    assert page.locator("h1").evaluate("each => each.textContent") == attack.strip()
    assert page.locator("script").count() == (1 if broken else 2)
    assert page.locator("style").count() == 1
    assert page.locator("iframe, object, embed, form, base, link, a[href^=javascript]").count() == 0
    attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(each => each.getAttributeNames())")
    assert [name for name in attributes if name.startswith("on")] == []
    if not broken:
        assert page.locator(".beat-say").first.evaluate("each => each.textContent") == f"“{attack.strip()}”"
        page.locator("#track").focus()
        page.keyboard.press("End")
        assert "Scene" not in (page.locator("#track").get_attribute("aria-valuetext") or "Scene")


def test_the_policy_lets_no_foreign_script_or_picture_in(chromium: Browser, tmp_path: Path) -> None:
    page = chromium.new_page()
    page.goto(written(write_story(tmp_path)))
    refused = """() => new Promise(done => {
        const seen = [];
        document.addEventListener('securitypolicyviolation', event => {
            seen.push(event.effectiveDirective);
            if (seen.length === 3) done(seen.sort());
        });
        const script = document.createElement('script');
        script.textContent = 'document.title = "owned"';
        document.body.append(script);
        document.body.setAttribute('onclick', 'document.title = "owned"');
        const picture = new Image();
        picture.src = 'https://a.example/x.png';
        document.body.append(picture);
    })"""
    assert page.evaluate(refused) == ["img-src", "script-src-attr", "script-src-elem"]
    assert "owned" not in page.title()
    page.close()
