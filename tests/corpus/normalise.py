"""The oracle of the differential test: markdown-it-py, and every change that slidegloss makes on purpose, by its name.

A page is compared as events (`("h", 2)`, `("text", …)`, `("/h",)`, …) read out of HTML by one function for both sides.
What slidegloss changes before CommonMark reads a note is a function on source text here; what it shows differently is a
branch of `_Reader`, named in `SHOWN_DIFFERENTLY`. None of it uses slidegloss's own code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from urllib.parse import unquote

import lxml.html
from markdown_it import MarkdownIt
from markdown_it.token import Token

Event = tuple[str, ...]

SHOWN_DIFFERENTLY = {
    "sign_is_icon": "a sign emoji is an icon with a label; both sides show `⟦kind⟧`",
    "note_is_quote": "a quote with signs is an aside with one note per sign, without the quote around it",
    "formula_is_mathml": "a formula is MathML that carries its TeX; compared by the TeX's letters and digits",
    "missing_figure_is_box": "a figure that is not there is a box with its name; compared as the image it stands for",
    "video_is_element": "an <iframe> with a video file is a video; compared by its address",
    "grid_is_cards": "a table of figures with an empty head is cards, figures first; compared by its figures and words",
    "box_is_cells": "a table without body rows is a box; its empty cells are not shown",
    "bare_url_is_link": "a bare address becomes a link to itself; such links count as text on both sides",
    "presentation_tags": "<u>, <font>, <center>, <span>, <div> of authors are compared by their content only",
    "broken_link_is_marked": "a link that leads nowhere is a marked span; compared as the link it was meant to be",
    "slide_reference_is_link": "a mention of another slide is a link; compared as the words it is made of",
    "cited_title_is_link": "a title in a paper table leads to the paper's page; compared as its words",
    "trailing_empty_cells": "a widened head has empty cells; empty cells at the end of a row do not count",
    "space_after_sign": "the icon makes the distance to the text; white space after a sign does not count",
    "noncharacters_replaced": "U+FFFE and the like, which HTML forbids, are shown as U+FFFD",
    "code_is_coloured": "code is coloured; compared by its language and its text",
    "false_tags_are_text": "`<b and c>` and names that HTML does not have are text, not tags",
}

KINDS = {
    "✅": "note", "✔": "note", "☑": "note", "❓": "question", "❔": "question", "🔎": "reference", "🔍": "reference",
    "💡": "idea", "❗": "caution", "❕": "caution", "⚠": "caution", "📌": "key", "👆": "above",
}  # fmt: skip
_LITERAL = f"(?:{'|'.join(KINDS)})\ufe0f?"
_DRAWN = f"(?:{'|'.join(KINDS)}|❌|❎)\ufe0f?"
_ENTITY = (
    f"&#(?:[xX]0*(?:{'|'.join(f'{ord(sign):x}' for sign in KINDS)})|0*(?:{'|'.join(str(ord(s)) for s in KINDS)}));"
)
_SIGN_LINE = re.compile(
    rf"[ \t\u00a0]{{0,3}}(\*{{0,2}}|_{{0,2}})[ \t]?({_LITERAL}|{_ENTITY})[ \t\u00a0]*", re.IGNORECASE
)

# --- changes to the source ---------------------------------------------------------------------------------------------

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_MARKER = re.compile(r"[ \t\u00a0]{0,3}[Pp]\d{1,4}[A-Za-z]?[ \t\u00a0]*:?$")
_ENVIRONMENTS = "align|aligned|equation|gather|matrix|bmatrix|pmatrix|cases|array|split|eqnarray"
_FORMULA = re.compile(
    r"(?P<code>^[ \t>]*(?P<fence>`{3,}|~{3,})[^\n]*\n.*?^[ \t>]*(?P=fence)[ \t]*$|(?P<tick>`+)[^`\n]+(?P=tick))"
    r"|\\\\\((?P<a>(?:(?!\n[ \t]*\n).)+?)\\\\\)"
    r"|\$\$(?P<b>(?:(?!\$\$|\n#|\nP\d+[ \t]*\n).)+?)\$\$"
    r"|\\\\\[(?P<c>(?:(?!\\\\\[).)+?)\\\\\]"
    rf"|(?P<d>\\begin\{{(?P<env>(?:{_ENVIRONMENTS})\*?)\}}.*?\\end\{{(?P=env)\}})"
    r"|(?<![\\$])\$(?P<e>(?![\s$])[^$\n]*?(?<![\s\\]))\$(?![\d$])",
    re.DOTALL | re.MULTILINE,
)


def formulas(text: str) -> tuple[str, list[str]]:
    """Formulas are protected from CommonMark: each becomes `\\ue100N\\ue101`; returns the TeX of each, too."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        if match["code"]:
            return match[0]
        body = next(match[name] for name in "abcde" if match[name] is not None)
        if not body.strip():
            return match[0]
        found.append(body)
        return f"\ue100{len(found) - 1}\ue101"

    return _FORMULA.sub(take, text), found


