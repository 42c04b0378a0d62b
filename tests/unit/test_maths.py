"""Formulas are found in every form, come out as the TeX that was meant, and never lose a character."""

from __future__ import annotations

from pathlib import Path

import pyromark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slidegloss.model import NoteSource
from slidegloss.nodes import Math
from slidegloss.notes.deck import NoteOptions, parse_deck
from slidegloss.notes.maths import mask

CORPUS = Path(__file__).parents[2] / ".." / "shared" / "corpus"
OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH


def formulas(text):
    masked, _ = mask(text, "note.md")
    assert masked.restore(masked.text) == text
    return masked.formulas


def tex(text):
    return [formula.tex for formula in formulas(text)]


def problems(text):
    return [(item.code_name, item.line, item.col) for item in mask(text, "note.md")[1]]


# --- forms ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected", "display"),
    [
        (r"the rate \\(a_t\\) decays", "a_t", False),
        (r"其中\\(a_t\\)为步长", "a_t", False),
        ("\\\\[\na = b\n\\\\]", "a = b", True),
        (r"\\[ a = b \\]", "a = b", True),
        ("$$\na = b\n$$", "a = b", True),
        ("$$a = b$$", "a = b", True),
        (r"$$\begin{cases} a \\ b \end{cases}$$", r"\begin{cases} a \\ b \end{cases}", True),
        (r"$\begin{vmatrix} a \end{vmatrix}$", r"\begin{vmatrix} a \end{vmatrix}", False),
        ("so $$a = b$$ holds", "a = b", True),
        ("| kind | rule |\n|--|--|\n| first | $$a = b$$ |", "a = b", True),
        ("> $$\n> a\n> = b\n> $$", "a\n= b", True),
        ("- item\n\n  $$\n  a = b\n  $$", "a = b", True),
        ("$$\na\n\n= b\n$$", "a\n= b", True),
        ("since $x$ grows", "x", False),
        ("since $`x_t`$ grows", "x_t", False),
        ("当$x_t$增大", "x_t", False),
        ("$a+b$", "a+b", False),
        ("速度$v_初$很小", "v_初", False),
        ("$f(x, y)$", "f(x, y)", False),
        (r"$\text{速度} v$", r"\text{速度} v", False),
        (r"with \(\alpha\) small", r"\alpha", False),
        (r"with \(x\) small", "x", False),
        (r"with \({f}'(x)\) small", "{f}'(x)", False),
        (r"$ \alpha $ next", r"\alpha", False),
        ("长度为 $ n $ 的序列", "n", False),
        ("since $ x_i $ grows", "x_i", False),
        ("since $\na = b\n$ grows", "a = b", False),
        ("> since $\n> a = b\n> $ grows", "a = b", False),
        (r"in \(O(n)\) steps", "O(n)", False),
        ("\\\\[ a \\\\[2pt] b \\\\]", r"a \\[2pt] b", True),
        (r"\[ \frac{a}{b} \]", r"\frac{a}{b}", True),
        ("\\[\ny = x^2\n\\]", "y = x^2", True),
        (r"\begin{align*} a &= b \end{align*}", r"\begin{align*} a &= b \end{align*}", True),
        ("\\begin{cases} a \\\\\\\\\n b \\end{cases}", "\\begin{cases} a \\\\\nb \\end{cases}", True),
        ("\\begin{equation}\na\n\n= b\n\\end{equation}", "\\begin{equation}\na\n= b\n\\end{equation}", True),
        (
            r"\begin{align} \begin{aligned} a \end{aligned} \end{align}",
            r"\begin{align} \begin{aligned} a \end{aligned} \end{align}",
            True,
        ),
    ],
)
def test_each_form_is_found(text, expected, display):
    (formula,) = formulas(text)
    assert (formula.tex, formula.display) == (expected, display)
    assert problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "it costs $5 and later $10",
        "从$5涨到$10，贵了",
        "US$5 or HK$39",
        "between 5$ and 10$ each",
        "$5 to 10$ is fair",
        "|5$|6$|",
        "run $HOME/bin/$USER",
        "export ${HOME}/lib:$PATH",
        "$ a few $ more, or $ 5 and $ 6",
        "run $ ls and $ pwd, then $ HOME",
        "5 $\nand 6 $\n",
        "$x\n\ny$",
        r"\$x\$ stays",
        "well $$$ rated",
        "`$x$` and ``\\\\(a` \\\\)`` stay",
        "```\n$$a$$\n```",
        "- item\n\n  ```tex\n  \\\\(a\\\\)\n  ```",
        "> ~~~\n> $$a$$\n> ~~~",
        "<!-- $$a$$ -->",
        "text <!-- \\\\(a\\\\)\n more --> text",
        "[plan](https://x.test/$a$/b)",
        "![](fig_$a$.png)",
        "see https://x.test/?a=$b$&c=$d$",
        "<https://x.test/$a$>",
        '<img alt="$a$" src="x.png">',
        r"\[not a link\] and \(an aside\)",
        r"\[1\] Someone. A Title.",
        r"[text]\(plain\)",
        r"\(见图\)",
        r"\(snake_case\) and \[key=value\] and \[x\]",
        "$a\n- b$",
        "\\begin{document} words \\end{document}",
        "P12",
    ],
)
def test_what_is_no_formula_stays_text(text):
    masked, found = mask(text, "note.md")
    assert masked.text == text
    assert masked.formulas == ()
    assert found == ()


