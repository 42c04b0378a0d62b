"""A book of mdBook that includes files: its pages hold them, messages name them, edits of them reach the pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.engine.mkdocsbuild import read_ahead
from slidegloss.incremental.glance import glance
from slidegloss.pipeline.phases import Memory, Options, build
from tests.sites.command import article, run, write

BOOK = {
    "book.toml": '[book]\ntitle = "Lamps"\n',
    "src/SUMMARY.md": "- [One](one.md)\n- [Two](deep/two.md)\n",
    "src/one.md": "# One\n\n{{#include parts/bulb.md}}\n\n```rust\n{{#include ../code/lamp.rs:glow}}\n```\n\n[lost](lost.md)\n",
    "src/deep/two.md": "# Two\n\nP9\n## Last\n\nVersion {{#include ../parts/version.txt}} of it.\n",
    "src/parts/bulb.md": "P1\n## Bulb\n\n![](gone.png)\n\n> ✅ 先看灯丝。\n\nP1\n\n“Bright Filaments of Glass”, Ada Writer, Ben Reader, arXiv 2021.\n",
    "src/parts/version.txt": "1.2\n",
    "code/lamp.rs": "fn lamp() {\n    // ANCHOR: glow\n    glow();\n    // ANCHOR_END: glow\n}\n",
}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write(tmp_path / "book", dict(BOOK))


def test_pages_hold_what_notes_include_and_messages_name_its_place(book: Path, tmp_path: Path) -> None:
    done = run("build", book, "-o", tmp_path / "site", cwd=tmp_path)
    assert done.code == 0
    assert [line.partition(": ")[0] for line in done.out.splitlines() if "[" in line.partition(": ")[2][:25]] == [
        "src/one.md:9:1",  # lost.md
        "src/parts/bulb.md:4:1",  # gone.png
        "src/parts/bulb.md:8:1",  # P1 once more
    ]
    assert "the first is in line 1 (" in done.messages("marker-repeat")[0]
    page = article(tmp_path / "site/one.html")
    assert page.xpath("string(.//*[@class='sg-missing__place'])") == "bulb.md:4"
    assert page.xpath("string(.//pre/code)").strip() == "glow();"
    assert [one.get("id") for one in page.xpath(".//h2")] == ["p1", "p1-2"]
    assert "Version 1.2 of it." in article(tmp_path / "site/deep/two.html").text_content()
    # no chapter of its own, as in mdBook
    assert not (tmp_path / "site/parts").exists()
    drafts = run("papers", "missing", book, cwd=tmp_path).out
    assert "# cited in src/parts/bulb.md:10\n" in drafts


@pytest.mark.parametrize(
    ("files", "pages"),
    [
        (
            {
                "mkdocs.yml": "site_name: M\n",
                "docs/a.md": '# A\n\n```py\n--8<-- "docs/code.py:main"\n```\n\n--8<-- "inc/part.md"\n',
                "docs/code.py": "# --8<-- [start:main]\nmain()\n# --8<-- [end:main]\n",
                "inc/part.md": "the part\n\n[lost](lost.md)\n",
                "docs/b.md": '# B\n\n--8<-- "inc/part.md"\n',
            },
            {"a.html": ("main()", "the part"), "b.html": ("the part",)},
        ),
        (
            {
                "_quarto.yml": "project: {type: book}\nbook:\n  title: Q\n  chapters: [index.qmd, sub/one.qmd]\n",
                "index.qmd": "# Index\n\n{{< include /parts/_part.qmd >}}\n",
                "sub/one.qmd": "# One\n\n{{< include ../parts/_part.qmd >}}\n",
                "parts/_part.qmd": "the part\n\n[lost](lost.qmd)\n",
            },
            {"index.html": ("the part",), "sub/one.html": ("the part",)},
        ),
    ],
    ids=["mkdocs", "quarto"],
)
def test_projects_of_others_include_too_and_still_do_when_they_are_moved(
    files: dict[str, str], pages: dict[str, tuple[str, ...]], tmp_path: Path
) -> None:
    here = write(tmp_path / "here", dict(files))
    assert run("new", tmp_path / "moved", "--from", here, cwd=tmp_path).code == 0
    for source in (here, tmp_path / "moved"):
        done = run("build", source, "-o", tmp_path / f"{source.name}-site", cwd=tmp_path)
        assert done.messages("foreign-command") == []
        assert len(done.messages("link-missing")) == 1, "what both notes include is told once"
        for page, words in pages.items():
            text = article(tmp_path / f"{source.name}-site" / page).text_content()
            assert all(word in text for word in words)


def test_an_edit_of_what_is_included_reaches_the_page(book: Path, tmp_path: Path) -> None:
    run("build", book, "-o", tmp_path / "site", cwd=tmp_path)
    assert "Nothing has changed" in run("build", book, "-o", tmp_path / "site", cwd=tmp_path).out
    (book / "code/lamp.rs").write_text(BOOK["code/lamp.rs"].replace("glow();", "hum();"), encoding="utf-8")
    (book / "src/deep/two.md").write_text("# Two\n\nP9\n## Last\n\n{{#include ../parts/bulb.md:2}}\n", encoding="utf-8")
    run("build", book, "-o", tmp_path / "site", cwd=tmp_path)
    run("build", book, "-o", tmp_path / "fresh", "--no-cache", cwd=tmp_path)
    assert "hum();" in article(tmp_path / "site/one.html").text_content()
    for page in sorted((tmp_path / "fresh").rglob("*.html")):
        assert (tmp_path / "site" / page.relative_to(tmp_path / "fresh")).read_bytes() == page.read_bytes()


def test_a_note_that_begins_to_include_is_built_and_not_patched(tmp_path: Path) -> None:
    files = {**BOOK, "src/one.md": "# One\n\nP1\n\nwords\n", "src/deep/two.md": "# Two\n\nP9\n\nwords\n"}
    book = write(tmp_path / "book", files)
    run("build", book, "-o", tmp_path / "site", cwd=tmp_path)
    (book / "src/one.md").write_text("# One\n\nP1\n\n{{#include parts/version.txt}}\n", encoding="utf-8")
    done = run("build", book, "-o", tmp_path / "site", cwd=tmp_path)
    assert done.messages("mdbook-command") == []
    assert "1.2" in article(tmp_path / "site/one.html").text_content()
    memory = Memory()
    build(book, Options(out=tmp_path / "site"), memory=memory)
    assert memory.last is not None
    read_ahead(memory.last.folder, ["en", "zh"])
    assert glance("src/one.md", memory.last) is None
    assert glance("src/deep/two.md", memory.last) is not None


def test_a_moved_book_brings_what_it_includes(book: Path, tmp_path: Path) -> None:
    assert run("new", tmp_path / "moved", "--from", book, cwd=tmp_path).code == 0
    assert (tmp_path / "moved/docs/code/lamp.rs").read_text(encoding="utf-8") == BOOK["code/lamp.rs"]
    said = run("check", tmp_path / "moved", cwd=tmp_path)
    assert said.messages("mdbook-command") == []
    assert "docs/notes/parts/bulb.md:4:1" in said.messages("figure-missing")[0]
    assert run("translate", tmp_path / "moved", cwd=tmp_path).code == 0
    catalogue = (tmp_path / "moved/docs/translations/en.po").read_text(encoding="utf-8")
    assert '#: docs/notes/parts/bulb.md:6\nmsgctxt "one:p1"' in catalogue


def test_nothing_outside_of_the_project_is_included(tmp_path: Path) -> None:
    write(
        tmp_path, {"secret.txt": "the secret\n", "book/.hidden/key": "the secret\n", "book/data.bin": b"\0\1the secret"}
    )
    write(tmp_path / "book", {"a.md": "# A\n"})
    (tmp_path / "book/link.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "book/round").symlink_to("round")
    names = ("../secret.txt", tmp_path / "secret.txt", "link.txt", ".hidden/key", "data.bin", "round", ".", "a.md/b")
    (tmp_path / "book/a.md").write_text("".join(f"{{{{#include {name}}}}}\n\n" for name in names), encoding="utf-8")
    done = run("build", tmp_path / "book", "-o", tmp_path / "site", cwd=tmp_path)
    told = done.messages("mdbook-command")
    assert len(told) == len(names), done.out
    assert sum("lies outside of the project" in line for line in told) == 3
    assert "the secret" not in (tmp_path / "site/a.html").read_text(encoding="utf-8")


def test_pages_for_another_engine_say_the_same_and_how_each_edition_is_built(book: Path, tmp_path: Path) -> None:
    (book / "src/parts/bulb.md").write_text("P1\n## Bulb\n\n<script>x</script>\n", encoding="utf-8")
    done = run("pages", book, cwd=tmp_path)
    assert [line.partition(": ")[0] for line in done.messages("html-removed")] == ["src/parts/bulb.md:4:1"]
    configs = [line.split(" -f ")[1] for line in done.out.splitlines() if line.startswith("  mkdocs build -f ")]
    assert [Path(name).name for name in configs] == ["mkdocs.en.yml", "mkdocs.zh.yml"]
    assert all((tmp_path / name).is_file() for name in configs)
