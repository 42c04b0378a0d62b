"""Author HTML: what readers see of it, what is taken away, and that nothing else goes with it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slidegloss.html.context import Context, FigureView, MissingView, esc
from slidegloss.html.rawhtml import Own, OwnTag, OwnText, Piece, Raw, balance, clean
from slidegloss.nodes import Paragraph, RawBlock, Span, Text
from slidegloss.syntax import rawtags as tags
from slidegloss.syntax.rawtokens import raw_addresses, raw_runs

SPAN = Span(7, 3, 7)
VOID = {"br", "hr", "img", "col", "wbr", "source"}


def figure(dest: str, span: Span) -> FigureView | MissingView:
    if dest.endswith(("mp4", "webm")):
        return FigureView(dest, "", kind="video", mime="video/mp4")
    if dest.endswith("pdf"):
        return FigureView(dest, "", kind="other", mime="application/pdf")
    if "gone" in dest:
        return MissingView(dest, f"a.md:{span.line}", "not found")
    return FigureView(f"fig/{dest}", "made up", width=800, height=400, original_href=f"orig/{dest}")


def context(**changes: object) -> Context:
    return Context(lang="en", source_lang="en", path="a.md", figure=figure, sink=[], **changes)  # type: ignore[arg-type]


def leaf(text: str, **changes: object) -> tuple[str, list[str]]:
    """Clean a text as the parser would cut it: tags are raw, the rest is text."""
    ctx = context(**changes)
    pieces: list[Piece] = [
        Raw(part, SPAN) if part.startswith("<") else OwnText(part.replace("<", "&lt;"))
        for part in re.split(r"(</?[a-zA-Z][^<>]*>)", text)
        if part
    ]
    return clean(pieces, ctx).html, [problem.code_name for problem in ctx.sink]


def block(text: str, **changes: object) -> tuple[str, list[str]]:
    ctx = context(**changes)
    return clean([Raw(text, SPAN)], ctx).html, [problem.message for problem in ctx.sink]


class Balance(HTMLParser):
    """Fails on an end tag that does not close the innermost open element."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, key, value or "") for key, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, tag
        assert self.open.pop() == tag


def balanced(html: str) -> Balance:
    parser = Balance()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a<br>b", "a<br>b"),
        ("a<br/>b</br>c", "a<br>b<br>c"),
        ("<u>line</u>", "<u>line</u>"),
        (
            "H<sub>2</sub>O x<sup>2</sup> <kbd>j</kbd> <mark>m</mark>",
            "H<sub>2</sub>O x<sup>2</sup> <kbd>j</kbd> <mark>m</mark>",
        ),
        ('<font color="red">hot</font>', '<span class="sg-color-red">hot</span>'),
        ("<font color=#00f>cold</font>", '<span class="sg-color-blue">cold</span>'),
        ('<span style="color: rgb(10, 120, 0)">x</span>', '<span class="sg-color-green">x</span>'),
        ("<center>mid</center>", '<div class="sg-center">mid</div>'),
        ('<div align="center">mid</div>', '<div class="sg-center">mid</div>'),
        ('<td colspan="2">loose</td>', "loose"),
        ("<details open><summary>s</summary>t</details>", '<details open=""><summary>s</summary>t</details>'),
        (
            '<table border="1"><tr><td rowspan="2">c</td></tr></table>',
            '<table><tbody><tr><td rowspan="2">c</td></tr></tbody></table>',
        ),
        ("<tt>code</tt> <strike>old</strike>", "<code>code</code> <s>old</s>"),
        ("<ol start=3><li>x</li></ol>", '<ol start="3"><li>x</li></ol>'),
        ("<li>alone</li>", "<div>alone</div>"),
        ('<a href="p.md" title="t">x</a>', '<a href="p.md" title="t">x</a>'),
    ],
)
def test_what_notes_use_stays(written: str, shown: str) -> None:
    html, messages = block(written)
    assert html == shown
    assert messages == []


@pytest.mark.parametrize(
    "written", ["<NUM>", "</NUM>", "<vec3>", "list<float>", "<b and c>", "a <x", "<input>", "<a>", "<3", "<image>"]
)
def test_text_in_angle_brackets_is_shown_as_text(written: str) -> None:
    html, messages = block(f"say {written} now")
    assert html == f"say {written.replace('<', '&lt;').replace('>', '&gt;')} now"
    assert messages == []


def test_an_unclosed_tag_ends_with_its_paragraph_and_is_reported() -> None:
    html, codes = leaf("one <u>two")
    assert html == "one <u>two</u>"
    assert codes == ["html-unclosed"]