def slides(lines: Sequence[str]) -> Iterator[list[str]]:
    """Slide markers are removed, and each slide is CommonMark of its own: no quote reaches over a marker."""
    part: list[str] = []
    fence = ""
    for line in lines:
        if found := _FENCE.match(line):
            fence = "" if fence and found[1].startswith(fence) else fence or found[1]
        if not fence and _MARKER.match(line):
            yield part
            part = []
        else:
            part.append(line)
    yield part


def spaced_targets(line: str) -> str:
    """A raw space in a link target to a file belongs to its name; CommonMark would show the link as text."""
    return re.sub(
        r"(!?\[[^\]]*\]\()([^()<>\s][^()<>\"]* [^()<>\"]*\.(?:png|jpe?g|gif|svg|md|pdf|mp4))\)", r"\1<\2>)", line
    )


def widened_tables(lines: list[str], blocks: MarkdownIt) -> list[str]:
    """A table's head gets as many cells as its longest row; CommonMark would drop the others' text."""
    lines = list(lines)
    for token in blocks.parse("\n".join(lines)):
        if token.type == "table_open" and token.map:
            first, end = token.map
            widths = [len(re.split(r"(?<!\\)\|", line.strip(" \t>").strip("|"))) for line in lines[first:end]]
            if (extra := max(widths) - widths[1]) > 0:
                lines[first] = f"{lines[first].rstrip().rstrip('|')}|{' |' * extra}"
                lines[first + 1] = f"{lines[first + 1].rstrip().rstrip('|')}|{'--|' * extra}"
    return lines


