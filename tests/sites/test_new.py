"""`new` makes projects that build clean; nothing that exists is overwritten; old addresses of a moved book answer."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import lxml.html
import pytest

from slidegloss.authoring.scaffold import missing_wheel, new_project, requirement, wheel_source
from slidegloss.cli import main
from slidegloss.config.project import load_config
from tests.sites.command import run, write


def test_a_new_project_builds_strictly_and_passes_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "my-notes"
    assert main(["new", str(project)]) == 0
    assert main(["build", str(project), "--strict"]) == 0, capsys.readouterr().out
    assert main(["check", str(project), "--strict"]) == 0
    assert "My notes" in (project / "site" / "index.html").read_text(encoding="utf-8")
    deck = (project / "site" / "zh" / "first-deck.html").read_text(encoding="utf-8")
    assert "soft table look-up" in deck


@pytest.mark.parametrize("name", ['C:\\new\\table "q"', "讲义：笔记 # 1", "a\nb"])
def test_a_project_may_have_any_name(name: str, tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "made"), "--name", name]) == 0
    config, problems = load_config(tmp_path / "made")
    assert config is not None
    assert (config.site_name, problems) == (" ".join(name.split()), ())


@pytest.mark.parametrize(
    "name", ['"><script>', "a*b* _c_ [d](e) `f` $g$", '{name} "{name}" \\ <3 &amp;', "==x== | ~~y~~"]
)
def test_a_name_is_text_on_the_home_page(name: str, tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "made"), "--name", name]) == 0
    assert main(["build", str(tmp_path / "made"), "--strict"]) == 0
    home = lxml.html.fromstring((tmp_path / "made" / "site" / "index.html").read_bytes())
    assert home.find(".//h1").text_content().removesuffix("¶") == name


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mkdocs.yml").write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 2
    assert "mkdocs.yml exists already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mkdocs.yml"]
    assert (tmp_path / "mkdocs.yml").read_text(encoding="utf-8") == "mine"


def test_new_says_which_wheel_is_missing_and_how_it_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = tmp_path / "my-notes"
    assert main(["new", str(project)]) == 0
    said = capsys.readouterr().out
    wheel = missing_wheel(project)
    assert wheel
    assert wheel.path in said
    (command,) = (line.strip() for line in said.splitlines() if "pip wheel" in line)
    words = shlex.split(command)
    assert words[1:5] == ["-m", "pip", "wheel", "--no-deps"]
    assert Path(words[-1], "pyproject.toml").is_file(), "this repository is what the wheel is made of"
    (project / "wheels").mkdir()
    (project / wheel.path).touch()
    assert missing_wheel(project) is None
    (project / "requirements.txt").write_text("slidegloss @ git+https://example.org/s.git@abc\n", encoding="utf-8")
    assert missing_wheel(project) is None


def test_a_wheel_is_made_of_what_was_installed(tmp_path: Path) -> None:
    made = tmp_path / "slidegloss-1-py3-none-any.whl"
    made.touch()
    assert wheel_source(json.dumps({"url": made.as_uri()}), tmp_path) == str(made)
    assert wheel_source(None, tmp_path) == "PATH_TO_SLIDEGLOSS"
    (tmp_path / "pyproject.toml").touch()
    assert wheel_source(None, tmp_path) == str(tmp_path)


def test_a_repository_keeps_its_own_readme(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("README.md", ".gitignore"):
        (tmp_path / name).write_text("mine", encoding="utf-8")
    assert main(["new", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert ".gitignore, README.md" in said
    assert "/build/" in said
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "mkdocs.yml").is_file()


@pytest.mark.parametrize("name", ["file.txt", "file.txt/below"])
def test_a_file_is_no_place_for_a_project(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file.txt").touch()
    for command in (["new", str(tmp_path / name)], ["build", str(tmp_path), "-o", str(tmp_path / name)]):
        with pytest.raises(SystemExit) as ended:
            main(command)
        assert ended.value.code == 2
        assert "file.txt is a file; name a folder" in capsys.readouterr().err


def test_a_misspelt_command_is_told_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["biuld", "notes"]) == 2
    assert "did you mean build?" in capsys.readouterr().err


def test_a_moved_book_keeps_its_notes_and_its_addresses(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "src" / "part").mkdir(parents=True)
    (book / "book.toml").write_text('[book]\ntitle = "Moved"\nauthors = ["A. Uthor"]\n', encoding="utf-8")
    notes = {
        "SUMMARY.md": "# Summary\n\n- [Start](README.md)\n- [First](part/first.md)\n",
        "README.md": "# Start\n",
        "part/first.md": "P1\n## Slide\n\n![](gone.png)\n\nOther et al., “A Work that Exists,” Venue 2020.\n",
    }
    for name, text in notes.items():
        (book / "src" / name).write_text(text, encoding="utf-8")
    moved = tmp_path / "moved"
    assert main(["new", str(moved), "--from", str(book)]) == 0
    for name, text in notes.items():
        assert (moved / "docs" / "notes" / name).read_text(encoding="utf-8") == text
    report = (moved / "MOVED.md").read_text(encoding="utf-8")
    assert "- 1 × A note refers to a figure that does not exist (`figure-missing`)" in report
    assert "[docs/notes/part/first.md](<docs/notes/part/first.md>)\n\n- line 4: gone.png not found" in report, (
        "places are those in the new project"
    )
    assert "A Work that Exists" in (moved / "docs" / "papers" / "cited.yml").read_text(encoding="utf-8")
    assert main(["build", str(moved)]) == 0
    for address in ("index.html", "part/first.html", "print.html", "toc.html"):
        assert (moved / "site" / address).is_file(), address


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (
            '{"url": "https://me:secret@example.org/team/slidegloss.git", "vcs_info": {"vcs": "git", "commit_id": "abc123"}}',
            "slidegloss @ git+https://example.org/team/slidegloss.git@abc123",
        ),
        ('{"url": "file:///home/me/slidegloss", "dir_info": {}}', "./wheels/"),
        ('{"url": "ssh://git@example.org/slidegloss.git", "vcs_info": {"commit_id": "abc123"}}', "./wheels/"),
        (None, "./wheels/"),
    ],
)
def test_a_workflow_gets_slidegloss_from_where_it_can_be_had(origin: str | None, line: str) -> None:
    assert requirement(origin).startswith(line)


def test_nothing_that_new_writes_asks_a_registry_for_our_name() -> None:
    """Whoever takes the name there would run in the workflow of every book."""
    files = new_project("Notes")
    assert "pip install -r requirements.txt" in files[".github/workflows/site.yml"]
    assert not [name for name, text in files.items() if "pip install slidegloss" in text or "{requirement}" in text]


def test_a_project_of_mkdocs_keeps_its_order_and_its_papers(tmp_path: Path) -> None:
    old = {
        "mkdocs.yml": "site_name: Old\nsite_url: https://example.org/old/\nplugins: [search]\nnav:\n  - Home: index.md\n"
        "  - Guide:\n      - guide/z.md\n      - 'The [first]': guide/a.md\n      - Elsewhere: https://example.org\n"
        "  - gone.md\n",
        "docs/index.md": "# Start\n\n[@lamp2020]\n",
        "docs/guide/a.md": "# A\n",
        "docs/guide/z.md": "# Z\n",
        "docs/refs.bib": "@book{lamp2020, title={On Lamps}, year={2020}}\n",
    }
    write(tmp_path / "old", old)
    done = run("check", "old", cwd=tmp_path)
    assert "mkdocs.yml:10:5: warning[summary-missing]: gone.md not found" in done.out
    assert "`nav`" not in done.out
    assert run("new", "moved", "--from", "old", cwd=tmp_path).code == 0
    moved = tmp_path / "moved"
    assert (moved / "docs/papers/refs.bib").read_text() == old["docs/refs.bib"]
    assert not (moved / "docs/notes/refs.bib").exists()
    assert "site_url: https://example.org/old/" in (moved / "mkdocs.yml").read_text()
    assert (moved / "MOVED.md").read_text().startswith("# Old: moved from MkDocs")
    assert run("build", "moved", cwd=tmp_path).code == 0
    page = (moved / "site/index.html").read_text(encoding="utf-8")
    assert page.index('href="guide/z.html"') < page.index('href="guide/a.html"')
    assert "The [first]" in page
    assert (moved / "site/papers/lamp2020.html").is_file()