def test_tags_that_cross_ours_are_balanced_without_loss() -> None:
    ctx = context()
    pieces = [
        OwnTag("strong"),
        Raw("<u>", SPAN),
        OwnText("a"),
        OwnTag("strong", close=True),
        OwnText("b"),
        Raw("</u>", SPAN),
    ]
    html = clean(pieces, ctx).html
    balanced(html)
    assert html == "<strong><u>a</u></strong><u>b</u>"


def test_our_html_survives_where_the_author_left_no_place_for_it() -> None:
    ctx = context()
    html = clean(
        [Raw("<table>", SPAN), Own("<math>1</math>"), Raw("</table><script>", SPAN), Own("<p>2</p>", block=True)], ctx
    ).html
    assert "<math>1</math>" in html
    assert "<p>2</p>" in html


def test_placeholders_cannot_be_forged() -> None:
    ctx = context()
    html = clean(
        [Own("<b>mine</b>"), Raw('&#xFDD0;0&#xFDD1; \ufdd00\ufdd1 <i title="\ufdd00\ufdd1" data-sg="0">x</i>', SPAN)],
        ctx,
    ).html
    assert html.count("mine") == 1
    assert "data-sg" not in html


def test_an_image_goes_through_the_figure_look_up() -> None:
    html, _ = block('<img src="a.png" width="400" alt="curve">')
    assert 'src="fig/a.png"' in html
    assert 'width="400" height="200"' in html
    assert 'alt="curve"' in html
    assert 'href="orig/a.png"' in html
    assert 'class="sg-inline-image sg-w50"' in block('<img src="a.png" width="52%">')[0]
    linked, _ = block('<a href="b.md"><img src="a.png"></a>')
    assert linked.count("<a ") == 1
    assert "sg-missing" in block('<img src="gone.png">')[0]


def test_embedded_videos_become_video_elements() -> None:
    for written in (
        '<iframe\n width="10" src="x.mp4"></iframe>',
        '<video src="x.mp4" autoplay></video>',
        '<video controls><source src="x.mp4"></video>',
    ):
        html, messages = block(written)
        assert html.count("<video ") == 1
        assert 'src="x.mp4"' in html
        assert "controls" in html
        assert messages == []


