"""A build that uses what earlier builds left behind gives the bytes of a build that starts from nothing."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegloss.decks import reading
from slidegloss.pipeline import rendering
from slidegloss.pipeline.phases import Options, build

DECK = "# {title}\n\nP{page}\n\n## A method\n\n![](../../assets/none.svg)\n\n> ✅ 一句备注 {word}\n\n> ❓ 为什么？\n\n{author} et al., “{work},” CVPR 2023.\n"
PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgctxt "a:p1"\nmsgid "一句备注 one"\nmsgstr "{text}"\n'
PAPER = "- key: known\n  title: {title}\n  authors: [Ada Writer]\n  year: 2023\n"


def note(root: Path, name: str, **words: object) -> None:
    values = {"title": name, "page": 1, "word": "one", "author": "Writer", "work": "A Work of Some Length", **words}
    (root / "docs" / "notes" / f"{name}.md").write_text(DECK.format(**values), encoding="utf-8")


def put(root: Path, name: str, text: str) -> None:
    target = root / name
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")


STEPS: dict[str, Callable[[Path, random.Random], object]] = {
    "change": lambda root, pick: note(root, "a", word=f"w{pick.random()}"),
    "add": lambda root, pick: note(root, "added", page=pick.randrange(2, 90), work="Another Work of Some Length"),
    "rename": lambda root, _: (root / "docs/notes/b.md").rename(root / "docs/notes/renamed.md"),
    "delete": lambda root, _: (root / "docs/notes/c.md").unlink(),
    "paper": lambda root, pick: put(root, "docs/papers/p.yml", PAPER.format(title=f"A Work {pick.random()}")),
    "translation": lambda root, pick: put(root, "docs/translations/en.po", PO.format(text=f"A remark {pick.random()}")),
    "template": lambda root, _: (
        put(
            root,
            "templates/theme/main.html",
            '{% extends "base.html" %}{% block footer %}<p>{{ page.title if page }}</p>{% endblock %}',
        ),
        put(root, "build/cache/looks/1", "of a build that was stopped"),
    ),
    "page template": lambda root, pick: put(
        root,
        "templates/pages/deck.md.jinja",
        f"{{{{ page.front }}}}\n\n{{{{ page.heading }}}}\n\nHand made {pick.random()}\n",
    ),
    "words": lambda root, pick: put(root, "templates/strings/en.yml", f"slide: Sheet {pick.random()}\n"),
    "link": lambda root, pick: put(
        root, "docs/notes/linking.md", f"# Links\n\nP{pick.randrange(9)}\n\nSee [it](a.md#p1), [gone](b.md), P1.\n"
    ),
    "figure": lambda root, pick: put(
        root, "assets/none.svg", f'<svg xmlns="http://www.w3.org/2000/svg" width="{pick.randrange(9, 99)}" height="9"/>'
    ),
    "settings": lambda root, _: put(
        root, "mkdocs.yml", "site_name: Renamed\nextra: {slidegloss: {languages: [zh, en]}}\n"
    ),
}


def files_below(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_edits_the_site_is_that_of_a_cold_build(tmp_path: Path, seed: int) -> None:
    pick = random.Random(seed)
    root = tmp_path / "warm" / "book"
    put(root, "mkdocs.yml", "site_name: Book\nextra: {slidegloss: {languages: [en, zh]}}\n")
    put(root, "docs/papers/p.yml", PAPER.format(title="A Work of Some Length"))
    put(root, "docs/translations/en.po", PO.format(text="A remark"))
    for name in "abc":
        put(root, f"docs/notes/{name}.md", "")
        note(root, name)
    assert build(root, Options()).site
    order = sorted(STEPS)
    pick.shuffle(order)
    for number, names in enumerate((order[:4], order[4:8], order[8:])):
        for name in names:
            STEPS[name](root, pick)
        warm = build(root, Options(jobs=1 + number % 2))
        cold_root = tmp_path / f"cold{number}" / "book"
        shutil.copytree(root, cold_root, ignore=shutil.ignore_patterns("build", "site"))
        cold = build(cold_root, Options())
        assert warm.site
        assert cold.site
        one, other = files_below(warm.site), files_below(cold.site)
        assert one.keys() == other.keys(), names
        assert [path for path in one if one[path] != other[path]] == [], names
        assert warm.diagnostics == cold.diagnostics


WORKS = {"a": "Lanterns in the Tide", "b": "Slow Rivers of the North", "c": "Mapping Quiet Gardens"}


def book_of(root: Path) -> Path:
    put(root, "mkdocs.yml", "site_name: Book\nextra: {slidegloss: {languages: [en, zh]}}\n")
    for name in "abc":
        put(root, f"docs/notes/{name}.md", "")
        note(root, name, work=WORKS[name])
    return root


def test_after_one_edit_only_what_speaks_of_that_note_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = book_of(tmp_path / "book")
    assert build(root, Options(jobs=1)).site
    parsed: list[str] = []
    rendered: list[str] = []
    papers: list[str] = []
    read_note, render_deck, render_papers = reading.read_note, rendering.render_deck, rendering.render_papers
    monkeypatch.setattr(
        reading, "read_note", lambda source, *more: parsed.append(source.source_path) or read_note(source, *more)
    )
    monkeypatch.setattr(
        rendering, "render_deck", lambda deck, *more: rendered.append(deck.source_path) or render_deck(deck, *more)
    )
    monkeypatch.setattr(
        rendering,
        "render_papers",
        lambda some, *more: papers.extend(paper.title for paper, _ in some) or render_papers(some, *more),
    )
    note(root, "b", word="edited", work=WORKS["b"])
    assert build(root, Options(jobs=1)).site
    assert parsed == ["docs/notes/b.md"]
    assert set(rendered) == {"docs/notes/b.md"}
    assert set(papers) == {WORKS["b"]}
    built = build(root, Options(jobs=1, use_cache=False))
    assert built.site
    assert len(parsed) == 1 + 3


@pytest.mark.parametrize("held", [0, 30])
def test_the_content_of_a_note_is_read_once_however_many_pages_show_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int
) -> None:
    monkeypatch.setattr(reading, "_HELD", held)
    root = tmp_path / "book"
    put(root, "mkdocs.yml", "site_name: Book\nextra: {slidegloss: {languages: [en, zh]}}\n")
    names = [f"n{number}" for number in range(40)]
    for name in names:
        put(root, f"docs/notes/{name}.md", "")
        note(root, name)  # all cite the same work
    looked: list[bytes] = []
    kept_content = reading.kept_content
    monkeypatch.setattr(reading, "kept_content", lambda key, kept: looked.append(key) or kept_content(key, kept))
    assert build(root, Options(jobs=1)).site
    assert len(looked) == len(set(looked)) == len(names) - held


def test_a_page_in_the_build_folder_that_somebody_else_wrote_is_made_again(tmp_path: Path) -> None:
    root = book_of(tmp_path / "book")
    first = build(root, Options()).site
    assert first
    page = (first / "a.html").read_text(encoding="utf-8")
    draft = root / "build" / "en" / "a.md"
    draft.write_text(draft.read_text(encoding="utf-8") + "\n<script>alert(1)</script>\n", encoding="utf-8")
    note(root, "b", word="edited")
    again = build(root, Options()).site
    assert again
    assert (again / "a.html").read_text(encoding="utf-8") == page


def test_a_link_to_another_deck_says_what_its_slide_is_called_now(tmp_path: Path) -> None:
    root = tmp_path / "book"
    put(root, "mkdocs.yml", "site_name: Book\nextra: {slidegloss: {languages: [en, zh]}}\n")
    put(root, "docs/notes/one.md", "# One\n\nSee P8, [the last](two.md#p9) and [the page](two.md).\n\nP1\n\nSee P1.\n")
    put(root, "docs/notes/two.md", "# Two\n\nP8\n\n## Tides\n\n![](tide.svg)\n\nP9\n\nEnd.\n")
    put(
        root,
        "docs/notes/tide.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>',
    )

    def previews() -> list[tuple[str, ...]]:
        built = build(root, Options(jobs=1))
        assert built.site
        page = (built.site / "one.html").read_text(encoding="utf-8")
        return re.findall(
            r'href="([^"]*)" data-slide="(\w+)"(?: data-title="([^"]*)")?(?: data-thumb="([^"]*)")?>', page
        )

    (first, last) = previews()  # a slide of the page itself is there already, and a page is no slide
    assert (first[:3], last) == (("two.html#p8", "P8", "Tides"), ("two.html#p9", "P9", "", ""))
    assert (root / "site" / first[3]).is_file()
    put(root, "docs/notes/two.md", '# Two\n\nP8\n\n## Ebb &amp; "flow"\n\nP9\n\nEnd.\n')
    assert previews()[0] == ("two.html#p8", "P8", "Ebb &amp; &quot;flow&quot;", "")
