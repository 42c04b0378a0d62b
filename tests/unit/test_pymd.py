"""Our HTML through the real Python-Markdown, with the extensions that pages use and those MkDocs always adds."""

from __future__ import annotations

import html as stdlib_html
import re
from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mkdocs.structure.toc import get_toc

from slidegloss.engine.fastmarkdown import read_page
from slidegloss.html.context import esc
from slidegloss.html.pymd import (
    Sound,
    balanced_block,
    heading_line,
    html_block,
    inline_html,
    page_block,
    sound_blocks,
    written_heading,
)

EXTENSIONS = ["attr_list", "toc", "tables", "fenced_code"]


def convert(text: str) -> str:
    return markdown.markdown(text, extensions=EXTENSIONS)


class Events(HTMLParser):
    """What a browser would read: tags, attributes, text; neighbouring texts joined."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.events: list[tuple[object, ...]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.events.append(("start", tag, *attrs))

    def handle_endtag(self, tag: str) -> None:
        self.events.append(("end", tag))

    def handle_data(self, data: str) -> None:
        if self.events and self.events[-1][0] == "text":
            data = f"{self.events.pop()[1]}{data}"
        self.events.append(("text", data))


def read(html: str) -> list[tuple[object, ...]]:
    return Events(html).events


NASTY = [
    "plain",
    "`code` *a* _b_ **c** ~~d~~",
    r"back\slash \* \_ \`",
    "[link](x) ![img](y) [ref][id] [^1]",
    "{: .x} {#id} {.cls data-x=1}",
    "## heading ##",
    "a ## {#p1}",
    "http://a.example <x@y.example>",
    "wzxhzdk:0 klzzwxh:0001 \x02wzxhzdk:0\x03 \x02amp\x03",
    "&amp; &lt;b&gt; &#42; &copy; & &;",
    "a | b | c",
    "```\ncode\n```",
    "~~~ py\nx\n~~~",
    "tab\there",
    "[TOC]",
    "line one\nline two\n\n\nline five",
    "trailing   \n   \n   spaces",
    "1. one",
    "* star",
    "> quote",
    "    indented",
    "---",
    "中文，“引号”。 ✅❓",
    "<!-- comment -->",
    "<?php x ?> <![CDATA[ y ]]> <!DOCTYPE z>",
    "</div></div>",
    "<div>",
    "\ufdd00\ufdd1 \ue000",
    "a@b :smile: :::note ++x++ ==y== ^z^ --w--",
    "!!! note",
    "*[HTML]: x",
    "$x$ \\(y\\) \\[z\\]",
    "\"quoted\" 'single'",
]
TEXT = st.one_of(
    st.sampled_from(NASTY), st.text(st.sampled_from(list("ab *_`[](){}#<>&!\\|~:@\n\t\x02\x03\"'=-+.1中")), max_size=25)
)
TAG = st.sampled_from(["span", "strong", "em", "code", "sup"])


@st.composite
def inline(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        text = esc(draw(TEXT))
        if depth and draw(st.booleans()):
            tag, value = draw(TAG), esc(draw(TEXT))
            parts.append(f'<{tag} class="sg-a__b" title="{value}">{draw(inline(depth - 1))}</{tag}>')
        else:
            parts.append(text)
    return "".join(parts)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 2) -> str:
    parts = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.integers(0, 4)) if depth else 0
        if kind == 0:
            parts.append(f"<p>{draw(inline())}</p>")
        elif kind == 1:
            parts.append(
                f'<div class="highlight"><pre tabindex="0"><code>{esc(draw(TEXT))}\n\n  \n{esc(draw(TEXT))}</code></pre></div>'
            )
        elif kind == 2:
            parts.append(f'<section title="{esc(draw(TEXT))}">\n{draw(blocks(depth - 1))}\n</section>')
        elif kind == 3:
            parts.append(f"<math><mi>{esc(draw(TEXT))}</mi><mo>*</mo><mtext>_</mtext></math><br>")
        else:
            parts.append(
                f"<div>{draw(blocks(depth - 1))}</div>\n<hr>\n<table><tbody><tr><td>{draw(inline())}</td></tr></tbody></table>"
            )
    return "\n".join(parts)


@settings(max_examples=100)
@given(blocks())
def test_a_block_comes_out_byte_for_byte_and_reads_as_it_was_meant(html: str) -> None:
    block = html_block(html)
    # between other things, as on a page
    page = convert(f"# Title {{#t}}\n{block}\n## Next {{#n}}\n{block}\n")
    assert page.count(block.strip()) == 2
    events = read(block.strip())
    if events[0] == ("start", "div") and events != read(html.strip("\n")):
        events = events[1:-1]
    assert events == read(html.strip("\n"))


@settings(max_examples=100)
@given(blocks())
def test_a_sound_block_is_one_that_a_second_look_finds_sound(html: str) -> None:
    block = html_block(html)
    page = f'---\ntitle: "T"\n---\n# Title {{#t}}\n{block}\n## Next {{#n}}\n{block}\n'
    looked_at, told = read_page(page, "x"), read_page(page, "x", sound_blocks((block, "text", block)))
    if isinstance(block, Sound):
        assert looked_at is not None
    assert told == looked_at


@settings(max_examples=100)
@given(blocks())
def test_a_block_that_is_known_to_be_balanced_comes_out_as_one_that_is_looked_through(html: str) -> None:
    block = balanced_block(f"<div>{html}</div>", 1)
    assert block == html_block(f"<div>{html}</div>")
    assert isinstance(block, Sound)
    assert read_page(f'---\ntitle: "T"\n---\n# Title {{#t}}\n{block}\n', "x") is not None


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<pre>a\n  <b title="<i>\n  <u>">\n \n</b></pre>', '<pre>a\n&#32;&#32;<b title="&lt;i&gt;&#10;  &lt;u&gt;">\n&#32;\n</b></pre>'),
        ('<p title="a\nb">\n```</p>', '<p title="a&#10;b">\n&#96;``</p>'),
        ('<pre>x ="<b>\n~~~\t</b></pre>', '<pre>x ="<b>\n&#126;~~&#9;</b></pre>'),
    ],
)  # fmt: skip
def test_what_stands_in_values_is_told_from_text(html: str, safe: str) -> None:
    assert balanced_block(f"<div>{html}</div>", 1).strip() == f"<div>{safe}</div>"


@pytest.mark.parametrize("html", ["a\tb", "<p>a & b</p>", "</div>", "<div>", "<pre>a\n \nb</pre>"])
def test_a_block_that_was_mended_is_looked_at_again(html: str) -> None:
    assert not isinstance(html_block(html), Sound)


@pytest.mark.parametrize("text", NASTY)
def test_every_nasty_text_survives_in_a_block_and_in_a_heading(text: str) -> None:
    html = f'<div title="{esc(text)}"><pre><code>{esc(text)}</code></pre></div>'
    block = html_block(html)
    assert block.strip() in convert(f"before\n{block}\nafter")
    assert read(block.strip()) == read(html)
    line = heading_line(2, esc(text), "p1")
    assert "\n" not in line
    shown = re.fullmatch(r'(?s)<h2 id="p1">(.*)</h2>', convert(line))
    assert shown
    assert stdlib_html.unescape(shown[1]).split() == stdlib_html.unescape(esc(text)).split()


@pytest.mark.parametrize(
    "html",
    ["</div>", "a</div><div>b", "<div>a", "<div>a</div></div>", "</section><section>", "<div><div></div>", "x</DIV>y"],
)
def test_an_unbalanced_block_cannot_leave_its_place(html: str) -> None:
    block = html_block(html)
    page = convert(f"# A\n{block}\n# B")
    assert block.strip() in page
    assert page.endswith('<h1 id="b">B</h1>')
    assert block.count("<div") == block.count("</div>")


@pytest.mark.parametrize(
    "html",
    ["<!-- open", "a <!-- x --> b", "<?x", "<![CDATA[ <div> ]]>", "<3 & </ x", "&#x2", "<div title='<>`'>x</div>"],
)
def test_what_is_no_element_does_not_confuse_the_block(html: str) -> None:
    block = html_block(html)
    assert block.strip() in convert(f"# A\n{block}\n# B")
    assert convert(f"# A\n{block}\n# B").endswith('<h1 id="b">B</h1>')


@pytest.mark.parametrize(
    ("html", "safe"),
    [
        ('<p title="a\tb">a\tb</p>', '<p title="a&#9;b">a&#9;b</p>'),
        ('<p title="a>b\t">x</p>', '<p title="a&gt;b&#9;">x</p>'),
        ('<a <b title="\t">x', '<a <b title="&#9;">x'),
        ("<p>2 < 3\t</p>", "<p>2 &lt; 3&#9;</p>"),
        ('<p>\t</p><script a="\t">\n  \nx</script>', '<p>&#9;</p><script a=" ">\n\nx</script>'),
        ('<script title="\tx">y\t', '<script title="&#9;x">y&#9;'),
    ],
)
def test_texts_tags_and_scripts_are_told_apart_whatever_stands_in_them(html: str, safe: str) -> None:
    assert html_block(f"<div>{html}</div>").strip() == f"<div>{safe}</div>"


def test_html_that_nobody_has_balanced_is_looked_through() -> None:
    html = "<article><div></article></div></div>"
    assert page_block(html, 1, "trusted") == html_block(html)
    assert page_block("<article>\t</article>", 1, "safe") == "\n\n<article>&#9;</article>\n\n"


def test_a_single_element_is_not_wrapped() -> None:
    assert html_block("<section><div>x</div></section>") == "\n\n<section><div>x</div></section>\n\n"
    assert html_block("<p>a</p>\n<p>b</p>") == "\n\n<div><p>a</p>\n<p>b</p></div>\n\n"


@settings(max_examples=100)
@given(inline(), inline(), TEXT)
def test_a_heading_keeps_its_html_id_classes_and_label(inner: str, badge: str, label: str) -> None:
    said = f"{inline_html(badge).strip()} {inline_html(inner).strip()}".strip(" ")
    line = written_heading(2, said, "p136-2", classes=("sg-slide-title", "b"), toc_label=label)
    assert "\n" not in line
    engine = markdown.Markdown(extensions=EXTENSIONS)
    events = read(engine.convert(f"text\n\n{line}\n\ntext"))
    start = next(i for i, event in enumerate(events) if event[:2] == ("start", "h2"))
    end = events.index(("end", "h2"))
    assert set(events[start][2:]) == {("id", "p136-2"), ("class", "sg-slide-title b")}

    def words(some: list[tuple[object, ...]]) -> list[object]:
        """Events with white space as HTML shows it."""
        out: list[object] = []
        for event in some:
            out += (
                (" ".join(str(event[1]).split()),)
                if event[0] == "text"
                else (tuple(" ".join(str(x).split()) for x in event),)
            )
        return [x for x in out if x]

    parts = [part for part in (inline_html(badge).strip(), inline_html(inner).strip()) if part]
    expected = words(read(" ".join(parts))) or words(read("<span></span>"))
    assert words(events[start + 1 : end]) == expected
    plain = read(" ".join(p for p in (badge.replace("\n", " ").strip(), inner.replace("\n", " ").strip()) if p))
    assert [x for x in words(plain) if isinstance(x, str)] == [x for x in expected if isinstance(x, str)]
    (entry,) = get_toc(engine.toc_tokens).items  # type: ignore[attr-defined]
    assert entry.id == "p136-2"
    if label.strip():
        assert stdlib_html.unescape(entry.title).split() == stdlib_html.unescape(esc(label)).split()


@pytest.mark.parametrize("anchor", ["p136", "_1", "a_b_c", "*x*", "2.7-中文-标题", "p15a", "x:y", "a(b)", "c++"])
def test_ids_arrive_as_they_are(anchor: str) -> None:
    engine = markdown.Markdown(extensions=EXTENSIONS)
    assert f'id="{anchor}"' in engine.convert(heading_line(3, "T", anchor, toc_label="T"))
    assert engine.toc_tokens[0]["id"] == anchor  # type: ignore[attr-defined]


def test_an_id_that_no_attribute_list_can_carry_is_a_bug() -> None:
    for bad in ("", "a b", 'a"b', "a}b", "a=b"):
        with pytest.raises(ValueError, match="id"):
            heading_line(2, "x", bad)


def test_mathml_and_links_in_a_heading() -> None:
    inner = 'On <math><mrow><mi>x</mi><mo>*</mo><mi>y</mi></mrow></math> and <a href="a_b.html#p_1">_it_</a>'
    assert read(convert(heading_line(2, inner, "p1")))[1:-1] == read(inner)