ATTACKS = [
    "<script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<style>body{display:none}</style>",
    "<img src=x onerror=alert(1)>",
    "<b onclick=alert(1)>x</b>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<iframe src='https://evil.example/'></iframe>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action='https://evil.example'><input name=q><button>go</button></form>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><maction actiontype='statusline' xlink:href='javascript:alert(1)'>x</maction></math>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<div style='background:url(https://evil.example)'>x</div>",
    "<div style='position:fixed'>x</div>",
    "<body onload=alert(1)>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<base href=https://evil.example/>",
    "<object data=https://evil.example/x.swf></object>",
    "<embed src=https://evil.example/x.swf>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=x.mp4 onloadstart=alert(1)></video>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php <img src=x onerror=alert(1)> ?>",
    "<img src=x onerror=alert(1)//",
    "<img src='a'onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<x onclick=alert(1)>y</x>",
    "<textarea></textarea><script>alert(1)</script>",
    "<title></title><img src=x onerror=alert(1)>",
    "<select><template><script>alert(1)</script></template></select>",
    "<p id=__proto__ name=cookie>x</p>",
    "<span class='md-header' id=toc>x</span>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_runs_or_leaves_the_page_gets_through(attack: str) -> None:
    html, _ = block(attack)
    parser = balanced(html)
    assert not re.search(
        r"(?i)<(script|style|iframe|form|input|button|svg|math|object|embed|meta|link|base|body|title|x)\b", html
    )
    for tag, key, value in parser.attributes:
        assert not key.startswith("on")
        assert key not in {"style", "srcdoc", "action", "xlink:href"}
        if key == "id":
            assert value == ""
        if key == "class":
            assert all(name.startswith("sg-") for name in value.split())
        if key in {"href", "src"}:
            assert not re.match(r"(?i)\s*(javascript|data|vbscript):", value), (tag, value)


@pytest.mark.parametrize(
    ("written", "kept", "said"),
    [
        ("<script>let words = 1</script>", "let words = 1", "<script> was removed"),
        ("<form action=https://x.example/>words</form>", "words", "<form> was removed"),
        ("<iframe src=https://video.example/v></iframe>", 'href="https://video.example/v"', "<iframe> was removed"),
        ("<i onmouseover=run()>words</i>", "<i>words</i>", "onmouseover of <i> was removed"),
        ("<i style='position:fixed'>words</i>", "<i>words</i>", "style of <i> was removed"),
        ("<a href=javascript:run()>words</a>", "words", "it may run code"),
    ],
)
def test_what_is_removed_is_reported_with_its_place_and_its_text_stays(written: str, kept: str, said: str) -> None:
    ctx = context()
    html = clean([Raw(f"first\n{written}", SPAN)], ctx).html
    assert kept in html
    (problem,) = ctx.sink
    assert said in problem.message
    assert (problem.code_name, problem.path, problem.line, problem.col) == ("html-removed", "a.md", 8, 1)
    assert problem.hint


def test_trusted_html_passes_balanced() -> None:
    html, messages = block('<div style="color:red" onclick="go()"><b>x</div>y</i>', raw_html="trusted")
    assert html == '<div style="color:red" onclick="go()"><b>x</b></div>y'
    assert messages == []


def test_block_tags_in_running_text_are_seen_or_become_spans() -> None:
    ctx = context()
    assert clean([Raw("<div>", SPAN), OwnText("x")], ctx).has_block
    assert not clean([Raw("<u>", SPAN), OwnText("x")], ctx).has_block
    assert (
        clean([Raw("<center>", SPAN), OwnText("x")], ctx, inline_only=True).html
        == '<span class="sg-center sg-block">x</span>'
    )
    assert clean([Raw("<u><div>x</div></u>", SPAN)], ctx).html == '<u><span class="sg-block">x</span></u>'


def test_runs_join_the_blocks_between_a_tag_and_its_end() -> None:
    def raw(text: str) -> RawBlock:
        return RawBlock(text, SPAN)

    words = Paragraph((Text("x"),), "x", SPAN)
    assert raw_runs((raw("<div>"), words, raw("</div>"), words)) == ((0, 2),)
    assert raw_runs((raw("<u>"), words, raw("<br>"))) == ((0, 0), (2, 2))
    assert raw_runs((raw("<div>"), raw("<b>x</b>"), words, raw("</div><details>"), words, raw("</details>"))) == (
        (0, 5),
    )


def test_addresses_in_author_html_are_known_before_rendering() -> None:
    found = raw_addresses(
        RawBlock('<a href="b.md"><img src=a.png></a><iframe src="x.mp4"></iframe><!-- <img src=no> -->', SPAN)
    )
    assert [(dest, figure) for dest, _, figure in found] == [("b.md", False), ("a.png", True), ("x.mp4", True)]


def test_deep_and_long_input_is_handled() -> None:
    html, messages = block("<div>" * 20_000 + "x")
    assert "x" in html
    assert messages
    for text in (
        "<!--" * 50_000,
        "<a " * 50_000,
        '<a b="' * 50_000,
        "<b " + "c=1 " * 50_000,
        "&" * 100_000,
        "</u>" * 50_000,
    ):
        block(text)


TOKENS = st.sampled_from(
    [
        "<u>",
        "</u>",
        "<b>",
        "</b>",
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<table>",
        "<td>",
        "</table>",
        "<a\thref=x>",
        "</a>",
        "<br>",
        "word",
        "&",
        "<",
        ">",
        '"',
        "<img\tsrc=i.png>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<svg>",
        "<li>",
        "<h2>",
        "汉字",
        "<details>",
        "<summary>",
        "<font\tcolor=red>",
        "</font>",
        "<pre>",
        "</pre>",
        "<select>",
        "<NUM>",
        "&lt;",
        "<center>",
        "]]>",
        "<?",
    ]
)


@settings(max_examples=100)
@given(st.lists(st.one_of(TOKENS, st.just(None)), max_size=25))
def test_any_mixture_is_balanced_and_keeps_our_html(tokens: list[str | None]) -> None:
    pieces: list[Piece] = []
    for number, token in enumerate(tokens):
        pieces.append(Own(f"<math>{number}</math>", block=number % 2 == 0) if token is None else Raw(token, SPAN))
    html = clean(pieces, context()).html
    balanced(html)
    for number, token in enumerate(tokens):
        if token is None:
            assert html.count(f"<math>{number}</math>") == 1
    assert html.count("word") == tokens.count("word")


def tags_of(text: str) -> tuple[str, list[str]]:
    ctx = context()
    html = clean([Raw(text, SPAN)], ctx).html
    return html, [problem.message for problem in ctx.sink]


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ('<input type="text" value="in the box">', "in the box"),
        ('<input placeholder="a name">', "a name"),
        ('<iframe srcdoc="&lt;p&gt;framed&lt;/p&gt;"></iframe>', "framed"),
        ('<button onclick="go()">press</button>', "press"),
    ],
)
def test_what_readers_would_have_seen_of_a_removed_tag_is_kept(text: str, seen: str) -> None:
    html, said = tags_of(text)
    assert seen in html
    assert said
    assert "&lt;/" not in html.replace("&lt;/p&gt;", "")


