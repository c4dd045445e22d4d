"""The systemd unit that goes on with open jobs: it is one, and no path or title gets out of its line."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.errors import UsageError
from storyboard.service_unit import unit_text, watch_command

VERIFY = shutil.which("systemd-analyze")
ODD = "a b%h$HOME\"q\"'s' [x]*\\n é;#"


def lines_of(text: str) -> configparser.RawConfigParser:
    """The unit as systemd parts it: sections, keys, values; a line twice is an error here."""
    parser = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#", ";"), strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def words_of(line: str) -> list[str]:
    """The words of a command line in a unit, read as systemd.service(5) says; no variable and no specifier in it."""
    words = re.findall(r'"((?:[^"\\]|\\.)*)"', line)
    assert line == " ".join(f'"{word}"' for word in words)
    for word in words:
        assert "%" not in word.replace("%%", "")
    plain = [re.sub(r"\\(.)", r"\1", word).replace("%%", "%") for word in words]
    for word in plain[1:]:
        assert "$" not in word.replace("$$", "")
    return [plain[0], *(word.replace("$$", "$") for word in plain[1:])]


def verify(folder: Path, text: str) -> str:
    """What systemd says of a unit; nothing where it has nothing to say."""
    unit = folder / "storyboard-jobs.service"
    unit.write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [VERIFY or "", "--user", "--man=no", "verify", str(unit)],
        env={**os.environ, "XDG_RUNTIME_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stderr if ran.returncode == 0 else f"{ran.returncode}: {ran.stderr}"


def test_it_runs_this_program_in_the_folder_and_starts_again_on_failure(tmp_path: Path) -> None:
    unit = lines_of(unit_text(title="The Lighthouse", folder=tmp_path, key_file=tmp_path / "key"))
    service = unit["Service"]
    assert unit["Unit"]["Description"] == "storyboard jobs of The Lighthouse"
    assert service["WorkingDirectory"] == str(tmp_path)
    assert service["Restart"] == "on-failure"
    assert service["EnvironmentFile"] == str(tmp_path / "key")
    assert tuple(words_of(service["ExecStart"])) == watch_command(tmp_path)
    assert words_of(service["ExecStart"])[0] == sys.executable
    assert unit["Install"]["WantedBy"] == "default.target"


def test_it_never_holds_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EMPIRIOLABS_API_KEY", "sk-empiriolabs-secret")
    key_file = tmp_path / "key"
    key_file.write_text("EMPIRIOLABS_API_KEY=sk-empiriolabs-secret\n", encoding="utf-8")
    text = unit_text(title="T", folder=tmp_path, key_file=key_file)
    assert "secret" not in text
    assert "chmod 600" in text
    assert "EnvironmentFile" not in unit_text(title="T", folder=tmp_path)


def test_a_stop_outlasts_a_request_that_may_have_been_paid_for(tmp_path: Path) -> None:
    from storyboard.generation.wire import Timeouts

    service = lines_of(unit_text(title="T", folder=tmp_path))["Service"]
    assert service["KillSignal"] == "SIGINT"
    assert int(service["TimeoutStopSec"]) > Timeouts().total + 30


def test_what_its_command_takes_in_is_not_taken_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "storyboard.py").write_text("raise SystemExit('a stranger')", encoding="utf-8")
    words = [*watch_command(tmp_path)[:4], "--help"]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).stdout.strip()


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("name", ["plain", ODD, "%", "$$", "100%%", "a=b", "-x", "@y", "{z}"])
def test_systemd_takes_it_whatever_the_folder_is_called(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name.replace("/", "")
    folder.mkdir()
    program = tmp_path / "b%h $HOME [x]*é;#" / "python"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    text = unit_text(
        title=name, folder=folder, command=[str(program), name, "$HOME ${HOME} %h"], key_file=folder / "key"
    )
    assert verify(tmp_path, text) == ""


@pytest.mark.skipif(VERIFY is None, reason="systemd-analyze is not here")
def test_systemd_would_tell_a_unit_that_is_wrong(tmp_path: Path) -> None:
    text = unit_text(title="T", folder=tmp_path, command=[str(tmp_path / "not there")])
    assert "not executable" in verify(tmp_path, text) or "No such file" in verify(tmp_path, text)
    assert "Unknown" in verify(tmp_path, unit_text(title="T", folder=tmp_path).replace("Restart=", "Restrat="))


paths = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="/"), min_size=1, max_size=30)


@given(paths)
def test_any_word_is_read_back_as_it_was(word: str) -> None:
    if word.isprintable():
        text = unit_text(title=word, folder=Path("/"), command=["/bin/a b%$", word])
        assert words_of(lines_of(text)["Service"]["ExecStart"]) == ["/bin/a b%$", word]
    else:
        with pytest.raises(UsageError, match="not printable"):
            unit_text(title=word, folder=Path("/"), command=["/bin/a", word])


@given(st.text(max_size=60))
def test_no_title_gets_out_of_its_line(title: str) -> None:
    plain = unit_text(title="T", folder=Path("/"))
    text = unit_text(title=title, folder=Path("/"))
    assert len(text.splitlines()) == len(plain.splitlines())
    described = next(line for line in text.splitlines() if line.startswith("Description="))
    assert "%" not in described.replace("%%", "")
    assert not described.endswith("\\")


@pytest.mark.parametrize("name", ["a\nExecStart=x", "tab\there", "ends with a space ", "ends with a backslash\\"])
def test_a_folder_that_cannot_stand_in_a_unit_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot stand in a unit") as told:
        unit_text(title="T", folder=tmp_path / name)
    assert told.value.message.isprintable()


@pytest.mark.parametrize("name", ["it's", 'a "b"', "a\\b"])
def test_a_program_that_systemd_would_not_take_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="quotation mark or a backslash"):
        unit_text(title="T", folder=tmp_path, command=[str(tmp_path / name / "python")])


def test_a_program_without_its_whole_path_is_refused(tmp_path: Path) -> None:
    for command in ([], ["storyboard", "jobs"]):
        with pytest.raises(UsageError, match="whole path"):
            unit_text(title="T", folder=tmp_path, command=command)
