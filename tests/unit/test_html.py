"""From hand-made trees to what a reader sees."""

from __future__ import annotations

import re

import pytest

from slidegloss.base.diagnostics import Code as Message
from slidegloss.base.diagnostics import diagnostic
from slidegloss.html import blocks as html
from slidegloss.html.blocks import CiteView, Context, FigureView, HeadingPart, HtmlPart, MissingView, Translated
from slidegloss.model import Annotation, Passage
from slidegloss.nodes import (
    Annotations,
    Block,
    Cell,
    Cite,
    Code,
    CodeBlock,
    Credit,
    Emphasis,
    FigureGrid,
    HardBreak,
    Heading,
    Image,
    Inline,
    Link,
    ListBlock,
    Mark,
    Math,
    Paragraph,
    Quote,
    RawBlock,
    RawInline,
    Remark,
    Rule,
    SlideRef,
    SoftBreak,
    Span,
    Strikethrough,
    Strong,
    Table,
    Text,
    Video,
)

AT = Span(31, 1, 31)
STRINGS = {
    "note_kind_question": "Question",
    "note_kind_idea": "Idea",
    "note_kind_note": "Note",
    "note_open": "open",
    "note_answered": "answered",
    "note_answer": "Answer",
    "mark_note": "check mark",
    "mark_no": "cross",
    "notes": "Notes",
    "translation_fuzzy": "outdated",
    "table": "Table",
    "formula": "Formula",
}


def par(*children: Inline | str, source: str = "") -> Paragraph:
    return Paragraph(tuple(Text(c) if isinstance(c, str) else c for c in children), source, AT)


def cell(*children: Inline | str, source: str = "") -> Cell:
    return Cell(tuple(Text(c) if isinstance(c, str) else c for c in children), source, AT)


def head(text: str, level: int = 3, source: str = "") -> Heading:
    return Heading(level, (Text(text),), f"id-{text}", source, AT)


def img(dest: str = "a.png", alt: str = "") -> Image:
    return Image(dest, "", alt, AT)


def link(dest: str, *children: Inline) -> Link:
    return Link(dest, "", children or (Text("there"),), AT)


def passage(text: str, lang: str, *blocks: Block) -> Passage:
    return Passage(lang, text, blocks or (par(text),), AT)


def remark(
    text: str = "为什么？",
    kind: str = "question",
    anchor: str = "p7-a1",
    *,
    answered: bool = False,
    translations: tuple[Passage, ...] = (),
    lang: str = "zh",
) -> Annotation:
    return Annotation(kind, anchor, "p7", passage(text, lang), translations, answered, "quote", AT)


def run(*notes: Annotation) -> Annotations:
    return Annotations(notes, AT)


def figure(dest: str, span: Span) -> FigureView | MissingView:
    if dest == "gone.png":
        return MissingView(dest, f"n.md:{span.line}", "Figure not found", "did you mean a.png?")
    if dest == "far.png":
        return MissingView(dest, f"n.md:{span.line}", "Remote figure", "", "https://far.example/far.png")
    if dest.startswith("https://"):
        return MissingView(dest, f"n.md:{span.line}", "Remote figure", "", dest)
    if dest.endswith(".mp4"):
        return FigureView(dest, "", kind="video", mime="video/mp4")
    if dest.endswith(".pdf"):
        return FigureView(dest, "", kind="other")
    return FigureView(
        f"f/{dest}.webp", "slide", width=800, height=600, srcset="f/s.webp 400w, f/l.webp 800w", sizes="50vw",
        original_href=f"f/{dest}", transparent=dest == "t.png", lazy=dest != "first.png",
    )  # fmt: skip


TRANSLATED = {
    "为什么？": Translated((par("Why?"),), "en", "current"),
    "旧": Translated((par("Old"),), "en", "fuzzy"),
    "长": Translated((par("One"), head("Two"), par("Three")), "en", "current"),
}


