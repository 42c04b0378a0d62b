"""The seed, built by the real command line: nine slides, thirteen annotations, fourteen missing figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .command import article, run

pytestmark = pytest.mark.corpus


def test_the_seed_builds_and_says_what_is_missing(shared: Path, tmp_path: Path) -> None:
    done = run("build", shared / "seed", "-o", tmp_path / "out", cwd=tmp_path)
    assert done.code == 0, done.out + done.err
    missing = done.messages("figure-missing")
    assert len(missing) == 14
    assert all(
        re.match(r"multimodal-guided-generation\.md:\d+:\d+: warning\[figure-missing\]: ", line) for line in missing
    )
    page = article(tmp_path / "out" / "multimodal-guided-generation.html")
    headings = [one.get("id") for one in page.xpath(".//*[self::h2 or self::h3 or self::h4]")]
    slides = [name for name in headings if re.fullmatch(r"p\d+", name or "")]
    assert slides == ["p134", "p135", "p136", "p137", "p139", "p140", "p141", "p142", "p144"]
    notes = page.xpath(".//div[@data-kind]")
    kinds = [one.get("data-kind") for one in notes]
    assert (kinds.count("note"), kinds.count("question"), len(kinds)) == (12, 1, 13)
    assert len({one.get("id") for one in notes}) == 13
    texts = ["".join(one.xpath("*[contains(@class, '--original')]")[0].text_content().split()) for one in notes]
    assert all(texts)
    assert not any("✅" in text or "❓" in text for text in texts)
    assert len(page.xpath(".//*[contains(@class, 'sg-missing__label')]")) == 14


def test_strict_publishes_nothing(shared: Path, tmp_path: Path) -> None:
    done = run("build", shared / "seed", "-o", tmp_path / "out", "--strict", cwd=tmp_path)
    assert done.code == 1
    assert len(done.messages("figure-missing")) == 14
    assert not (tmp_path / "out").exists()


def test_strict_leaves_the_last_good_site(tmp_path: Path) -> None:
    note = tmp_path / "deck.md"
    note.write_text("P1\n## Start\n\nall is well\n", encoding="utf-8")
    assert run("build", note, "-o", tmp_path / "out", "--strict", cwd=tmp_path).code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    note.write_text("P1\n## Start\n\n![](gone.png)\n", encoding="utf-8")
    assert run("build", note, "-o", tmp_path / "out", "--strict", cwd=tmp_path).code == 1
    assert before == {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
