"""Matches citations with papers: citations, papers → `Library` with stubs for undescribed works and backlinks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count

from slidegloss.base.diagnostics import Code, Diagnostic, Severity, diagnostic, nearest
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.model import Citation, Paper
from slidegloss.nodes import Span
from slidegloss.notes.citation_words import arxiv_year, first_family, normal_title
from slidegloss.papers.authors import split_authors
from slidegloss.papers.keys import KeySet, free_key, key_slug, paper_key
from slidegloss.papers.near import Near, families_agree
from slidegloss.papers.venues import is_preprint, same_venue
from slidegloss.papers.works import Index, Use, Work, by_subtitle, of_one_work, of_title


class Backlink(NamedTuple):
    """A place that discusses a paper: the note, and the slide's anchor (empty in the opening)."""

    source_path: str
    slide: str


class Library(NamedTuple):
    """All papers of a book, described ones first, with their places in the notes."""

    papers: tuple[Paper, ...]
    cited: Mapping[str, tuple[str, ...]]
    """source_path of a note → key of the paper for each of its citations, empty where none could be told."""
    backlinks: Mapping[str, tuple[Backlink, ...]]
    """Key → places in the order of the notes, each once."""
    undescribed: tuple[str, ...]
    """Keys of the stubs."""
    by_key: Mapping[str, Paper]


def _titled(index: Index, uses: Sequence[Use]) -> list[Diagnostic]:
    """Sort the citations that name a title; spellings that are used often come first, so that typos join them."""
    found: list[Diagnostic] = []
    groups: dict[str, list[Use]] = {}
    for use in uses:
        groups.setdefault(normal_title(use.citation.title), []).append(use)
    apart = [(normal, same) for normal, group in groups.items() for same in of_one_work(group)]
    for normal, group in sorted(apart, key=lambda item: -len(item[1])):
        first = group[0].citation
        family = next((first_family(use.citation.authors) for use in group if use.citation.authors), "")
        work = (
            of_title(group, index.titles.get(normal, []))
            or next((w for use in group if (w := index.by_id(use.citation))), None)
            or by_subtitle(index, first.title, family, first.year)
        )
        if work is None and (near := index.near.find(first.title, family)):
            work = index.works[near.order]
            if not _but_for_name(first.title, near.title):
                found.append(_near(group[0], near))
        if work is None:
            work = index.new()
            index.add_title(work, first.title, family)
        for use in group:
            citation = use.citation
            work.uses.append(use)
            index.add_ids(work, citation.arxiv, citation.doi)
            index.add_short(work, citation.short)
            if citation.authors:
                index.add_key(work, citation.authors, citation.year)
    return found


def _but_for_name(one: str, other: str) -> bool:
    """Say whether two titles differ by what a method is called in front of one of them: nobody has misspelt that."""
    return any(_NAME_IN_FRONT.sub("", a, count=1).casefold() == b.casefold() for a, b in ((one, other), (other, one)))


_NAME_IN_FRONT = lazy(r"\A[\w+\-.]{2,24}: ")


def _near(use: Use, near: Near) -> Diagnostic:
    """Say that a title is taken for another one that is spelt almost like it."""
    title, place = use.citation.title, use.citation.span
    message = f"“{title}” is taken for “{near.title}” ({near.ratio:.0f} % the same)"
    hint = "correct the title here, or add this spelling to the paper's `aliases`"
    return diagnostic(Code.CITATION_NEAR, use.source_path, place.line, place.col, message, hint)


def _by_short(index: Index, use: Use, decks: Mapping[int, set[str]]) -> Work | None:
    """Find what a short name or a key such as `Ho et al. 2022` means: one work, or one work of the same note."""
    citation = use.citation
    family = normal_title(first_family(citation.authors)) if citation.authors else ""
    named = index.shorts.get(normal_title(citation.short), []) if citation.short else []
    candidates = list(named)
    if family:
        same = list(index.keys.get((family, citation.year), {}).values())
        same = [work for work in same if _may_be_of(citation.authors, work)]
        candidates = [work for work in same if work in named] or (same if not named else [])
    elif citation.year and len(named) > 1:
        candidates = [w for w in named if citation.year in _years(w)] or named
    if citation.venue and len(candidates) > 1:
        wanted = normal_title(citation.venue)
        candidates = [w for w in candidates if any(normal_title(v) == wanted for v in _venues(w))] or candidates
    if len(candidates) > 1:
        candidates = [work for work in candidates if use.source_path in decks[work.order]] or candidates
    return candidates[0] if len(candidates) == 1 else None