def one_note_per_sign(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """A line that starts with a sign starts an annotation; lines without continue it. Returns (kind, lines) pieces."""
    pieces: list[tuple[str, list[str]]] = []
    for line in lines:
        if found := _SIGN_LINE.match(line):
            sign = lxml.html.fromstring(f"<p>{found[2]}</p>").text or ""
            pieces.append((KINDS[sign[0]], [found[1] + line[found.end() :]]))
        elif pieces:
            pieces[-1][1].append(line)
        else:
            pieces.append(("", [line]))
    return pieces


_STAR = "\ue200"


def lone_bar_ends_table(lines: Sequence[str]) -> list[str]:
    """A line with nothing but `|` is text after the table; markdown-it-py makes an empty row of it and drops it."""
    return [part for line in lines for part in (["", line] if line.strip() == "|" else [line])]


def bold_closed_beside_han(html: str) -> str:
    """`**` that CommonMark leaves as text beside Han text or punctuation is bold, in pairs within a line."""

    def close(match: re.Match[str]) -> str:
        inside, after = match[1], match[2]
        near = inside[0] + inside[-1] + after
        if inside[0].isspace() or inside[-1].isspace() or not re.search(r"[\u2e80-\U0003ffff“”‘’…—]", near):
            return match[0]
        return f"<strong>{inside}</strong>"

    html = re.sub(rf"{_STAR}([^{_STAR}\n]+?){_STAR}(?=(.?))", close, html)
    return html.replace(_STAR, "**")


def bullets_break_lines(html: str) -> str:
    """A `•` at the start of a line starts a new line."""
    return re.sub(r"\n(?=[ \t\u00a0]*•)", "<br>\n", html)


_HTML_NAMES = re.compile(
    r"</?(?:a|b|br|center|code|details|div|em|font|h[1-6]|hr|i|iframe|img|li|ol|p|pre|s|source|span|strong|sub|summary|sup"
    r"|table|tbody|td|th|thead|tr|u|ul|video)\b(?:\s+[\w-]+\s*=[^<>]*|\s*)/?>|<!--.*?-->",
    re.IGNORECASE | re.DOTALL,
)


def false_tags(html: str) -> str:
    """What looks like a tag but names none of HTML's, or holds words of a sentence, is text."""
    done, out = 0, []
    for match in _HTML_NAMES.finditer(html):
        out += [re.sub("<(?=[/!A-Za-z])", "&lt;", html[done : match.start()]), match[0]]
        done = match.end()
    return "".join([*out, re.sub("<(?=[/!A-Za-z])", "&lt;", html[done:])])


# --- the oracle --------------------------------------------------------------------------------------------------------


def oracle_html(text: str) -> str:
    """Render a note with markdown-it-py, after the changes that slidegloss makes to the source on purpose."""
    masked, found = formulas(text)
    lines = [spaced_targets(line) for line in masked.split("\n")]
    html = "\n".join(_Oracle(masked).part(part) for part in slides(lines))
    return re.sub("\ue100([0-9]+)\ue101", lambda m: f"<x-math>{escape(found[int(m[1])])}</x-math>", html)


class _Oracle:
    def __init__(self, whole: str) -> None:
        self.parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
        self.blocks = (
            MarkdownIt("commonmark").enable("table").disable("inline")
        )  # where they stand, not what is in them
        self.env: dict[str, object] = {}
        self.blocks.parse(whole, self.env)
        rules = self.parser.renderer.rules
        rules["text"] = lambda tokens, i, *_: escape(tokens[i].content, quote=False).replace("**", _STAR)
        rules["html_block"] = lambda tokens, i, *_: self._author(tokens[i])
        rules["html_inline"] = lambda tokens, i, *_: self._author(tokens[i])

    @staticmethod
    def _author(token: Token) -> str:
        return token.content if token.meta.get("ours") else false_tags(token.content)

    def part(self, lines: Sequence[str]) -> str:
        lines = widened_tables(lone_bar_ends_table(lines), self.blocks)
        tokens = self.parser.parse("\n".join(lines) + "\n", {"references": dict(self.env.get("references", {}))})
        html = self.parser.renderer.render(self._notes(tokens, lines), self.parser.options, self.env)
        return bullets_break_lines(bold_closed_beside_han(html))

    def _notes(self, tokens: list[Token], lines: list[str]) -> list[Token]:
        """Replace quotes and paragraphs with signs by their annotations, each rendered by itself."""
        out: list[Token] = []
        index = quotes = 0
        while index < len(tokens):
            token = tokens[index]
            kind = token.type.removesuffix("_open")
            if token.map and token.type in {"blockquote_open", "paragraph_open"}:
                own = [self._bare(line, quotes + (kind == "blockquote")) for line in lines[slice(*token.map)]]
                pieces = one_note_per_sign(own)
                if any(name and (kind == "blockquote" or "".join(body).strip(" \t*_")) for name, body in pieces):
                    end = next(
                        i for i in range(index, len(tokens))
                        if tokens[i].type == f"{kind}_close" and tokens[i].level == token.level
                    )  # fmt: skip
                    made = Token("html_block", "", 0, content=self._pieces(pieces, kind), meta={"ours": True})
                    out.append(made)
                    index = end + 1
                    continue
            quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
            out.append(token)
            index += 1
        return out

    @staticmethod
    def _bare(line: str, depth: int) -> str:
        line = re.sub(r"^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?=>)", "", line)
        for _ in range(depth):
            line = re.sub(r"^[ \t]*>[ \t]?", "", line, count=1)
        return line

    def _pieces(self, pieces: list[tuple[str, list[str]]], kind: str) -> str:
        out = []
        for name, body in pieces:
            html = self.part(body)
            if name:
                out.append(f'<x-note data-kind="{name}">{html}</x-note>')
            else:
                out.append(f"<blockquote>{html}</blockquote>" if kind == "blockquote" else html)
        return "".join(out)


# --- HTML → events -----------------------------------------------------------------------------------------------------

_CHROME = frozenset(["headerlink", "sg-badge", "sg-chip", "sg-empty", "sg-page-lang"])
_FORMAT = {"em": "em", "i": "em", "strong": "strong", "b": "strong", "del": "del", "s": "del"}
_INLINE = frozenset(["em", "strong", "del", "a", "code"])
_TRANSPARENT = frozenset(
    ["span", "u", "font", "sup", "sub", "kbd", "small", "mark", "big", "abbr", "var", "cite", "x-math"]
)


def events(html: str) -> list[Event]:
    """Read HTML, slidegloss's or the oracle's, as a list of events."""
    root = lxml.html.fromstring(f"<div>{html}</div>", parser=lxml.html.HTMLParser(encoding="utf-8", huge_tree=True))
    reader = _Reader()
    reader.content(root)
    return reader.finish()


def tex_letters(tex: str) -> str:
    """A formula's letters and digits: what is left when delimiters, escapes and spacing do not count."""
    tex = re.sub(r"<br\s*/?>", "", tex.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    return "".join(char for char in tex if char.isalnum())


class _Reader:
    def __init__(self) -> None:
        self.out: list[Event] = []

    def text(self, text: str | None) -> None:
        if text:
            text = re.sub(_DRAWN, lambda m: f"⟦{KINDS.get(m[0][0], 'no')}⟧", text)
            text = re.sub("[\ufdd0-\ufdef\ufffe\uffff]", "\ufffd", text)
            if self.out and self.out[-1][0] == "text":
                self.out[-1] = ("text", self.out[-1][1] + text)
            else:
                self.out.append(("text", text))

    def content(self, node: lxml.html.HtmlElement) -> None:
        self.text(node.text)
        for child in node:
            if isinstance(child.tag, str):
                self.element(child)
            self.text(child.tail)

    def element(self, node: lxml.html.HtmlElement) -> None:
        tag = node.tag
        css = set((node.get("class") or "").split())
        if css & _CHROME or tag in {"script", "style"}:
            if "sg-chip" in css and self.out and self.out[-1][0] == "text":  # with the space before it
                self.out[-1] = ("text", self.out[-1][1].removesuffix(" "))
            return
        special = self._ours(css) or _SPECIAL.get(tag)
        if special:
            special(self, node)
        elif tag in _FORMAT:
            self.wrapped((_FORMAT[tag],), node)
        elif tag in _TRANSPARENT:
            self.content(node)
        elif tag in {"ul", "li", "blockquote"}:
            self.wrapped((tag,), node)
        elif re.fullmatch("h[1-6]", tag):
            self.wrapped(("h", tag[1]), node)
        else:
            self.out.append(("¶",))
            self.content(node)
            self.out.append(("¶",))

    @staticmethod
    def _ours(css: set[str]) -> Callable[[_Reader, lxml.html.HtmlElement], None] | None:
        return next((_OURS[name] for name in _OURS if name in css), None)

    def wrapped(self, event: Event, node: lxml.html.HtmlElement) -> None:
        self.out.append(event)
        self.content(node)
        self.out.append((f"/{event[0]}",))

    def mark(self, node: lxml.html.HtmlElement) -> None:
        kind = next(name for name in node.get("class").split() if name.startswith("sg-mark--"))
        self.text(f"⟦{kind.removeprefix('sg-mark--')}⟧")

    def note(self, node: lxml.html.HtmlElement) -> None:
        if node.tag == "span":
            self.text(f"⟦{node.get('data-kind')}⟧")
            for one in node.xpath("*[contains(@class, 'sg-note__text--original')]"):
                self.content(one)
            return
        self.out.append(("note", node.get("data-kind") or ""))
        # what else stands in a note is slidegloss's: its label, its translations, its language
        for one in [node] if node.tag == "x-note" else node.xpath("*[contains(@class, 'sg-note__text--original')]"):
            self.content(one)
        self.out.append(("/note",))

    def missing(self, node: lxml.html.HtmlElement) -> None:
        name = node.find("code") if node.find("code") is not None else node.find("a")
        self.out.append(("img", unquote(name.text_content())))

    def picture(self, node: lxml.html.HtmlElement) -> None:
        self.out.append(("img", unquote(node.get("src") or "")))

    def maths(self, node: lxml.html.HtmlElement) -> None:
        tex = next((one.text_content() for one in node.iter("annotation")), None)
        self.out.append(("math", tex_letters(node.text_content() if tex is None else tex)))

    def code(self, node: lxml.html.HtmlElement) -> None:
        text = node.text_content()
        if any(True for _ in node.iter("x-math")):
            text = text.strip()
        self.out.append(("code", text))

    def block_code(self, node: lxml.html.HtmlElement) -> None:
        css = " ".join(one.get("class") or "" for one in node.iter("code"))
        language = next((name.removeprefix("language-") for name in css.split() if name.startswith("language-")), "")
        if "sg-mermaid" in (node.getparent().get("class") or ""):
            language = "mermaid"
        self.out.append(("pre", language.lower(), node.text_content().strip("\n")))

    def ordered(self, node: lxml.html.HtmlElement) -> None:
        self.wrapped(("ol", node.get("start") or "1"), node)

    def link(self, node: lxml.html.HtmlElement) -> None:
        href = unquote(node.get("href") or node.get("title") or "")
        if unquote(node.text_content()) == href or "sg-zoom" in (node.get("class") or ""):
            self.content(node)
        else:
            self.wrapped(("a", href), node)

    def line_break(self, _node: lxml.html.HtmlElement) -> None:
        self.out.append(("br",))

    def rule(self, _node: lxml.html.HtmlElement) -> None:
        self.out.append(("hr",))

    def inside(self, node: lxml.html.HtmlElement) -> list[Event]:
        reader = _Reader()
        reader.content(node)
        return reader.finish()

    def table(self, node: lxml.html.HtmlElement) -> None:
        rows = [[self.inside(cell) for cell in row if cell.tag in {"td", "th"}] for row in node.iter("tr")]
        if len(rows) == 1 and any(rows[0]) and node.find("tbody/tr") is None:
            self.cells("box", [cell for cell in rows[0] if cell])
            return
        if rows and not any(rows[0]):
            rows = rows[1:]
            if any(event[0] == "img" for row in rows for cell in row for event in cell):
                self.cards(rows)
                return
        self.out.append(("table",))
        for row in rows:
            while row and not row[-1]:
                row.pop()
            self.cells("tr", row)
        self.out.append(("/table",))

    def cells(self, name: str, cells: Sequence[list[Event]]) -> None:
        self.out.append((name,))
        for cell in cells:
            self.out += [("cell",), *cell, ("/cell",)]
        self.out.append((f"/{name}",))

    def box(self, node: lxml.html.HtmlElement) -> None:
        self.cells("box", [cell for cell in (self.inside(child) for child in node) if cell])

    def grid(self, node: lxml.html.HtmlElement) -> None:
        self.cards([[self.inside(node)]])

    def cards(self, rows: Sequence[Sequence[list[Event]]]) -> None:
        everything = [event for row in rows for cell in row for event in cell if event[0] not in {"br", "¶"}]
        pictures = sorted(event[1] for event in everything if event[0] == "img")
        marks = sorted(event for event in everything if event[0] not in {"img", "text"})
        words = sorted(word for event in everything if event[0] == "text" for word in event[1].split())
        if everything:
            self.out.append(("grid", *pictures, "|", *("=".join(mark) for mark in marks), "|", *words))

    def finish(self) -> list[Event]:
        """Join text, drop the white space that blocks do not show, and breaks that separate nothing."""
        out: list[Event] = []
        for event in self.out:
            if event[0] == "text":
                event = ("text", re.sub(r"[\s\u00a0\u200b\u200c\u200d\u2060\ufeff]+", " ", event[1]))
                if out and out[-1][0] == "text":
                    event = ("text", re.sub(" +", " ", out.pop()[1] + event[1]))
                event = ("text", event[1].replace("⟧ ", "⟧"))
            out.append(event)
        flowing = {"text", *_INLINE, *(f"/{name}" for name in _INLINE)}
        while True:
            kept: list[Event] = []
            for i, event in enumerate(out):
                before = kept[-1][0] if kept else ""
                after = out[i + 1][0] if i + 1 < len(out) else ""
                if event[0] == "text":
                    text = event[1] if before in flowing else event[1].lstrip()
                    text = text if after in flowing else text.rstrip()
                    if before == "text":
                        kept[-1] = ("text", re.sub(" +", " ", kept[-1][1] + text))
                    elif text:
                        kept.append(("text", text))
                elif event[0] not in {"br", "¶"} or (before in flowing and after in flowing):
                    kept.append(event)
            if kept == out:
                return kept
            out = kept


_SPECIAL: dict[str, Callable[[_Reader, lxml.html.HtmlElement], None]] = {
    "img": _Reader.picture, "iframe": _Reader.picture, "video": _Reader.picture, "math": _Reader.maths,
    "x-math": _Reader.maths, "x-note": _Reader.note, "code": _Reader.code, "pre": _Reader.block_code,
    "ol": _Reader.ordered, "a": _Reader.link, "br": _Reader.line_break, "hr": _Reader.rule, "table": _Reader.table,
}  # fmt: skip
_OURS = {
    "sg-mark": _Reader.mark, "sg-note": _Reader.note, "sg-missing": _Reader.missing, "sg-grid": _Reader.grid,
    "sg-box": _Reader.box, "sg-tex": _Reader.maths, "sg-broken": _Reader.link, "sg-slideref": _Reader.content,
    "sg-paperlink": _Reader.content,
}  # fmt: skip