# --- TeX that was meant -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"\\{x\\}", r"\{x\}"),
        (r"\{x\}", r"\{x\}"),
        (r"\\\{x\\\}", r"\{x\}"),
        (r"a\,b\;c\%", r"a\,b\;c\%"),
        (r"a\\,b", r"a\,b"),
        (r"x\_t\*y", "x_t*y"),
        (r"\text{a\_b}", r"\text{a\_b}"),
        (r"\\frac{a}{b}", r"\frac{a}{b}"),
        ("a\u200b\u00a0b", "a b"),
        ("a &lt; b", "a < b"),
        (r"\|v\|", r"\|v\|"),
        (r"\left\[a\right\]", r"\left[a\right]"),
        ("f[x](y)", "f[x](y)"),
        ("a<b>c", "a<b>c"),
        ("{{x}}", "{{x}}"),
        ("**a** _b_", "**a** _b_"),
    ],
)
def test_backslashes_in_running_formulas(body, expected):
    assert tex(rf"so \\({body}\\) holds") == [expected]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (r"a \\\\ b", r"a \\ b"),
        (r"a \\\\b", r"a \\b"),
        (r"a \\ b", r"a \\ b"),
        (r"a \\b", r"a \\ b"),
        (r"a \\\\ \\text{if}", r"a \\ \text{if}"),
        (r"a \\\\\alpha", r"a \\\alpha"),
        (r"a \\\alpha", r"a \\\alpha"),
        (r"a \\\\\\{b\\}", r"a \\\{b\}"),
        (r"a \\{}+{} b", r"a \\{}+{} b"),
        (r"a \\&= b", r"a \\&= b"),
        (r"a \\\\[2pt] b", r"a \\[2pt] b"),
        (r"a \\[2pt] b", r"a \\[2pt] b"),
    ],
)
def test_line_breaks_in_rows(body, expected):
    assert tex(rf"\begin{{aligned}}{body}\end{{aligned}}") == [rf"\begin{{aligned}}{expected}\end{{aligned}}"]
    assert tex(f"$$\n{body}\n$$") == [expected]


def test_a_line_break_right_before_the_closing_delimiter():
    assert tex(r"\\(a \\\\\\) and b") == [r"a \\"]


def test_a_table_row_keeps_its_cells():
    text = "| a | b |\n|--|--|\n| \\\\(|x|\\\\) | \\\\(p(a \\| b)\\\\) |"
    masked, _ = mask(text, "note.md")
    assert [formula.tex for formula in masked.formulas] == ["|x|", "p(a | b)"]
    assert pyromark.html(masked.text, options=OPTIONS).count("<td>") == 2


