"""Whatever an author writes: parsing never fails, no letter is lost, and every id is unique."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from slidegloss.base.decode import decode
from slidegloss.html import blocks as html
from slidegloss.html.context import Context
from slidegloss.html.pymd import balanced_block, html_block
from slidegloss.model import Deck, NoteSource
from slidegloss.nodes import Span, Text
from slidegloss.notes import blocks, inlines
from slidegloss.notes.annotations import make_signs
from slidegloss.notes.citations import cite_deck
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.notes.maths import mask
from slidegloss.notes.parser import NoteParser
from slidegloss.notes.slugs import Slugger
from slidegloss.notes.source import Source
from slidegloss.syntax.tree import deck_blocks
from tests.corpus.pages import shown

LIMITS = settings(max_examples=120, derandomize=True)

WORDS = st.sampled_from(["alpha", "Größe", "视频", "注意力。", "x1", "“curve”", "3.5"])
LINES = st.one_of(
    st.builds("P{}{}".format, st.integers(1, 6), st.sampled_from(["", "  ", "A", " "])),
    st.builds(
        "{} {}".format, st.sampled_from(["#", "##", "###", "-", "1.", "•", "    ", "   -", ">", ">>", ">-"]), WORDS
    ),
    st.builds("> {}{}{}".format, st.sampled_from(["✅ ", "&#x2753;", "🔎", "**📌 ", "en: ", "答："]), WORDS, WORDS),
    st.builds("{} {}".format, st.sampled_from(["✅", "❓ ", "&#x1F50E;"]), WORDS),
    st.builds("| {} | ✅ {} |".format, WORDS, WORDS),
    st.builds("{}{}{}".format, WORDS, st.sampled_from(["**", "_", "`", "~~", "<u>", "</u>", "<br>", " ", "  "]), WORDS),
    st.builds(r"\\( {}_1 \\) {}".format, st.sampled_from("abxy"), WORDS),
    st.builds("$${}^2 {}".format, st.sampled_from("abxy"), WORDS),
    st.builds("[{}]({})".format, WORDS, st.sampled_from(["a.md", "https://example.org/a", "", "a b.md", "#p3"])),
    st.builds("![]({}.png)".format, WORDS),
    st.sampled_from(
        [
            "",
            "",
            "|||",
            "|--|--|",
            "---",
            "```",
            "~~~ py",
            "$$",
            r"\begin{align}",
            r"\end{align}",
            "<div>",
            "</div>",
            "\t",
        ]
    ),
)
SIGNS = "\\$()[]{}<>|>*_`~#P1✅\n\t -&;aé\r\x00\ue000"
NOTES = st.builds(
    lambda lines, end: end.join(lines), st.lists(LINES, max_size=14), st.sampled_from(["\n", "\r\n", "\n\n"])
)


def _parse(text: str) -> Deck:
    text = decode(text.encode(), "note.md")[0].text
    deck, _ = parse_deck(NoteSource("note.md", "note.html", text), NoteOptions())
    return cite_deck(deck)


def _render(deck: Deck) -> str:
    context = Context(lang="en", source_lang=deck.lang, path="note.md", sink=[])
    parts = [part for _, blocks in deck_blocks(deck) for part in html.render_slide_body(blocks, context)]
    return "\n".join(
        f'<h2 id="{part.anchor}">{part.html}</h2>' if isinstance(part, html.HeadingPart) else part.html
        for part in parts
    )


@LIMITS
@given(NOTES | st.text(max_size=200) | st.text(alphabet=SIGNS, max_size=80))
def test_what_stands_between_headings_is_balanced_and_escaped(text: str) -> None:
    """So that a page need not look for what an author's HTML could break."""
    deck = _parse(text.encode("utf-8", "replace").decode())
    context = Context(lang="en", source_lang=deck.lang, path="note.md", sink=[])
    for _, content in deck_blocks(deck):
        for part in html.render_slide_body(content, context):
            if isinstance(part, html.HtmlPart):
                assert balanced_block(part.html, part.elements) == html_block(part.html)


def _letters(text: str) -> Counter[str]:
    return Counter(char for char in text if char.isalpha())


@LIMITS
@given(NOTES)
def test_no_letter_is_lost(text: str) -> None:
    deck = _parse(text)
    written = re.sub(r"</?(?:u|br|div)>|&#x[0-9A-F]+;|^(?:P\d[ A]*|> ?en: )", "", text, flags=re.MULTILINE)
    missing = _letters(written) - _letters(shown(_render(deck)))
    assert not missing, missing


@LIMITS
@given(st.text(max_size=200) | st.text(alphabet=SIGNS, max_size=80))
def test_any_text_at_all_is_read_and_shown(text: str) -> None:
    _render(_parse(text.encode("utf-8", "replace").decode()))


@LIMITS
@given(NOTES)
def test_anchors_are_unique_in_a_page(text: str) -> None:
    deck = _parse(text)
    anchors = [slide.anchor for slide in deck.slides] + [note.anchor for note in deck.annotations]
    assert len(anchors) == len(set(anchors))
    ids = re.findall(r'<[a-z][^<>]*? id="([^"]*)"', _render(deck))
    titles = {slide.title.anchor for slide in deck.slides if slide.title}  # a title stands under its slide's anchor
    everything = [name for name in ids if name not in titles] + [slide.anchor for slide in deck.slides]
    assert len(everything) == len(set(everything))


