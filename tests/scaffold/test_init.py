"""``storyboard init``: a whole series that renders at once, and writes over nothing."""

from __future__ import annotations

import errno
import html
import json
import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import av
import pytest
import yaml
from git_repository import Repository
from helpers import MINIMAL, ROOT, environment, write_tree
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import UsageError
from storyboard.export.schema import SCHEMA_NAMES, schema_text
from storyboard.scaffold.new_series import make_series
from storyboard.scaffold.texts import heading, readable, yaml_text
from storyboard.story.load import load_storyboard
from storyboard.story.series_load import load_series
from storyboard.story.yaml_document import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from helpers import Ran

    Command = Callable[..., Ran]

FILES = {
    "series.yaml",
    "episodes/01-the-wet-umbrella.yaml",
    "episodes/02-the-humming-suitcase.yaml",
    "images/README.md",
    "schemas/series.schema.json",
    "schemas/storyboard.schema.json",
    ".gitignore",
    ".gitattributes",
    ".editorconfig",
    ".idea/jsonSchemas.xml",
    ".vscode/settings.json",
    ".vscode/extensions.json",
    ".github/workflows/review.yml",
    "README.md",
}
VERBS = {"check", "diff", "init", "new", "plan", "preview", "render", "schema"}
"""The verbs a series' own files name."""
TITLES = [
    'A "quoted" title: with a colon',
    "'tis # no comment",
    "- {a}: [b], &c *d !e |f >g %h @i `j",
    "one line\nand another\ttabbed",
    "Die Größe der 狐 👩‍🚀",
    "wörter " * 42,
    "yes",
    "1e3",
    "~",
    "2026-11-24",
    "a\u2028b\x85c",
    "\x1b[2Jgone",
    "\\n",
    "<<title>> <<version>>",
]