@pytest.fixture
def ctx() -> Context:
    return Context(
        lang="en",
        source_lang="en",
        path="n.md",
        strings=STRINGS,
        href=lambda dest, _span: None if dest == "broken.md" else dest.replace(".md", ".html"),
        figure=figure,
        slide_href=lambda label: "#p7" if label == "P7" else None,
        translation=TRANSLATED.get,
        cite=lambda index: CiteView("AnyPaper", "CVPR", 2023, "papers/any.html") if index == 0 else None,
        math=lambda math, _path: (f"<math><mi>{html.esc(math.tex)}</mi></math>", ()),
        sink=[],
    )


def inline(ctx: Context, *children: Inline) -> str:
    return html.render_inlines(children, ctx)


def test_running_text(ctx: Context) -> None:
    children = (
        Text('a < b & "c"'),
        Emphasis((Text("e"),)),
        Strong((Text("s"),)),
        Strikethrough((Text("d"),)),
        Code("<x>"),
        SoftBreak(),
        HardBreak(),
    )
    assert inline(ctx, *children) == (
        "a &lt; b &amp; &quot;c&quot;<em>e</em><strong>s</strong><del>d</del><code>&lt;x&gt;</code>\n<br>\n"
    )
    assert inline(ctx, Text("a\x02b\ufdd0c")) == "a\ufffdb\ufffdc"


def test_links_and_slide_references(ctx: Context) -> None:
    assert inline(ctx, link("b.md#x")) == '<a href="b.html#x">there</a>'
    assert inline(ctx, link("broken.md")) == '<span class="sg-broken" title="broken.md">there</span>'
    assert "href" not in inline(ctx, link("javascript:alert(1)"))
    assert inline(ctx, link("b.md", link("c.md"))) == '<a href="b.html">there</a>'
    assert inline(ctx, SlideRef("P7", "P7"), SlideRef("P8", "P8")) == '<a class="sg-slideref" href="#p7">P7</a>P8'


def test_a_citation_keeps_the_words_and_gets_a_chip(ctx: Context) -> None:
    assert inline(ctx, Cite(0, (Text("Li et al."),))) == (
        '<span class="sg-cite">Li et al. <a class="sg-chip" href="papers/any.html"><span class="sg-chip__name">AnyPaper</span>'
        ' <span class="sg-chip__venue">CVPR 2023</span></a></span>'
    )
    assert inline(ctx, Cite(1, (Text("Li"),))) == '<span class="sg-cite">Li</span>'
    assert inline(ctx, Cite(1, (Text("@li2023"),), by_key=True)) == "@li2023", "a key that no paper has is text"
    unclosed = inline(ctx, Cite(0, (RawInline("<u>", AT), Text("Li"))), Text(" x"))
    assert '<span class="sg-cite"><u>Li' in unclosed
    assert "AnyPaper" in unclosed


def test_marks_are_icons_with_words(ctx: Context) -> None:
    assert inline(ctx, Mark("note", "✅")) == (
        '<span class="sg-mark sg-mark--note"><span class="sg-sr">check mark</span></span>'
    )
    assert inline(ctx, Mark("no", "❌")) == '<span class="sg-mark sg-mark--no"><span class="sg-sr">cross</span></span>'
    assert "Question" in inline(ctx, Mark("question", "❓"))
    assert "wow" in inline(ctx._replace(signs={"own": "wow"}), Mark("own", "!"))


def test_formulas_and_what_is_wrong_with_them(ctx: Context) -> None:
    math = Math("x", display=True, source="$$x$$", span=AT)
    assert inline(ctx, math) == '<span class="sg-math sg-math--display"><math><mi>x</mi></math></span>'
    assert html.render_blocks([par(math, SoftBreak())], ctx) == (
        '<div class="sg-math" tabindex="0" role="group" aria-label="Formula x"><math><mi>x</mi></math></div>'
    )
    assert html.render_blocks([par("so ", math)], ctx).startswith("<p>so <span")
    problem = diagnostic(Message.HTML_REMOVED, "n.md", 31)
    failing = ctx._replace(math=lambda m, _p: (m.source, (problem,)))
    inline(failing, math)
    assert ctx.sink == [problem]


