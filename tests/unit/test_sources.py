import os
from pathlib import Path

import pytest

from slidegloss.base.naming import first_heading
from slidegloss.config.project import load_config
from slidegloss.sources.discover import discover
from slidegloss.sources.navigation import UNLISTED

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "ImportantArticles_2024"


def project(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return root


def read(root, files=(), **more):
    config, _ = load_config(project(root, dict(files)))
    sources, found = discover(config, **more)
    return sources, [(d.path, d.line, d.code_name) for d in found]


def pages(sources):
    return {note.source_path: note.site_path for note in sources.notes}


def flat(nav):
    for item in nav:
        yield item
        yield from flat(item.children)


def in_nav(sources):
    return [item.site_path for item in flat(sources.nav) if item.site_path]


def test_a_bare_folder(tmp_path):
    files = {
        "README.md": "# Hi",
        "b/README.md": "x",
        "b/x.md": "y",
        "b/pic.png": b"p",
        "a.md": "z",
        "assets/f.png": b"p",
    }
    sources, found = read(tmp_path, files)
    assert found == []
    assert pages(sources) == {
        "README.md": "index.html",
        "a.md": "a.html",
        "b/README.md": "b/index.html",
        "b/x.md": "b/x.html",
    }
    assert [note.role for note in sources.notes] == ["home", "note", "note", "note"]
    assert in_nav(sources) == ["index.html", "a.html", "b/index.html", "b/x.html"]
    assert sources.assets == ("assets/f.png", "b/pic.png")


def test_a_whole_project(tmp_path):
    files = {
        "mkdocs.yml": "extra: {slidegloss: {page_order: [guide.md], exclude: ['docs/notes/draft*']}}\n",
        "docs/notes/v/m.md": "x",
        "docs/notes/draft.md": "x",
        "docs/pages/index.md": "x",
        "docs/pages/about.md": "x",
        "docs/pages/guide.md": "x",
        "docs/papers/a.yml": b"\xef\xbb\xbfkey: a\r\n",
        "docs/papers/b.bib": "@x{}",
        "docs/papers/readme.txt": "x",
        "docs/translations/en.po": b"\xff",
        "docs/translations/fr.po": b"x",
        "assets/1.png": b"x",
        "README.md": "not a note",
    }
    sources, found = read(tmp_path, files)
    assert found == [("docs/translations/fr.po", 0, "catalogue-language")]
    assert [(note.site_path, note.role) for note in sources.notes] == [
        ("index.html", "home"),
        ("about.html", "page"),
        ("guide.html", "page"),
        ("v/m.html", "note"),
    ]
    assert in_nav(sources) == ["index.html", "v/m.html", "guide.html", "about.html"]
    assert sources.papers == (("docs/papers/a.yml", "key: a\n"), ("docs/papers/b.bib", "@x{}"))
    assert sources.catalogues == {"en": ("docs/translations/en.po", b"\xff")}
    assert sources.assets == ("assets/1.png",)


def test_metadata_inside_the_folder_of_the_notes_is_no_note(tmp_path):
    files = {"mkdocs.yml": "docs_dir: docs\n", "docs/a.md": "x", "docs/pages/g.md": "x", "docs/papers/n.md": "x"}
    assert pages(read(tmp_path, files)[0]) == {"docs/a.md": "a.html", "docs/pages/g.md": "g.html"}


def test_the_home_page_of_the_pages_folder_wins_over_a_readme_of_the_notes(tmp_path):
    sources, found = read(tmp_path, {"docs/notes/README.md": "x", "docs/pages/index.md": "x"})
    assert found == []
    assert pages(sources) == {"docs/pages/index.md": "index.html", "docs/notes/README.md": "readme.html"}


def test_an_mdbook_in_the_order_of_its_summary(tmp_path):
    files = {
        "book.toml": "[book]\n",
        "src/SUMMARY.md": "# Summary\n- [Zed](z.md)\n- [First](README.md)\n",
        "src/z.md": "# Other title",
        "src/README.md": "x",
        "src/left.md": "x",
        "src/sub/SUMMARY.md": "an ordinary note",
        "book/z.md": "output",
        "notes.md": "outside of src",
    }
    sources, found = read(tmp_path, files)
    assert in_nav(sources) == ["z.html", "index.html", "left.html", "sub/SUMMARY.html"]
    assert {note.source_path: note.nav_title for note in sources.notes} == {
        "src/z.md": "Zed",
        "src/README.md": "First",
        "src/left.md": "",
        "src/sub/SUMMARY.md": "",
    }
    assert found == [("src/left.md", 0, "summary-unlisted"), ("src/sub/SUMMARY.md", 0, "summary-unlisted")]


def test_a_sidebar_of_docsify_gives_the_order(tmp_path):
    sidebar = (
        "<!-- docs/_sidebar.md -->\n* [Home](/)\n* 算法\n\t* [乙](algo/b%20c.md)\n\t* [甲](/algo/a)\n"
        "* **其他**\n  * [网站](https://example.org/)\n"
    )
    files = {
        "README.md": "outside",
        "docs/_sidebar.md": sidebar,
        "docs/algo/_sidebar.md": "* [a](algo/a.md)\n",
        "docs/README.md": "# Cranes {docsify-ignore-all}\n",
        "docs/algo/a.md": "x",
        "docs/algo/b c.md": "x",
        "docs/left.md": "x",
    }
    sources, found = read(tmp_path, files)
    assert in_nav(sources) == [
        "docs/index.html",
        "docs/algo/b c.html",
        "docs/algo/a.html",
        "index.html",
        "docs/left.html",
    ]
    assert [note.nav_title for note in sources.notes if note.source_path == "docs/algo/a.md"] == ["甲"]
    assert [item.title for item in sources.nav] == ["Home", "算法", "其他", "Not in the table of contents"]
    assert found == [("docs/left.md", 0, "summary-unlisted")]


def test_a_table_of_contents_of_gitbook_in_a_folder_gives_the_order(tmp_path):
    files = {
        "README.md": "outside",
        "docs/SUMMARY.md": "# Table of contents\n\n* [Intro](README.md)\n\n## 第一部分\n\n* [乙](p/b.md)\n* [甲](p/a.md)\n",
        "docs/README.md": "x",
        "docs/p/a.md": "x",
        "docs/p/b.md": "x",
        "docs/.gitbook/assets/a.png": b"x",
        "docs/.gitbook/includes/part.md": "a piece, and no page",
        "docs/.vuepress/public/b.png": b"x",
        "docs/.vuepress/config.js": "no asset",
    }
    sources, found = read(tmp_path, files)
    assert in_nav(sources) == ["docs/index.html", "docs/p/b.html", "docs/p/a.html", "index.html"]
    assert sources.assets == ("docs/.gitbook/assets/a.png", "docs/.vuepress/public/b.png")
    assert found == []


def test_a_note_beside_a_folder_of_its_name_is_over_it(tmp_path):
    number = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
    files = (
        f"纸鹤 {number}.md",
        f"纸鹤 {number}/a.md",
        f"纸鹤 {number}/b.md",
        f"灯 {number}/c.md",
        "x.md",
        "x/README.md",
    )
    sources, found = read(tmp_path, dict.fromkeys(files, "words"))
    shown = [(item.title, item.site_path.replace(number, "1"), len(item.children)) for item in sources.nav]
    assert shown == [("", "x/index.html", 0), ("", "x.html", 0), ("灯", "", 1), ("", "纸鹤 1.html", 2)]
    assert found == []


def test_of_two_sidebars_side_by_side_neither_gives_the_order(tmp_path):
    files = {f"{folder}/{name}": "* [b](b.md)\n" for folder in ("x", "y") for name in ("_sidebar.md", "b.md", "a.md")}
    sources, found = read(tmp_path, files)
    assert (in_nav(sources), found) == (["x/a.html", "x/b.html", "y/a.html", "y/b.html"], [])


def test_an_entry_without_an_ending_finds_notes_of_any(tmp_path):
    files = {"book.toml": "[book]\n", "src/SUMMARY.md": "# Summary\n- [Z](z)\n- [A](a.html)\n- [S](s)\n"}
    sources, found = read(tmp_path, {**files, "src/z.Rmd": "z", "src/a.markdown": "a", "src/s/index.qmd": "s"})
    assert (in_nav(sources), found) == (["z.html", "a.html", "s/index.html"], [])


@pytest.mark.parametrize("summary", [b"", b"# Summary\n", b"just words\n", b"\x89PNG\0\0"])
def test_a_broken_summary_falls_back_to_the_folders(tmp_path, summary):
    sources, found = read(tmp_path, {"SUMMARY.md": summary, "b.md": "x", "a.md": "x"})
    assert in_nav(sources) == ["a.html", "b.html"]
    assert ("SUMMARY.md", 0, "summary-empty") in found


def test_a_single_file_brings_only_what_it_names(tmp_path):
    files = {"a.md": "![](fig%201/x.png)", "b.md": "x", "fig 1/x.png": b"", "other/y.png": b"", "z.png": b""}
    project(tmp_path, files)
    sources, found = discover(load_config(tmp_path / "a.md")[0])
    assert (pages(sources), found) == ({"a.md": "a.html"}, ())
    assert sources.assets == ("fig 1/x.png", "z.png")


@pytest.mark.parametrize(
    ("name", "site_path"),
    [
        ("a b.md", "a b.html"),
        ("it's “so”.md", "it's “so”.html"),
        ("what? #1 100%.md", "what- -1 100-.html"),
        ('a:b*c"d<e>f|g\\h.md', "a-b-c-d-e-f-g-h.html"),
        ("图 像.md", "图 像.html"),
        ("dir. /x.md", "dir--/x.html"),
        ("x..md", "x-.html"),
        ("aux.md", "aux-.html"),
        ("v1.2.md", "v1.2.html"),
        ("cafe\u0301.md", "caf\u00e9.html"),
        ("Readme.MD", "index.html"),
        ("index.markdown", "index.html"),
        ("a\nb.md", "a-b.html"),
        ("长" * 84 + ".md", "长" * 66 + ".html"),
    ],
)
def test_names_become_addresses(tmp_path, name, site_path):
    sources, found = read(tmp_path, {name: "x"})
    assert list(pages(sources).values()) == [site_path]
    assert found == []


@pytest.mark.parametrize(
    ("first", "second", "site_path"),
    [
        ("a#.md", "a?.md", "a--2.html"),
        ("A.md", "a.md", "a-2.html"),
        ("s/README.md", "s/index.md", "s/index-2.html"),
        ("a.markdown", "a.md", "a-2.html"),
        ("D/x.md", "d/x.md", "d/x-2.html"),
    ],
)
def test_two_notes_for_one_page(tmp_path, first, second, site_path):
    sources, found = read(tmp_path, {first: "1", second: "2"})
    assert site_path in pages(sources).values()
    assert len({path.casefold() for path in pages(sources).values()}) == 2
    assert [item[2] for item in found] == ["page-collision"]
    assert set(in_nav(sources)) == set(pages(sources).values())


def test_a_collision_names_both(tmp_path):
    config, _ = load_config(project(tmp_path, {"a#.md": "1", "a?.md": "2", "a--2.md": "3"}))
    sources, found = discover(config)
    assert "a#.md" in found[0].message
    assert "a?.md" in found[0].message
    assert len(set(pages(sources).values())) == 3


@pytest.mark.parametrize(
    ("name", "site_path"),
    [
        ("papers.md", "papers-2.html"),
        ("404.md", "404-2.html"),
        ("Search.md", "Search-2.html"),
        ("papers/a.md", "papers-2/a.html"),
        ("zh/a.md", "zh-2/a.html"),
        ("templates/a.md", "templates-2/a.html"),
        ("files/a.md", "files-2/a.html"),
        ("feed.xml/a.md", "feed.xml-2/a.html"),
    ],
)
def test_pages_of_our_own_are_not_overwritten(tmp_path, name, site_path):
    sources, found = read(tmp_path, {name: "x"})
    assert list(pages(sources).values()) == [site_path]
    assert found == [(name.split("/")[0], 0, "page-reserved")]


def test_a_reserved_folder_is_reported_once(tmp_path):
    sources, found = read(tmp_path, {"figures/a.md": "x", "figures/b.md": "x", "en/c.md": "x"})
    assert sorted(pages(sources).values()) == ["en/c.html", "figures-2/a.html", "figures-2/b.html"]
    assert len(found) == 1


def test_output_and_hidden_folders_are_not_read(tmp_path):
    names = [
        "build/a.md",
        "site/a.md",
        "dist/a.md",
        "node_modules/x/a.md",
        ".venv/a.md",
        ".a.md",
        "x/site/b.md",
    ]
    project(tmp_path, {"my-site/.slidegloss": "a site of ours", "my-site/files/a.md": "x"})
    sources, _ = read(tmp_path, dict.fromkeys(names, "x"))
    assert pages(sources) == {"x/site/b.md": "x/site/b.html"}


@pytest.mark.parametrize("files", [{}, {"a.png": b"x"}, {"docs/notes/.keep": b""}])
def test_a_folder_without_markdown(tmp_path, files):
    sources, found = read(tmp_path, files)
    assert sources.notes == ()
    assert [item[2] for item in found] == ["no-notes"]


def test_a_note_of_more_than_5_mb_is_reported_and_its_page_says_so(tmp_path):
    sources, found = read(tmp_path, {"big.md": b"word " * 1_000_001})
    assert "larger than 5 MB" in sources.notes[0].text
    assert found == [("big.md", 0, "note-large")]


def test_an_unreadable_file_does_not_stop_the_rest(tmp_path, monkeypatch):
    # root may read everything, so the refusal is played
    original = Path.read_bytes

    def refuse(path):
        if path.name == "secret.md":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    sources, found = read(tmp_path, {"a.md": "x", "secret.md": "x"})
    assert pages(sources) == {"a.md": "a.html"}
    assert found == [("secret.md", 0, "file-unreadable")]


def test_an_unreadable_folder_does_not_stop_the_rest(tmp_path, monkeypatch):
    original = os.scandir

    def refuse(path):
        if Path(path).name == "secret":
            raise PermissionError(13, "Permission denied")
        return original(path)

    monkeypatch.setattr(os, "scandir", refuse)
    sources, found = read(tmp_path, {"a.md": "x", "secret/b.md": "x"})
    assert pages(sources) == {"a.md": "a.html"}
    assert found == [("secret", 0, "file-unreadable")]


def test_what_is_no_regular_file_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    sources, found = read(tmp_path, {"a.md": "x"})
    assert len(sources.notes) == 1
    assert found == [("pipe.md", 0, "file-unreadable")]


def test_loops_of_symbolic_links(tmp_path):
    project(tmp_path, {"a/x.md": "x", "b/y.md": "y"})
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "a" / "self").symlink_to("self")
    (tmp_path / "a" / "b").symlink_to("../b")
    (tmp_path / "b" / "a").symlink_to("../a")
    (tmp_path / "gone.md").symlink_to("nowhere.md")
    sources, found = read(tmp_path)
    assert {"a/x.md", "b/y.md", "a/b/y.md", "b/a/x.md"} == set(pages(sources))
    assert ("a/up", 0, "symlink-loop") in found
    assert ("a/self", 0, "file-unreadable") in found
    assert ("gone.md", 0, "file-unreadable") in found