@LIMITS
@given(st.lists(st.tuples(st.integers(1, 5), WORDS), min_size=1, max_size=6))
def test_slides_are_cut_where_their_markers_stand(slides: list[tuple[int, str]]) -> None:
    text = "".join(f"P{number}  \n## {word}\n\n> ✅ {word}\n" for number, word in slides)
    deck = _parse(text)
    assert [slide.label for slide in deck.slides] == [f"P{number}" for number, _ in slides]
    # each slide reads as it does in a note of its own
    for slide, (number, word) in zip(deck.slides, slides, strict=True):
        alone = _parse(f"P{number}  \n## {word}\n\n> ✅ {word}\n").slides[0]
        assert (slide.number, len(slide.blocks)) == (alone.number, len(alone.blocks))
        assert slide.title is not None
        assert alone.title is not None
        assert slide.title.source == alone.title.source
    assert len(deck.annotations) == len(slides)


@LIMITS
@given(NOTES)
def test_the_kind_of_line_end_changes_nothing(text: str) -> None:
    lines = text.replace("\r\n", "\n")
    assert _render(_parse(lines)) == _render(_parse(lines.replace("\n", "\r\n")))


def test_words_in_a_tag_that_is_not_closed_are_shown() -> None:
    """Found by bench/mutate.py: a video's tag without `>` took the heading after it for attributes."""
    page = _render(_parse('<iframe src="run.mp4" allowfullscreen\n height=60\n## 第三：slow fade\n</iframe>\n'))
    assert "第三：slow fade" in shown(page)
    assert "sg-missing" in _render(_parse('<iframe src="run.mp4" allowfullscreen\n height=60\n</iframe>\n'))


def test_what_an_author_says_of_a_missing_figure_is_shown() -> None:
    page = shown(_render(_parse('![a rising curve](gone.png "Figure 4")\n\nin line ![a dot](dot.png) too\n')))
    assert all(words in page for words in ("a rising curve", "Figure 4", "a dot"))


def test_a_sentence_behind_backquotes_is_no_language() -> None:
    shown_text = shown(
        _render(_parse("> ```✅ 代价：转移代价\n\n```python\nx = 1\n```\n\n```mermaid 图\nA-->B\n```\n"))
    )
    assert "代价：转移代价" in shown_text
    assert "x = 1" in shown_text
    assert shown_text.count("A-->B") == 1


PLAIN = st.lists(
    st.sampled_from(
        [*"abP1 .,:;!?()'\"-+=#{}^/%@", "视频", "，", "é", "\u3000", "\u00a0", "\u200b", "见P7", "\\\\(x\\\\)", "✅"]
    )
    | st.sampled_from(["https://example.org/a. ", "[^1]", "1. ", "- ", "*", "_b_", "&amp;", "\t", "<u>", "`", "\n"]),
    max_size=14,
).map("".join)
"""Lines with little in them that CommonMark gives a meaning to."""


@LIMITS
@given(PLAIN, st.sampled_from(["", "\n", "  \n", "\n\n"]), st.sampled_from(["", " ", "   ", "    "]))
def test_a_line_of_mere_words_is_what_commonmark_makes_of_it(words: str, end: str, start: str) -> None:
    masked, _ = mask(words, "")
    text = start + masked.text + end
    rows = len(text.removesuffix("\n").split("\n"))
    source = Source(text, [7] * rows, [3] * rows)

    def note() -> NoteParser:
        parser = NoteParser("", masked, {}, make_signs(), Slugger(), "en")
        parser.expect_footnotes(["1"])
        return parser

    assert blocks.build(note(), source) == blocks._Builder(note(), source).blocks()


def test_most_remarks_are_read_without_asking_commonmark(monkeypatch) -> None:
    asked = []
    builder = blocks._Builder
    monkeypatch.setattr(blocks, "_Builder", lambda note, source: asked.append(source.text) or builder(note, source))
    _parse("> ✅ 图像为 3 通道, (see P7)。 \n> ❓ why? \\\\(x\\\\) \n> ✅ a *word*\n")
    assert [text.strip() for text in asked[1:]] == ["a *word*"]


@LIMITS
@given(PLAIN, st.sampled_from([{}, {"🎯": "goal", "中": "middle"}, {"TODO": "todo"}, {"]x": "bracket", "^": "hat"}]))
def test_no_node_is_ruled_out_that_would_be_found(words: str, kinds: dict[str, str]) -> None:
    patterns = inlines.patterns_for(make_signs(kinds))
    for text in (words, *(f"{words}{sign}" for sign in kinds)):
        assert not (patterns.rule_out(text) and patterns.whole.search(text))


def test_plain_words_are_one_node_and_their_place_is_not_asked_for() -> None:
    def place() -> Span:
        raise AssertionError

    for text in ("Plain words", "视频，“curve” 3.5", "P or [ or :"):
        assert inlines.refine(text, place, make_signs(), {}) == [Text(text)]
