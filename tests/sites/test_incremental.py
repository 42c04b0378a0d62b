"""A build that uses what earlier builds left behind gives the bytes of a build that starts from nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from slidegloss.pipeline import Options, build

DECK = "# {title}\n\nP{page}\n\n## A method\n\n![](../../assets/none.png)\n\n> ✅ 一句备注 {word}\n\n> ❓ 为什么？\n\n{author} et al., “{work},” CVPR 2023.\n"
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
    "template": lambda root, _: put(
        root,
        "templates/theme/main.html",
        '{% extends "base.html" %}{% block footer %}<p>{{ page.title if page }}</p>{% endblock %}',
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
    for number, names in enumerate((order[:3], order[3:6], order[6:])):
        for name in names:
            STEPS[name](root, pick)
        warm = build(root, Options())
        cold_root = tmp_path / f"cold{number}" / "book"
        shutil.copytree(root, cold_root, ignore=shutil.ignore_patterns("build", "site"))
        cold = build(cold_root, Options())
        assert warm.site
        assert cold.site
        one, other = files_below(warm.site), files_below(cold.site)
        assert one.keys() == other.keys(), names
        assert [path for path in one if one[path] != other[path]] == [], names
        assert warm.diagnostics == cold.diagnostics
