"""What the wheel carries: the package with all templates, nothing of the tests; what people read of this repository is valid."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml

from slidegloss.arguments import parser
from slidegloss.authoring.scaffold import new_project
from slidegloss.base.diagnostics import Code, diagnostic
from slidegloss.base.reports import format_text
from slidegloss.config.settings import Settings, mkdocs_schema, settings_schema
from slidegloss.papers.schema import paper_schema

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling")
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    (made,) = out.glob("*.whl")
    return made


def test_the_wheel_holds_every_module_and_template_and_nothing_else(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "slidegloss").rglob("*.py")}
    templates = {path.relative_to(ROOT).as_posix() for path in (ROOT / "templates").rglob("*") if path.is_file()}
    assert names == modules | {f"slidegloss/{name}" for name in templates}
    for folder in ("pages", "strings", "theme", "serve", "new/.github", "new/.vscode", "new/docs"):
        assert any(name.startswith(f"slidegloss/templates/{folder}/") for name in names), folder


def test_the_wheel_makes_a_project_without_the_repository(wheel: Path, tmp_path: Path) -> None:
    library = tmp_path / "library"
    zipfile.ZipFile(wheel).extractall(library)
    code = "import slidegloss, sys; from slidegloss.cli import main; print(slidegloss.__file__); sys.exit(main(sys.argv[1:]))"
    for arguments in (["new", "book"], ["check", "book", "--strict"]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(library), "PYTHONSAFEPATH": "1", "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.startswith(str(library))
    assert (tmp_path / "book" / ".vscode" / "slidegloss.code-snippets").is_file()


YAML_FILES = (
    "action.yml",
    ".pre-commit-hooks.yaml",
    "templates/new/.github/workflows/site.yml",
    ".github/workflows/ci.yml",
)


@pytest.mark.parametrize("name", YAML_FILES)
def test_workflows_and_hooks_are_yaml_and_call_commands_that_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert yaml.safe_load(text)
    commands = re.findall(r"(?:run|entry):? (?:slidegloss) (\w+)|^ *slidegloss (\w+)", text, re.MULTILINE)
    assert {first or second for first, second in commands} <= {"check", "build"}


def test_the_action_reads_each_input_that_it_offers() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    steps = json.dumps(action["runs"]["steps"])
    assert set(re.findall(r"inputs\.([\w-]+)", steps)) == set(action["inputs"])
    assert all("inputs." not in step.get("run", "") for step in action["runs"]["steps"]), "inputs go through env"
    assert all(step.get("shell") or step.get("uses") for step in action["runs"]["steps"])


def test_the_hook_runs_for_what_a_book_is_made_of() -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    for path in ("docs/notes/a.md", "mkdocs.yml", "docs/papers/a.bib", "docs/translations/zh.po", "book.toml"):
        assert re.search(hook["files"], path), path
    assert not hook["pass_filenames"]


def test_editors_get_valid_settings_and_snippets() -> None:
    files = new_project("Notes")
    settings = json.loads(files[".vscode/settings.json"])
    published = {"papers", "settings", "mkdocs"}
    named = {Path(name).name.removesuffix(".schema.json") for name in settings["yaml.schemas"]}
    assert named <= published
    snippets = json.loads(files[".vscode/slidegloss.code-snippets"])
    prefixes = [snippet["prefix"] for snippet in snippets.values()]
    assert len(prefixes) == len(set(prefixes))
    assert all(snippet["body"] and snippet["description"] for snippet in snippets.values())


def test_an_editor_s_task_finds_the_places_of_messages() -> None:
    tasks = json.loads(new_project("Notes")[".vscode/tasks.json"])["tasks"]
    pattern = tasks[0]["problemMatcher"]["pattern"]
    problem = diagnostic(Code.LINK_MISSING, "docs/notes/灯 1.md", 3, 14, "a.md: not found", "did you mean [b.md]?")
    found = re.match(pattern["regexp"], format_text([problem]).rstrip("\n"))
    assert found
    said = {name: found[number] for name, number in pattern.items() if name != "regexp"}
    assert said == {
        "file": "docs/notes/灯 1.md",
        "line": "3",
        "column": "14",
        "severity": "warning",
        "code": "link-missing",
        "message": "a.md: not found (did you mean [b.md]?)",
    }
    for task in tasks:  # what the task runs is a command
        parser().parse_args(task["command"].split()[1:])


def test_the_schema_of_mkdocs_yml_leads_to_ours() -> None:
    schema = mkdocs_schema()
    assert schema["properties"]["extra"]["properties"]["slidegloss"] == {"$ref": "settings.schema.json"}
    assert set(settings_schema()["properties"]) == set(Settings.model_fields)
    assert paper_schema()["$schema"]
    assert len({code.slug for code in Code}) == len(Code)