def test_a_paragraph_of_images_becomes_figures(ctx: Context) -> None:
    assert html.render_blocks([par(img(alt="plot"))], ctx) == (
        '<figure class="sg-figure"><a class="sg-zoom" href="f/a.png"><img src="f/a.png.webp" srcset="f/s.webp 400w, f/l.webp 800w"'
        ' sizes="50vw" alt="plot" width="800" height="600" loading="lazy" decoding="async"></a></figure>'
    )
    both = html.render_blocks([par(img("first.png"), SoftBreak(), img("t.png"))], ctx)
    assert both.count("<figure") == 2
    assert both.count('loading="lazy"') == 1
    assert both.count("sg-figure--transparent") == 1
    assert "<p>" not in both
    assert 'alt="slide"' in both
    linked = html.render_blocks([par(link("b.md", img()))], ctx)
    assert linked.startswith('<figure class="sg-figure"><a href="b.html"><img')
    raw = html.render_blocks([par(RawInline('<img src="a.png" width="80">', AT))], ctx)
    assert raw.startswith("<figure")
    assert 'width="80" height="60"' in raw


def test_an_image_among_text_stays_inline(ctx: Context) -> None:
    shown = html.render_blocks([par("see ", img(), " here")], ctx)
    assert shown.startswith('<p>see <a class="sg-zoom" href="f/a.png"><img class="sg-inline-image" ')
    assert html.render_blocks([par("see ", link("b.md", img()))], ctx).count("<a ") == 1


def test_a_missing_figure_shows_its_name_and_place(ctx: Context) -> None:
    shown = html.render_blocks([par(img("gone.png"))], ctx)
    assert (
        '<span class="sg-missing" role="img" aria-label="Figure not found gone.png n.md:31 did you mean a.png?"'
        in shown
    )
    assert '<span class="sg-missing__label">Figure not found</span> <code>gone.png</code>' in shown
    assert '<span class="sg-missing__place">n.md:31</span>' in shown
    assert '<a href="https://far.example/far.png">far.png</a>' in inline(ctx, img("far.png"))


def test_a_remote_figure_in_a_link_leaves_the_link_whole(ctx: Context) -> None:
    shown = inline(ctx, link("https://there.example/", img("far.png")))
    assert shown.count("<a ") == 1
    assert "<code>far.png</code>" in shown


def test_the_authors_link_around_a_missing_figure_stays(ctx: Context) -> None:
    for missing in ("gone.png", "far.png"):
        shown = html.render_blocks([par(link("https://there.example/", img(missing)))], ctx)
        assert re.findall(r'<a href="([^"]*)"', shown) == ["https://there.example/"]
        assert "sg-missing" in shown
        assert missing in shown


def test_badges_by_themselves_are_a_paragraph_with_the_authors_links(ctx: Context) -> None:
    badge = "https://img.shields.io/badge/arXiv-b31b1b.svg"
    row = par(link("https://there.example/", img(badge, "paper")), SoftBreak(), img(badge, "stars"))
    shown = html.render_blocks([row], ctx)
    assert (shown.startswith("<p>"), shown.count("<p>"), "<figure" in shown) == (True, 1, False)
    assert re.findall(r'<a href="([^"]*)"', shown) == ["https://there.example/", badge]
    figures = html.render_blocks([par(img(badge, "stars"), SoftBreak(), img("a.png"))], ctx)
    assert figures.count("<figure") == 2, "beside a figure it is one of the figures"


def test_a_badge_of_another_host_is_the_words_that_stand_for_it(ctx: Context) -> None:
    badge = "https://img.shields.io/badge/arXiv-b31b1b.svg"
    assert inline(ctx, link("https://there.example/", img(badge, "arXiv"))) == (
        f'<a href="https://there.example/"><span title="{badge}">arXiv</span></a>'
    )
    assert inline(ctx, img(badge, "arXiv")) == f'<a href="{badge}"><span title="{badge}">arXiv</span></a>'
    assert "sg-missing" in inline(ctx, img(badge))
    assert "sg-missing" in inline(ctx, img("https://there.example/big.png", "Loom"))