def _may_be_of(authors: str, work: Work) -> bool:
    """Say whether a key may be of a work: `Moreau and Tamm` are not three, a lone `Moreau` may be short for them."""
    names = _families(authors)
    known = (
        work.paper.authors
        if work.paper
        else max((_families(use.citation.authors) for use in work.uses), key=len, default=())
    )
    if len(names) < 2 or len(known) < 2 or "et al." in (*names, *known):
        return True
    return len(names) == len(known) and families_agree(first_family(names[-1]), first_family(known[-1]))


@lru_cache(maxsize=4096)  # those of all uses of a work are asked for with each key that may mean it
def _families(authors: str) -> tuple[str, ...]:
    return split_authors(authors, families=True)


def _years(work: Work) -> set[int | None]:
    return {use.citation.year for use in work.uses} | ({work.paper.year} if work.paper else set())


def _venues(work: Work) -> set[str]:
    return {use.citation.venue for use in work.uses} | ({work.paper.venue} if work.paper else set())


def _untitled(index: Index, uses: Sequence[Use]) -> None:
    """Sort the citations without a title: by id, by short name and author, by address."""
    decks: dict[int, set[str]] = defaultdict(set)
    for known in index.works:
        decks[known.order] = {use.source_path for use in known.uses}
    for use in uses:
        citation = use.citation
        url = next(iter(citation.urls), "")
        families = " ".join(normal_title(first_family(name)) for name in _families(citation.authors))
        unnamed = (families, citation.year, normal_title(citation.short))
        work = index.by_id(citation)
        if work is None and not (citation.arxiv or citation.doi):
            work = _by_short(index, use, decks) or (
                index.ids.get(f"url:{url}") if url and not citation.authors else index.unnamed.get(unnamed)
            )
        if work is None and (
            citation.arxiv or citation.doi or (citation.authors and citation.year) or citation.short or url
        ):
            work = index.new()
            index.add_short(work, citation.short)
            if citation.authors:
                index.add_key(work, citation.authors, citation.year)
                index.unnamed[unnamed] = work
            if url:
                index.ids.setdefault(f"url:{url}", work)
        if work is not None:
            index.add_ids(work, citation.arxiv, citation.doi)
            work.uses.append(use)
            decks[work.order].add(use.source_path)


def _keyed(index: Index, uses: Sequence[Use]) -> Iterator[Diagnostic]:
    """Sort the citations by key; a key that no paper has is reported where it cannot be anything else."""
    works = {work.paper.key: work for work in index.works if work.paper}
    folded = {key.casefold(): work for key, work in works.items()}
    missing: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for use in uses:
        key = use.citation.key
        work = works.get(key) or folded.get(key.casefold())
        if work is not None:
            work.uses.append(use)
        elif use.citation.certain:
            missing[use.source_path, key].append(use.citation.span)
    for (path, key), (span, *others) in missing.items():
        longer = [known for known in works if known.startswith(key)]
        near = longer[0] if len(longer) == 1 else nearest(key, works)
        hint = f"did you mean @{near}?" if near else f"describe the paper under this key, or write \\@{key} for text"
        more = f" ({len(others)} more like it in this note)" if others else ""
        message = f"no paper has the key `{key}`; the citation is shown as it is written{more}"
        yield diagnostic(Code.CITATION_KEY, path, span.line, span.col, message, hint)


# --- venue and year ---------------------------------------------------------------------------------------------------


