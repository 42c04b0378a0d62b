"""TeX becomes MathML with its source for copying; what cannot is shown as written and reported with its place."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from slidegloss.model import NoteSource
from slidegloss.nodes import Math, Paragraph, Span
from slidegloss.notes.deck import NoteOptions, parse_deck, parse_passage
from slidegloss.notes.maths import mask
from slidegloss.syntax.mathml import convert
from slidegloss.syntax.tree import deck_inlines

CORPUS = Path(__file__).parents[2] / ".." / "shared" / "corpus"


def of(text):
    (formula,) = mask(text, "note.md")[0].formulas
    return convert(formula, "note.md")


def tex(source, *, display=True):
    return convert(Math(source, display, f"$${source}$$", Span(1, 1, 1)), "note.md")


def well_formed(html):
    return ET.fromstring(html)


def test_a_formula_carries_its_tex():
    html, found = of(r"\\(a<b\\)")
    assert found == ()
    root = well_formed(html)
    assert root.tag == "math"
    assert root.get("display") is None
    note = root.find("semantics/annotation")
    assert note is not None
    assert (note.get("encoding"), note.text) == ("application/x-tex", "a<b")
    assert len(root.find("semantics")) == 2


def test_display_formulas_are_blocks():
    html, _ = of("$$a = b$$")
    assert well_formed(html).get("display") == "block"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        (r"\sum_{\substack{a\\b}} x", "subarray"),
        (r"\begin{eqnarray} a &=& b \\ &=& c \end{eqnarray}", "<mtr>"),
        (r"\begin{equation} a \label{k} \end{equation}", "<mi>a</mi>"),
        (r"a = b \tag{3}", "(3)"),
        (r"a = b \tag*{!}", "!"),
        (r"\begin{aligned} a \tag{1} \\ b \tag{2} \end{aligned}", "(2)"),
        (r"\operatorname*{argmax}_x f", "<munder>"),
        (r"\mathop{\rm argmin}\limits_{x} f", "<munder>"),
        (r"\mathop{a b}\limits_{x}^{y} f", "<mover>"),
        (r"\text{arg min}\limits_x f", "<munder>"),
        (r"\mathrm{min}\limits_x f", "<munder>"),
        (r"a &= b \\ &= c", "<mtr>"),
        (r"a = b \\ c = d", "<mtr>"),
        (r"\begin{split} a &= b \end{split}", "<mtr>"),
        (r"\begin{alignat}{2} a &= b \end{alignat}", "<mtr>"),
        (r"\begin{array}{r@{\,}l} a & b \end{array}", "<mtr>"),
        (r"\begin{aligned}[t] a & b \end{aligned}", "<mtr>"),
        (r"\pmatrix{a & b \cr c & d}", "<mtr>"),
        (r"\text{if $x$ and a_b}", "a_b"),
        (r"\mbox{速度}", "速度"),
        (r"\widetilde{ab}", "~"),
        (r"\unicode{x2603}", "☃"),
        (r"v_速度 = 3，单位", "速"),
        (r"\mathbbm{1}", "𝟙"),
        ("90% + a", "<mi>a</mi>"),
        ("90 \\% + a", "<mi>a</mi>"),
        (r"\text{50% off}", "50% off"),
        (r"N^{#rays} \# \text{#b}", "<mi>#</mi>"),
        (r"\newcommand{\sq}[1]{#1^2} \sq{x}", "<msup><mi>x</mi><mn>2</mn></msup>"),
        (r"\mathbb{E}\limits_{x} f", "<munder>"),
        (r"\left<a, b\right>", "⟨"),
        (r"\Large x \hspace*{1em} y", "<mi>y</mi>"),
        (r"a = b \tag{式1}", "(式1)"),
        (r"a = b \tag*{$\star$}", "⋆"),
        (r"\begin{align} a &= b \tag{式1} \\ &= c \end{align}", "(式1)"),
        (r"\begin{align} a &= b \\ &= c \\ \end{align}\tag{8}", "(8)"),
        (r"{\color{#ff0000} x} + \textcolor{#0a0}{y}", "#00AA00"),
        (r"\textcolor{grey}{x}", "#808080"),
        (r"\colorbox{yellow}{a $x_1$}", "</mtext><msub>"),
        (r"\fcolorbox{red}{white}{a}", "<mtext>a</mtext>"),
        ("√2, a ⊥ b ∴ ∅, ∠A", "∴"),
        (r"∵ x, \text{∴√2}", "<mtext>∴√2</mtext>"),
        (r"\textcircled{1} \circled{12}", "⑫"),
        (r"\begin{pmatrix*}[r] -1 & 2 \end{pmatrix*}", "<mtr>"),
        (r"a = b \hfill (1)", "<mn>1</mn>"),
        (r"a = b \eqno(1)", "<mn>1</mn>"),
        (r"\sum_{\mathclap{i \in A}} x \rlap{y}", "<mi>y</mi>"),
        (r"a \varpropto b \smallsetminus c", "∝"),
    ],
)
def test_what_mathjax_takes_is_taken(source, seen):
    html, found = tex(source)
    assert found == ()
    well_formed(html)
    assert seen.replace("subarray", "<mtr>") in html
    # the reader copies what the author meant, not our repairs
    assert well_formed(html).find("semantics/annotation").text == source


def test_no_equation_numbers_appear_from_nowhere():
    html, _ = tex(r"\begin{equation} a \end{equation}")
    assert "(1)" not in html


def test_what_cannot_be_converted_is_shown_and_placed():
    text = "text\n\n> see $$\n> a < b \\\\\\\\\n> \\nosuch c\n> $$\n"
    html, (problem,) = of(text)
    assert html.startswith('<code class="sg-tex sg-tex-display"')
    assert "a &lt; b" in html
    assert r"\nosuch" in html
    assert (problem.code_name, problem.path, problem.line, problem.col) == ("formula-unsupported", "note.md", 5, 3)
    assert r"\nosuch" in problem.message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("```math\nx = 1\n+ \\bad m\n```\n", (3, 3)),
        ("$$\na\n$$\n\n~~~math\n\\bad", (6, 1)),
        ("# é\n\n> ✅ é\n> > ```math\n> > x\n> >\n> >   \\bad\n> > ```\n", (7, 7)),
        ("- é\n\n  é\n\n  ```Math title\n  a\n  \\bad\n  ```\n", (7, 3)),
    ],
)
def test_what_cannot_be_converted_in_a_fence_is_placed(text, place):
    deck, _ = parse_deck(NoteSource("note.md", "note.html", text), NoteOptions())
    *_, formula = [node for node in deck_inlines(deck) if isinstance(node, Math)]
    html, (problem,) = convert(formula, "note.md")
    assert html.startswith('<code class="sg-tex sg-tex-display"')
    assert (problem.line, problem.col) == place


def test_a_fence_of_maths_is_a_display_formula_with_its_backslashes():
    deck, _ = parse_deck(NoteSource("note.md", "note.html", "```math\n\\{x\\} \\\\\n\n y\n```\n"), NoteOptions())
    (formula,) = deck_inlines(deck)
    html, found = convert(formula, "note.md")
    assert not found
    assert html.startswith('<math display="block">')
    assert well_formed(html).find("semantics/annotation").text == "\\{x\\} \\\\\ny"


def test_the_place_counts_repeated_tokens():
    _, (problem,) = of(r"字 \\(\bad\\)")
    assert (problem.line, problem.col) == (1, 6)
    _, (problem,) = of(r"so $\frac{a}{b} + x_a_b$")
    assert (problem.line, problem.col) == (1, 22)


def test_a_faulty_formula_does_not_spoil_the_next():
    assert tex(r"\frac{a")[1]
    assert not tex(r"\frac{a}{b}")[1]


@pytest.mark.parametrize(
    "source",
    [
        r"\href{javascript:alert(1)}{x}",
        r"\url{javascript:alert(1)}",
        r"\class{x\" onclick=alert(1)}{y}",
        r"\text{</math><script>alert(1)</script>}",
        r"\label{\"><script>}",
        r"\textcolor{red;background:url(//x.test)}{a}",
        r"<script>alert(1)</script>",
        r"\unicode{x3c}script>",
        r"\style{background:url(//x.test)}{x}",
    ],
)
def test_formulas_are_inert(source):
    html, _ = tex(source)
    assert "<script" not in html
    root = well_formed(html)
    for element in root.iter():
        assert not {name for name in element.attrib if name.startswith("on") or name == "href"}
        assert "url(" not in element.get("style", "")


@pytest.mark.parametrize(
    "source",
    ["{" * 50_000 + "}" * 50_000, r"\sqrt " * 3_000 + "x", r"\left(" * 20_000, "x^{" * 500 + "}" * 500, "x+" * 50_000],
)
def test_monstrous_formulas_are_refused_in_words(source):
    html, found = tex(source)
    assert html.startswith("<code")
    assert [problem.code_name for problem in found] == ["formula-unsupported"]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_corpus_converts():
    converted = 0
    for page in sorted(CORPUS.rglob("*.md")):
        for formula in mask(page.read_text(encoding="utf-8"), page.name)[0].formulas:
            html, found = convert(formula, page.name)
            assert found == ()
            well_formed(html)
            converted += 1
    assert converted > 100


DEFINED = r"""
$$
\newcommand{\R}{\mathbb{R}} \newcommand\E[2][p]{\mathbb{E}_{#1}\left[#2\right]}
\DeclareMathOperator*{\argmin}{arg\,min} \def\half#1{\frac{#1}{2}}
\let\eps=\varepsilon \DeclarePairedDelimiter{\norm}{\lVert}{\rVert}
$$

$\argmin_{w\in\R^d} \E{x} + \E[q]{\half x} + \norm{\eps}$ and $\Re x$

```math
x \in \R
```
"""


def test_commands_that_a_note_defines_are_known_in_its_formulas() -> None:
    deck, problems = parse_deck(NoteSource("a.md", "a.html", DEFINED), NoteOptions())
    formulas = [node for node in deck_inlines(deck) if isinstance(node, Math)]
    html = [convert(formula, "a.md") for formula in formulas]
    assert not problems
    assert [found for _, found in html] == [()] * 4
    assert "<mi>ℝ</mi>" in html[1][0]
    assert html[1][0].endswith(f"{formulas[1].tex}</annotation></semantics></math>"), "copied as it is written"
    assert "<mi>ℝ</mi>" in html[3][0]
    assert "<mi>ℜ</mi>" in html[2][0]
    said = parse_passage(r"$\half{y}$", replace(NoteOptions(), macros=deck.macros))
    assert isinstance(said[0], Paragraph)
    assert isinstance(said[0].children[0], Math)
    assert "<mfrac>" in convert(said[0].children[0], "")[0]


@pytest.mark.parametrize(
    ("tex", "problem"),
    [
        (r"\mine{x}", "Unknown command"),
        (r"\def\a{\sqrt{\a}}\a", "not understood"),
        (r"\def\a#1{\sqrt{\sqrt{#1}}}" + r"\a{" * 90 + "x" + "}" * 90, "nested too deeply"),
        (r"\def\a#1.{x}\a", "not understood"),
        (r"\newcommand{\two}[2]{#1#2} \two{x}", "not understood"),
        (r"\newcommand{\two}", "not understood"),
        (r"\newcommand{\none}{#1}\none", "Macro parameter"),
    ],
)
def test_commands_without_a_meaning_or_without_an_end_are_reported(tex: str, problem: str) -> None:
    (formula,) = mask(f"${tex}$", "note.md")[0].formulas
    html, (found,) = convert(formula, "note.md")
    assert problem in found.message
    assert tex[-20:] in unescape(html)
    assert ("macros" in found.hint) is (problem == "Unknown command")