def test_emphasis_says_its_language_where_the_script_changes(ctx: Context) -> None:
    words = par("显式积分会", Emphasis((Text("overshooting"),)), "，", Emphasis((Text("爆炸"),)))
    shown = html.render_blocks([words], ctx._replace(source_lang="zh", around="zh"))
    assert '会<em lang="en">overshooting</em>，<em>爆炸</em>' in shown
    shown = html.render_blocks([words], ctx._replace(around="en"))
    assert '<em>overshooting</em>，<em lang="zh-Hans">爆炸</em>' in shown


def test_videos_and_other_files(ctx: Context) -> None:
    shown = html.render_blocks([Video("x.mp4", "Demo", AT)], ctx)
    assert shown == (
        '<figure class="sg-figure"><video class="sg-video" controls preload="metadata" aria-label="Demo" src="x.mp4">'
        '<a href="x.mp4">Demo</a></video></figure>'
    )
    assert "<video" in html.render_blocks([par(img("x.mp4"))], ctx)
    assert '<a href="x.pdf">' in html.render_blocks([par(img("x.pdf"))], ctx)
    assert "sg-missing" in html.render_blocks([Video("gone.png", "", AT)], ctx)


def test_a_figure_grid_is_cards_without_the_empty_cells(ctx: Context) -> None:
    rows = ((cell(img()), cell("a caption")), (cell(img()), cell(img()), cell()), (cell(), cell()))
    shown = html.render_blocks([FigureGrid(rows, AT)], ctx)
    assert shown.startswith('<div class="sg-grid"><div class="sg-card"><figure')
    assert shown.count('class="sg-card"') == 3
    assert '</figure><div class="sg-card__text">a caption</div></div>' in shown
    reverse = html.render_blocks([FigureGrid(((cell("text first"), cell(img())),), AT)], ctx)
    assert reverse.index("<figure") < reverse.index("text first")
    mixed = html.render_blocks([FigureGrid(((cell(img(), RawInline("<br>", AT), "under"), cell("more")),), AT)], ctx)
    assert mixed.count('class="sg-card"') == 1
    assert '<div class="sg-card__text">under</div><div class="sg-card__text">more</div>' in mixed


def test_a_table_without_a_head_has_none_in_html(ctx: Context) -> None:
    table = Table(("", ""), (), ((cell("a"), cell("1")),), AT)
    assert html.render_blocks([table], ctx) == (
        '<div class="sg-table" tabindex="0" role="region" aria-label="Table"><table>\n'
        "<tbody>\n<tr><td>a</td><td>1</td></tr>\n</tbody>\n</table></div>"
    )


def test_tables_scroll_and_name_themselves(ctx: Context) -> None:
    table = Table(("", "right"), (cell("Name"), cell()), ((cell("a"), cell("1")),), AT)
    assert html.render_blocks([table], ctx) == (
        '<div class="sg-table" tabindex="0" role="region" aria-label="Table: Name"><table>\n<thead>\n'
        '<tr><th scope="col">Name</th><td class="sg-right"></td></tr>\n</thead>\n'
        '<tbody>\n<tr><td>a</td><td class="sg-right">1</td></tr>\n</tbody>\n</table></div>'
    )
    box = Table(("center",), (cell("boxed"),), (), AT)
    assert html.render_blocks([box], ctx) == '<div class="sg-box"><div class="sg-box__cell sg-center">boxed</div></div>'


