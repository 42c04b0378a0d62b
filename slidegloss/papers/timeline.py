"""A plot of papers over the years as SVG: one band per venue or topic, short names that never overlap."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Container, Mapping, Sequence
from html import escape
from itertools import groupby

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.model import Paper
from slidegloss.notes.citation_words import has_cjk
from slidegloss.papers.venues import short_venues
from slidegloss.syntax.titles import readable

WIDTH = 1200
"""Of the drawing, in its own units; it scales with the page."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 118.0, 24, 46, 34
_LEFT_MOST = 190.0
"""Room for the names of venues, where they are long."""
_BOLD = 1.2
"""How much wider bold letters are."""
_ROW, _PAD, _FONT, _DOT = 24.0, 10.0, 13.0, 4.5
_STEP = 14.0
"""Distance of dots that have no label."""
_NAMED = 40
"""Papers with a label at the most; in a larger library the others are dots."""
_MAX_BANDS = 9
_MAX_COLUMNS = 7
NARROW = 380
"""Width of the drawing for phones."""
_HUES = tuple(f"--sg-tl-{number}" for number in range(1, 10))
_STYLE = (
    """
.sg-tl{--sg-tl-1:#2f6fb5;--sg-tl-2:#b4512b;--sg-tl-3:#2c7f5e;--sg-tl-4:#8a4a9e;--sg-tl-5:#8a6d12;--sg-tl-6:#a83a5b;
--sg-tl-7:#3c7c8c;--sg-tl-8:#5b6b2a;--sg-tl-9:#6a6f7a;color:inherit;font-family:inherit;background:none}
[data-md-color-scheme="slate"] .sg-tl,.sg-tl--dark{--sg-tl-1:#7db2ee;--sg-tl-2:#f0996f;--sg-tl-3:#6fc8a2;--sg-tl-4:#cf9ce0;
--sg-tl-5:#d9bb5a;--sg-tl-6:#ee8aa8;--sg-tl-7:#83c5d4;--sg-tl-8:#b3c46e;--sg-tl-9:#adb3bf}
.sg-tl a{fill:var(--sg-hue);stroke:var(--sg-hue);stroke-width:2;text-decoration:none}.sg-tl text{fill:currentColor;stroke:none;font-size:13px}.sg-tl .sg-tl-year{font-size:15px;font-weight:600;text-anchor:middle}
.sg-tl .sg-tl-band{font-size:13px;font-weight:600;text-anchor:end}.sg-tl line{stroke:currentColor;stroke-opacity:.16}
.sg-tl .sg-tl-stripe{fill:currentColor;fill-opacity:.035}.sg-tl a.sg-tl-stub,.sg-tl-stub a{fill:none}
.sg-tl a:hover text,.sg-tl a:focus text{text-decoration:underline}.sg-tl a:focus-visible rect{stroke:currentColor;stroke-width:1.5}
.sg-tl .sg-tl-hit{fill:transparent;stroke:none}.sg-tl a:is(:hover,:focus){stroke:currentColor}
.sg-tl-off{opacity:.16}
""".replace("\n", "")
    + "".join([f".sg-tl-c{number}{{--sg-hue:var({hue})}}" for number, hue in enumerate(_HUES, 1)])
)


class _Mark(NamedTuple):
    """A paper in the plot: where its dot and label go, in units of the drawing."""

    paper: Paper
    label: str
    """Empty for a dot without a name."""
    x: float
    y: float


def text_width(text: str) -> float:
    """Estimate the width of a label in units of the drawing: wide for Han, by class for Latin letters; a little too much rather than too little."""
    total = 0.0
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            total += 1.02
        elif char in "MW@mw%":
            total += 0.9
        elif char in "ijltfI.,:;'|!()[] -":
            total += 0.36
        elif char.isupper():
            total += 0.7
        else:
            total += 0.57
    return total * _FONT


_LABEL = 26
"""Characters of a label."""


def label_of(paper: Paper) -> str:
    """Return the name of a paper for a plot: its short name, the part of the title before a colon, or its beginning.

    What has only an id or an address for a title is named by all of it, but for `https://`.
    """
    title = readable(paper.title).removeprefix("https://").removeprefix("http://")
    head = "" if title.startswith(("arXiv:", "doi:")) else title.split(":", 1)[0].strip()
    name = readable(paper.short) or (head if head != title and len(head) <= _LABEL else "")
    if not name and paper.authors and not has_cjk(title):
        name = title
        while len(name) > _LABEL - 2 and " " in name:
            name = name.rsplit(" ", 1)[0]
        name = name if name == title else f"{name.rstrip(' ,')} …"
    name = name or title
    return name if len(name) <= _LABEL else name[: _LABEL - 1].rstrip() + "…"