@pytest.fixture
def series(tmp_path: Path) -> Path:
    return make_series(tmp_path / "night-ferry").folder


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_makes_a_whole_series_and_says_what_to_do_next(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    ran = storyboard("init", "night-ferry")
    assert (ran.code, ran.out) == (0, "night-ferry\n")
    assert names_in(tmp_path) == {f"night-ferry/{name}" for name in FILES}
    assert ran.err.splitlines() == [
        "Made the series “Night ferry”: 14 files.",
        "Next:",
        "  cd night-ferry",
        "  storyboard preview episodes/01-the-wet-umbrella.yaml",
        "  storyboard render episodes/01-the-wet-umbrella.yaml   # free, on the sandbox",
    ]


def test_left_out_the_folder_is_this_one(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = storyboard("init", "--title", "Ferry")
    assert (ran.code, ran.out) == (0, ".\n")
    assert "  cd " not in ran.err
    assert names_in(tmp_path) == FILES


def test_a_strict_check_of_the_fresh_series_has_nothing_to_tell(storyboard: Command, series: Path) -> None:
    ran = storyboard("check", "--strict", "--json", series)
    assert (ran.code, ran.json) == (0, {"findings": []})


@pytest.mark.parametrize("name", sorted(name for name in FILES if name.startswith("episodes/")))
def test_each_episode_previews_as_one_short_reel_with_the_series_people_and_place(
    storyboard: Command, series: Path, name: str
) -> None:
    shown = storyboard("preview", "--json", series / name).json
    (reel,) = shown["reels"]
    assert shown["findings"] == []
    assert 18 <= reel["seconds"] <= 27
    assert "Ines, a clerk in her forties" in reel["request"]["prompt"]
    assert "the lost property office" in reel["request"]["prompt"]
    assert "image" not in reel["request"]
    written = load_storyboard(series / name).storyboard
    assert written is not None
    for segment in [segment for scene in written.scenes for segment in scene.segments]:
        assert 10 <= len(segment.action.split()) <= 25, segment.action


def test_a_fresh_episode_renders_on_the_sandbox_to_a_clip_of_its_length(series: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "storyboard", "render", "--json", "episodes/01-the-wet-umbrella.yaml"],
        cwd=series,
        env=environment(),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    with av.open(str(series / json.loads(ran.stdout)["episode"])) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height) == (832, 480)
        assert sum(1 for _ in container.decode(stream)) == 360


def test_every_key_of_a_series_is_shown_and_what_is_commented_out_is_right_too(series: Path) -> None:
    text = (series / "series.yaml").read_text(encoding="utf-8")
    for name, model in (("series", ""), ("series", "Defaults"), ("series", "Ceilings")):
        schema = json.loads(schema_text(name))
        for key in (schema["$defs"][model] if model else schema)["properties"]:
            assert key in {"cfg", "logline"} or re.search(rf"\b{key}:", text), key
    whole = re.sub(r"^( *)# (?=(?:  )?[a-z_0-9]+:(?: |$))", r"\1", text, flags=re.MULTILINE)
    whole = re.sub(r"^  style: .*\n", "", whole, flags=re.MULTILINE)  # a style and a look exclude each other
    write_tree(series, {"series.yaml": whole})
    assert load_series(series).findings == ()
    loaded = load_series(series).series
    assert loaded is not None
    assert (loaded.defaults.look, loaded.defaults.provider, len(loaded.looks)) == ("lamplight", "empirio", 2)


def test_the_schemas_are_those_of_the_program_and_every_yaml_file_names_its_own(series: Path) -> None:
    for name in SCHEMA_NAMES:
        assert (series / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == schema_text(name)
    for file in [series / "series.yaml", *series.glob("episodes/*.yaml")]:
        first = file.read_text(encoding="utf-8").splitlines()[0]
        named = first.removeprefix("# yaml-language-server: $schema=")
        kind = "series" if file.name == "series.yaml" else "storyboard"
        assert (file.parent / named).resolve() == (series / "schemas" / f"{kind}.schema.json").resolve()


def test_the_editor_settings_map_both_schemas_to_files_that_are_there(series: Path) -> None:
    settings = json.loads((series / ".vscode" / "settings.json").read_bytes())
    for schema, pattern in settings["yaml.schemas"].items():
        assert (series / schema).is_file()
        assert list(series.glob(pattern))
    assert json.loads((series / ".vscode" / "extensions.json").read_bytes()) == {
        "recommendations": ["redhat.vscode-yaml"]
    }


def test_the_mapping_for_jetbrains_names_schemas_and_files_that_are_there(series: Path) -> None:
    tree = ElementTree.parse(series / ".idea" / "jsonSchemas.xml")
    found = []
    for info in tree.iter("SchemaInfo"):
        (schema,) = info.findall("option[@name='relativePathToSchema']")
        (path,) = info.findall(".//Item/option[@name='path']")
        found.append((schema.get("value"), path.get("value")))
    assert found == [("schemas/series.schema.json", "series.yaml"), ("schemas/storyboard.schema.json", "episodes")]
    assert all((series / str(name)).exists() for pair in found for name in pair)


def test_git_ignores_the_ledger_and_the_renders_and_nothing_else(series: Path) -> None:
    repository = Repository.make(series)
    write_tree(
        series,
        {
            ".storyboard/ledger.sqlite": "",
            "renders/a.mp4": "",
            ".idea/workspace.xml": "",
            "storyboard.lock": "{}\r\n",
        },
    )
    repository.git("add", "--all")
    assert set(repository.git("ls-files").splitlines()) == FILES | {"storyboard.lock"}
    assert repository.git("cat-file", "-p", ":storyboard.lock") == "{}"


# The title is a stranger's text.


@pytest.mark.parametrize("title", TITLES, ids=range(len(TITLES)))
def test_any_title_is_written_as_valid_yaml_and_nothing_else(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    ran = storyboard("init", tmp_path / "s", "--title", title)
    assert ran.code == 0, ran.err
    loaded = load_series(tmp_path / "s")
    assert loaded.findings == ()
    assert loaded.series is not None
    assert loaded.series.title == title.strip()
    assert yaml.safe_load((tmp_path / "s" / "series.yaml").read_bytes())["title"] == title.strip()
    assert storyboard("check", "--strict", tmp_path / "s").code == 0
    assert not [each for each in ran.err if each != "\n" and (each < " " or "\x7f" <= each < "\xa0")]
    (first, *rest) = (tmp_path / "s" / "README.md").read_text(encoding="utf-8").split("\n")
    assert first.startswith("# ")
    assert rest[0] == ""


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_text_comes_back_from_its_yaml(text: str) -> None:
    written = yaml_text(text)
    assert "\n" not in written
    document = f"a: {written}\nb: 1\n".encode()
    assert yaml.safe_load(document) == {"a": text, "b": 1}
    assert read_yaml(document).value == {"a": text, "b": 1}


@given(st.text())
def test_a_heading_is_one_line(text: str) -> None:
    assert len(heading(text).splitlines()) <= 1


def test_a_name_is_made_readable() -> None:
    names = {"night-ferry": "Night ferry", "my_show.v2": "My show v2", "Dr. No": "Dr. No", "--": "", "狐": "狐"}
    assert {name: readable(name) for name in names} == names


@pytest.mark.parametrize("title", ["", "  \n", "x" * 10_001, "\udcff"], ids=["empty", "blank", "endless", "no text"])
def test_a_title_of_no_use_is_refused_and_nothing_is_made(storyboard: Command, tmp_path: Path, title: str) -> None:
    ran = storyboard("init", tmp_path / "s", "--title", title)
    assert ran.code == 2
    assert "title" in ran.err
    assert not (tmp_path / "s").exists()


# Nothing is written over.


def test_files_that_are_there_are_kept_and_told(
    storyboard: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    mine = {"README.md": "mine", ".gitignore": "mine", "episodes/01-the-wet-umbrella.yaml": MINIMAL, "notes.txt": "n"}
    ran = storyboard("init", write_tree(tmp_path / "s", mine))
    assert ran.code == 0
    assert {name: (tmp_path / "s" / name).read_text() for name in mine} == mine
    assert names_in(tmp_path / "s") == FILES | {"notes.txt"}
    assert "11 files." in ran.err
    assert "  .gitignore was there, and stays as it is (see that it has .storyboard/ and\n  renders/)." in ran.err
    assert "  episodes/01-the-wet-umbrella.yaml was there, and stays as it is." in ran.err


def test_a_folder_that_is_a_series_is_refused(storyboard: Command, series: Path) -> None:
    before = {path: path.read_bytes() for path in series.rglob("*") if path.is_file()}
    ran = storyboard("init", series, "--title", "Another")
    assert ran.code == 2
    assert "is there already: the folder is a series." in ran.err
    assert "storyboard new NAME" in ran.err
    assert {path: path.read_bytes() for path in series.rglob("*") if path.is_file()} == before


def test_even_a_link_that_leads_nowhere_is_not_written_through(storyboard: Command, tmp_path: Path) -> None:
    (tmp_path / "series.yaml").symlink_to(tmp_path / "elsewhere.yaml")
    assert storyboard("init", tmp_path).code == 2
    assert not (tmp_path / "elsewhere.yaml").exists()


@pytest.mark.parametrize("below", ["sub", "episodes", "a/b/c"])
def test_inside_another_series_it_is_refused(storyboard: Command, series: Path, below: str) -> None:
    ran = storyboard("init", series / below)
    assert ran.code == 2
    assert f"lies in a series: there is a series.yaml in {series}." in ran.err
    assert names_in(series) == FILES


def test_a_file_in_the_place_of_a_folder_is_told_and_nothing_is_made(storyboard: Command, tmp_path: Path) -> None:
    ran = storyboard("init", write_tree(tmp_path, {"file": ""}) / "file")
    assert (ran.code, ran.err.splitlines()[0]) == (2, f"error: {tmp_path / 'file'} is a file.")
    assert storyboard("init", tmp_path / "file" / "below").code == 2
    ran = storyboard("init", write_tree(tmp_path / "s", {"episodes": ""}))
    assert ran.code == 2
    assert "is a file where a folder is needed. Nothing was made." in ran.err
    assert names_in(tmp_path / "s") == {"episodes"}
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["episodes"]


def test_a_link_that_leads_out_is_not_followed(storyboard: Command, tmp_path: Path) -> None:
    (tmp_path / "s").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "s" / ".github").symlink_to(tmp_path / "out")
    ran = storyboard("init", tmp_path / "s")
    assert ran.code == 2
    assert "is a link that leads out" in ran.err
    assert names_in(tmp_path) == set()


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are POSIX")
def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.access(closed, os.W_OK):  # root may write anywhere
        _fail_with(monkeypatch, errno.EACCES)
    with pytest.raises(UsageError, match=r"cannot be written to: Permission denied\. Nothing was made\."):
        make_series(closed)
    assert list(closed.iterdir()) == []


@pytest.mark.parametrize("at", [1, 5, 14])
def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    _fail_with(monkeypatch, errno.ENOSPC, at=at)
    with pytest.raises(UsageError, match=r"is full\. Nothing was made\."):
        make_series(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("at", [1, 5, 14])
def test_what_stops_it_while_files_get_their_names_takes_those_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    from storyboard.files import name_new
    from storyboard.scaffold import placing

    real, calls = name_new, []

    def stops(staged: Path, path: Path) -> bool:
        calls.append(path)
        if len(calls) == at:
            raise KeyboardInterrupt
        return real(staged, path)

    monkeypatch.setattr(placing, "name_new", stops)
    write_tree(tmp_path / "s", {"README.md": "mine"})
    with pytest.raises(KeyboardInterrupt):
        make_series(tmp_path / "s")
    assert [path.name for path in (tmp_path / "s").iterdir()] == ["README.md"]


def test_a_file_system_without_hard_links_does_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    made = make_series(write_tree(tmp_path / "s", {"README.md": "mine"}))
    assert made.placed.kept == ("README.md",)
    assert names_in(tmp_path / "s") == FILES
    assert (tmp_path / "s" / "README.md").read_text() == "mine"


def test_series_yaml_is_the_last_to_get_its_name(tmp_path: Path) -> None:
    assert make_series(tmp_path).placed.made[-1] == "series.yaml"


def _fail_with(monkeypatch: pytest.MonkeyPatch, number: int, at: int = 1) -> None:
    from storyboard import files
    from storyboard.scaffold import placing

    real, calls = files.write_whole, []

    def fails(path: Path, data: bytes) -> None:
        calls.append(path)
        if len(calls) == at:
            raise OSError(number, os.strerror(number), str(path))
        real(path, data)

    monkeypatch.setattr(placing, "write_whole", fails)


# The review workflow.


def workflow(folder: Path) -> dict[Any, Any]:
    value: dict[Any, Any] = yaml.safe_load((folder / ".github" / "workflows" / "review.yml").read_bytes())
    return value


def steps(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow(folder)["jobs"]["review"]["steps"]
    return found


def test_the_workflow_may_only_read_and_comment_and_is_given_no_secret(series: Path) -> None:
    text = (series / ".github" / "workflows" / "review.yml").read_text(encoding="utf-8")
    whole = workflow(series)
    assert whole[True] == {"pull_request": None}  # YAML 1.1 reads a bare “on” as true
    assert whole["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert "secrets." not in text
    assert "EMPIRIOLABS" not in text
    (checkout,) = [step for step in steps(series) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"] == {"fetch-depth": 0, "persist-credentials": False}
    with_token = [step["name"] for step in steps(series) if "GH_TOKEN" in step.get("env", {})]
    assert with_token == ["Comment"]


def test_no_text_of_a_stranger_is_pasted_into_a_script(series: Path) -> None:
    assert not [step for step in steps(series) if "${{" in step.get("run", "")]


def test_the_workflow_installs_this_version(series: Path, storyboard: Command) -> None:
    version = storyboard("--version").out.split()[1]
    (install,) = [step["run"] for step in steps(series) if step.get("name") == "Install"]
    assert install.endswith(f" storyboard-composer=={version}")
    assert f"pip install storyboard-composer=={version}\n" in (series / "README.md").read_text(encoding="utf-8")


def test_the_workflow_and_the_readme_name_only_commands_that_exist(series: Path) -> None:
    from storyboard.cli.listing import PROGRAM

    registered = {listed.name for listed in PROGRAM}
    text = (series / "README.md").read_text(encoding="utf-8")
    scripts = [*(step.get("run", "") for step in steps(series)), *re.findall(r"```sh\n(.*?)```", text, re.DOTALL)]
    verbs = {verb for script in scripts for verb in re.findall(r"^ *storyboard (\w+)", script, re.MULTILINE)}
    assert {"check", "plan", "diff", "preview", "render", "new"} <= verbs
    assert verbs <= registered | VERBS


@pytest.mark.skipif(not shutil.which("bash"), reason="the workflow's scripts are bash")
def test_the_workflow_s_scripts_write_one_comment_with_the_prompt_s_change_and_the_price(tmp_path: Path) -> None:
    repository = Repository.make(tmp_path / "s")
    make_series(tmp_path / "s")
    repository.commit({})
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    episode = tmp_path / "s" / "episodes" / "01-the-wet-umbrella.yaml"
    text = episode.read_text(encoding="utf-8")
    repository.commit({"episodes/01-the-wet-umbrella.yaml": text.replace("black umbrella", "scarlet ``` umbrella")})
    ran = run_review(tmp_path, "main")
    assert set(ran) == {"Check", "Plan", "Compare", "Comment"}
    assert ran["Check"] == ran["Compare"] == ran["Comment"] == 0
    asked = (tmp_path / "gh.txt").read_text().split()
    assert asked[:3] == ["pr", "comment", "7"]
    assert {"--edit-last", "--create-if-none", "--body-file"} <= set(asked)
    comment = html.unescape((tmp_path / "comment.md").read_text(encoding="utf-8"))
    assert "scarlet" in comment
    assert "$1.41" in comment
    assert "The check found nothing." in comment
    assert (tmp_path / "summary.md").read_text(encoding="utf-8").startswith(comment.splitlines()[0])


@pytest.mark.skipif(not shutil.which("bash"), reason="the workflow's scripts are bash")
def test_where_the_story_is_wrong_the_check_fails_the_run_and_the_comment_is_written_all_the_same(
    tmp_path: Path,
) -> None:
    repository = Repository.make(tmp_path / "s")
    make_series(tmp_path / "s")
    repository.commit({})
    repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repository.commit({"episodes/03-x.yaml": MINIMAL.replace("title", "titel")})
    ran = run_review(tmp_path, "main", gh_fails=True)
    assert (ran["Check"], ran["Comment"]) == (1, 0)
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "**The check found something.**" in summary
    assert "    episodes/03-x.yaml:2:1: error: unknown-key" in summary
    said = (tmp_path / "said.txt").read_text(encoding="utf-8")
    assert "::notice::" in said
    told = [
        line for line in said.splitlines() if "titel" in line
    ]  # a line of a story could be a command to the runner
    assert told[0].startswith("::error file=episodes/03-x.yaml,line=2,col=1,title=unknown-key::")
    assert len(told) == 1


def run_review(tmp_path: Path, base: str, *, gh_fails: bool = False) -> dict[str, int]:
    """Run the scripts of a series' workflow as a runner would, and say what each ended with."""
    python = f'exec "{sys.executable}" -m storyboard "$@"'
    gh = f'echo "$@" > "{tmp_path}/gh.txt"; cp comment.md "{tmp_path}/comment.md"; exit {int(gh_fails)}'
    (tmp_path / "temp").mkdir()
    for name, script in {"storyboard": python, "gh": gh}.items():
        write_tree(tmp_path, {f"bin/{name}": f"#!/bin/sh\n{script}\n"})
        (tmp_path / "bin" / name).chmod(0o755)
    more = {
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "RUNNER_TEMP": str(tmp_path / "temp"),
        "GITHUB_BASE_REF": base,
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "GITHUB_REPOSITORY": "someone/series",
        "NUMBER": "7",
        **workflow(tmp_path / "s")["jobs"]["review"]["env"],
    }
    ended: dict[str, int] = {}
    with (tmp_path / "said.txt").open("w", encoding="utf-8") as said:
        for step in steps(tmp_path / "s"):
            if "run" in step and step["name"] != "Install":
                more["CHECKED"] = "failure" if ended.get("Check") else "success"
                command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                ran = subprocess.run(
                    command, cwd=tmp_path / "s", env=environment(**more), stdout=said, stderr=said, check=False
                )
                ended[step["name"]] = ran.returncode
    return ended


def test_below_a_repository_s_top_the_workflow_works_there_and_a_note_says_where_it_has_to_lie(
    storyboard: Command, tmp_path: Path
) -> None:
    Repository.make(tmp_path / "repository")
    folder = tmp_path / "repository" / "shows" / "night: ferry"
    ran = storyboard("init", folder)
    assert ran.code == 0
    assert "GitHub reads workflows only at the top of a repository" in ran.err
    assert workflow(folder)["defaults"]["run"] == {"shell": "bash", "working-directory": "shows/night: ferry"}
    made = Repository.make(tmp_path / "top")
    assert "GitHub" not in storyboard("init", made.folder).err
    assert workflow(made.folder)["defaults"]["run"] == {"shell": "bash"}


def test_the_templates_travel_in_the_wheel() -> None:
    included = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"templates" = "storyboard/templates"' in included
    for path in (ROOT / "templates" / "series").rglob("*"):
        assert not path.name.startswith("."), "a hidden file would act, or be passed over, where it lies"
