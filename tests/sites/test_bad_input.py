"""Whatever stands in a folder: each fault gets a message with its place, and the rest is built."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote

import pytest

from slidegloss.config.project import load_config
from slidegloss.pipeline.phases import check
from slidegloss.sources.discover import discover

from .command import Run, article, run, write

ODD_NAMES = {
    "two words.md": "two words",
    'quo\'te "d".md': "quote-",
    "sharp#.md": "sharp-",
    "what?.md": "what-",
    "per%cent.md": "per-cent",
    "100%25.md": "100-25",
    "中文 笔记.md": "中文 笔记",
    "a&b<c>.md": "a&b-c-",
}
SUMMARY = """# Summary

- [Read as GB](gbk.md)
- [Line ends](crlf.md)
-[No space](bom.md)
- [Gone](gone.md)
*** ??
- [Line ends again](crlf.md)
- [Never closed](nul.md
"""


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """One book with everything wrong, built once."""
    folder = tmp_path_factory.mktemp("bad")
    book = write(
        folder / "book",
        {
            "book.toml": '[book\ntitle = "x\n',
            "src/SUMMARY.md": SUMMARY,
            "src/gbk.md": "# 国标\n\n这是用国标编码保存的一段话。\n".encode("gbk"),
            "src/crlf.md": "# Ends\r\n\r\nP7\r\n## Carriage\r\n\r\n> ✅ first remark  \r\n> ❓ then a question\r\n",
            "src/bom.md": b"\xef\xbb\xbf# Marked\n\nwritten after the mark\n",
            "src/nul.md": b"# Zero\n\nbefore\x00after\n",
            "src/empty.md": b"",
            "src/index.md": "# Start\n\nwords of the start\n",
            "src/Twin.md": "# Twin\n\nthe upper twin\n",
            "src/twin.md": "# Twin\n\nthe lower twin\n",
            "src/head.md": '---\ntitle: "open\nslides: [1\n---\n\n# Head\n\nthe text below a broken head\n',
            "src/hugo.md": f"+++\nweight = {'9' * 5000}\n+++\n\n# Hugo\n\nthe text below more digits than Python reads\n",
            "src/folder.md/inner.md": "# Inner\n\na note in a folder with a note's name\n",
            "src/links.md": "# Links\n\n"
            + " ".join(f"[{index}](<{_quoted(name)}>)" for index, name in enumerate(ODD_NAMES))
            + "\n",
            **{f"src/{name}": f"# Odd\n\nfound {index}\n" for index, name in enumerate(ODD_NAMES)},
        },
    )
    (book / "src" / "round").mkdir()
    (book / "src" / "round" / "back").symlink_to("..")
    (book / "src" / "itself.md").symlink_to("itself.md")
    return run("build", book, "-o", folder / "out", cwd=folder), folder / "out"


def _quoted(name: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "#?%<>" else char for char in name)


@pytest.mark.parametrize(
    "message",
    [
        "book.toml:1:6: error[config-syntax]: not valid TOML",
        "src/gbk.md:1:3: warning[note-encoding]: this file is not valid UTF-8; it was read as GB18030",
        "src/nul.md:3:7: warning[note-nul]: 1 NUL byte",
        "src/head.md:4:1: warning[front-matter]: the head of this note",
        "src/itself.md: error[file-unreadable]: cannot be read",
        "src/round/back: warning[symlink-loop]: this symbolic link leads back to src",
        "src/twin.md: error[page-collision]: src/twin.md and src/Twin.md would both become",
        "src/SUMMARY.md:5:2: warning[summary-line]: no space after the bullet",
        "src/SUMMARY.md:6:3: warning[summary-missing]: gone.md not found",
        "src/SUMMARY.md:7:",
        "src/SUMMARY.md:8:3: warning[summary-twice]: crlf.md is listed on line 4 already",
        "src/SUMMARY.md:9:3: warning[summary-line]: the round bracket is not closed",
        "src/index.md: warning[summary-unlisted]",
    ],
)
def test_a_message_with_its_place(bad: tuple[Run, Path], message: str) -> None:
    done, _ = bad
    assert [line for line in done.out.splitlines() if line.startswith(message)], done.out


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("gbk", "这是用国标编码保存的一段话。"),
        ("crlf", "first remark"),
        ("bom", "written after the mark"),
        ("nul-", "before\ufffdafter"),
        ("Twin", "the upper twin"),
        ("twin-2", "the lower twin"),
        ("head", "the text below a broken head"),
        ("hugo", "the text below more digits"),
        ("folder.md/inner", "a note in a folder with a note's name"),
        ("index", "words of the start"),
    ],
)
def test_the_rest_is_built(bad: tuple[Run, Path], page: str, words: str) -> None:
    done, out = bad
    assert done.code == 1  # there are errors, and still a site
    assert words in article(out / f"{page}.html").text_content()


def test_marks_and_line_ends_leave_no_trace(bad: tuple[Run, Path]) -> None:
    _, out = bad
    notes = article(out / "crlf.html").xpath(".//div[@data-kind]")
    assert [one.get("data-kind") for one in notes] == ["note", "question"]
    assert article(out / "crlf.html").xpath(".//*[@id='p7']")
    page = (out / "bom.html").read_text(encoding="utf-8")
    assert "\ufeff" not in page
    assert not [line for line in bad[0].out.splitlines() if line.startswith(("src/bom.md:", "src/crlf.md:"))]


def test_odd_names_have_pages_and_can_be_linked_to(bad: tuple[Run, Path]) -> None:
    _, out = bad
    links = article(out / "links.html").xpath(".//p//a[@href]")
    assert [one.text_content() for one in links] == [str(index) for index in range(len(ODD_NAMES))]
    for index, link in enumerate(links):
        assert f"found {index}" in article(out / unquote(link.get("href"))).text_content()


def test_names_with_their_accents_apart_are_the_same_names(tmp_path: Path) -> None:
    files = {
        "a.md": "[note](Caf\u00e9.md#été) [file](m\u00fc.txt) ![figure](m\u00fc.svg)\n",
        "Cafe\u0301.md": "# Caf\u00e9\n\n## Été\n",
        "mu\u0308.txt": "text",
        "mu\u0308.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    }
    notes = write(tmp_path / "notes", files)
    assert check(notes) == ()
    done = run("build", notes, "-o", tmp_path / "out", cwd=tmp_path)
    assert done.code == 0, done.out
    page = article(tmp_path / "out" / "a.html")
    assert [unquote(link.get("href")) for link in page.xpath(".//p//a[@href]")][:2] == [
        "Caf\u00e9.html#été",
        "files/mu\u0308.txt",
    ]
    assert not page.xpath(".//*[contains(@class, 'sg-missing')]")


def test_a_folder_without_markdown(tmp_path: Path) -> None:
    done = run("build", write(tmp_path / "notes", {"readme.txt": "no"}), "-o", tmp_path / "out", cwd=tmp_path)
    assert done.code == 1
    assert done.out.startswith("error[no-notes]: no Markdown file in this folder")
    assert not (tmp_path / "out").exists()


def test_a_source_that_is_not_there(tmp_path: Path) -> None:
    done = run("build", tmp_path / "nowhere", "-o", tmp_path / "out", cwd=tmp_path)
    assert done.code != 0
    assert "nowhere" in done.out + done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            "site_name: X\nextra:\n  slidegloss:\n    langages: [en]\n",
            "mkdocs.yml:4:5: error[config-key]: unknown setting `slidegloss.langages` (did you mean `languages`?)",
        ),
        ('site_name: "X\nextra: [\n', "mkdocs.yml:3:1: error[config-syntax]: not valid YAML"),
    ],
    ids=["unknown setting", "broken YAML"],
)
def test_settings_with_faults(tmp_path: Path, settings: str, message: str) -> None:
    project = write(tmp_path / "project", {"mkdocs.yml": settings, "docs/notes/a.md": "# A\n\nwords of a note\n"})
    done = run("build", project, "-o", tmp_path / "out", "--lang", "en", cwd=tmp_path)
    assert done.code == 1
    assert done.out.startswith(message)
    assert "words of a note" in article(tmp_path / "out" / "a.html").text_content()


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In this process, because tests may run as root, who may read everything."""
    write(tmp_path, {"open.md": "# Open\n", "shut.md": "# Shut\n"})
    read = Path.read_bytes

    def guarded(path: Path) -> bytes:
        if path.name == "shut.md":
            raise PermissionError(13, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", guarded)
    config, _ = load_config(tmp_path)
    assert config is not None
    sources, found = discover(config)
    assert [note.source_path for note in sources.notes] == ["open.md"]
    assert [(one.path, one.code_name, one.message) for one in found] == [
        ("shut.md", "file-unreadable", "cannot be read: Permission denied")
    ]


def test_many_messages_are_summed_up_by_code(tmp_path: Path) -> None:
    write(tmp_path, {"book/deck.md": "# Deck\n\n[a](gone.md)\n\n" + "\n\n".join(f"![f](f{n}.png)" for n in range(21))})
    done = run("build", "book", "-o", "out", cwd=tmp_path)
    assert len(done.messages("figure-missing")) == 21  # all of them are listed as well
    assert done.out.splitlines()[-3:-1] == ["22 warnings", "  21 figure-missing, 1 link-missing"]


def test_names_of_files_are_utf8_in_any_locale(tmp_path: Path) -> None:
    (tmp_path / "灯").mkdir()
    (tmp_path / "灯" / "一.md").write_text("# 一\n\n[二](二.md) [三](三.md)\n", encoding="utf-8")
    (tmp_path / "灯" / "二.md").write_text("# 二\n", encoding="utf-8")
    old = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0"}
    built = run("build", "灯", "-o", "site", cwd=tmp_path, cold=True, PYTHONUTF8="0", **old)
    assert (built.code, (tmp_path / "site" / "二.html").is_file()) == (0, True)
    assert len(built.messages("link-missing")) == 1


@pytest.mark.skipif(os.name == "nt", reason="no file of Windows has such a name")
def test_a_linked_file_that_can_have_no_address_is_told_and_the_rest_is_built(tmp_path: Path) -> None:
    picture = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"
    words = "# A\n\n[x](p%5Cq.txt) [y](r.txt) ![z](s%5Ct.svg)\n"
    write(tmp_path / "book", {"a.md": words, "p\\q.txt": "1", "r.txt": "2", "s\\t.svg": picture})
    built = run("build", "book", "-o", "site", cwd=tmp_path)
    assert built.out.splitlines()[0] == (
        "a.md:3:1: warning[link-missing]: p\\q.txt is not part of the site: no address can have a backslash or a line end in"
        " it (rename the file)"
    )
    assert sorted(path.name for path in (tmp_path / "site" / "files").iterdir()) == ["r.txt"]


BEHIND_FORMULAS = r"""# Springs

\\(x_{12345} = \alpha\\) 弹簧 $k$ [one](gone.md)

> ✅ 阻尼 $c_{critical}$ 与 \\(m\\) [two](gone.md)

- 质量 $m_1$ and $m_2$ ![](three.png)

| $a_{long}$ | [four](gone.md) |
|--|--|
| \\(b\\) | $c$ [five](gone.md) |

words $$
y = k x
$$ and [six](gone.md)
"""


def test_what_stands_behind_formulas_is_told_with_its_place(tmp_path: Path) -> None:
    problems = check(write(tmp_path / "book", {"springs.md": BEHIND_FORMULAS}))
    lines = BEHIND_FORMULAS.split("\n")
    told = [lines[one.line - 1][one.col - 1 :].split("](")[0] for one in problems if one.code_name.endswith("-missing")]
    assert told == ["[one", "[two", "![", "[four", "[five", "[six"]
