"""A story to a finished file, by the real command, against the real sandbox."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
import pytest
from render_command import Ended, ended, environment, start
from still_clip import png
from studio import STORY, Studio

from storyboard.generation.sandbox.server import RunningSandbox, serve
from storyboard.generation.sandbox.settings import SandboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest_plugins = ["render_fixtures"]

WITH_IMAGE = STORY.replace("scenes:", "image: first.png\nadherence: literal\nscenes:")


@dataclass
class Rendered:
    """One render against a sandbox that is served as if it were the hosted service."""

    folder: Path
    key: str
    result: Ended
    sandbox: RunningSandbox

    @property
    def manifest(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((self.folder / "renders" / "story.manifest.json").read_bytes())
        return value


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rendered]:
    folder = tmp_path_factory.mktemp("whole")
    (folder / "story.yaml").write_text(WITH_IMAGE)
    (folder / "first.png").write_bytes(png())
    with serve(SandboxSettings()) as sandbox:
        hosted = ["--provider", "empirio", "--base-url", sandbox.base_url, "--yes", "--json"]
        env = environment(folder, sandbox.key)
        yield Rendered(
            folder, sandbox.key, ended(start("render", "story.yaml", *hosted, cwd=folder, env=env)), sandbox
        )


def test_it_ends_with_0_and_names_the_finished_file(rendered: Rendered) -> None:
    assert rendered.result.code == 0, rendered.result.err
    told = json.loads(rendered.result.out)
    assert told["episode"] == "renders/story.mp4"
    assert (rendered.folder / told["episode"]).is_file()
    assert (rendered.folder / told["manifest"]).is_file()


def test_the_file_decodes_to_every_frame_that_was_ordered(rendered: Rendered) -> None:
    with av.open(str(rendered.folder / "renders" / "story.mp4")) as container:
        stream = container.streams.video[0]
        frames = sum(1 for _ in container.decode(stream))
        assert (stream.width, stream.height, stream.average_rate, frames) == (832, 480, Fraction(16), 288)


def test_one_job_was_bought(rendered: Rendered) -> None:
    assert (rendered.sandbox.stats.posts, rendered.sandbox.stats.jobs) == (1, 1)


def test_json_tells_the_job_the_take_and_the_price_of_each_reel(rendered: Rendered) -> None:
    (reel,) = json.loads(rendered.result.out)["reels"]
    assert reel["cost_usd"] == "1.03"
    assert reel["job_id"]
    assert reel["reused"] is False
    assert len(reel["request_sha256"]) == 64
    assert (rendered.folder / reel["take"]).is_file()


def test_the_episode_of_one_reel_is_its_take_byte_for_byte(rendered: Rendered) -> None:
    (take,) = (rendered.folder / ".storyboard" / "takes").iterdir()
    assert take.read_bytes() == (rendered.folder / "renders" / "story.mp4").read_bytes()


def test_the_manifest_says_what_the_episode_was_made_of(rendered: Rendered) -> None:
    manifest = rendered.manifest
    assert (manifest["manifest"], manifest["title"], manifest["episode"]) == (1, "The Lamp", "story.mp4")
    assert (manifest["provider"], manifest["sandbox"]) == ("empirio", False)
    assert (manifest["seconds"], manifest["cost_usd"]) == (18, "1.03")
    assert manifest["episode_sha256"] == _sha256(rendered.folder / "renders" / "story.mp4")
    assert manifest["storyboard_sha256"] == _sha256(rendered.folder / "story.yaml")
    assert datetime.fromisoformat(manifest["finished_at"]).tzinfo is not None


def test_the_manifest_holds_each_reel_s_request_with_its_image_by_hash(rendered: Rendered) -> None:
    (reel,) = rendered.manifest["reels"]
    assert reel["request"]["image"] == {"sha256": _sha256(rendered.folder / "first.png")}
    assert reel["request"]["duration"] == 18
    assert reel["clip_sha256"] == rendered.manifest["episode_sha256"]
    assert reel["segments"][0]["action"].startswith("a keeper climbs the stair")
    assert reel["cfg_reason"]


def test_the_key_is_in_no_file_and_in_nothing_that_was_printed(rendered: Rendered) -> None:
    secret = rendered.key.encode()
    for path in rendered.folder.rglob("*"):
        assert not path.is_file() or secret not in path.read_bytes(), path
    assert rendered.key not in rendered.result.out + rendered.result.err


def test_no_first_frame_is_kept_in_the_ledger(rendered: Rendered) -> None:
    assert b"data:image" not in (rendered.folder / ".storyboard" / "ledger.sqlite").read_bytes()


def test_what_belongs_to_this_checkout_is_kept_out_of_git(rendered: Rendered) -> None:
    assert (rendered.folder / ".storyboard" / ".gitignore").read_text() == "*\n"


def test_nothing_unfinished_is_left_behind(rendered: Rendered) -> None:
    finished = {path.name for path in (rendered.folder / "renders").iterdir()}
    assert finished == {"story.manifest.json", "story.mp4"}
    assert list((rendered.folder / ".storyboard" / "parts").iterdir()) == []


def test_progress_is_plain_lines_without_escape_codes_where_there_is_no_terminal(rendered: Rendered) -> None:
    assert "\x1b" not in rendered.result.err
    assert "\r" not in rendered.result.err
    lines = rendered.result.err.splitlines()
    assert any(line.startswith("submitting") for line in lines)
    assert any(line.startswith(("completed 100%", "succeeded 100%")) for line in lines)
    assert any(line.startswith("checking") and line.endswith(" elapsed") for line in lines)
    assert f"reel 1: accepted as job {json.loads(rendered.result.out)['reels'][0]['job_id']}" in lines


@pytest.mark.parametrize(("fault", "code"), [("out-of-credits", 3), ("submit-drop-answer", 5), ("job-fails", 4)])
def test_the_sandbox_s_faults_end_as_those_of_the_service_do(studio: Studio, fault: str, code: int) -> None:
    with serve(SandboxSettings(faults=(fault,))) as sandbox:
        studio.monkeypatch.setenv("EMPIRIOLABS_API_KEY", sandbox.key)
        assert studio.render("--base-url", sandbox.base_url).code == code
        assert sandbox.stats.posts == 1


@pytest.fixture(scope="module")
def on_the_sandbox(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended]:
    """A render on the embedded sandbox, by a command whose first try was killed when its job was accepted."""
    folder = tmp_path_factory.mktemp("embedded")
    (folder / "story.yaml").write_text(STORY)
    env = environment(folder)
    killed = ended(start("render", "story.yaml", cwd=folder, env=env, dies="after-the-ledger"))
    assert killed.code == -9
    return folder, ended(start("render", "story.yaml", "--json", cwd=folder, env=env))


def test_on_the_sandbox_a_job_that_died_with_its_process_is_run_again(on_the_sandbox: tuple[Path, Ended]) -> None:
    folder, result = on_the_sandbox
    assert result.code == 0, result.err
    assert json.loads(result.out)["reels"][0]["take_number"] == 1
    assert (folder / "renders" / "story.mp4").is_file()


def test_the_sandbox_is_the_default_and_needs_no_key_and_no_yes(on_the_sandbox: tuple[Path, Ended]) -> None:
    assert "free on the sandbox ($1.16 hosted)" in on_the_sandbox[1].err


def test_the_manifest_of_a_sandbox_clip_says_that_it_is_one(on_the_sandbox: tuple[Path, Ended]) -> None:
    manifest = json.loads((on_the_sandbox[0] / "renders" / "story.manifest.json").read_bytes())
    assert (manifest["provider"], manifest["sandbox"]) == ("sandbox", True)


def test_a_sandbox_take_is_never_taken_for_a_real_one(on_the_sandbox: tuple[Path, Ended], studio: Studio) -> None:
    shutil.copytree(on_the_sandbox[0] / ".storyboard", studio.folder / ".storyboard")
    assert studio.rendered_json()["reels"][0]["reused"] is False
    assert len(studio.service.posts) == 1


def test_on_the_sandbox_a_second_render_reuses_the_take(on_the_sandbox: tuple[Path, Ended], studio: Studio) -> None:
    studio.monkeypatch.chdir(on_the_sandbox[0])
    result = studio.here("render", "story.yaml", "--json")
    assert json.loads(result.out)["reels"][0]["reused"]


def test_a_take_that_is_all_of_a_film_is_put_into_the_container_that_was_asked_for(
    on_the_sandbox: tuple[Path, Ended], studio: Studio
) -> None:
    studio.monkeypatch.chdir(on_the_sandbox[0])
    assert studio.here("stitch", "story.yaml", "--output", str(studio.folder / "film.mkv"), "--verify").code == 0
    with av.open(str(studio.folder / "film.mkv")) as film:
        assert film.format.name == "matroska,webm"


def test_how_far_joining_has_come_is_told_while_it_lasts(studio: Studio) -> None:
    studio.monkeypatch.setattr("storyboard.cli.progress._TELL_EVERY", 0)
    studio.write(f"{STORY}cut: {{output: {{fps: 24}}}}\n")  # at another rate, all is composed
    lines = studio.render().err.splitlines()
    shares = [int(line.split("joining ")[1].split("%")[0]) for line in lines if "joining " in line and "%" in line]
    assert len(shares) > 2
    assert shares == sorted(shares)
    assert shares[-1] == 100


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