def name_of(paper: Paper) -> str:
    """Return what a paper is called where there is room: as in a plot, but by its whole title instead of the beginning of it."""
    label = label_of(paper)
    return readable(paper.title) if label.endswith("…") else label


def _bands(papers: Sequence[Paper], names: Mapping[str, str], other: str) -> list[str]:
    """Return the venues that have a colour of their own, most papers first; `other` stands for what is left.

    `names` are what venues are listed as (`short_venues`).
    """
    counted = Counter(names[paper.venue] for paper in papers if paper.venue)
    ranked = sorted(counted, key=lambda venue: (-counted[venue], venue))
    kept = ranked[:_MAX_BANDS] if len(ranked) <= _MAX_BANDS else ranked[: _MAX_BANDS - 1]
    rest = any(not paper.venue for paper in papers) or len(kept) < len(ranked)
    return [*kept, other] if rest else kept


def _spans(papers: Sequence[Paper]) -> list[tuple[int, int]]:
    """Return the columns as (first, last year): one for each year, quiet neighbours joined until they are few."""
    counted = Counter(paper.year for paper in papers if paper.year is not None)
    spans = [(year, year) for year in sorted(counted)]

    def size(span: tuple[int, int]) -> int:
        return sum(n for year, n in counted.items() if span[0] <= year <= span[1])

    while len(spans) > _MAX_COLUMNS:
        at = min(range(len(spans) - 1), key=lambda n: (size(spans[n]) + size(spans[n + 1]), n))
        spans[at : at + 2] = [(spans[at][0], spans[at + 1][1])]
    return spans


def _columns(
    papers: Sequence[Paper], spans: Sequence[tuple[int, int]], named: Container[str], left_edge: float
) -> dict[tuple[int, int], tuple[float, float]]:
    """Share the width out among the columns, (start, width) each: busy years get more, none less than a label needs."""
    room = WIDTH - left_edge - _RIGHT
    inside = {span: [p for p in papers if p.year is not None and span[0] <= p.year <= span[1]] for span in spans}
    least = {
        span: min(
            max((text_width(label_of(p)) for p in inside[span] if p.key in named), default=70.0) + 3 * _DOT + 20,
            0.8 * room / len(spans),
        )
        for span in spans
    }
    weights = {span: max(len(inside[span]) - 2, 0.2) for span in spans}
    left = room - sum(least.values())
    out, x = {}, left_edge
    for span in spans:
        width = least[span] + left * weights[span] / sum(weights.values())
        out[span] = (x, width)
        x += width
    return out


def _fit(label: str, width: float) -> str:
    while len(label) > 3 and text_width(label) > width:
        label = label[:-2].rstrip(" …") + "…"
    return label


def _in_two(name: str) -> tuple[str, ...]:
    """Break a name that is too long for one line where its lines are most alike."""
    gaps = [at for at, char in enumerate(name) if char == " "]
    if not gaps or text_width(name) * _BOLD + 20 <= _LEFT:
        return (name,)
    return min(((name[:at], name[at + 1 :]) for at in gaps), key=lambda both: max(text_width(line) for line in both))


