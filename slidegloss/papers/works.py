"""The index by which `match.py` finds the work that a citation means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.model import Citation, Paper
from slidegloss.notes.citation_words import first_family, has_cjk, normal_title
from slidegloss.papers.near import NearTitles, families_agree, same_numbers
from slidegloss.papers.venues import is_preprint, same_venue


class Use(NamedTuple):
    """One citation and where it stands."""

    source_path: str
    citation: Citation


class Work:
    """One work while it is being told apart from others."""

    __slots__ = ("key", "order", "paper", "uses")

    def __init__(self, paper: Paper | None, order: int) -> None:
        self.paper, self.order = paper, order
        self.uses: list[Use] = []
        self.key = ""


class _Head(NamedTuple):
    """A work, and its title with its subtitle."""

    work: Work
    title: str


class Index:
    """Finds works by what a citation may say of them."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.works: list[Work] = []
        self.titles: dict[str, list[Work]] = defaultdict(list)
        """Works by title: two of one title are told apart by who wrote them, and when."""
        self.heads: dict[str, list[_Head]] = defaultdict(list)
        """Works with a subtitle, by their title without it."""
        self.ids: dict[str, Work] = {}
        self.shorts: dict[str, list[Work]] = defaultdict(list)
        self.keys: dict[tuple[str, int | None], dict[int, Work]] = defaultdict(dict)
        """Works by their number, by the family name of their first author and their year."""
        self.unnamed: dict[tuple[str, int | None, str], Work] = {}
        """Works of which a key says who, when and maybe what they are called, and which may be several that are known."""
        self.near = NearTitles()
        for paper in papers:
            work = self.new(paper)
            for title in (paper.title, *paper.aliases):
                self.add_title(work, title, first_family(paper.authors[0]) if paper.authors else "")
            # the title too: a draft of what a table names by its short name has no other
            for name in (paper.short, *paper.aliases, paper.title):
                self.add_short(work, name)
            self.add_ids(work, paper.arxiv, paper.doi)
            if paper.authors:
                self.add_key(work, paper.authors[0], paper.year)

    def new(self, paper: Paper | None = None) -> Work:
        """Start a work, one that is described or one that is only cited."""
        work = Work(paper, len(self.works))
        self.works.append(work)
        return work

    def add_title(self, work: Work, title: str, family: str) -> None:
        """Let a work be found by a title of it, with the family name of its first author."""
        normal = normal_title(title)
        if normal and work not in self.titles[normal]:
            self.titles[normal].append(work)
            self.near.add(title, family, work.order)
        head = title.split(":", 1)[0]
        if head != title:
            self.heads[normal_title(head)].append(_Head(work, title))
            if len(head.split()) <= 4:
                self.add_short(work, head)

    def add_short(self, work: Work, name: str) -> None:
        """Let a work be found by a short name."""
        normal = normal_title(name)
        if normal and work not in self.shorts[normal]:
            self.shorts[normal].append(work)

    def add_key(self, work: Work, authors: str, year: int | None) -> None:
        """Let a work be found by its first author and its year."""
        self.keys[normal_title(first_family(authors)), year][work.order] = work

    def add_ids(self, work: Work, arxiv: str, doi: str) -> None:
        """Let a work be found by its ids, unless another has them."""
        if arxiv:
            self.ids.setdefault(f"arxiv:{arxiv}", work)
        if doi:
            self.ids.setdefault(f"doi:{doi.casefold()}", work)

    def by_id(self, citation: Citation) -> Work | None:
        """Return the work that has the id of a citation."""
        return self.ids.get(f"arxiv:{citation.arxiv}") or self.ids.get(f"doi:{citation.doi.casefold()}")


_Facts = tuple[str, int | None, str]
"""Authors, year and venue."""


def _facts(use: Use) -> _Facts:
    return use.citation.authors, use.citation.year, use.citation.venue


def _said_of(work: Work) -> Iterator[_Facts]:
    """Yield authors, year and venue of a work as its entry has them, or its citations."""
    if work.paper:
        yield ", ".join(work.paper.authors), work.paper.year, work.paper.venue
    else:
        yield from map(_facts, work.uses)


def _differ(one: _Facts, other: _Facts) -> bool:
    """Say whether two works of one title are two: other first authors, years and venues."""
    (authors, year, venue), (authors_2, year_2, venue_2) = one, other
    if not (authors and authors_2 and year and year_2) or year == year_2:
        return False
    if any(place and is_preprint(place) for place in (venue, venue_2)) or (
        venue and venue_2 and same_venue(venue, venue_2)
    ):
        return False
    family, family_2 = first_family(authors), first_family(authors_2)
    if has_cjk(family) != has_cjk(family_2) or families_agree(family, family_2):
        return False
    named = normal_title(family) in normal_title(authors_2) or normal_title(family_2) in normal_title(authors)
    return not named


def of_one_work(group: list[Use]) -> list[list[Use]]:
    """Part the citations of one title: `Deep Learning` is an article of 2015, and a book of others of 2016."""
    if len(group) == 1:
        return [group]
    works: list[tuple[set[_Facts], list[Use]]] = []
    for use in group:
        facts = _facts(use)
        said, mine = next((work for work in works if not any(_differ(facts, one) for one in work[0])), (set(), []))
        if not mine:
            works.append((said, mine))
        said.add(facts)
        mine.append(use)
    return [uses for _, uses in works]


def of_title(group: Sequence[Use], known: Sequence[Work]) -> Work | None:
    """Return which of the works of a title its citations mean: of several, one of the year that they say."""
    if not known:
        return None
    facts = set(map(_facts, group))
    fitting = [work for work in known if not any(_differ(one, said) for one in facts for said in _said_of(work))]
    years = {year for _, year, _ in facts if year}
    dated = [work for work in fitting if years & {year for _, year, _ in _said_of(work)}] if len(fitting) > 1 else []
    return next(iter(dated or fitting), None)


def by_subtitle(index: Index, title: str, family: str, year: int | None) -> Work | None:
    """Find the one work of the same first author and year of which a title is all but the subtitle, or has one more."""
    head = title.split(":", 1)[0]
    known = (
        index.heads.get(normal_title(title), [])
        if head == title
        else [_Head(work, head) for work in index.titles.get(normal_title(head), ())]
    )
    fitting = [
        one.work
        for one in known
        if same_numbers(one.title, title)
        and any(
            families_agree(family, first_family(authors)) and year == when
            for authors, when, _ in _said_of(one.work)
            if authors and family and year
        )
    ]
    return fitting[0] if len(fitting) == 1 else None
