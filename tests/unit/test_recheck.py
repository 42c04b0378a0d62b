"""A site verified again is judged as if it had never been looked at, and unchanged files are not read."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from slidegloss.verification.looks import Looks
from slidegloss.verification.recheck import verify_again
from slidegloss.verification.verify import verify

PAGE = '<p id="{name}"></p><a href="b.html#b">b</a><a href="c.html#more">c</a><link rel="stylesheet" href="s.css">'


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    root.mkdir()
    for name in "abc":
        (root / f"{name}.html").write_text(PAGE.format(name=name) + "<i id=more></i>", encoding="utf-8")
    (root / "s.css").write_text("i { background: url(i.png) }", encoding="utf-8")
    (root / "i.png").write_bytes(b"")
    return root


def put(path: Path, text: str) -> None:
    """Write a file as a build does: a new one, not into the old one."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def test_only_changed_files_are_read(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert verify_again(site, tmp_path / "kept", jobs=1).diagnostics == ()
    read: list[str] = []
    scan = verify.__globals__["facts_of"]
    monkeypatch.setattr(
        "slidegloss.verification.recheck.facts_of", lambda site, path: (read.append(path), scan(site, path))[1]
    )
    put(site / "a.html", PAGE.format(name="a") + "<a href=gone.html>x</a>")
    assert [problem.code_name for problem in verify_again(site, tmp_path / "kept", jobs=1).diagnostics] == [
        "site-broken-link"
    ]
    assert read == ["a.html"]
    assert [problem.code_name for problem in verify_again(site, tmp_path / "kept", jobs=1).diagnostics] == [
        "site-broken-link"
    ]
    assert read == ["a.html"]


def test_an_id_that_went_is_missed_where_it_is_linked_from(site: Path, tmp_path: Path) -> None:
    verify_again(site, tmp_path / "kept")
    put(site / "c.html", PAGE.format(name="c"))
    found = verify_again(site, tmp_path / "kept").diagnostics
    assert [(problem.code_name, problem.path) for problem in found] == [("site-broken-anchor", "a.html")]
    assert "on 3 pages" in found[0].message


def test_a_file_that_went_is_missed_and_another_base_is_another_site(site: Path, tmp_path: Path) -> None:
    put(site / "404.html", '<a href="/notes/a.html">a</a>')
    assert verify_again(site, tmp_path / "kept", base_path="/notes/").diagnostics == ()
    assert verify_again(site, tmp_path / "kept", base_path="/").diagnostics
    (site / "i.png").unlink()
    assert [problem.path for problem in verify_again(site, tmp_path / "kept", base_path="/notes/").diagnostics] == [
        "s.css"
    ]


@pytest.mark.parametrize("kept", [b"", b"{}", b"[]\nx", b"\xff", b'{"code": 1}\n1\t[]\ta.html'])
def test_what_is_kept_may_be_damaged(site: Path, tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "kept").write_bytes(kept)
    assert verify_again(site, tmp_path / "kept").diagnostics == ()


def test_a_damaged_byte_of_what_is_kept_is_not_believed(site: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    verify_again(site, kept)
    for name in "de":  # a new file, so that the links of all are followed again
        damaged = (
            kept.read_bytes().replace(b"i.png", b"o.png", 1) if name == "d" else kept.read_bytes()[:-9] + b"\xff" * 9
        )
        kept.write_bytes(damaged)
        put(site / f"{name}.html", PAGE.format(name=name))
        assert verify_again(site, kept).diagnostics == verify(site) == ()


def test_after_any_edits_it_says_what_a_first_look_says(site: Path, tmp_path: Path) -> None:
    pick = random.Random(5)
    names = ["a.html", "b.html", "c.html", "d.html", "sub/e.html"]
    for _ in range(60):
        path = site / pick.choice(names)
        if path.exists() and pick.random() < 0.3:
            path.unlink()
        else:
            path.parent.mkdir(exist_ok=True)
            ids = "".join(f"<i id={name}></i>" for name in pick.choices("pqrs", k=3))
            links = "".join(f'<a href="{pick.choice(names)}#{pick.choice("pqrs")}">x</a>' for _ in range(4))
            put(path, ids + links + str(pick.random()))
        assert verify_again(site, tmp_path / "kept", jobs=1).diagnostics == verify(site)


def make(looks: Looks, path: Path, text: str) -> None:
    """Write a file as one does who has it at hand."""
    path.parent.mkdir(exist_ok=True)
    put(path, text)
    looks.note(str(path), text.encode())


@pytest.fixture
def looks(tmp_path: Path) -> Looks:
    noted = Looks(tmp_path / "looks")
    noted.clear()
    return noted


def test_what_is_noted_of_a_page_is_not_read_again(
    site: Path, tmp_path: Path, looks: Looks, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(looks, site / "a.html", PAGE.format(name="a") + '<i id="twice"></i><i id="twice"></i>')
    make(looks, site / "b.html", PAGE.format(name="b") + '<a href="gone.html">x</a>')
    make(looks, site / "sub" / "d.html", '<a href="gone.html">x</a><a href="../a.html#twice">x</a>')
    make(looks, site / "b.html", PAGE.format(name="b") + '<a href="gone.html">x</a>')  # to a new file
    expected = verify(site)
    assert len(expected) == 3
    read: list[str] = []
    scan = verify.__globals__["facts_of"]
    monkeypatch.setattr(
        "slidegloss.verification.recheck.facts_of", lambda site, path: (read.append(path), scan(site, path))[1]
    )
    # one note is of a file that is no longer there: none of them counts, since each leaves out what was said before it
    assert verify_again(site, tmp_path / "kept", jobs=1, looks=looks).diagnostics == expected
    assert set(read) == {"a.html", "b.html", "c.html", "s.css", "sub/d.html"}
    (tmp_path / "kept").unlink()
    read.clear()
    for name in ("a.html", "b.html", "sub/d.html", "b.html"):
        looks.note(str(site / name), (site / name).read_bytes())
    assert verify_again(site, tmp_path / "kept", jobs=1, looks=looks).diagnostics == expected
    assert set(read) == {"c.html", "s.css"}
    read.clear()
    assert verify_again(site, tmp_path / "kept", jobs=1, looks=looks).diagnostics == expected
    assert read == [], "notes are taken once"


def test_links_that_lead_elsewhere_from_each_page_are_followed_on_each(
    site: Path, tmp_path: Path, looks: Looks
) -> None:
    for name in ("a.html", "b.html"):
        make(looks, site / name, PAGE.format(name=name[0]) + '<a href="/x.html">x</a><a href="#gone">y</a>')
    make(looks, site / "404.html", '<a href="/notes/a.html">a</a><a href="/notes/gone.html">x</a>')
    found = verify_again(site, tmp_path / "kept", base_path="/notes/", jobs=1, looks=looks).diagnostics
    assert found == verify(site, base_path="/notes/")
    assert len(found) == 4
    assert [problem.message for problem in found if "on 2 pages" in problem.message]