def test_code_is_coloured_by_classes(ctx: Context) -> None:
    shown = html.render_blocks([CodeBlock("python", "x = 1\n\n", AT)], ctx)
    assert shown.startswith(
        '<div class="highlight"><pre tabindex="0"><code class="language-python">x <span class="o">=</span>'
    )
    assert "style=" not in shown
    plain = html.render_blocks([CodeBlock("no-such-language", "<b>\n  x", AT), CodeBlock("", "y", AT)], ctx)
    assert '<code class="language-no-such-language">&lt;b&gt;\n  x\n</code>' in plain
    assert "<code>y\n</code>" in plain
    assert "\ufdd0" not in html.render_blocks([CodeBlock("c", "int \ufdd0 = 1;", AT)], ctx)
    drawn = html.render_blocks([CodeBlock("mermaid", "A-->B", AT)], ctx)
    assert drawn == '<figure class="sg-mermaid"><pre><code>A--&gt;B</code></pre></figure>'


def test_lists_quotes_rules_and_credits(ctx: Context) -> None:
    tight = ListBlock(None, tight=True, items=((par("a"),), (par("b"), par(img()))), span=AT)
    assert html.render_blocks([tight], ctx).startswith("<ul>\n<li>a</li>\n<li>b\n<figure")
    loose = ListBlock(3, tight=False, items=((par("a"),),), span=AT)
    assert html.render_blocks([loose], ctx) == '<ol start="3">\n<li><p>a</p></li>\n</ol>'
    assert html.render_blocks([Quote((par("q"),), AT)], ctx) == "<blockquote>\n<p>q</p>\n</blockquote>"
    credit = Credit((Rule(AT), Quote((par("from x"),), AT)), AT)
    assert html.render_blocks([credit], ctx) == (
        '<footer class="sg-credit">\n<hr>\n<blockquote>\n<p>from x</p>\n</blockquote>\n</footer>'
    )


def test_annotations_with_their_translations(ctx: Context) -> None:
    shown = html.render_blocks([run(remark())], ctx)
    assert shown == (
        '<aside class="sg-notes" aria-label="Notes P7-A1">'
        '<div class="sg-note sg-note--question sg-note--open sg-note--pair" id="p7-a1" data-kind="question">'
        '<a class="sg-note__label" href="#p7-a1">Question · open</a>'
        '<div class="sg-note__text sg-note__text--original" lang="zh-Hans"><p>为什么？</p></div>'
        '<div class="sg-note__text sg-note__text--translation sg-own"><p>Why?</p></div></div></aside>'
    )
    in_place = remark(translations=(passage("How come?", "en"), passage("Pourquoi ?", "fr")), answered=True)
    shown = html.render_blocks([run(in_place)], ctx)
    assert "How come?" in shown
    assert '<div class="sg-note__text sg-note__text--translation" lang="fr"><p>Pourquoi ?</p></div>' in shown
    assert "Why?" not in shown
    assert "sg-note--answered" in shown
    assert "Question · answered" in shown
    old = html.render_blocks([run(remark("旧", kind="note"))], ctx)
    assert 'sg-note__text--fuzzy sg-own"><p>Old</p> <small class="sg-fuzzy">outdated</small>' in old
    assert 'class="sg-lang"' in html.render_blocks([run(remark("新"))], ctx)
    assert 'class="sg-lang"' not in html.render_blocks([run(remark("新"))], ctx._replace(untranslated="zh"))
    assert 'class="sg-lang"' in html.render_blocks(
        [run(remark("あたらしい", lang="ja"))], ctx._replace(untranslated="zh")
    )
    home = html.render_blocks([run(remark())], ctx._replace(lang="zh", source_lang="zh"))
    assert home.count("lang=") == 1
    assert 'lang="en"' in home


def test_a_note_that_answers_the_question_above_it_says_so(ctx: Context) -> None:
    def labels(*notes: Annotation) -> list[str]:
        return re.findall(r'sg-note__label" href="[^"]*">([^<]*)<', html.render_blocks([run(*notes)], ctx))

    asked = remark("为什么要用 ReLU？", anchor="a1", answered=True)
    answer, more = remark("避免梯度消失", "note", "a2"), remark("Sigmoid 会饱和", "note", "a3")
    assert labels(asked, answer, more) == ["Question · answered", "Answer", "Note"]
    assert labels(asked._replace(answered=False), answer) == ["Question · open", "Note"]
    itself = remark("为什么？答：因为快", anchor="a1", answered=True)
    assert labels(itself, answer) == ["Question · answered", "Note"], "the answer is in the question"
    assert labels(asked, remark("答：用残差", "idea", "a2")) == ["Question · answered", "Idea"]