def _best_venue(work: Work) -> tuple[str, int | None]:
    """Return the published venue and its year that most citations give; a preprint only where nothing else is known."""
    votes = Counter(
        (use.citation.venue, use.citation.year) for use in work.uses if use.citation.venue or use.citation.year
    )
    ranked = sorted(votes, key=lambda pair: (is_preprint(pair[0]), pair[1] is None, -votes[pair]))
    if not ranked:
        return "", None
    venue, year = ranked[0]
    if year is None:
        year = next((y for v, y in ranked if y is not None and same_venue(v, venue)), None) or next(
            (y for _, y in ranked if y), None
        )
    return venue, year


def _conflicts(work: Work, paper: Paper) -> Iterator[Diagnostic]:
    """Report each other venue or year that the notes give for a work, once."""
    said: set[tuple[str, int | None]] = set()
    for use in work.uses:
        citation = use.citation
        other = (normal_title(citation.venue), citation.year)
        if other in said:
            continue
        venues_differ = bool(citation.venue and paper.venue) and not same_venue(citation.venue, paper.venue)
        years_differ = bool(citation.year and paper.year) and citation.year != paper.year and not venues_differ
        if not (venues_differ or years_differ):
            continue
        said.add(other)
        here = f"{citation.venue} {citation.year or ''}".strip()
        there = f"{paper.venue} {paper.year or ''}".strip()
        message = f"“{paper.title}” is cited as {here}; {there} is used"
        published = venues_differ and is_preprint(paper.venue) and not paper.stub  # since it was described
        hint = f"write {here} into its entry if it has appeared there" if published else f"write {there}"
        problem = diagnostic(
            Code.CITATION_CONFLICT, use.source_path, citation.span.line, citation.span.col, message, hint
        )
        # citing the preprint of a published work is common and no mistake
        preprint = venues_differ and is_preprint(citation.venue)
        yield replace(problem, severity=Severity.INFO) if preprint else problem


# --- stubs ------------------------------------------------------------------------------------------------------------


def _most(values: Iterable[str]) -> str:
    """Return the value that occurs most; of equals the first."""
    counted = Counter(value for value in values if value)
    return max(counted, key=lambda value: counted[value]) if counted else ""


def _stub(work: Work) -> Paper:
    """Describe a work by what its citations say."""
    citations = [use.citation for use in work.uses]
    venue, year = _best_venue(work)
    arxiv, doi = _most(c.arxiv for c in citations), _most(c.doi for c in citations)
    if year is None and venue in {"", "arXiv"}:
        year = arxiv_year(arxiv)
    short = _most(c.short for c in citations)
    authors = max((c.authors for c in citations), key=len, default="")
    url = _most(u for c in citations for u in c.urls)
    title = _stub_title(citations)
    dated = f"{authors} {year}" if authors else ""
    address = f"arXiv:{arxiv}" if arxiv else f"doi:{doi}" if doi else url
    shown = title or short or dated or address
    if title or authors or short:
        key = paper_key(authors, year, title, short)
    else:
        key = f"arxiv-{arxiv}" if arxiv else key_slug(f"doi-{doi}" if doi else url.split("://")[-1])[:60]
    # a paper table may link to another note: that is no address of the work
    links = {"paper": url} if url.startswith(("https://", "http://")) and not (arxiv or doi) else {}
    return Paper(
        key=key,
        title=shown,
        short=short if short != shown else "",
        authors=split_authors(authors, families=not title),
        venue=venue,
        year=year,
        arxiv=arxiv,
        doi=doi,
        links=links,
        stub=True,
        source_path=work.uses[0].source_path,
        line=work.uses[0].citation.span.line,
    )


def _stub_title(citations: Sequence[Citation]) -> str:
    """Return the title that most citations give, with the subtitle where one of them has it."""
    title = _most(citation.title for citation in citations)
    longer = [one.title for one in citations if one.title.casefold().startswith(f"{title}:".casefold())]
    return max(longer, key=len, default=title)


