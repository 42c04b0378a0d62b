"""The module map of ARCHITECTURE.md holds: imports go downwards, one module prints, few modules write."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib import import_module
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from slidegloss.arguments import COMMANDS, parser

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "slidegloss"
FILES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent == PACKAGE or path.parent.name != "templates")
NEEDED = {"papers": ["list"], "new": ["folder"]}
"""What some commands cannot do without."""
MAY_PRINT = {"terminal"}
MAY_WRITE = ("write.", "figures.cache")
WRITERS = {"write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "symlink_to", "hardlink_to"}
TEMPORARY = {"mkstemp", "mkdtemp", "TemporaryDirectory", "NamedTemporaryFile"}
OS_WRITERS = {"remove", "rename", "replace", "makedirs", "mkdir", "unlink", "rmdir", "symlink", "link"}


def name_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def table():
    """Modules in the order of the table, a package standing for all its modules that have no row of their own."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").partition("\n## The modules\n")[2]
    cells = re.findall(r"^\| (`[^|]+) \|", text, re.MULTILINE)
    rows = [name for cell in cells for name in re.findall(r"`([\w/]+)(?:\.py|/)`", cell)]
    return list(dict.fromkeys(row.rstrip("/").replace("/", ".") for row in rows))


def rank(module, order):
    while module:
        if module in order:
            return order.index(module)
        module = module.rpartition(".")[0]
    return None


def imports_of(tree, known):
    """Modules of the package that are imported, at the top or inside functions; those for type checkers do not count."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting += node.orelse
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "slidegloss":
            base = (node.module or "").partition(".")[2]
            for alias in node.names:
                inner = f"{base}.{alias.name}".strip(".")
                target = inner if inner in known else base
                if target:
                    yield target, node.lineno
        elif isinstance(node, ast.Import):
            yield from (
                (alias.name.partition(".")[2], node.lineno)
                for alias in node.names
                if alias.name.startswith("slidegloss.")
            )
        waiting += list(ast.iter_child_nodes(node))


@cache
def parsed():
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}


def test_every_module_has_a_row_in_the_table():
    order = table()
    packages = {row.rpartition(".")[0] for row in order}
    missing = [name for name in parsed() if rank(name, order) is None and name not in {*packages, "", "__main__"}]
    assert not missing, f"add a row to the table in ARCHITECTURE.md for: {', '.join(missing)}"


def test_imports_go_downwards_only():
    order, trees = table(), parsed()
    wrong = []
    for name, tree in trees.items():
        own = rank(name, order)
        for target, line in imports_of(tree, trees):
            other = rank(target, order)
            if own is not None and other is not None and other > own:
                wrong.append(f"{name}:{line} imports {target}, which stands below it in ARCHITECTURE.md")
    assert not wrong, "\n".join(wrong)


def packages():
    """Packages in the order of their table, and the modules that stand between them."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    part = text.partition("\n## The packages\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+) \|", part, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`(\w+)(?:\.py|/)`", cell)]


def test_every_package_has_a_row_in_their_table():
    assert {path.parent.name for path in FILES if path.parent != PACKAGE} == {*packages()} - {"model", "nodes", "cli"}


def test_packages_import_from_those_above_them_only():
    order, trees = packages(), parsed()
    wrong = [
        f"{name}:{line} imports {target}, whose package stands below its own in ARCHITECTURE.md"
        for name, tree in trees.items()
        if (own := name.partition(".")[0]) in order
        for target, line in imports_of(tree, trees)
        if (other := target.partition(".")[0]) in order and order.index(other) > order.index(own)
    ]
    assert not wrong, "\n".join(wrong)


def test_only_the_terminal_prints():
    wrong = []
    for name, tree in parsed().items():
        for node in ast.walk(tree):
            is_print = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
            is_stream = (
                isinstance(node, ast.Attribute)
                and node.attr in {"stdout", "stderr"}
                and ast.unparse(node) in {"sys.stdout", "sys.stderr"}
            )
            if (is_print or is_stream) and name not in MAY_PRINT:
                wrong.append(f"{name}:{node.lineno}")
    assert not wrong, f"only terminal.py prints: {wrong}"


def writes(node):
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute):
        if node.func.attr in WRITERS | TEMPORARY:
            return True
        if node.func.attr in {"rename", "replace"} and len(node.args) == 1 and not node.keywords:
            return True  # a path's; a text's takes two
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "os" and node.func.attr in OS_WRITERS:
            return True
        if isinstance(node.func.value, ast.Name) and node.func.value.id == "shutil":
            return node.func.attr in ("copy", "copy2", "copyfile", "copytree", "move", "rmtree")
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if called == "open":
        modes = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "mode")]
        return any(
            isinstance(mode, ast.Constant)
            and isinstance(mode.value, str)
            and re.fullmatch(r"[rwaxbt+]*[wax+][bt+]*", mode.value)
            for mode in modes
        )
    return False