def test_a_remark_in_a_cell_is_one_span(ctx: Context) -> None:
    note = remark(kind="note")._replace(
        original=passage(
            "x", "zh", par("一"), ListBlock(None, tight=True, items=((par("二"),),), span=AT), CodeBlock("", "c", AT)
        ),
    )
    shown = html.render_blocks([Table(("",), (cell("h"),), ((cell(Remark(note)),),), AT)], ctx)
    assert (
        '<td><span class="sg-note sg-note--inline sg-note--note" id="p7-a1" data-kind="note"><a class="sg-note__label"'
        in shown
    )
    assert "一<br>\n• 二<br>\n<code>c</code>" in shown
    assert not re.search(r"<td>.*<(div|p|ul)\b.*</td>", shown, re.DOTALL)


def test_translations_follow_their_original(ctx: Context) -> None:
    assert html.render_blocks([par("旧", source="旧")], ctx) == (
        '<p class="sg-src" lang="zh-Hans">旧</p><div class="sg-tr sg-tr--fuzzy">Old <small class="sg-fuzzy">outdated</small></div>'
    )
    assert html.render_blocks([head("为什么？", 2, "为什么？")], ctx) == (
        '<h2 id="id-为什么？"><span class="sg-src" lang="zh-Hans">为什么？</span> <span class="sg-tr">Why?</span></h2>'
    )
    listed = ListBlock(None, tight=True, items=((par("为什么？", source="为什么？"),),), span=AT)
    assert (
        '<li><span class="sg-src" lang="zh-Hans">为什么？</span><div class="sg-tr">Why?</div></li>'
        in html.render_blocks([listed], ctx)
    )
    table = Table(("",), (cell("为什么？", source="为什么？"),), ((cell("x"),),), AT)
    assert (
        '<span class="sg-src" lang="zh-Hans">为什么？</span> <span class="sg-tr">Why?</span></th>'
        in html.render_blocks([table], ctx)
    )
    long = html.render_blocks([par("长", source="长")], ctx)
    assert '<div class="sg-tr"><p>One</p>\n<h3>Two</h3>\n<p>Three</p></div>' in long  # no id: it is the original's


def test_author_html_in_paragraphs(ctx: Context) -> None:
    shown = html.render_blocks([par("a ", RawInline("<u>", AT), Strong((Text("b"),))), par("c")], ctx)
    assert shown == "<p>a <u><strong>b</strong></u></p>\n<p>c</p>"
    assert [problem.code_name for problem in ctx.sink] == ["html-unclosed"]
    centred = html.render_blocks([par("a ", RawInline("<center>", AT), "b", RawInline("</center>", AT))], ctx)
    assert centred == '<div class="sg-p">a <div class="sg-center">b</div></div>'
    assert inline(ctx, RawInline("<center>", AT), Text("b")) == '<span class="sg-center sg-block">b</span>'
    inside = inline(ctx, RawInline('<a href="b.md">', AT), img(), link("c.md"), RawInline("</a>", AT), link("d.md"))
    assert re.findall(r'<a[^>]* href="([^"]*)"', inside) == ["b.html", "d.html"]
    formula = inline(ctx, RawInline("<u>", AT), Math("x", display=False, source="", span=AT), RawInline("</u>", AT))
    assert formula == '<u><span class="sg-math"><math><mi>x</mi></math></span></u>'