def test_invisible_characters_after_an_environment_belong_to_it():
    (formula,) = formulas("\\begin{align*}a\\end{align*}\u200b\n")
    assert formula.source.endswith("\u200b")
    assert formula.tex == "\\begin{align*}a\\end{align*}"


def test_what_follows_a_formula_stays_beside_it():
    masked, _ = mask(r"layers \\(f\\){4-16}，then", "note.md")
    before, formula, after = masked.split(masked.text)
    assert (before, after) == ("layers ", "{4-16}，then")
    assert isinstance(formula, Math)


# --- unbalanced -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("one \\\\(a\n\ntwo", (1, 5)),
        ("one \\\\(a\n# Title \\\\)", (1, 5)),
        ("one a\\\\) two", (1, 6)),
        ("text\n\n$$\na = b\n\n# Title\n", (3, 1)),
        ("$$\na\n\nP12\n", (1, 1)),
        ("$$\na\n```\n$$\n```\n", (1, 1)),
        ("\\begin{align}\na\n\nP7\n\ntext", (1, 1)),
        ("> $$ a\n\nb", (1, 3)),
        ("| $$a | b |\n|--|--|\n| c$$ | d |", (1, 3)),
        ("## $$a\nb$$", (1, 4)),
        ("- \\\\(a\n- b\\\\)", (1, 3)),
    ],
)
def test_unbalanced_delimiters_are_reported_with_their_place(text, place):
    assert ("formula-unbalanced", *place) in problems(text)
    assert formulas(text) == ()


def test_an_unclosed_formula_does_not_swallow_the_next_one():
    assert tex("bad $$ a\n\n这里是一段说明文字，很长\n\n$$b$$ and \\\\(c\\\\)") == ["b", "c"]
    assert tex("bad \\\\( a and \\\\(b\\\\)") == ["b"]
    assert tex("bad \\begin{align} a\n\nP8\n\n\\begin{align} b \\end{align}") == [r"\begin{align} b \end{align}"]
    assert tex("> &#x2705; bad \\\\(a\n> &#x2705; good \\\\(b\\\\)") == ["b"]


def test_a_formula_that_ends_with_the_other_delimiter_ends_there():
    text = "the inverse \\\\(q^{*}=a\\,b$$ and \\\\(p\\\\)\nof \\\\(x_1 $$\n\n$$\nc\n$$\n"
    assert tex(text) == [r"q^{*}=a\,b", "p", "x_1", "c"]
    assert tex("the matrix \\\\(M_{rot}\\) is one, \\\\(p\\\\) not") == ["M_{rot}", "p"]
    assert tex("\\\\(f\\(x\\) = 1\\\\)") == ["f(x) = 1"]
    assert tex("so \\\\(x, then $$a = b$$ holds") == ["a = b"]
    assert tex("so \\\\(some words$$ here") == []


def test_an_unclosed_formula_in_a_sentence_leaves_the_next_paragraph_alone():
    text = "a slip $$ in a sentence\n\n$$\na\n$$\n"
    assert tex(text) == ["a"]
    assert problems(text) == [("formula-unbalanced", 1, 8)]


def test_slide_markers_and_headings_survive():
    masked, _ = mask("$$\na\n\nP12\n## Title\n\n$$\nb\n$$\n", "note.md")
    assert masked.text.split("\n")[:5] == ["$$", "a", "", "P12", "## Title"]
    assert [formula.tex for formula in masked.formulas] == ["b"]


# --- placeholders -----------------------------------------------------------------------------------------------------


def test_commonmark_leaves_placeholders_alone():
    text = (
        "# On \\\\(a_1\\\\)\n\n**\\\\(b_*\\\\)**字 *\\\\(c\\\\)* ~~$d$~~ [\\\\(e\\\\)](x.md)\n\n"
        "- \\\\(f\\\\)\n- $$\n  g\n  $$\n\n> \\\\(h\\\\)\n\n| $i$ |\n|--|\n| $j$ |\n\n![\\\\(k\\\\)](x.png)\n\n1. \\\\(l\\\\)\n"
    )
    masked, _ = mask(text, "note.md")
    seen = []
    for event in pyromark.events(masked.text, options=OPTIONS):
        if isinstance(event, dict) and "Text" in event:
            seen += [piece.tex for piece in masked.split(event["Text"]) if isinstance(piece, Math)]
    assert seen == ["a_1", "b_*", *"cdefghijkl"]