def test_only_the_writer_and_the_caches_write():
    wrong = [
        f"{name}:{node.lineno}: {ast.unparse(node)[:60]}"
        for name, tree in parsed().items()
        if not name.startswith(MAY_WRITE)
        for node in ast.walk(tree)
        if writes(node)
    ]
    assert not wrong, "only write/ and the caches write files:\n" + "\n".join(wrong)


def test_every_command_has_a_module_that_runs_it():
    modules = {name.partition(".")[2] for name in parsed() if name.startswith("commands.")}
    assert modules - {"project"} == set(COMMANDS)
    for command in COMMANDS:
        assert callable(import_module(f"slidegloss.commands.{command}").run)
        assert parser().parse_known_args([command, *NEEDED.get(command, ())])[0].command == command


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(parsed()[name_of(path)]), f"{path.name} has no docstring"


def test_the_checks_see_what_they_look_for():
    bad = ast.parse(
        "import os\nopen('a', 'w')\nPath('x').open('ab')\nos.replace('a', 'b')\np.write_text('')\nopen('r')\n"
        "p.replace(q)\nt.replace('a', 'b')\ntempfile.TemporaryDirectory()"
    )
    assert [node.lineno for node in ast.walk(bad) if writes(node)] == [2, 3, 4, 5, 7, 9]
    lazy = ast.parse("def f():\n    from slidegloss.cli import main\n")
    assert list(imports_of(lazy, {"cli"})) == [("cli", 2)]


def test_named_tuples_are_ours():
    """Those of `typing` take twice as long to load."""
    for name, tree in parsed().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "typing" and name != "base.namedtuples":
                assert "NamedTuple" not in {alias.name for alias in node.names}, name


def imported(folder: Path) -> set[str]:
    """The packages that the modules below a folder import by name."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and not node.level]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(("folder", "extras"), [("slidegloss", ()), ("tests", ("dev", "engines"))])
def test_what_is_imported_is_declared_and_every_dependency_has_bounds(folder: str, extras: tuple[str, ...]) -> None:
    """What comes along with something else today may not come along tomorrow."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(line for extra in extras for line in project["optional-dependencies"][extra])]
    assert [line for line in wanted if "<" not in line or ">=" not in line] == []
    declared = {re.match(r"[\w.-]+", line)[0].lower().replace("_", "-") for line in wanted}
    ours = {"slidegloss", "tests", "bench", "conftest", "search_site", "pydantic_core"}  # pydantic's other half
    homes = packages_distributions()
    for name in imported(ROOT / folder) - sys.stdlib_module_names - ours:
        if name in homes:  # a module for another system is not here
            assert {home.lower().replace("_", "-") for home in homes[name]} & declared, f"declare {name}"


RENDERING = ("jinja2", "markupsafe", "mkdocs", "markdown", "nh3", "pygments", "PIL", "babel", "fontTools", "rapidfuzz")
ELSEWHERE = ("subprocess", "tempfile", "logging", "email", "http", "ssl", "urllib.request", "concurrent")


def loaded_by(program: str) -> set[str]:
    asked = f"import sys; {program}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_who_reads_notes_need_not_load_what_comes_after() -> None:
    """Other processes read while this one loads the rest: what stands here would keep all of them waiting."""
    loaded = loaded_by("import slidegloss.cli, slidegloss.pipeline.phases")
    assert "slidegloss.decks.reading" in loaded
    assert not loaded & {
        *RENDERING,
        *ELSEWHERE,
        "slidegloss.pipeline.joining",
        "slidegloss.pages.deck",
        "slidegloss.engine.run",
    }


def test_after_an_edit_one_process_loads_what_reads_and_the_other_what_makes_pages() -> None:
    assert not loaded_by(
        "import slidegloss.cli, slidegloss.incremental.rebuild, slidegloss.incremental.errands, slidegloss.decks.reading"
    ) & {
        *RENDERING,
        *ELSEWHERE,
    }
    assert "slidegloss.verification.recheck" in loaded_by(
        "from slidegloss.incremental.errands import prepare; prepare()"
    )
    others = {
        "slidegloss.decks.reading",
        "slidegloss.notes.deck",
        "slidegloss.notes.citations",
        "slidegloss.notes.citation_finder",
        "pyromark",
    }
    others |= {"slidegloss.verification.recheck", "slidegloss.verification.sitefacts"}
    assert not loaded_by("import slidegloss.cli, slidegloss.incremental.amendment, slidegloss.pages.home") & others
