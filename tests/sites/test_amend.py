"""After edits of notes, the site that is brought up to date is the one that a build from nothing makes."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from slidegloss import terminal
from slidegloss.cli import main
from slidegloss.html import codeblocks, highlight
from slidegloss.pipeline import phases as pipeline
from slidegloss.verification import recheck
from slidegloss.write.lock import locked
from tests.sites import command

NOISE = """# Noise

P1
## Adding noise

“Slow Rivers of the North”, Ada Writer, Ben Reader, arXiv 2021.

![a wave](wave.svg)

> ✅ 先加噪声
> en: First add noise

> ❓ 为什么是高斯噪声？

P2
## Taking it away \\\\(x_t\\\\)

See P1, P8 and [the other](other.md#p7).

```python
step = 1
```

![](gone.png)
"""
OTHER = """# Other

P7
## Something else

“Slow Rivers of the North”, Ada Writer, Ben Reader, arXiv 2021.

> ✅ 另一条备注

[back](noise.md#p2) and [its page](noise.md)

P8

> ❓ 何时？
> 💡 不知道

[a file](data.txt) [nowhere](noise.md#nothing-here)
"""
THIRD = "# Third\n\nP3\n\n“Lanterns in the Tide”, Cy Third, CVPR 2022.\n\n> ✅ 灯\n\n![again](wave.svg)\n\nAs on P1 and P6.\n"
WAVE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9"/></svg>\n'

LONG_AGO = 1_500_000_000


class Project:
    """A project, its published site, and whether the last command was a whole build."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.site = folder / "project", folder / "out"
        self.files = {
            "noise.md": NOISE,
            "other.md": OTHER,
            "third.md": THIRD,
            "wave.svg": WAVE,
            "data.txt": "1\n",
            "sheet.csv": "1\n",
        }
        self.clock = LONG_AGO
        (self.root / "notes").mkdir(parents=True)
        for name, text in self.files.items():
            self._write(f"notes/{name}", text)
        self._write("pages/index.md", "# Welcome\n\nRead [this](../notes/noise.md#p1).\n")
        self.write(
            "mkdocs.yml",
            "site_name: Book\nextra:\n  slidegloss:\n    languages: [en, zh]\n    notes: notes\n    pages: pages\n",
        )
        self.builds = 0
        real = pipeline.build

        def counted(*arguments: object, **more: object) -> object:
            self.builds += 1
            return real(*arguments, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(pipeline, "build", counted)

    def write(self, name: str, text: str) -> None:
        """Write a file, later than all others but long enough ago."""
        self._write(name, text)
        time.sleep(0.03)  # the time when a file's state changed cannot be set

    def _write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.clock += 1
        os.utime(path, (self.clock, self.clock))

    def edit(self, old: str, new: str, name: str = "noise.md") -> None:
        """Change a note; what is to be changed must be there."""
        text = self.files[name]
        assert old in text
        self.files[name] = text.replace(old, new, 1)
        self.write(f"notes/{name}", self.files[name])

    def build(self, *more: str) -> tuple[bool, list[str]]:
        """Build; return whether that was a whole build, and what was said."""
        before = self.builds
        said = run("build", self.root, "-o", self.site, *more)
        return self.builds > before, said

    def is_like_a_cold_build(self, said: list[str]) -> bool:
        """Compare the site and the messages with those of a build from nothing, elsewhere."""
        cold, copy = self.site.with_name("cold"), self.site.with_name("copy") / self.root.name
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.root, copy, ignore=shutil.ignore_patterns("build"))
        messages = run("build", copy, "-o", cold, "--no-cache")
        one, other = files_below(self.site), files_below(cold)
        assert [name for name in one.keys() | other.keys() if one.get(name) != other.get(name)] == []
        assert "\n".join(messages[:-1]) == "\n".join(said[:-1])
        return True


def run(*arguments: str | Path) -> list[str]:
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        main([str(argument) for argument in arguments])
    return printed.getvalue().splitlines()


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.fixture(scope="module")
def environment(other_cache: Path) -> Iterator[pytest.MonkeyPatch]:  # noqa: ARG001 - one to remove things from
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gc, "disable", lambda: None)
        yield patch


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, environment: pytest.MonkeyPatch) -> Project:
    """A project for all tests that leave it built; each goes on from where the one before it has stopped."""
    made = Project(tmp_path_factory.mktemp("amend"), environment)
    assert made.build()[0]
    assert made.build()[1][-1].startswith("Nothing has changed")
    return made


LOCAL = {
    "a remark's words": ("先加噪声", "先加高斯噪声"),
    "a line that moves all others down": ("See P1", "A new line\n\nthat moves all others down: see P1"),
    "a slide's title, which another deck shows": ("## Taking it away", "## Taking all of it away"),
    "a heading": ("```python", "### In code\n\n```python"),
    "a remark more": ("> ❓ 为什么", "> ✅ 再一条\n\n> ❓ 为什么"),
    "a translation less": ("> en: First add noise\n", ""),
    "a question's words": ("为什么是高斯噪声", "为什么一定是高斯噪声"),
    "a formula": ("x_t", "y_t"),
    "a slide more": ("```python", "P5\n\n## Between\n\n```python"),
    "a slide of a label that there is elsewhere": ("```python", "P8\n\n```python"),
    "a link more": ("see P1", "see [the third](third.md) and P1"),
    "a link that is wrong": ("see [the third]", "see [no third](thrid.md), [the third]"),
    "code": ("step = 1", "step = 2  # ½"),
    "code with lines that Markdown would read otherwise": ("step = 2", "if x:\n\n\tstep = 3\n\n    pass\n\nstep = 2"),
    "links of Obsidian": ("and P1", "and [[Third]], [[other#P7|that]], [[#In code]], [[nobody]], ![[third]] and P1"),
    "a heading that one of them names": ("### In code", "### In the code"),
    "a list of definitions": ("```python", "Noise\n: what is taken away\n\n```python"),
    "nothing that shows": ("# Noise\n", "# Noise\n\n"),
}
FURTHER = {
    "a title": ("# Noise", "# Sound"),
    "a citation": ("Slow Rivers", "Fast Rivers"),
    "a question more": ("> ❓ 为什么", "> ❓ 再问\n\n> ❓ 为什么"),
    "a figure": ("gone.png", "lost.png"),
    "the place that another deck has looked for": ("P2\n", "P2\n\n### Nothing here\n"),
    "the slide that another deck links to": ("P2\n", "P22\n"),
    "the label that another deck mentions": ("P1\n## Adding", "P11\n## Adding"),
    "a slide that another deck has mentioned": ("```python", "P6\n\n```python"),
    "a file linked": ("```python", "[it](sheet.csv)\n\n```python"),
    "a credit": ("# Sound", "---\nsource: a talk\n---\n\n# Sound"),
    "a figure in HTML": ("```python", '<img src="sea.svg" alt="">\n\n```python'),
    "a script that its page needs": ("```python", "```mermaid\ngraph LR\n```\n\n```python"),
    "a script that no page needs any more": ("```mermaid\ngraph LR\n```\n\n", ""),
    "a question answered": ("> ❓ 再问\n", "> ❓ 再问\n> ✅ 答\n"),
    "a figure less": ("![](lost.png)", ""),
}


@pytest.mark.parametrize("edit", LOCAL)
def test_only_what_an_edit_reaches_is_made_again(project: Project, edit: str) -> None:
    project.edit(*LOCAL[edit])
    whole, said = project.build()
    assert (whole, said[-1].split(" ")[0]) == (False, "Built")
    assert project.build()[1][-1].startswith("Nothing has changed")
    assert project.is_like_a_cold_build(said)


def test_code_that_stays_is_not_coloured_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def forget() -> None:
        codeblocks.code_block.cache_clear()
        codeblocks._recalled.clear()

    forget()
    with monkeypatch.context() as patch:
        patch.setattr(highlight, "colour", lambda *_: pytest.fail("coloured again"))
        project.edit("先加高斯噪声", "先加一点高斯噪声")
        whole, said = project.build()
    assert not whole
    forget()
    assert project.is_like_a_cold_build(said)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("edit", [("先加噪声", "先加一点噪声"), ("## Adding noise", "## Adding some noise")])
def test_one_process_does_what_two_do(tmp_path: Path, jobs: str, edit: tuple[str, str]) -> None:
    """The command itself, for notes are read in another process only where there is no thread beside it, as in tests.

    With two processes it is a cold start, for what each loads is divided among them.
    """
    for name, text in {"noise.md": NOISE, "third.md": THIRD, "wave.svg": WAVE}.items():
        (tmp_path / "notes" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "notes" / name).write_text(text, encoding="utf-8")
    site, cold = tmp_path / "site", jobs == "2"
    command.run("build", "notes", "-o", site, "-j", jobs, cwd=tmp_path, cold=cold)
    before = site.stat().st_ino
    (tmp_path / "notes/noise.md").write_text(NOISE.replace(*edit), encoding="utf-8")
    command.run("build", "notes", "-o", site, "-j", jobs, cwd=tmp_path, cold=cold)
    assert site.stat().st_ino == before, "a whole build publishes another folder"
    assert edit[1].removeprefix("## ") in (site / "noise.html").read_text(encoding="utf-8")
    command.run("build", "notes", "-o", tmp_path / "cold", "--no-cache", cwd=tmp_path)
    assert files_below(site) == files_below(tmp_path / "cold")


def test_edits_of_several_notes_are_made_together(project: Project) -> None:
    project.edit("另一条备注", "另一条备注，改过", "other.md")
    project.edit("> ✅ 灯\n", "> ✅ 灯\n\nAnd [noise](noise.md#p1).\n", "third.md")
    project.edit("为什么一定", "为什么不一定")
    whole, said = project.build()
    assert not whole
    assert project.is_like_a_cold_build(said)


def test_a_home_page_shows_the_figure_that_a_slide_has_now(project: Project) -> None:
    """It links to a slide whose figure moves to another one: nothing of the book is counted or named otherwise."""
    text, figure = project.files["noise.md"], "![a wave](wave.svg)\n\n"
    project.edit(text, text.replace(figure, "").replace("![](gone.png)", f"{figure}![](gone.png)"))
    whole, said = project.build()
    assert not whole
    assert project.is_like_a_cold_build(said)
    project.edit(project.files["noise.md"], text)
    assert not project.build()[0]


def test_when_what_the_last_edit_left_is_lost_its_messages_are_not(tmp_path: Path) -> None:
    book, site = command.write(tmp_path / "book", {"one.md": "# One\n\nwords\n", "two.md": "# Two\n\nwords\n"}), "site"
    cache = tmp_path / "cache"
    for name, text in (("", ""), ("one.md", "# One\n\n[no](nobody.md)\n"), ("two.md", "# Two\n\nother words\n")):
        if name:
            (book / name).write_text(text, encoding="utf-8")
        done = command.run("build", book, "-o", site, cwd=tmp_path, cache=str(cache))
        stamp = next((cache / "slidegloss" / "stamps").iterdir()).read_text(encoding="utf-8")
        edits = json.loads(stamp)["record"].partition("+")[2]
        with contextlib.closing(sqlite3.connect(next((cache / "slidegloss" / "kept").iterdir()))) as kept, kept:
            assert kept.execute("DELETE FROM bulk WHERE key = ?", [bytes.fromhex(edits)]).rowcount == (name == "one.md")
    assert done.messages("link-missing")


@pytest.mark.parametrize("edit", FURTHER)
def test_what_reaches_further_is_built(project: Project, edit: str) -> None:
    project.edit(*FURTHER[edit])
    assert project.build()[0]


def test_what_was_built_then_is_right(project: Project) -> None:
    project.edit("高斯", "均匀")
    whole, said = project.build()
    assert not whole
    assert project.is_like_a_cold_build(said)
    (project.root / "notes" / "noise.md").write_bytes(b"\xff" + NOISE.encode())
    whole, said = project.build()
    assert whole
    assert project.is_like_a_cold_build(said)
    project.files["noise.md"] = NOISE
    project.write("notes/noise.md", NOISE)
    assert project.build()[0]


def test_a_site_that_somebody_touched_is_built(project: Project) -> None:
    project.edit("先加噪声", "甲")
    (project.site / "noise.html").write_text("mine", encoding="utf-8")
    whole, said = project.build()
    assert whole
    assert project.is_like_a_cold_build(said)


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
@pytest.mark.parametrize("part", ["build/zh", "build/html/zh", "build/shared/search"])
def test_a_link_in_the_work_folder_is_refused_before_anything_is_written(project: Project, part: str) -> None:
    ours, theirs = project.root / part, project.site.with_name("theirs")
    ours.rename(theirs)
    ours.symlink_to(theirs)
    before = files_below(project.site), files_below(theirs)
    project.edit("甲", "甲甲")
    with contextlib.redirect_stderr(io.StringIO()) as said:
        assert main(["build", str(project.root), "-o", str(project.site)]) == 2
    assert f"{part} leads out of the folder it belongs to" in said.getvalue()
    assert (files_below(project.site), files_below(theirs)) == before
    ours.unlink()
    theirs.rename(ours)
    assert project.is_like_a_cold_build(project.build()[1])
    project.edit("甲甲", "甲")
    project.build()


def test_while_another_build_runs_an_edit_waits_for_it_and_is_built(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What that one leaves is not what the last one left."""
    project.edit("甲", "甲甲")
    with contextlib.ExitStack() as other:
        other.enter_context(locked(project.root / "build"))
        monkeypatch.setattr(terminal, "complain", lambda text: (said.append(text), other.close()))
        said: list[str] = []
        whole, printed = project.build()
    assert whole
    assert said == ["Another build of this book is running; this one starts when it is done."]
    assert project.is_like_a_cold_build(printed)
    project.edit("甲甲", "甲")
    project.build()


def test_without_the_cache_it_is_built(project: Project) -> None:
    project.edit("甲", "乙")
    shutil.rmtree(Path(os.environ["XDG_CACHE_HOME"], "slidegloss", "kept"))
    assert project.build()[0]


def test_the_pictures_of_link_previews_follow(project: Project) -> None:
    settings = (project.root / "mkdocs.yml").read_text(encoding="utf-8")
    project.write("mkdocs.yml", f"{settings}site_url: https://example.org/book/\n")
    assert project.build()[0]
    before = files_below(project.site)
    project.edit("> ✅ 乙", "> ✅ 乙\n\nFirst words, which a preview shows.\n\n> ✅ 又一条")
    whole, said = project.build()
    assert not whole
    changed = {name for name, data in files_below(project.site).items() if data != before[name]}
    assert {"previews/en/index.png", "previews/zh/noise.png"} <= changed
    assert project.is_like_a_cold_build(said)
    project.write("mkdocs.yml", settings)
    assert project.build()[0]


def test_an_edit_that_could_not_be_published_is_published_later(project: Project) -> None:
    """A build that publishes nothing leaves no page behind that the next one takes for published."""
    for old, new in (("乙", "乙又"), ("## Adding noise", "## Adding some noise")):
        project.edit(old, new)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(recheck, "still_fine", lambda *_, **__: False)
            patch.setattr(pipeline, "build", lambda *_: pytest.fail("stopped here"))
            with pytest.raises(pytest.fail.Exception):
                project.build()
        _, said = project.build()
        assert project.is_like_a_cold_build(said)
    project.edit("乙又", "乙")
    project.edit("## Adding some noise", "## Adding noise")
    assert project.build()[1][-1].startswith("Built")


def test_in_a_repository_dates_and_version_follow(project: Project) -> None:
    def git(*arguments: str) -> None:
        identity = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *identity, *arguments], cwd=project.root, check=True, capture_output=True)

    project.write(".gitignore", "build\n")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    assert project.build()[0]
    project.edit("乙", "丙")
    whole, said = project.build()
    assert not whole
    assert project.is_like_a_cold_build(said)
    git("commit", "-q", "-a", "-m", "second")
    whole, said = project.build()
    assert not whole
    assert project.is_like_a_cold_build(said)
    shutil.rmtree(project.root / ".git")
    assert project.build()[0]


def test_strict_publishes_nothing_when_an_edit_is_wrong(project: Project) -> None:
    project.edit("![](gone.png)", "")
    project.edit("[nowhere](noise.md#nothing-here)", "", "other.md")
    assert project.build("--strict")[0]
    before = files_below(project.site)
    project.edit("See P1", "See [x](missing.md)")
    _, said = project.build("--strict")
    assert said[-1].startswith("Nothing was published")
    assert files_below(project.site) == before


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes/wave.svg", WAVE + "<!-- -->\n"),
        ("pages/index.md", "# Welcome\n\nAgain.\n"),
        ("notes/new.md", "# New\n"),
        ("templates/strings/en.yml", "slide: Sheet\n"),
        ("docs/translations/en.po", 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "noise:p1"\nmsgid "为什么是高斯噪声？"\nmsgstr "Why"\n'),
    ],
)  # fmt: skip
def test_a_change_of_anything_else_is_built(project: Project, name: str, text: str) -> None:
    project.write(name, text)
    assert project.build()[0]


def test_with_a_catalogue_every_word_is_a_text_to_translate(project: Project) -> None:
    project.edit("丙", "丁")
    whole, said = project.build()
    assert whole
    assert project.is_like_a_cold_build(said)
