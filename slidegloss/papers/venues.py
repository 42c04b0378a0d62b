"""Names of venues: which are the same, which kind (journal, conference, thesis …), which are preprints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from slidegloss.base.patterns import lazy
from slidegloss.model import Paper
from slidegloss.notes.citation_words import KNOWN_WORD, PUBLISHER, normal_title, venue_name

_PREPRINTS = frozenset({"arxiv", "preprint", "openreview", "corr", "ssrn", "biorxiv", "medrxiv", "chemrxiv", ""})
_ACRONYM = lazy(r"[A-Z]{3,}")
_SMALL_WORDS = frozenset(["of", "the", "on", "and", "in", "for", "to", "a"])


_JOURNALS = lazy(
    r"journal|transactions|trans\.|letters|(?<!open)review|magazine|nature|science|pnas|\bT?PAMI\b|IJCV|\bTOG\b|\bTIP\b"
    r"|TVCG|TMLR|JMLR|\bCGF\b|forum|neural computation|surveys|annals|学报|杂志|論文誌|\brev\.|\blett\b|\bJ\b\.?\s|\bPR[LABDEX]\b"
    r"|\bJAMA\b|\bBMJ\b|\blancet\b|\bannalen\b|\bbulletin\b|\bieee software\b|\Asoftware:|econometrica|\A(?:machine learning|mach\. learn|pattern recognition|artificial intelligence|neural networks|cell|mind)\.?\Z",
    re.IGNORECASE,
)
_REPORTS = lazy(r"\b(?:tech(?:nical|\.)?|research|white)\s(?:report|paper)\b|\bRFC\b|技术报告|白皮书", re.IGNORECASE)
_PATENTS = lazy(r"\bpatents?\b|专利", re.IGNORECASE)
_SOFTWARE = lazy(r"\Asoftware(?:\Z|,|\savailable\b)|\bzenodo\b|\bgithub\b|\bgitlab\b|\bpypi\b|\bcran\b", re.IGNORECASE)
_PAGES = lazy(r"\bblog(?:\s?post)?\b|\bwikipedia\b|\bweb\s?(?:site|page)\b|博客|知乎|维基百科", re.IGNORECASE)
_BOOKS = lazy(rf"\b{PUBLISHER}\Z|出版社\Z")
_OF_THESES = lazy(
    r"\b(?:ph\.?\s?d\.?|m\.?\s?s\.?c?\.?|masters?(?:[’']s)?|doctoral|bachelor(?:[’']s)?|thesis|dissertation|university|of)(?!\w)|学位论文",
    re.IGNORECASE,
)
_THESES = lazy(r"thesis|dissertation|学位论文", re.IGNORECASE)


_KINDS = (
    ("thesis", _THESES),
    ("report", _REPORTS),
    ("patent", _PATENTS),
    ("software", _SOFTWARE),
    ("webpage", _PAGES),
)


def kind_of(venue: str) -> str:
    """Return what appears at a venue, as CSL calls it: `article-journal`, `thesis`, `book` … or `paper-conference`.

    `article` is a preprint.
    """
    if venue and is_preprint(venue) and venue.casefold() != "openreview":  # where conferences have their submissions
        return "article"
    for kind, names in _KINDS:
        if names.search(venue):
            return kind
    if _JOURNALS.search(venue):
        return "article-journal"
    return "book" if _BOOKS.search(venue) else "paper-conference"


_THESIS_AT = lazy(
    r"(?:(?P<kind>ph\.?\s?d\.?|doctoral|master(?:[’']?s)?|m\.?\s?sc?\.?)\s)?(?:thesis|dissertation)(?:,\s?|\sat\s|\sof\s|\s)(?P<school>\S.*)"
    r"|(?P<degree>博士|硕士)?(?:学位)?论文，(?P<university>\S.*)",
    re.IGNORECASE,
)


_ANNOUNCED = {
    "techreport": (
        "Technical report",
        lazy(r"\Atech(?:nical|\.)?\sreport(?:,\s?|\sat\s|\sof\s|\Z)|,?\stech(?:nical|\.)?\sreport\Z", re.IGNORECASE),
    ),
    "software": ("Software", lazy(r"\Asoftware(?:,\s?|\Z)", re.IGNORECASE)),
    "patent": ("Patent", lazy(r"\Apatent(?:,\s?|\Z)", re.IGNORECASE)),
}
"""What a venue begins with that says the kind of a work, as BibTeX calls that, and how it is told from who published it."""


def is_on_arxiv(paper: Paper) -> bool:
    """Say whether a paper has appeared on arXiv and nowhere else."""
    return bool(paper.arxiv) and paper.venue.casefold() in {"arxiv", ""}


def announced(kind: str, publisher: str) -> str:
    """Return the venue of a report, of software or a patent (a kind of BibTeX's); others' venue is who published them."""
    name = _ANNOUNCED[kind][0] if kind in _ANNOUNCED else ""
    if not name or (publisher and kind_of(publisher) == CSL_KINDS[kind]):
        return publisher
    return f"{name}, {publisher}" if publisher else name


CSL_KINDS = {"techreport": "report", "software": "software", "patent": "patent"}
"""BibTeX's kinds that a venue may announce → CSL's."""


def publisher_of(kind: str, venue: str) -> str:
    """Return who published a work of a kind of BibTeX's: what `announced` made a venue of."""
    return _ANNOUNCED[kind][1].sub("", venue, count=1) if kind in _ANNOUNCED else venue


def thesis_at(venue: str) -> tuple[str, str]:
    """Return what BibTeX calls a thesis, and its school, from `PhD thesis, Stanford University`."""
    said = _THESIS_AT.fullmatch(venue)
    if said is None:
        return "phdthesis", venue
    is_masters = said["degree"] == "硕士" or (said["kind"] or "")[:1].casefold() == "m"
    return "mastersthesis" if is_masters else "phdthesis", said["school"] or said["university"]


_KNOWN = {
    "CVPR": "conference computer vision pattern recognition",
    "ICCV": "international conference computer vision",
    "ECCV": "european conference computer vision",
    "ACCV": "asian conference computer vision",
    "WACV": "winter conference applications computer vision",
    "NeurIPS": "neural information processing systems",
    "ICML": "international conference machine learning",
    "ICLR": "international conference learning representations",
    "AAAI": "aaai conference artificial intelligence",
    "IJCAI": "international joint conference artificial intelligence",
    "ACL": "annual meeting association computational linguistics",
    "EMNLP": "conference empirical methods natural language processing",
    "NAACL": "north american chapter association computational linguistics",
    "KDD": "international conference knowledge discovery data mining",
    "ICRA": "international conference robotics automation",
    "IROS": "international conference intelligent robots systems",
    "ICASSP": "international conference acoustics speech signal processing",
    "MICCAI": "international conference medical image computing computer assisted intervention",
    "CHI": "conference human factors computing systems",
    "TPAMI": "transactions pattern analysis machine intelligence",
    "TIP": "transactions image processing",
    "TOG": "transactions graphics",
    "TVCG": "transactions visualization computer graphics",
    "IJCV": "international journal computer vision",
    "JMLR": "journal machine learning research",
    "TMLR": "transactions machine learning research",
    "CGF": "computer graphics forum",
    "OSDI": "operating systems design implementation",
    "SOSP": "operating systems principles",
    "NSDI": "networked systems design implementation",
    "TACL": "transactions association computational linguistics",
    "VLDB": "vldb endowment",
    "PNAS": "national academy sciences",
    "PRL": "physical review letters",
}
"""Venues that notes and exporters spell in many ways, with the words that their names do not go without."""
_FOLDED = {short.casefold(): short for short in (*_KNOWN, "SIGGRAPH", "INTERSPEECH")} | {
    "pami": "TPAMI",
    "pvldb": "VLDB",
}
_AROUND = _SMALL_WORDS.union(
    ("proc", "proceedings", "ieee", "cvf", "acm", "in", "advances", "adv", "sigkdd", "sigchi", "usenix", "symposium")
)
"""Words that may stand around, and are left out as often."""
_ORDINAL = lazy(
    r"\d+(?:st|nd|rd|th)?|[a-z]+(?:ieth|teenth)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth"
)
_TENS = frozenset(["twenty", "thirty", "forty", "fifty"])
_MAY_LACK = frozenset(["international", "annual", "meeting"])
_LONG_NAME = 4
"""Words beside `conference` that tell a conference from a journal: `Machine Learning` is one."""


@lru_cache(maxsize=1024)
def short_venue(venue: str) -> str:
    """Return a well-known venue by its short name, whichever way it is spelt; others as they are.

    `IEEE Conf. Comput. Vis. Pattern Recog.`, `Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern
    Recognition (CVPR), 2016` and `CVPR` are one.
    """
    name = venue_name(_BESIDE.sub("", venue))
    written = [word for word in re.findall(r"[a-z\d]+", _IN_BRACKETS.sub("", name).casefold()) if word not in _AROUND]
    written = [word for word in written if not _ORDINAL.fullmatch(word) and word not in _TENS]
    acronym = _OWN_ACRONYM.search(venue)
    if acronym and acronym[1].casefold() not in _NO_ACRONYMS:
        return acronym[1]
    if not written:
        return venue
    for short, words in _KNOWN.items():
        if _same_words(written, words.split()):
            return short
    known = name if KNOWN_WORD.match(name) else venue
    return _FOLDED.get(written[0], known) if len(written) == 1 else known


_BESIDE = lazy(
    r"\bComputer Society\s|[\s,(]+(?:Oral|Spotlight|Highlight|Best Paper(?: Award)?)\)?\Z|,? (?:of the United States of America|USA|U\.\s?S\.\s?A\.?)\Z"
    r"|(?<=\bNat)l\.?(?=\s)"
)
"""What names of venues have or have not: who holds them, where, how a paper was shown there, an abbreviation that is no beginning."""
_IN_BRACKETS = lazy(r"\s*\([^()]*\)")
_OWN_ACRONYM = lazy(r"[a-z] \(([A-Z][\w&/-]*[A-Z][\w&/-]*)(?:[ '’]*\d{2,4})?\)[ .]*\Z")
"""What a name in full says in brackets that it is called."""
_NO_ACRONYMS = _AROUND | {"usa", "uk"}


def _same_words(written: Sequence[str], words: Sequence[str]) -> bool:
    """Say whether the words are those, each in full or its beginning, in order; some that say little may lack."""
    may_lack = _MAY_LACK | {"conference"} if len(words) > _LONG_NAME else _MAY_LACK
    at = 0
    for word in words:
        if at < len(written) and (len(written[at]) > 1 or written[at] == "j") and word.startswith(written[at]):
            at += 1
        elif word not in may_lack:
            return False
    return at == len(written)


def short_venues(venues: Iterable[str]) -> dict[str, str]:
    """Return the name under which each venue of a library is listed: its short name where that is known or stands there, too."""
    known = {venue: short_venue(venue) for venue in venues if venue}
    acronyms = [name for name in sorted(set(known.values())) if _ACRONYM.fullmatch(name)]
    spelt: dict[str, str] = {}
    for venue, name in known.items():
        exact = (short for short in acronyms if name != short and _is_spelt(short, name))
        spelt[venue] = next(exact, name) if name == venue else name
    full: dict[tuple[str, ...], str] = {}
    for name in sorted(set(spelt.values()), key=lambda name: (-len(name), name)):
        full.setdefault(tuple(word[0] for word in _words(name)), name)
    for venue, name in spelt.items():
        longest = full.get(tuple(word[0] for word in _words(name)), name)
        spelt[venue] = longest if _shortened(name, longest) else name
    return spelt


def _words(venue: str) -> list[str]:
    """Return the words of a venue that say something, in small letters."""
    return [word for word in re.findall(r"[^\W\d_]+", venue.casefold()) if word not in _SMALL_WORDS]


def _shortened(one: str, other: str) -> bool:
    """Say whether each word of a venue is that of the other or its beginning: `Bell Syst. Tech. J` is short for one."""
    pairs = list(zip(_words(one), _words(other), strict=False))
    same = len(_words(one)) == len(_words(other)) and len(pairs) > 1
    return same and all(a.startswith(b) or b.startswith(a) for a, b in pairs)


def is_preprint(venue: str) -> bool:
    """Say whether a venue is a preprint server or unknown, which a published venue overrules."""
    return normal_title(venue) in _PREPRINTS


def same_venue(one: str, other: str) -> bool:
    """Say whether two names mean one venue: but for spelling and words left out, or as an abbreviation of the other."""
    if normal_title(one) == normal_title(other) or normal_title(venue_name(one)) == normal_title(venue_name(other)):
        return True
    if short_venue(one) == short_venue(other) or _shortened(one, other):
        return True
    if kind_of(one) == kind_of(other) == "thesis":
        one, other = (_OF_THESES.sub("", venue) for venue in (one, other))
    a, b = ({word for word in map(normal_title, venue.replace("(", " ").split()) if word} for venue in (one, other))
    return (bool(a) and bool(b) and (a <= b or b <= a)) or _abbreviates(one, other) or _abbreviates(other, one)


def _abbreviates(short: str, venue: str) -> bool:
    """Say whether a name such as `JMLR`, `IEEE TPAMI` or `CACM` is made of the initials of a venue in full.

    Words of capitals count as they are; notes write the short name, exporters of BibTeX the long one.
    """
    acronym = short.rpartition(" ")[2].replace("-", "")
    return any(acronym in letters for letters in _initials(acronym, venue))


def _initials(acronym: str, venue: str) -> list[str]:
    """Return the initials of a venue's words, of all and of those that say something; none where there are too few."""
    words = [word for word in re.findall(r"[^\W\d_]+", venue_name(venue)) if len(word) > 1]
    if len(words) < 3 or not _ACRONYM.fullmatch(acronym):
        return []
    return [
        "".join(word if word.isupper() else word[0].upper() for word in chosen)
        for chosen in (words, [word for word in words if word not in _SMALL_WORDS])
    ]


def _is_spelt(acronym: str, venue: str) -> bool:
    """Say whether an acronym is the initials of a venue, all of them but for those of who holds it."""
    letters = _initials(acronym, _HOLDERS.sub("", venue))
    return acronym in letters


_HOLDERS = lazy(r"\b(?:IEEE/CVF|IEEE|ACM|Proc\.|Proceedings of the|Proceedings of|In:?|in the)\s|\s*\([^()]*\)")