def test_many_links_between_folders_stay_few_paths(tmp_path):
    for number in range(6):
        project(tmp_path, {f"d{number}/x.md": "x"})
        for other in range(6):
            if other != number:
                (tmp_path / f"d{number}" / f"to{other}").symlink_to(f"../d{other}")
    assert len(read(tmp_path)[0].notes) < 200


def test_links_are_followed_inside_the_project_only(tmp_path):
    outside = project(tmp_path / "outside", {"secret.md": "x"})
    root = project(tmp_path / "root", {"a.md": "x", "shared/s.png": b"", "ch/b.md": "x"})
    (root / "ch" / "assets").symlink_to("../shared")
    (root / "ch" / "out").symlink_to(outside)
    (root / "out.md").symlink_to(outside / "secret.md")
    sources, found = read(root)
    assert set(pages(sources)) == {"a.md", "ch/b.md"}
    assert sources.assets == ("ch/assets/s.png", "shared/s.png")
    assert found == [("ch/out", 0, "symlink-outside"), ("out.md", 0, "symlink-outside")]


def test_notes_that_lie_outside_through_a_link(tmp_path):
    project(tmp_path / "outside", {"a.md": "x"})
    (tmp_path / "root" / "docs").mkdir(parents=True)
    (tmp_path / "root" / "docs" / "notes").symlink_to(tmp_path / "outside")
    assert [item[2] for item in read(tmp_path / "root")[1]] == ["no-notes", "symlink-outside"]


