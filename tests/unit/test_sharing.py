"""What the pages of a deck have in common is made once, and only what they have in common."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from slidegloss.decks.units import deck_units
from slidegloss.editions.edition import Edition
from slidegloss.editions.words import load_words
from slidegloss.html import blocks as html
from slidegloss.html.context import Context, Shared, SharingContext, Translated
from slidegloss.model import Figure, FigureFile
from slidegloss.nodes import Block, Link, Mark, Paragraph, Span, Text
from slidegloss.pages.deck import decks_with_pages, render_deck
from slidegloss.pages.lookups import SharedDeck
from slidegloss.pipeline.joining import Loaded
from slidegloss.pipeline.loading import load
from slidegloss.templating.environment import environment

AT = Span(1, 1, 1)
NOTE = """
# All kinds

See [the data](data.csv).

See [the other](other.md), [its slide](other.md#p7), P7, P8 and [nothing](gone.md).

P7
## 一张幻灯片

中文的段落。And ![inline](a.png), <b>bold</b>, <img src="a.png" alt="raw">, <blink>gone</blink>, $x^2$ and $\\brokencommand{$.

![](a.png)

$$
y = \\text{其中}
$$

- 项目 one
- ![](a.png)

  > a quote with ✅ in it

> ✅ 一个注释 with $x$
> en: a remark

> ❓ 为什么？
> ✅ because

| a | 二 |
|---|---|
| ✅ 好 | `code` |
| ❓ 行吗 | ![](missing.png) |

Ho et al., “Denoising Diffusion Probabilistic Models,” NeurIPS 2020.

P8

```python
def f(x):\treturn x
```

> 💡 only an idea
"""
OTHER = "# Other\n\nP7\n## Seven\n\n![](a.png)\n\nas in [all kinds](all.md#p7)\n"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    root = tmp_path_factory.mktemp("book")
    golden = Path(__file__).parents[1] / "golden" / "notes"
    for path in golden.glob("*.md"):
        (root / path.name).write_bytes(path.read_bytes())
    (root / "all.md").write_text(NOTE, encoding="utf-8")
    (root / "other.md").write_text(OTHER, encoding="utf-8")
    (root / "data.csv").write_text("1\n", encoding="utf-8")
    (root / "a.png").write_bytes(b"not looked into")
    loaded, _ = load(root)
    assert loaded is not None
    file = FigureFile("figures/a.webp", 10, 10, 1)
    figure = Figure("a.png", "raster", "image/webp", 10, 10, (), file)
    linked = replace(loaded.book, figures={"a.png": figure})
    assert {target.kind for target in linked.targets.values()} >= {"file", "page", "broken"}
    return replace(loaded, book=linked)


def editions(loaded: Loaded) -> Iterator[tuple[Edition, ...]]:
    """Yield the editions of a book without translations, and of one with translations of every second text."""
    plain = tuple(loaded.edition(loaded.book, load_words(lang)[0]) for lang in ("en", "zh"))
    yield plain
    units = [unit for deck in loaded.book.decks for unit in deck_units(deck)][::2]
    said: tuple[Block, ...] = (Paragraph((Text("said so"),), "said so", AT),)
    found = {(unit.context, unit.source): Translated(said, "en", "current") for unit in units}
    contexts = frozenset(name for unit in units for name in (unit.context, unit.context.partition(":")[0]))
    yield replace(plain[0], translations=found, translated=contexts), plain[1]
    # some slides have a translation, some none
    some = {key: value for key, value in found.items() if key[0].endswith("p7")}
    contexts = frozenset(name for context, _ in some for name in (context, context.partition(":")[0]))
    yield replace(plain[0], translations=some, translated=contexts), plain[1]


def test_pages_that_share_are_the_pages_that_do_not(book: Loaded) -> None:
    templates = environment(book.config.root)
    for some in editions(book):
        for order in (some, some[::-1]):
            decks = list(decks_with_pages(order[0]))
            assert len(decks) > 1
            for deck in decks:
                shared = SharedDeck(deck.whole())
                for edition in order:
                    alone = render_deck(deck, edition, book.config, templates)
                    assert render_deck(deck, edition, book.config, templates, shared) == alone, deck.source_path


def test_what_says_the_same_in_all_editions_is_made_once() -> None:
    made: list[str] = []

    def context(lang: str, shared: Shared[None]) -> Context:
        def href(dest: str, _span: Span) -> str:
            made.append(dest)
            return dest

        return SharingContext(lang, "zh", "n.md", [], {"note_kind_note": "Note"}, around="zh", href=href, shared=shared)

    shared: Shared[None] = Shared(None)
    same = Paragraph((Link("a.html", "", (Text("甲"),), AT),), "", AT)
    other = Paragraph((Link("b.html", "", (Text("乙"),), AT), Mark("note", "✅")), "", AT)
    shown = [html.render_blocks((same, other), context(lang, shared)) for lang in ("en", "zh")]
    assert made == ["a.html", "b.html", "b.html"]
    assert ' lang="en">Note' in shown[0]
    assert '<span class="sg-sr">Note' in shown[1]
    # another place in the tree is another thing
    html.render_blocks((same,), context("en", shared)._replace(room="note"))
    assert made[3:] == ["a.html"]


@pytest.mark.parametrize(("look", "times"), [("path", 1), ("lang", 2), ("strings", 2), ("signs", 2)])
def test_a_look_at_the_edition_is_noticed(look: str, times: int) -> None:
    shared: Shared[None] = Shared(None)
    ctx = SharingContext("en", "zh", "n.md", [], shared=shared)._replace(room="cell")
    calls: list[str] = []

    def make(node: Span, ctx: Context) -> str:
        calls.append(look)
        return f"{node.line} {getattr(ctx, look)}"

    for _ in range(2):
        assert shared.made(AT, ctx, make) == f"1 {getattr(Context('en', 'zh', 'n.md', []), look)}"
    assert len(calls) == times


def test_inside_is_a_replacement_of_two_fields() -> None:
    ctx = SharingContext("en", "zh", "n.md", [], shared=Shared(None), room="cell", ids=False)
    assert ctx.inside("ja", translate=False) == ctx._replace(around="ja", translate=False)
    assert type(ctx.inside("ja", translate=True)) is SharingContext