def test_nothing_is_removed_without_a_message() -> None:
    for text in ('<track src="words.vtt">', '<img src="a.png" longdesc="d.html">', '<img src="a.png" usemap="#m">'):
        assert tags_of(text)[1], text
    assert tags_of('<img src="a.png" alt="x" title="t" width="50" loading="lazy">')[1] == []


def test_the_end_of_a_removed_tag_goes_with_its_start_and_no_other() -> None:
    assert tags_of("<label for=a>one</label> and </label>")[0] == "one and &lt;/label&gt;"


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    tag = st.sampled_from(["u", "b", "span", "sub", 'span data-sg="1"', "p", "a", "div", "rt", "table"])
    return st.builds(lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag.split()[0]}>", tag, st.lists(inner, max_size=4))


WRITTEN = st.recursive(
    st.text(max_size=4).map(esc) | st.sampled_from(["<br>", "</u>", "<b>", "\ufdd01\ufdd1", "\xa0", "&quot;", "\n"]),
    _nested,
)


@settings(max_examples=300)
@given(st.lists(WRITTEN, max_size=4).map("".join))
def test_phrases_closed_in_their_order_are_what_a_parser_makes_of_them(html: str) -> None:
    cleaner = nh3.Cleaner(
        tags=set((tags.BLOCK_TAGS | tags.INLINE_TAGS) - tags.RENAMED.keys()),
        attributes={"*": {"data-sg"}},
        link_rel=None,
    )
    assert balance(html) == cleaner.clean(html)


def test_a_player_of_what_cannot_be_played_is_a_link_to_it() -> None:
    assert leaf('<video src="talk.pdf" title="the talk"></video>')[0] == '<a href="talk.pdf">talk.pdf</a>'


def test_the_sign_for_markdown_in_html_stands_without_a_value() -> None:
    html, said = leaf('<div class="grid" markdown>a</div>')
    assert html == "<div>a</div>"
    assert said == []


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("zoom:50%;", 'width="400" height="200"'),
        ("margin: auto; zoom: 0.25", 'width="200" height="100"'),
        ("zoom:1e9%", 'width="800" height="400"'),
        ("width: 40%; zoom:50%", "sg-w40"),
    ],
)
def test_the_zoom_that_typora_writes_is_the_width_of_a_figure(style: str, shown: str) -> None:
    html, messages = block(f'<img src="a.png" style="{style}" />')
    assert shown in html
    assert messages == []


def test_a_width_that_is_none_changes_nothing() -> None:
    assert 'width="800"' in block('<img src="a.png" width="wide x">')[0]
    assert 'width="800"' in block('<img src="a.png" width=".x">')[0]
    assert 'width="800"' in block(f'<img src="a.png" width="{"9" * 5000}">')[0]
    assert 'width="800"' in block(f'<img src="a.png" width="{"9" * 5000}%">')[0]


def test_layout_goes_without_a_word_and_what_it_hides_with_one() -> None:
    assert (
        block('<span style="padding: 4px 12px; border-radius: 20px; font-size: .9em; display: block">a</span>')[1] == []
    )
    assert block('<div style="page-break-after: always;"></div>')[1] == []
    assert block('<span style="padding: 4px; display: none">a</span>')[1] != []


def test_a_row_of_the_same_is_told_once() -> None:
    badge = '<span style="background: #fef2f2">a</span>'
    assert block(f"<div>{badge}\n{badge}\n{badge}</div>")[1] == ["attribute style of <span> was removed"]


@pytest.mark.parametrize("html", ['<b onerror="x()">a</b>', '<p style="x" onclick="x()">a</p>', "<script>a</script>"])
def test_what_is_put_together_is_looked_through_once_more(html: str) -> None:
    """The tags of an author have been through a first sieve by then; this is the second, by itself."""
    made = balance(html)
    assert "a" in made
    assert not [word for word in ("onerror", "onclick", "style", "script") if word in made]


def test_a_line_of_open_tags_is_told_once_for_each_name() -> None:
    assert block("<div><div><i><div>a")[1] == [
        "<div> is not closed, 3 times in this line; it ends with its paragraph or block",
        "<i> is not closed; it ends with its paragraph or block",
    ]