def link_papers(
    citations_by_deck: Mapping[str, Sequence[Citation]], papers: Sequence[Paper]
) -> tuple[Library, tuple[Diagnostic, ...]]:
    """Match citations with papers, and make stubs for works that are cited but not described.

    In: source_path → citations, in the order of the notes; the described papers. Titles match when they are equal but
    for case, punctuation and accents, then by alias, id, short name with author and year, and at last by likeness,
    which is reported. Time and memory grow linearly with the citations.
    """
    index = Index(papers)
    uses = [Use(path, citation) for path, citations in citations_by_deck.items() for citation in citations]
    found = _titled(index, [use for use in uses if normal_title(use.citation.title)])
    _untitled(index, [use for use in uses if not normal_title(use.citation.title)])
    if keyed := [use for use in uses if use.citation.key]:
        found += _keyed(index, keyed)
    place = {id(use): number for number, use in enumerate(uses)}
    taken = KeySet(paper.key for paper in papers)
    stubs: list[Paper] = []
    chosen: dict[int, str] = {}
    works = [work for work in index.works if work.uses]
    for work in works:
        work.uses.sort(key=lambda use: place[id(use)])
    for work in sorted(works, key=lambda work: place[id(work.uses[0])]):
        paper = work.paper
        if paper is None:
            paper = _stub(work)
            paper = replace(paper, key=free_key(paper.key, taken))
            taken.add(paper.key)
            stubs.append(paper)
            found.append(_undescribed(work, paper))
        found += _conflicts(work, paper)
        for use in work.uses:
            chosen[place[id(use)]] = paper.key
    return _library(citations_by_deck, chosen, papers, stubs), tuple(found)


def _undescribed(work: Work, stub: Paper) -> Diagnostic:
    """Say at its first citation that nobody has described a work."""
    place = work.uses[0].citation.span
    times = "once" if len(work.uses) == 1 else f"{len(work.uses)} times"
    message = f"“{stub.title}” is cited {times} but not described (`{stub.key}`)"
    hint = "`build.py papers missing` drafts its entry"
    return diagnostic(Code.CITATION_UNDESCRIBED, work.uses[0].source_path, place.line, place.col, message, hint)


def _library(
    citations_by_deck: Mapping[str, Sequence[Citation]],
    chosen: Mapping[int, str],
    papers: Sequence[Paper],
    stubs: Sequence[Paper],
) -> Library:
    """Return the papers and where they are cited; `chosen` are their keys by the number of the citation in the book."""
    cited: dict[str, tuple[str, ...]] = {}
    backlinks: dict[str, dict[Backlink, None]] = {}
    numbers = count()
    for path, citations in citations_by_deck.items():
        cited[path] = tuple(chosen.get(next(numbers), "") for _ in citations)
        for key, citation in zip(cited[path], citations, strict=True):
            if key:
                backlinks.setdefault(key, {})[Backlink(path, citation.slide)] = None
    everything = (*papers, *stubs)
    return Library(
        everything,
        cited,
        {key: tuple(places) for key, places in backlinks.items()},
        tuple(stub.key for stub in stubs),
        {paper.key: paper for paper in everything},
    )


def same_citations(now: Sequence[Citation], before: Sequence[Citation]) -> bool:
    """Tell whether the citations are those of before, if on other lines: then they mean the same papers."""
    return len(now) == len(before) and all(
        one._replace(span=other.span) == other for one, other in zip(now, before, strict=True)
    )


_OF_CITATIONS = frozenset(
    code.slug for code in (Code.CITATION_NEAR, Code.CITATION_CONFLICT, Code.CITATION_KEY, Code.CITATION_UNDESCRIBED)
)


def with_citation(problem: Diagnostic, before: Sequence[Citation], now: Sequence[Citation]) -> Diagnostic | None:
    """Return a message of `link_papers` where its citation stands now; None when it is none, or of no citation there was.

    The citations of the note are the same as `before` (`same_citations`).
    """
    if problem.code_name not in _OF_CITATIONS:
        return None
    for old, new in zip(before, now, strict=True):
        if (old.span.line, old.span.col) == (problem.line, problem.col):
            return replace(problem, line=new.span.line, col=new.span.col)
    return None