def test_private_use_characters_of_the_author_are_kept():
    text = "\ue0000\ue001 and \\\\(x\\\\) \ue000"
    masked, _ = mask(text, "note.md")
    assert masked.restore(masked.text) == text
    first, formula, last = masked.split(masked.text)
    assert (first, last) == ("\ue0000\ue001 and ", " \ue000")
    assert formula.tex == "x"


# --- places -----------------------------------------------------------------------------------------------------------


def test_spans_name_the_place_in_the_file():
    text = "第一行\n\n> 见 $$\n> a\n> $$ 后\n\n$b$"
    first, second = formulas(text)
    assert first.span == (3, 5, 5)
    assert second.span == (7, 1, 7)


def test_lines_map_back_to_the_file():
    text = "前 \\\\(a\\\\) 后\n$$\nx\n$$ 尾巴\nlast"
    masked, _ = mask(text, "note.md")
    assert masked.origin() == [1, 2, 5]
    assert mask("a\n$b$\n$c$ d\n", "note.md")[0].origin() == [1, 2, 3, 4]


# --- nothing is lost --------------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        *["\\\\(", "\\\\)", "\\\\[", "\\\\]", "\\(", "\\)", "\\[", "\\]", "$", "$$", "\\", "\\\\\\\\", "`", "``"],
        *["```\n", "~~~", "\n", "\n\n", "> ", "- ", "P3\n", "# T\n", "| ", "|--|\n", "\\begin{align}", "\\end{align}"],
        *["\\begin{cases}", "\\end{cases}", "<!--", "-->", "<b>", "[a](", ")", "](", "x", "5", "字", "\u200b", " "],
        *["\ue000", "\ue0010\ue002", "0", "&#x2705;", "    ", "https://a.b/", "<pre>", "</pre>"],
    ]
)


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_no_character_is_lost(text):
    masked, found = mask(text, "note.md")
    assert masked.restore(masked.text) == text
    whole = masked.split(masked.text)
    assert "".join(piece.source if isinstance(piece, Math) else piece for piece in whole) == text
    lines = text.split("\n")
    for formula in masked.formulas:
        assert lines[formula.span.line - 1][formula.span.col - 1 :].startswith(formula.source.split("\n")[0])
        assert formula.span.end_line - formula.span.line == formula.source.count("\n")
    for item in found:
        assert 1 <= item.col <= len(lines[item.line - 1])
    ends = [whole.count("\n") for whole in map(masked.restore, masked.text.split("\n"))]
    assert masked.origin() == [1 + number + sum(ends[:number]) for number in range(len(ends))]


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not here")
def test_the_corpus_is_restored_and_its_formulas_are_found():
    count = 0
    for page in sorted(CORPUS.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        masked, found = mask(text, page.name)
        assert masked.restore(masked.text) == text
        assert found == ()
        count += len(masked.formulas)
    assert count == 514


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<div>$x^2$ in a box</div>", [(3, "$x^2$")]),
        ('<table>\n<tr title="$a$"><td>$b_1$</td></tr>\n</table>', [(4, "$b_1$")]),
        ("<div>\n\n$x$\n\n</div>", []),
        ('<img alt="$x$" src="a.png">', []),
        ("<!-- $x$ -->", []),
        ("<pre>$x$</pre>", []),
        ("<p>from $5 to $6</p>", []),
    ],
)
def test_formulas_inside_html_are_told(html, said):
    _, problems = parse_deck(NoteSource("a.md", "a.html", f"# A\n\n{html}\n"), NoteOptions())
    assert [(one.line, one.message.partition(" stands")[0]) for one in problems] == said
