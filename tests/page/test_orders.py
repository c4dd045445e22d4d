"""A request as a command for a shell: what it posts is the very request, and nothing an author wrote is run."""

from __future__ import annotations

import base64
import json
import os
import subprocess
from typing import TYPE_CHECKING

import pytest
from helpers import MINIMAL, png, write_story, write_tree

from storyboard import prepare
from storyboard.review.page.orders import order_text

if TYPE_CHECKING:
    from pathlib import Path

    from storyboard.compiler.plan import PlannedReel
    from storyboard.generation.prepare import Prepared

WITH_IMAGE = MINIMAL.replace("title: Fox", "title: Fox\nimage: images/it's a fox.png")


def first_reel(prepared: Prepared) -> PlannedReel:
    return prepared.require_plan().reels[0]


def posted(command: str, folder: Path) -> tuple[list[str], bytes]:
    """What a shell hands to curl: its arguments, and the body. A stand-in for curl writes both down."""
    (folder / "bin").mkdir(exist_ok=True)
    stand_in = folder / "bin" / "curl"
    stand_in.write_text(
        "#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; last=$word; done > arguments\n"
        'if [ "$last" = "@-" ]; then cat > body; else printf %s "$last" > body; fi\n'
    )
    stand_in.chmod(0o755)
    env = {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}", "EMPIRIOLABS_API_KEY": "sk-x y"}
    subprocess.run(["sh", "-c", command], cwd=folder, env=env, check=True)
    return (folder / "arguments").read_text().split("\0"), (folder / "body").read_bytes()


SHELL = [
    "$(touch owned)",
    "`touch owned`",
    "'; touch owned; '",
    '"; touch owned; "',
    "\\' & touch owned",
    "!! %s \\n",
]


@pytest.mark.parametrize("text", ["plain", *SHELL, "שלום \u202e \x7f 狐\U000e0041"])
def test_the_command_posts_the_very_request_and_nothing_else_is_run(tmp_path: Path, text: str) -> None:
    story = {"storyboard": 1, "title": "T", "style": text, "scenes": [{"segments": [text]}]}
    content = json.dumps(story, ensure_ascii=False).replace("\x7f", "\\u007f")
    reel = first_reel(prepare(write_story(tmp_path, content)))
    order = order_text(reel, {})
    assert not {"\u202e", "\x7f", "\U000e0041"} & set(order.command)
    arguments, body = posted(order.command, tmp_path)
    assert json.loads(body) == reel.as_json()["request"] == json.loads(order.as_json)
    assert arguments[0] == "https://api.empiriolabs.ai/v1/videos/generations"
    assert arguments[2] == "Authorization: Bearer sk-x y"
    assert "sk-x" not in order.command
    assert not (tmp_path / "owned").exists()


def test_the_command_sends_a_first_frame_as_the_file_it_is(tmp_path: Path) -> None:
    write_tree(tmp_path, {"images/it's a fox.png": png()})
    prepared = prepare(write_story(tmp_path, WITH_IMAGE))
    order = order_text(first_reel(prepared), prepared.images)
    _, body = posted(order.command, tmp_path)
    sent = json.loads(body)
    assert sent.pop("image") == f"data:image/png;base64,{base64.b64encode(png()).decode()}"
    assert json.loads(order.as_json) == {**sent, "image": "images/it's a fox.png"}
    assert "told by its path" in order.notes[0]


def test_a_reel_that_goes_on_says_where_its_first_frame_comes_from(tmp_path: Path) -> None:
    scene = "  - segments: [{action: a, slots: 20}]\n"
    prepared = prepare(write_story(tmp_path, f"storyboard: 1\ntitle: T\nscenes:\n{scene * 2}"))
    order = order_text(prepared.require_plan().reels[1], prepared.images)
    assert "< last-frame-of-reel-1.png" in order.command
    assert order.notes[0].startswith("The first frame is the last frame of reel 1")


def test_a_name_with_hidden_characters_gets_no_command(tmp_path: Path) -> None:
    write_tree(tmp_path, {"fox\u202e.png": png()})
    text = MINIMAL.replace("title: Fox", 'title: Fox\nimage: "fox\\u202e.png"')
    prepared = prepare(write_story(tmp_path, text))
    order = order_text(first_reel(prepared), prepared.images)
    assert order.command == ""
    assert "Rename the file." in order.notes[-1]