def test_a_name_in_gbk(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "笔记.md".encode("gbk"))).write_text("内容", encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    sources, found = read(tmp_path)
    assert [(note.source_path, note.site_path, note.text) for note in sources.notes] == [
        ("笔记.md", "笔记.html", "内容")
    ]
    assert found == [("笔记.md", 0, "name-encoding")]


def test_a_page_order_that_names_nothing(tmp_path):
    text = "extra: {slidegloss: {page_order: [giude.md]}}\n"
    _, found = read(tmp_path, {"mkdocs.yml": text, "docs/notes/a.md": "x", "docs/pages/guide.md": "x"})
    assert found == [("mkdocs.yml", 0, "config-path")]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_navigation_of_the_corpus_holds_every_file():
    sources, found = discover(load_config(CORPUS)[0])
    on_disk = {path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*.md")} - {"src/SUMMARY.md"}
    assert set(pages(sources)) == on_disk
    assert sorted(in_nav(sources)) == sorted(pages(sources).values())
    assert len(on_disk) == 51
    assert [d.code_name for d in found] == ["summary-unlisted", "summary-unlisted", "summary-missing"]
    assert found[2].hint == "did you mean MikeShou-VideoDiffusionModels/VideoEditing/VideoEditing.md?"


def test_books_in_a_plain_folder_are_told(tmp_path):
    files = {
        "a/book.toml": "",
        "a/src/SUMMARY.md": "x",
        "b/SUMMARY.md": "x",
        "b/part/x.md": "x",
        "SUMMARY.md": "- [X](b/part/x.md)",
    }
    project(tmp_path, files)
    told = [(one.path, one.hint) for one in discover(load_config(tmp_path)[0])[1] if one.code_name == "summary-below"]
    assert told == [
        ("a/src/SUMMARY.md", "build the folder a to have them"),
        ("b/SUMMARY.md", "build the folder b to have them"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "````md\n```\n# not this\n```\n````\n# Right\n",
        "```\n```python\n# not this\n```\n# Right\n",
        "~~~\n```\n# not this\n~~~\n# Right\n",
    ],
)
def test_a_heading_inside_a_fence_is_no_title(text):
    assert first_heading(text) == "Right"


QUARTO = """project:
  type: book
book:
  title: Lectures on lamps
  chapters:
    - index.qmd
    - part: Burning
      chapters:
        - wick.qmd
        - text: The oil
          file: oil.qmd
    - part: glass.qmd
      chapters: [shade.qmd]
  appendices:
    - gone.qmd
"""
JUPYTER = """format: jb-book
root: intro
parts:
  - caption: Burning
    chapters:
      - file: wick
        title: On wicks
        sections:
          - file: oil
      - file: spark
      - url: https://example.org
"""
MYST = """version: 1
project:
  title: A course on lamps
  toc:
    - file: intro.md
    - title: Burning
      children:
        - file: oil.md
        - pattern: '*.md'
"""
SIDEBAR = """website:
  title: Lamps
  sidebar:
    contents:
      - index.qmd
      - section: Burning
        contents: [oil.qmd, auto]
      - text: Elsewhere
        href: https://example.org
"""


@pytest.mark.parametrize(
    ("file", "notes", "order", "faults", "title"),
    [
        (
            ("_quarto.yml", QUARTO),
            "index.qmd oil.qmd wick.qmd glass.qmd shade.qmd last.qmd",
            [
                ("", "index"),
                ("Burning", ""),
                ("", "wick"),
                ("The oil", "oil"),
                ("", "glass"),
                ("", "shade"),
                ("", "last"),
            ],
            [("_quarto.yml", 15, "summary-missing"), ("last.qmd", 0, "summary-unlisted")],
            "Lectures on lamps",
        ),
        (
            ("_toc.yml", JUPYTER),
            "intro.md oil.md spark.ipynb wick.md",
            [("", "intro"), ("Burning", ""), ("On wicks", "wick"), ("", "oil"), ("spark", "")],
            [("_toc.yml", 10, "summary-missing"), ("spark.ipynb", 0, "note-unread")],
            "Lamps",
        ),
        (
            ("myst.yml", MYST),
            "intro.md oil.md",
            [("", "intro"), ("Burning", ""), ("", "oil")],
            *([], "A course on lamps"),
        ),
        (
            ("_quarto.yml", SIDEBAR),
            "index.qmd oil.qmd",
            [("", "index"), ("Burning", ""), ("", "oil")],
            *([], "Lamps"),
        ),
    ],
    ids=["quarto", "jupyter", "myst", "sidebar"],
)
def test_the_order_of_other_programs(tmp_path, file, notes, order, faults, title):
    files = {
        file[0]: file[1],
        "_config.yml": "title: Lamps\n",
        "_build/old.md": "made",
        **dict.fromkeys(notes.split(), "words"),
    }
    sources, found = read(tmp_path, files)
    assert load_config(tmp_path)[0].site_name == title

    listed = [(item.title, item.site_path.removesuffix(".html")) for item in flat(sources.nav)]
    assert [entry for entry in listed if entry[0] not in {UNLISTED, "gone"}] == order
    assert found == faults


@pytest.mark.parametrize(
    "text", ["? [a, b]\n: c\n", "- a\n- b: [c]\n", "words\n", "", "chapters: [[[{}]]]\n", "chapters: 3\n"]
)
def test_odd_tables_of_contents_order_what_they_can(tmp_path, text):
    sources, _ = read(tmp_path, {"_toc.yml": text, "a.md": "a", "b.md": "b"})
    assert sorted(in_nav(sources)) == ["a.html", "b.html"]
