"""The rooms of the program, and which way their imports go."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import storyboard

PACKAGE = Path(storyboard.__file__).parent
ROOMS = [
    "base",
    "drawing",
    "story",
    "repository",
    "compiler",
    "rules",
    "generation",
    "assembly",
    "review",
    "export",
    "scaffold",
    "team",
    "top",
    "cli",
]
BASE = {"cache", "columns", "errors", "excerpt", "files", "local_server", "profile", "resources"}
TOP = {
    "briefing",
    "calm",
    "comparison",
    "cutting",
    "finishing",
    "fitting",
    "job_watch",
    "known_takes",
    "ledgers",
    "mending",
    "note_program",
    "notify",
    "open_jobs",
    "piloting",
    "present_clips",
    "planning",
    "preview_place",
    "review_pictures",
    "production",
    "project",
    "run_finishing",
    "selection",
    "service_unit",
    "take_picking",
    "take_pruning",
    "setup_checks",
}


def room_of(module: str) -> str:
    """The room of ``storyboard.x.y``."""
    parts = module.split(".")
    name = parts[1] if len(parts) > 1 else ""
    return "base" if name in BASE else "top" if name in TOP else name


def module_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def runtime_imports(file: Path) -> set[str]:
    """The modules of the package that a file imports, other than for types alone."""
    found: set[str] = set()

    class Visitor(ast.NodeVisitor):
        def visit_If(self, node: ast.If) -> None:
            if not (isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"):
                self.generic_visit(node)

        def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
            if node.module and node.module.split(".")[0] == "storyboard":
                found.add(node.module)

        def visit_Import(self, node: ast.Import) -> None:
            found.update(name.name for name in node.names if name.name.split(".")[0] == "storyboard")

    Visitor().visit(ast.parse(file.read_text(encoding="utf-8")))
    return found


SOURCES = sorted(file for file in PACKAGE.rglob("*.py") if file.parent != PACKAGE or file.stem in BASE | TOP)


@pytest.mark.parametrize("file", SOURCES, ids=module_of)
def test_a_module_imports_only_from_its_own_room_and_those_above_it(file: Path) -> None:
    own = ROOMS.index(room_of(module_of(file)))
    for module in runtime_imports(file):
        assert ROOMS.index(room_of(module)) <= own, f"{module_of(file)} reaches down to {module}"


@pytest.mark.parametrize("file", SOURCES, ids=module_of)
def test_a_module_says_what_it_is_for(file: Path) -> None:
    assert ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))


def test_the_public_names_are_whole_sorted_and_there() -> None:
    def order(name: str) -> tuple[int, str]:
        return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)

    assert storyboard.__all__ == sorted(storyboard.__all__, key=order)
    for name in storyboard.__all__:
        assert getattr(storyboard, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = storyboard.nothing


def modules_after(code: str) -> set[str]:
    """The top-level modules that are loaded after a program ran."""
    program = f"import sys, json\n{code}\nprint(json.dumps(sorted({{m.split('.')[0] for m in sys.modules}})))"
    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


HEAVY = {
    "moviepy",
    "PIL",
    "httpx",
    "sqlalchemy",
    "av",
    "numpy",
    "rich",
    "starlette",
    "uvicorn",
    "fountain",
    "openpyxl",
}


def test_help_loads_no_heavy_library() -> None:
    code = (
        "from storyboard.cli.program import app\n"
        "try:\n    app(['--help'], standalone_mode=False)\nexcept SystemExit:\n    raise AssertionError"
    )
    assert not HEAVY & modules_after(code)


def test_compiling_a_text_to_video_story_loads_no_heavy_library() -> None:
    example = PACKAGE.parent / "examples" / "paper-boat.yaml"
    code = f"from storyboard import prepare\nassert prepare({str(example)!r}).ok"
    assert not HEAVY & modules_after(code)


def test_choosing_who_renders_and_asking_for_a_price_loads_no_heavy_library() -> None:
    code = (
        "from storyboard.generation.provider import choose_provider\n"
        "for name in ('sandbox', 'empirio'):\n    choose_provider(name).price({})"
    )
    assert not HEAVY & modules_after(code)


def test_importing_the_package_loads_nothing_of_it() -> None:
    assert not {"pydantic", "yaml", "jinja2"} & modules_after("import storyboard")