def test_author_html_around_blocks(ctx: Context) -> None:
    blocks = [RawBlock('<div align="center">\n', AT), par(img()), head("In"), RawBlock("</div>\n", AT), par("after")]
    shown = html.render_blocks(blocks, ctx)
    assert shown.startswith('<div class="sg-center">')
    assert re.search(r"<figure.*<h3.*</h3>\s*</div>\n<p>after</p>$", shown, re.DOTALL)
    assert html.render_blocks([RawBlock("<b>x</b>", AT)], ctx) == '<div class="sg-p"><b>x</b></div>'
    assert html.render_blocks([RawBlock("<u>", AT), par("after")], ctx).endswith("\n<p>after</p>")


def test_rows_put_annotations_beside_what_they_annotate(ctx: Context) -> None:
    first, second, third = remark(anchor="p7-a1"), remark(anchor="p7-a2"), remark(anchor="p7-a3")
    blocks = [par("a"), par("b"), run(first), run(second), par("c"), head("Title"), par("d"), run(third), head("End")]
    parts = html.render_slide_body(blocks, ctx)
    assert [type(part) for part in parts] == [HtmlPart, HeadingPart, HtmlPart, HeadingPart]
    rows = parts[0].html.split('<div class="sg-row">')[1:]  # type: ignore[union-attr]
    assert len(rows) == 2
    assert rows[0].startswith('<div class="sg-main"><p>a</p>\n<p>b</p></div><aside class="sg-notes"')
    assert rows[0].count('class="sg-note ') == 2
    assert rows[1].strip() == '<div class="sg-main"><p>c</p></div></div>'
    assert parts[1] == HeadingPart(3, "Title", "id-Title", "Title")
    assert html.render_slide_body([], ctx) == ()
    alone = html.render_slide_body([run(first)], ctx)[0]
    assert alone.html.startswith('<div class="sg-row"><div class="sg-main"></div><aside')  # type: ignore[union-attr]


def test_the_main_column_names_its_language_where_it_is_not_the_editions(ctx: Context) -> None:
    ctx = ctx._replace(lang="zh")
    part = html.render_slide_body([par("a"), head("T"), par("b"), run(remark(lang="zh"))], ctx)
    assert part[0] == HtmlPart('<div class="sg-row"><div class="sg-main" lang="en"><p>a</p></div></div>')
    assert part[1].html == '<span lang="en">T</span>'
    assert '<aside class="sg-notes" aria-label="Notes P7-A1"><div class="sg-note' in part[2].html
    assert '<div class="sg-note__text sg-note__text--original sg-own"><p>' in part[2].html


def test_headings_and_notes_inside_author_html_stay_inside(ctx: Context) -> None:
    blocks = [RawBlock("<details>", AT), head("In"), run(remark()), RawBlock("</details>", AT), head("Out")]
    parts = html.render_slide_body(blocks, ctx)
    assert [type(part) for part in parts] == [HtmlPart, HeadingPart]
    assert re.search(r"<details>.*<h3.*<aside.*</details>", parts[0].html, re.DOTALL)


def test_plain_text_keeps_formulas_and_leaves_tags_out() -> None:
    children = (
        Text("On "), Strong((Text("x"),)), SoftBreak(), Math("a_1", display=False, source="$a_1$", span=AT), RawInline("<br>", AT),
        link("u", Text("v")), img(alt="plot"), Mark("note", "✅"), SlideRef("P7", "P7"), Cite(0, (Text(" Li"),)), Code(" c"),
    )  # fmt: skip
    assert html.plain_text(children) == "On x a_1 vplot✅P7 Li c"
    blocks = [
        head("T"),
        ListBlock(None, tight=True, items=((par("i"),),), span=AT),
        run(remark()),
        Table(("",), (cell("h"),), ((cell("d"),),), AT),
    ]
    assert html.plain_blocks(blocks) == "T i 为什么？ h d"


def test_every_kind_of_node_is_rendered() -> None:
    from slidegloss import nodes  # noqa: PLC0415
    from slidegloss.html import inline as htmlinline  # noqa: PLC0415

    assert set(htmlinline._INLINE) == set(nodes.Inline.__args__)
    assert set(html._BLOCK) == set(nodes.Block.__args__)