def _flow(papers: Sequence[Paper], start: float, width: float, named: Container[str]) -> tuple[list[_Mark], float]:
    """Put papers into rows, first those with a label, then the dots; also returns the height.

    In a row each label starts where the one before it has ended.
    """
    marks: list[_Mark] = []
    ends: list[float] = []
    dots: list[Paper] = []
    for paper in sorted(papers, key=lambda p: (p.year or 0, label_of(p).casefold())):
        if paper.key not in named:
            dots.append(paper)
            continue
        label = _fit(label_of(paper), width - 3 * _DOT - 18)
        need = 3 * _DOT + text_width(label) + 12
        row = next((n for n, end in enumerate(ends) if end + need <= start + width), len(ends))
        if row == len(ends):
            ends.append(start + 6)
        marks.append(_Mark(paper, label, ends[row], row * _ROW))
        ends[row] += need
    top = len(ends) * _ROW
    across = max(int((width - 12) / _STEP), 1)
    for number, paper in enumerate(dots):
        marks.append(_Mark(paper, "", start + 6 + number % across * _STEP, top + 4 + number // across * _STEP))
    rows = -(-len(dots) // across)
    return marks, top + (rows * _STEP + 8 if rows else 0)


def _place(
    papers: Sequence[Paper], columns: Mapping[tuple[int, int], tuple[float, float]], named: Container[str]
) -> tuple[list[_Mark], float]:
    """Put the papers of one band into the columns of their years; also returns the height of the band."""
    marks: list[_Mark] = []
    height = 0.0
    for (first, last), (start, width) in columns.items():
        inside = [p for p in papers if p.year is not None and first <= p.year <= last]
        placed, needed = _flow(inside, start, width, named)
        marks += placed
        height = max(height, needed)
    return marks, height


def _named(papers: Sequence[Paper], weights: Mapping[str, int]) -> frozenset[str]:
    """Return the keys of the papers that get a label: all of a small library, else those the notes say most about."""
    if len(papers) <= _NAMED:
        return frozenset(paper.key for paper in papers)
    ranked = sorted(papers, key=lambda p: (p.stub, -weights.get(p.key, 0), len(label_of(p)) > 16, p.key))
    return frozenset(paper.key for paper in ranked[:_NAMED])


def _span_label(span: tuple[int, int]) -> str:
    return str(span[0]) if span[0] == span[1] else f"{span[0]}–{span[1]}"


def _num(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Links(NamedTuple):
    """How a paper's name in the drawing links to its page."""

    address: Callable[[Paper], str]
    """The address of a paper's page."""
    lang_attr: Callable[[Paper], str]
    """The attribute ` lang="…"` of a paper's title, empty where it needs none."""


class _Paint(NamedTuple):
    """How the papers of one drawing are drawn."""

    links: Links
    narrow: bool
    all_stubs: bool
    """Nobody has described any of them: the drawing says so once."""

    @property
    def dot(self) -> str:
        """The id of the dot that stands for a paper without a label: there may be hundreds, and each is drawn by it."""
        return "sg-tl-narrow" if self.narrow else "sg-tl-wide"


def timeline_svg(
    papers: Sequence[Paper],
    lang: str,
    strings: Mapping[str, str],
    links: Links,
    weights: Mapping[str, int],
    *,
    narrow: bool,
) -> str:
    """Plot papers over their years as SVG: coloured by venue, each name a link; empty when no paper has a year.

    `lang` and `strings` are the page's language and words. `weights` maps keys to the number of places that discuss the
    paper: in a large library the papers that weigh most have labels, the others are dots. `narrow` draws for phones, with
    years from top to bottom. The SVG follows light and dark by `currentColor` and custom properties, without a script.
    """
    dated = [paper for paper in papers if paper.year is not None]
    if not dated:
        return ""
    other = strings["timeline_other"]
    names = short_venues(paper.venue for paper in papers)
    groups: dict[str, list[Paper]] = {band: [] for band in _bands(dated, names, other)}
    for paper in dated:
        name = names.get(paper.venue)
        groups[name if name in groups else other].append(paper)
    named = _named(dated, weights)
    paint = _Paint(links, narrow, all(paper.stub for paper in dated))
    width, height, body = (_narrow if narrow else _wide)(groups, paint, named)
    title = strings["timeline_title"]
    css = "sg-tl sg-tl-stub" if paint.all_stubs else "sg-tl"
    return (
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_num(height)}" width="{width}" '
        f'height="{_num(height)}" lang="{escape(lang)}" role="group" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>"
        f'<defs><g id="{paint.dot}"><rect class="sg-tl-hit" fill="transparent" stroke="none" x="{_num(-_DOT - 3)}" y="{_num(-_STEP / 2)}" width="{_num(_STEP)}" '
        f'height="{_num(_STEP)}" rx="4"/><circle r="{_num(_DOT - 1)}"/></g></defs>{body}</svg>\n'
    )


def _wide(groups: Mapping[str, Sequence[Paper]], paint: _Paint, named: Container[str]) -> tuple[int, float, str]:
    """Draw years from left to right and a stripe for each band."""
    dated = [paper for inside in groups.values() for paper in inside]
    lines = {band: _in_two(band) for band in groups}
    wanted = max(text_width(line) for both in lines.values() for line in both) * _BOLD + 20
    left = min(max(wanted, _LEFT), _LEFT_MOST)
    columns = _columns(dated, _spans(dated), named, left)
    body: list[str] = []
    y = float(_TOP)
    for number, (band, inside) in enumerate(groups.items()):
        marks, needed = _place(inside, columns, named)
        height = max(needed, _ROW) + _PAD
        if number % 2 == 0:
            body.append(f'<rect class="sg-tl-stripe" x="0" y="{_num(y)}" width="{WIDTH}" height="{_num(height)}"/>')
        shown = [_fit(line, (left - 20) / _BOLD) for line in lines[band]]
        full = f"<title>{escape(band)}</title>" if " ".join(shown) != band else ""
        at = y + _PAD / 2 + _ROW * 0.68 - (len(shown) - 1) * _FONT * 0.55
        name = escape(shown[0]) + "".join(
            f'<tspan x="{_num(left - 14)}" dy="1.1em"> {escape(line)}</tspan>' for line in shown[1:]
        )
        body.append(f'<text class="sg-tl-band" x="{_num(left - 14)}" y="{_num(at)}">{name}{full}</text>')
        body.append(_marks(marks, y, dict.fromkeys([id(paper) for paper in inside], number), paint))
        y += height
    grid = []
    for span, (start, width) in columns.items():
        grid.append(f'<line x1="{_num(start)}" y1="{_TOP - 10}" x2="{_num(start)}" y2="{_num(y)}"/>')
        # a second row of years helps where the first has scrolled away
        ends = (_TOP - 20, y + 22) if y > 500 else (_TOP - 20,)
        grid += [
            f'<text class="sg-tl-year" x="{_num(start + width / 2)}" y="{_num(at)}">{_span_label(span)}</text>'
            for at in ends
        ]
    return WIDTH, y + (_BOTTOM if y > 500 else 8), "".join(grid + body)


def _narrow(groups: Mapping[str, Sequence[Paper]], paint: _Paint, named: Container[str]) -> tuple[int, float, str]:
    """Draw years from top to bottom, with a legend of the bands' colours above."""
    body: list[str] = []
    x, y = 8.0, 8.0
    for number, band in enumerate(groups):
        name = _fit(band, NARROW - 40)
        need = 3 * _DOT + text_width(name) + 16
        if x > 8 and x + need > NARROW:
            x, y = 8.0, y + 22
        hue = _HUES[number % len(_HUES)]
        body.append(f'<circle cx="{_num(x + _DOT)}" cy="{_num(y + 9)}" r="{_DOT}" style="fill:var({hue})"/>')
        body.append(f'<text x="{_num(x + 3 * _DOT)}" y="{_num(y + 13.5)}">{escape(name)}</text>')
        x += need
    y += 34
    hues = {id(p): n for n, inside in enumerate(groups.values()) for p in inside}
    dated = [paper for inside in groups.values() for paper in inside]
    for year in sorted({paper.year for paper in dated if paper.year is not None}):
        body.append(f'<line x1="0" y1="{_num(y)}" x2="{NARROW}" y2="{_num(y)}"/>')
        body.append(f'<text class="sg-tl-band" x="46" y="{_num(y + 23)}">{year}</text>')
        marks, needed = _flow([paper for paper in dated if paper.year == year], 54.0, NARROW - 58.0, named)
        body.append(_marks(marks, y + 1, hues, paint))
        y += max(needed, _ROW) + _PAD + 2
    return NARROW, y + 4, "".join(body)


def _marks(marks: Sequence[_Mark], top: float, hues: Mapping[int, int], paint: _Paint) -> str:
    """Draw the papers of a stripe or a year, those of one colour together; `hues` are the colours' numbers by paper."""
    parts = []
    for hue, inside in groupby(sorted(marks, key=lambda mark: hues[id(mark.paper)]), lambda mark: hues[id(mark.paper)]):
        drawn = "".join([_mark(mark, top, paint) for mark in inside])
        parts.append(f'<g class="sg-tl-c{hue % len(_HUES) + 1}">{drawn}</g>')
    return "".join(parts)


def _mark(mark: _Mark, top: float, paint: _Paint) -> str:
    paper = mark.paper
    y = top + _PAD / 2 + mark.y
    css = ' class="sg-tl-stub"' if paper.stub and not paint.all_stubs else ""
    # the table below has the same links for the keyboard: hundreds of stops before it would help nobody
    head = f'<a href="{escape(paint.links.address(paper))}" tabindex="-1"{css}{paint.links.lang_attr(paper)}>'
    x, middle = _num(mark.x + _DOT + 1), _num(y + (_ROW if mark.label else _STEP) / 2)
    if not mark.label:
        said = label_of(paper) if paint.narrow else _full(paper)
        return f'{head}<title>{escape(said)}</title><use href="#{paint.dot}" x="{x}" y="{middle}"/></a>'
    # a finger on a phone points to a name, and to nothing that is said of it
    said = "" if paint.narrow else f"<title>{escape(_full(paper))}</title>"
    width = 3 * _DOT + text_width(mark.label) + 4
    return (
        f'{head}{said}<rect class="sg-tl-hit" x="{_num(mark.x - 2)}" y="{_num(y)}" width="{_num(width)}" '
        f'height="{_num(_ROW)}" rx="4"/><circle cx="{x}" cy="{middle}" r="{_num(_DOT - 1)}"/>'
        f'<text x="{_num(mark.x + 3 * _DOT)}" y="{_num(y + _ROW / 2 + 4.5)}">{escape(mark.label)}</text></a>'
    )


def _full(paper: Paper) -> str:
    """Return what a mark says of its paper when a pointer is on it."""
    authors = f"{paper.authors[0]} …" if len(paper.authors) > 1 else "".join(paper.authors)
    where = f"{paper.venue} {paper.year}".strip()
    return ". ".join(part for part in (readable(paper.title), authors, where) if part)
