import pytest

from slidegloss.decks.reading import Reading, read_note
from slidegloss.html.blocks import Context, render_blocks
from slidegloss.html.diagrams import _FETCHES
from slidegloss.model import NoteSource
from slidegloss.notes.deck import NoteOptions
from slidegloss.site.searchdocs import block_text

DRAWN = [
    "graph LR; A-->B",
    'graph TD\n  A["噪声<br/>图像"] --> B["<b>x</b> < 2"]\n  click A "https://example.org/" _blank',
    "sequenceDiagram\n  A->>B: image of a lamp\n  Note over A: and/or",
    "graph LR\n  classDef warm fill:#fa0,stroke:#333\n  A:::warm --> B",
    'pie title Lamps\n  "oil": 3',
]
NOT_DRAWN = [
    'graph LR; A["<img src=http://x/y.png>"]',
    'graph LR; A@{ img: "http://x/y.png" }',
    "graph LR; A-->B\nstyle A fill:url(http://x/y.svg)",
    "graph LR; A-->B\nstyle A fill:\\75rl(http://x)",
    "%%{init: {'themeCSS': 'x'}}%%\ngraph LR; A-->B",
    "graph LR; A[\"<style>@import 'http://x'</style>\"]",
    'graph LR\nclick A "javascript:x()"',
]


@pytest.mark.parametrize("source", DRAWN)
def test_common_diagrams_are_drawn(source: str) -> None:
    assert not _FETCHES.search(source)


@pytest.mark.parametrize("source", NOT_DRAWN)
def test_what_fetches_is_shown_as_source(source: str) -> None:
    assert _FETCHES.search(source)


@pytest.mark.parametrize("info", ["mermaid", "{mermaid}", "{.mermaid}", "Mermaid", "mermaid,theme", "mermaid\ttitle"])
def test_however_a_fence_names_it_a_diagram_is_drawn_loaded_and_not_searched(info: str) -> None:
    note = NoteSource("a.md", "a.html", f"# A\n\n```{info}\ngraph TD; a-->b\n```\n")
    read = read_note(note, Reading(NoteOptions(), ("en",)))
    assert "sg-mermaid" in render_blocks(read.deck.opening, Context("en", "en", "a.md", []))
    assert read.index.needs == {"mermaid"}
    assert block_text(read.deck.opening) == "A"
