"""The page of an edited note that is shown before the build says what the build will say of it, or is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.engine.mkdocsbuild import read_ahead
from slidegloss.incremental.glance import glance
from slidegloss.pipeline.phases import Memory, Options, build

NOTE = """# Noise

P1
## Adding noise

“Slow Rivers”, Ada Writer, Ben Reader, arXiv 2021.

![a wave](wave.svg)

> ✅ 先加噪声
> en: First add noise

P2
## Taking it away \\\\(x_t\\\\)

See P1 and [the other](other.md#p1).
"""
OTHER = "# Other\n\nP1\n## Something else\n\nText.\n\n[back](noise.md#p2)\n"
WAVE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" width="9" height="9"><path d="M0 0h9"/></svg>\n'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Memory]:
    folder = tmp_path_factory.mktemp("glance") / "project"
    notes = folder / "notes"
    notes.mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(
        "site_name: Book\nextra:\n  slidegloss:\n    languages: [en, zh]\n    notes: notes\n", encoding="utf-8"
    )
    (notes / "noise.md").write_text(NOTE, encoding="utf-8")
    (notes / "other.md").write_text(OTHER, encoding="utf-8")
    (notes / "wave.svg").write_text(WAVE, encoding="utf-8")
    return folder, folder.parent / "out", Memory()


def built(project: tuple[Path, Path, Memory], note: str) -> Memory:
    """Build the project with this note."""
    folder, out, memory = project
    (folder / "notes" / "noise.md").write_text(note, encoding="utf-8")
    assert build(folder, Options(out), memory=memory).site == out
    assert memory.last is not None
    read_ahead(memory.last.folder, ["en", "zh"])
    return memory


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("先加噪声", "先加高斯噪声"),
        ("See P1", "A new line\n\nthat moves all others down: see P1"),
        ("## Adding noise", "## Adding more noise"),
        ("P2\n", "P2\n\nP3\n"),
        ("> en: First add noise\n", ""),
        ("P2\n", "> 💡 慢慢加\n\nP2\n"),
        ("x_t", "y_t"),
        ("> ✅ 先加噪声", "> ✅ `code`"),
    ],
)
def test_the_page_is_what_the_build_makes_of_it(project: tuple[Path, Path, Memory], old: str, new: str) -> None:
    memory = built(project, NOTE)
    folder, out, _ = project
    (folder / "notes" / "noise.md").write_text(NOTE.replace(old, new), encoding="utf-8")
    before = {path: (out / path).read_bytes() for path in ("noise.html", "zh/noise.html")}
    assert memory.last is not None
    found = glance("notes/noise.md", memory.last)
    assert found is not None
    _, pages = found
    assert pages.keys() == before.keys()
    assert all(pages[path] != html for path, html in before.items())
    built(project, NOTE.replace(old, new))
    assert {path: (out / path).read_bytes() for path in pages} == pages


def test_a_book_in_one_language_shows_its_page_too(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_text("site_name: Book\nextra: {slidegloss: {languages: [zh], notes: .}}\n")
    (tmp_path / "lamp.md").write_text("# Lamp\n\nP1\n\nbright\n", encoding="utf-8")
    memory = Memory()
    build(tmp_path, Options(tmp_path / "out"), memory=memory)
    (tmp_path / "lamp.md").write_text("# Lamp\n\nP1\n\ndim\n", encoding="utf-8")
    assert memory.last is not None
    read_ahead(memory.last.folder, ["zh"])
    found = glance("lamp.md", memory.last)
    assert found is not None
    assert b"dim" in found[1]["lamp.html"]


@pytest.mark.parametrize(
    "note",
    [
        pytest.param(NOTE.replace("# Noise", "# Sound"), id="another title stands in every page's navigation"),
        pytest.param(NOTE.replace("Slow Rivers", "Fast Rivers"), id="another paper"),
        pytest.param(NOTE.replace("](wave.svg)", "](new.svg)"), id="a figure to be converted"),
        pytest.param("\ufffe" + NOTE, id="an odd file"),
    ],
)
def test_what_reaches_further_waits_for_the_build(project: tuple[Path, Path, Memory], note: str) -> None:
    memory = built(project, NOTE)
    folder, *_ = project
    (folder / "notes" / "new.svg").write_text(WAVE, encoding="utf-8")
    (folder / "notes" / "noise.md").write_text(note, encoding="utf-16-le" if note[0] == "\ufffe" else "utf-8")
    assert memory.last is not None
    assert glance("notes/noise.md", memory.last) is None
    assert glance("notes/unknown.md", memory.last) is None
    (folder / "notes" / "noise.md").unlink()
    assert glance("notes/noise.md", memory.last) is None
