"""The words citations are made of: venues, years, personal names, identifiers, and the noise that OCR leaves in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy
from slidegloss.notes.language import beyond_ascii
from slidegloss.syntax.titles import readable

YEAR = r"(?:19[5-9]\d|20[0-4]\d)"
EARLY_YEAR = r"19[0-4]\d"
"""Read only where authors stand in front and the citation ends: in running text it is a size or a page."""
EARLIER_YEAR = r"1(?:[5-8]\d\d|9[0-4]\d)"
"""Read only in brackets with a stop behind, after authors: `Darwin, C. (1859). `."""
MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
MONTHS = lazy(rf"{MONTH}\Z", re.IGNORECASE)
YEAR_HERE = lazy(rf"(?:{MONTH}[\s,]{{1,3}}(?:\d{{1,2}}[\s,]{{1,3}})?)?(?P<year>{YEAR})(?![0-9])[a-z]?(?![A-Za-z0-9])")

_SERIES = (
    "CVPR", "ICCV", "ECCV", "WACV", "ACCV", "BMVC", "3DV", "NeurIPS", "NeuIPS", "NuerIPS", "NIPS", "ICML", "ICLR",
    "AAAI", "IJCAI", "AISTATS", "UAI", "COLT", "CoRL", "COLM", "TMLR", "JMLR", "TPAMI", "PAMI", "IJCV", "TIP", "TVCG",
    "TOG", "CGF", "TCSVT", "TMM", "SIGGRAPH", "Siggraph", "SCA", "MIG", "I3D", "ISMAR", "CHI", "UIST", "CSCW", "KDD",
    "WWW", "SIGIR", "CIKM", "WSDM", "RecSys", "ACL", "EMNLP", "NAACL", "EACL", "COLING", "TACL", "CoNLL", "INTERSPEECH",
    "Interspeech", "ICASSP", "ISMIR", "TASLP", "ICRA", "IROS", "RSS", "RA-L", "HRI", "MICCAI", "IPMI", "MIDL", "ISBI",
    "ICPR", "ICIP", "ICME", "FG", "MMM", "ICMR", "MMSys", "OSDI", "SOSP", "NSDI", "MLSys", "VLDB", "SIGMOD", "ICDE",
    "PNAS", "PLoS", "PLOS", "Eurographics", "EG", "ASPLOS", "ATC", "CACM", "CIDR", "EuroSys", "FOCS", "HPCA", "HotOS",
    "ICALP", "ICSE", "INFOCOM", "ISMB", "NDSS", "OOPSLA", "PLDI", "PODC", "PODS", "POPL", "RECOMB", "SIGCOMM", "SODA",
    "STOC", "SGP", "EGSR",
)  # fmt: skip
_SERIES_PATTERN = "|".join(sorted(map(re.escape, _SERIES), key=len, reverse=True))
_ARXIV_PATTERN = r"(?:ar|r|a|(?:bio|med|chem)[Rr])[XxΧ][il1]v(?:\.org)?|arxiv(?:\.org)?|ArXiv|Arxiv"
PUBLISHER = (
    r"(?:Press|Publish(?:ers|ing)|Verlag|Springer|Wiley|Elsevier|Kaufmann|Pearson|McGraw[- ]Hill|Prentice Hall|Addison[- ]Wesley"
    r"|O[’']Reilly(?: Media)?|Routledge|Birkhäuser|World Scientific)"
)
"""How the names of publishers end."""
_SHORT_WORD = r"(?:[A-Z][a-z]{1,14}\.|[A-Z][A-Za-z/]{0,20}|of|on|and|the)"
_SHORTENED = (
    rf"(?:IEEE(?:/CVF)?|ACM|Proc\.|Trans\.|Int\.|Eur\.|Adv\.|J\.)\s(?:{_SHORT_WORD}\s){{0,12}}?"
    rf"(?!{PUBLISHER})[A-Z][a-z]{{1,14}}(?:\.(?=,\s|\s[\d(])|(?=,\s{YEAR}))"
)
"""`Proc. IEEE Conf. Comput. Vis.`: words that end in a stop, up to one that has a comma, a bracket or a number behind the stop,
or a comma and a year behind it."""
VENUE_HERE = lazy(
    r"(?:the\s)?(?P<venue>"
    rf"(?:{_ARXIV_PATTERN})(?![a-z])(?:\s(?:e-?prints?|preprints?|version))?"
    rf"|(?:ACM\s|IEEE/CVF\s|IEEE\s|USENIX\s|ACM\s?/\s?)?(?:{_SERIES_PATTERN})(?![a-z])(?:W(?![a-z])|\sAsia\b)?"
    r"(?:\sWorkshops?\b|\sTutorials?\b)?"
    rf"|{_SHORTENED}"
    r"|ACM\sMM\b|ACM\sMultimedia\b|OpenReview\b|CoRR\b|SSRN\b|Preprint\b|preprint\b"
    rf"|(?:J|Nat\.?)(?:\s[A-Z][a-z]{{1,9}}){{1,4}}(?=[,.]?\s\(?{YEAR}\b)"
    r"|(?:Nature|Science)(?:\s[A-Z][a-z]+){0,3}"
    r"|(?:Proceedings|Proc\.|Transactions|Trans\.|Advances\sin|Journal|J\.(?=\s(?:[A-Z][a-z]+\.?|of|the)\s)|Annals|Annual|Conference|Workshop|Symposium"
    r"|International|European|Computer\sGraphics\sForum|Neural\sComputation|Neural\sNetworks|Machine\sLearning"
    r"|Pattern(?!\sRecognition\sand\sMachine)|[Bb]log\s[Pp]ost"
    r"|IEEE|ACM|Eur\.\sConf\.|Int\.\s|Springer|Master|PhD|Ph\.D\.|Doctoral|Tech(?:nical|\.)?\s[Rr]eport|U\.?S\.?\s[Pp]atent|OpenAI)"
    r"[^\n\"“”„]{0,120}?(?=[,.]?\s{0,2}\(?(?:(?<![0-9])"
    + YEAR
    + r"\b)|[.]?\s*(?:\n|\Z)|,\s(?:vol|pages?|pp|no)\b|\.\s[A-Z(])"
    r")",
)
KNOWN_WORD = lazy(rf"(?:{_ARXIV_PATTERN}|(?:{_SERIES_PATTERN})W?)\Z")
_SHORT_YEAR = lazy(r"\s?(?:['’‘](?P<last>[5-9]\d)|['’‘]?(?P<two>[0-4]\d))(?![0-9]|\s?[(:.]\d)")

CAPITAL = r"[A-ZÀ-Ž]"
"""Small letters with accents are among them, for a set of more than two ranges takes `re` long to compile."""
ARXIV_ID = lazy(r"(?<![\d.])(?P<id>\d{4}\.\d{4,5}|[a-z-]{2,12}(?:\.[A-Z]{2})?/\d{7})(?:v\d{1,2})?(?![\d])")
ARXIV_MENTION = lazy(
    r"(?:ar|r)Xiv\s?:\s?(?:abs/)?(?P<id>\d{4}\.\d{4,5}|[a-z-]{2,12}/\d{7})(?:v\d{1,2})?(?![\d])", re.IGNORECASE
)
# the place before it is looked at behind the first characters, which `re` so looks for ahead of trying the pattern
DOI = lazy(r"(?P<doi>10\.(?<!\w.{3})\d{4,9}/[^\s\"<>“”，。；、（）\ufffc]{2,120})")
_PAPER_HOSTS = lazy(
    r"https?://(?:www\.|export\.|dl\.)?(?:"
    r"arxiv\.org/(?:abs|pdf|html)/|(?:dx\.)?doi\.org/10\.|openreview\.net/(?:forum|pdf|attachment)|aclanthology\.org/\S|"
    r"aclweb\.org/anthology/|openaccess\.thecvf\.com/\S|proceedings\.(?:mlr\.press|neurips\.cc|nips\.cc)/\S|"
    r"papers\.n(?:eur)?ips\.cc/\S|ieeexplore\.ieee\.org/(?:abstract/)?document/|dl\.acm\.org/doi/|acm\.org/doi/|"
    r"link\.springer\.com/(?:article|chapter)/|sciencedirect\.com/science/article/|onlinelibrary\.wiley\.com/doi/|"
    r"diglib\.eg\.org/\S|biorxiv\.org/content/|nature\.com/articles/|semanticscholar\.org/paper/|jmlr\.org/papers/|"
    r"ecva\.net/papers|roboticsproceedings\.org/\S|isca-speech\.org/archive|hal\.science/hal|bmvc\d{4}\.org/\S|"
    r"huggingface\.co/papers/|paperswithcode\.com/paper/"
    r")",
    re.IGNORECASE,
)
_CJK = r"\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af"
HAN = lazy(f"[{_CJK}]")
_NOISE = lazy("[\u00ad\u200b-\u200f\u2060\ufeff\uffbe\ufffe]")
_HYPHEN_NOISE = lazy("(?<=[a-z])[\u00ad\uffbe\ufffe\u0002]+(?=[a-z])")

_MAY_NEED_CLEANING = lazy("[\2\u00ad\u200b-\u200f\u2060\ufeff\uffbe\ufffc\ufffe]")


_CJK_UTF8 = lazy(
    rb"\xe3[\x81-\x83\x90-\xbf]|\xe4[\x80-\xb6\xb8-\xbf]|[\xe5-\xe9]"
    rb"|\xea[\xb0-\xbf]|[\xeb\xec]|\xed(?:[\x80-\x9d]|\x9e[\x80-\xaf])"
)
"""The same characters in UTF-8: to compile ranges of so many takes longer than to read a note."""


def has_cjk(text: str) -> bool:
    """Tell whether a text holds Chinese, Japanese or Korean characters."""
    return not text.isascii() and _CJK_UTF8.search(beyond_ascii(text)) is not None


def clean(text: str) -> str:
    """Return words as a reader would copy them: no soft hyphens or OCR noise, single spaces."""
    if (not text.isascii() or "\2" in text) and _MAY_NEED_CLEANING.search(text):
        text = _NOISE.sub("", _HYPHEN_NOISE.sub("", text)).replace("\ufffc", " ")
    return " ".join(text.split())


_LAST_ET_AL = lazy(r"[\s,]*\bet\.?\s{0,2}all?\b\.?\Z|(?<=[a-z])et al\b\.?\Z|\sel al\b\.?\Z")


def authors_text(text: str) -> str:
    """Return a list of authors as it is usually written: `et al.` with its stop, nothing at the end that belongs elsewhere."""
    text = clean(text).strip(" ,，")
    return _LAST_ET_AL.sub(" et al.", text).strip() if "al" in text[-4:] else text


_NO_LETTER = lazy(r"(?:[^\w+]|_)+")


@lru_cache(maxsize=8192)  # the works of a book are cited again and again
def normal_title(title: str) -> str:
    """Return the key two spellings of one title share: case, punctuation, accents and OCR noise are gone."""
    decomposed = unicodedata.normalize("NFKD", _NOISE.sub("", readable(title))).casefold()
    return _NO_LETTER.sub("", decomposed)


def is_paper_url(url: str) -> bool:
    """Say whether an address leads to a work at a publisher or preprint server."""
    return _PAPER_HOSTS.match(url) is not None


def ids_of(url: str) -> tuple[str, str]:
    """Return (arXiv id, DOI) that a paper's address holds, empty where it holds none."""
    lower = url.lower()
    if "arxiv.org/" in lower or "huggingface.co/papers/" in lower:
        match = ARXIV_ID.search(url)
        return (match["id"], "") if match else ("", "")
    if "doi" in lower:
        plain = url.replace("%2F", "/").replace("%2f", "/")
        match = DOI.match(plain, max(plain.find("/10."), 0) + 1) if "/10." in plain else None
        if match:
            return "", trim_doi(match["doi"])
    return "", ""


_POSTED = lazy(r"(?P<year>\d\d)(?:0[1-9]|1[0-2])\.\d{4,5}")


def arxiv_year(identifier: str) -> int | None:
    """Return the year in which arXiv gave a number: `2006.11239` is of June 2020."""
    posted = _POSTED.fullmatch(identifier)
    return 2000 + int(posted["year"]) if posted else None


_XIV = lazy(r"[Xx][Iiİı][Vv]")


def arxiv_mentions(text: str) -> Iterator[re.Match[str]]:
    """Yield where a text names an arXiv id (`arXiv:2006.11239`)."""
    # two quick looks: the pattern has no first character to search for, and most texts mention none
    return ARXIV_MENTION.finditer(text) if ":" in text and _XIV.search(text) else iter(())


def trim_doi(doi: str) -> str:
    """Cut the punctuation off that followed a DOI in running text."""
    doi = doi.rstrip(".,;:'*_")
    while doi.endswith(")") and doi.count("(") < doi.count(")"):
        doi = doi[:-1].rstrip(".,;:")
    return doi


_VENUE_SPELLINGS = (
    (lazy(rf"(?:{_ARXIV_PATTERN})(?:\s(?:e-?prints?|preprints?|version))?.*", re.DOTALL), "arXiv"),
    (re.compile(r"CoRR\b.*"), "arXiv"),
    (lazy(r"(?:NeuIPS|NuerIPS|NIPS|NeurIPS)(?=W?\b)"), "NeurIPS"),
    (lazy(r"Advances in neural information processing\b.*", re.IGNORECASE), "NeurIPS"),
    (lazy(r"(CVPR|ICCV|ECCV) Workshops?\Z"), r"\1W"),
    (lazy(r"Siggraph"), "SIGGRAPH"),
    (lazy(rf"(?:In:?\s)?Proc(?:eedings)?\.?(?:\sof)?(?:\sthe)?\s(?=(?:{_SERIES_PATTERN})W?\b)"), ""),
)


_VENUE_TAIL = lazy(rf"[\s,]+{MONTH}\Z|\s\d{{1,4}}(?:\.\d{{1,4}})?\Z|[,.]\s(?:vol|pp|pages?|no)\b.*\Z", re.IGNORECASE)
_OTHER_RXIV = lazy(r"(?:bio|med|chem)rxiv(?![a-z])", re.IGNORECASE)
_NUMBERED = lazy(r"(?:[A-Z][\w.]* )?(?:[Pp]atent|RFC)\b")
"""The number in it is no volume, and stays."""


def keeps_number(venue: str) -> bool:
    """Say whether the number behind a venue tells works apart: that of a patent, or an RFC."""
    return _NUMBERED.match(venue) is not None


@lru_cache(maxsize=1024)
def venue_name(venue: str) -> str:
    """Return a venue as it is usually spelt; unknown ones stay as written."""
    venue = clean(venue).strip(" ,.;:()[]")
    if "(" in venue and ")" not in venue:  # a bracket of which the name of a venue holds half: `(Proc. SIGGRAPH Asia`
        venue = venue[: venue.rindex("(")].rstrip(" ,.;:")
    if other := _OTHER_RXIV.match(venue):
        return other[0]
    venue = venue if keeps_number(venue) else _VENUE_TAIL.sub("", venue)
    if MONTHS.match(venue):
        return ""
    for pattern, name in _VENUE_SPELLINGS:
        venue, count = pattern.subn(name, venue, count=1) if pattern.match(venue) else (venue, 0)
        if count and name == "arXiv":
            break
    return venue


_EDITION_END = re.compile(r"[Ee]d(?:ition|n)?\.?\)?\Z|版[)）]?\Z")
_EDITION = lazy(
    r"[\s,(]*(?:\d{1,2}(?:st|nd|rd|th)|[Ss]econd|[Tt]hird|[Ff]ourth|[Ff]ifth|[Rr]evised|[Ii]nternational)\s[Ee]d(?:ition|n)?\b\.?\)?\Z"
    r"|\s*[(（]?第\s?[\d一二三四五六七八九十]{1,3}\s?版[)）]?\Z"
)


def edition_off(title: str) -> str:
    """Cut `, 2nd ed.` or `（第2版）` off the title of a book."""
    edition = _EDITION.search(title) if _EDITION_END.search(title, len(title) - 9) else None
    return title[: edition.start()] if edition and edition.start() > 2 else title


_ICONS = lazy(r"(?:\s|:[a-z][a-z0-9_+\-]{1,30}:|[\u2600-\u27bf\u2b50\U0001f300-\U0001faff\ufe0f\u200d])+")


def bare_title(title: str) -> str:
    """Cut the icons off that lists put in front of a title: `:fire: Paper Cranes`, `🔥 Paper Cranes`."""
    icons = _ICONS.match(title) if title and (title[0] == ":" or title[0] > "\u2000") else None
    return title[icons.end() :] if icons and icons.end() < len(title) else title


_NAME_IN_FRONT = lazy(
    r"\[(?P<name>\d{1,3}|[\w+\-. ]{2,24})\]\s+(?P<title>\S+\s+\S.*)|(?P<method>[\w+\-.]{2,24}): \[(?P<words>[^\[\]\n]{8,240})\]",
    re.DOTALL,
)


def title_and_name(words: str) -> tuple[str, str]:
    """Part a title and what lists call its method: `[CraneNet] Folding Motion`, `CraneNet: [Folding Motion]`; (title, name).

    The number of an entry, `[12] Folding Motion`, is no name.
    """
    named = _NAME_IN_FRONT.fullmatch(words) if "[" in words else None
    if named is None:
        return words, ""
    name = named["name"] or named["method"]
    return named["title"] or named["words"], "" if name.isdigit() else name


_PROSE = lazy(r"(?:We|They|I|He|She|It|This|These|You|Here|There|Our|Their)\s[a-z]")


def begins_sentence(words: str) -> bool:
    """Say whether words begin as prose does, and titles hardly."""
    return _PROSE.match(words) is not None


class When(NamedTuple):
    """A venue and a year as they stand at one place of a text."""

    end: int
    venue: str
    year: int | None
    arxiv: str = ""


def short_year(text: str, at: int) -> tuple[int, int] | None:
    """Read `'23`, `23` or `'94` right after a venue; return (year, end)."""
    match = _SHORT_YEAR.match(text, at)
    if match is None:
        return None
    return (2000 + int(match["two"]) if match["two"] else 1900 + int(match["last"])), match.end()


LABEL = r"[A-Z][A-Za-z+]{0,20}\d{2,4}[a-z]?"
"""How a note's own reference list names its entries: `Radford19`, `VSP+17`."""
_LABEL_YEAR = lazy(r"[^\d]*(?P<year>\d{4}|\d\d)[a-z]?")


def label_year(label: str) -> int | None:
    """Return the year in the label of a reference, `Radford19` or `VSP+17`; None where there is none."""
    match = _LABEL_YEAR.fullmatch(label)
    if match is None:
        return None
    year = int(match["year"])
    return year if year > 99 else year + (2000 if year < 50 else 1900)


# --- names ------------------------------------------------------------------------------------------------------------

_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "la", "le", "el", "al", "bin", "ibn", "ten",
    "ter", "zu", "do", "du", "y", "und",
})  # fmt: skip
_NOT_NAMES = frozenset({
    "in", "from", "see", "by", "the", "a", "an", "video", "videos", "figure", "fig", "slide", "slides", "table",
    "image", "images", "credit", "source", "paper", "section", "chapter", "eq", "equation", "step", "note", "as", "we",
    "this", "that", "and", "for", "with", "following", "recently", "however", "while", "also", "like", "based", "using",
    "when", "after", "before", "it", "its", "our", "their", "i", "you", "method", "methods", "model", "models",
    "results", "result", "code", "project", "link", "new", "most", "more", "unlike", "similar", "to", "given",
    "proposed", "first", "second", "then", "version", "windows", "python", "since", "until", "about", "around", "what",
    "why", "how", "spring", "summer", "fall", "autumn", "winter", "copyright", "part", "page", "pages", "day", "week",
    "year", "dataset", "appendix", "output", "input",
})  # fmt: skip
_ALSO_FAMILIES = lazy(
    r"(?<=[a-z]\s)(?:A(?=n)|D(?=ay)|H(?=e)|P(?=age)|S(?=ee)|W(?=inter)|Y(?=ou))(?=[a-z]+\s*(?:[,;，、]|\Z)|[a-z]+\s+(?:and|&|et)\s)"
)
"""The first letter of words of sentences that are families, too, where a name is in front of them and a comma behind."""
_NAME = lazy(r"(?:[^\W\d_]|[^\W\d_][\w’‘'´`.\-‐‑\u00ad\uffbe\ufffe\u200b]{0,40})\Z")
_HAN_NAME = lazy(f"[{_CJK}]{{2,4}}\\Z|[{_CJK}]{{1,6}}·[{_CJK}·]{{1,8}}\\Z")
ET_AL = lazy(r"(?:(?<=[A-Za-z])\s?|\s?[,，]?\s?)\bet\.?\s{0,2}all?\b\.?|(?<=[A-Za-z])et al\b\.?|\s?等(?:人)?")


def last_et_al(text: str, start: int = 0) -> re.Match[str] | None:
    """Return the last `et al.` or `等` in a text."""
    last = None
    for last in ET_AL.finditer(text, start) if _MAY_BE_ET_AL.search(text, start) else ():  # noqa: B007 - the last one is what is asked for
        pass
    return last


@lru_cache(maxsize=4096)
def is_name(token: str) -> bool:
    """Say whether a word can stand in a list of authors."""
    word = token.strip(",.;&()*†‡∗0123456789")
    if len(word) == 1 and word.isupper():
        return True
    if not word or word.casefold() in _NOT_NAMES or KNOWN_WORD.match(word):
        return False
    if has_cjk(word):
        return _HAN_NAME.match(word) is not None
    if word.casefold() in _PARTICLES:
        return True
    if "&" in word:  # `Efros&Freeman`
        return all(map(is_name, word.split("&")))
    return _NAME.match(word) is not None and (word[0].isupper() or ("-" in word and word.split("-")[-1][:1].isupper()))


_THINGS = frozenset({
    "accuracy", "action", "actions", "actor", "adaptive", "adversarial", "anything", "art", "attacks", "audio",
    "autoencoder", "autoencoders", "batch", "bayesian", "beyond", "blue", "camera", "cameras", "cause", "clustering",
    "code", "coding", "cons", "contrastive", "convolutional", "cosine", "crime", "critic", "data", "dataset",
    "datasets", "demand", "dense", "depth", "detector", "development", "distributed", "east", "effect", "efficient",
    "embedding", "embeddings", "encoders", "engineering", "everything", "exam", "exploration", "feature", "features",
    "few", "flow", "gaussian", "generative", "gradient", "gradients", "graphs", "hardware", "hierarchical", "homework",
    "inference", "input", "inputs", "instant", "kernels", "latent", "layer", "layers", "learned", "learning", "lecture",
    "lectures", "lens", "lenses", "loss", "losses", "machines", "masked", "matching", "memory", "men", "mesh", "meshes",
    "modeling", "motion", "multimodal", "music", "nets", "network", "networks", "neural", "north", "object", "objects",
    "optimal", "output", "outputs", "parallel", "peace", "policies", "policy", "pose", "poses", "positional",
    "prejudice", "pride", "prompt", "prompting", "prompts", "pros", "protein", "proteins", "pruning", "punishment",
    "pyramid", "quantum", "quiz", "radiance", "reasoning", "recall", "recurrent", "red", "rendering", "representations",
    "research", "residual", "robots", "scaling", "scene", "scenes", "science", "search", "segment", "self", "semantic",
    "sensibility", "sequence", "sequences", "shapes", "shot", "software", "south", "sparse", "speech", "splatting",
    "storage", "students", "style", "supervised", "supply", "surface", "surfaces", "synthesis", "system", "systems",
    "temporal", "test", "text", "texture", "textures", "theory", "time", "tokens", "tools", "tracking", "train",
    "training", "transfer", "trees", "understanding", "unsupervised", "variance", "variational", "vision", "visual",
    "war", "women", "words", "world", "worlds", "yellow", "zero",
})  # fmt: skip
_OF_THINGS = lazy(r"[^\W\d_]+(?:[ts]ion|ism|ology|ical|ized|izer|former|coder)s?\Z", re.IGNORECASE)


_IDIOMS = frozenset({"black and white", "rock and roll", "alice and bob"})


def names_thing(words: str) -> bool:
    """Say whether words name a method or a matter (`Segment Anything`, `Speed and Accuracy`): no person is called so."""
    said = words.casefold()
    return said in _IDIOMS or any(
        word in _THINGS or _OF_THINGS.match(word) is not None for word in re.split(r"[\s,&\-]+", said)
    )


_MAY_BE_ET_AL = re.compile(r"et\.?\s{0,2}al|等")
_FEW = 16
"""Words that are looked at together: most lists of authors have no more."""
_BETWEEN_NAMES = lazy(r"[\s,;，、]+")
_GLUED = lazy(r".*[：，；。！？（【《“](?!\Z)")
"""What no space parts from the name behind it in Chinese: `来源：He`."""
_HAN_LIST = re.compile("、(?!$)")


def _words_back(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Yield the offset and the characters of each word between two offsets, the last one first."""
    while words := text[start:end].rsplit(maxsplit=_FEW):
        rest = words.pop(0) if len(words) > _FEW else ""
        for word in reversed(words):
            end = text.rfind(word, start, end)
            yield end, word
        if not rest:
            return


def _last_names(word: str) -> str:
    """Return the end of a word that may be a name, or several in Chinese: what brackets and stops part from it is not."""
    glued = None if word.isascii() else _GLUED.match(word)
    return (word[glued.end() :] if glued else word).lstrip("([（【")


def names_start(text: str, start: int, end: int) -> int:
    """Walk back from `end` over a list of names; return where it starts (`end` when there is none), never before `start`."""
    start = max(start, end - 3000)
    if _ALSO_FAMILIES.search(text, start, end):
        text = text[:start] + _ALSO_FAMILIES.sub("X", text[start:end]) + text[end:]
    first = end
    loose = 0
    for at, token in _words_back(text, start, end):
        if token in {"and", "&", "AND", "和", "与"}:
            loose = 0
            if first == end:
                return end
            continue
        name = _last_names(token)
        if token.endswith((":", "：", ";", "。", "?", "!", "”", '"', ")", "]")) or not all(
            map(is_name, _HAN_LIST.split(name))
        ):
            break
        if first != end and not token.endswith((",", "，", "、")) and has_cjk(name) != has_cjk(text[first : first + 1]):
            break  # 出自 Ho 等人
        if first != end and token.endswith(".") and len(token.strip(".")) > 3 and token.strip(".").casefold() != "jr":
            break
        if first != end and "\n" in text[at + len(token) : first] and not token.endswith(","):
            break
        loose = 0 if token.endswith(",") else loose + 1
        if loose > 4:
            break
        opening = len(token) - len(name)
        first = at + opening
        if opening:
            break
    return first


def all_names(text: str) -> bool:
    """Say whether a text is a list of personal names and nothing else."""
    text = _ALSO_FAMILIES.sub("X", text)
    tokens = [
        t
        for t in _BETWEEN_NAMES.split((ET_AL.sub(" ", text) if _MAY_BE_ET_AL.search(text) else text).replace("…", " "))
        if t not in {"", "and", "&", "...", "和", "与"}
    ]
    return bool(tokens) and len(tokens) <= 20_000 and all(map(is_name, tokens))


def ends_with_names(title: str) -> str:
    """Return the names behind a dash that a title goes on with: `Paper Cranes - Ana Moreau, Bo Tamm`."""
    for dash in (" - ", " – ", " — "):
        names = title.rpartition(dash)[2] if dash in title else ""
        if names and all_names(names):
            return names
    return ""


@lru_cache(maxsize=8192)
def first_family(authors: str) -> str:
    """Return the family name of the first author of a list as written in a note or a bibliography."""
    head = re.split(r"\s+(?:and|&|和|与)\s+|;", ET_AL.split(clean(authors), maxsplit=1)[0], maxsplit=1)[0]
    parts = [part.strip() for part in re.split(r"[,，、]", head) if part.strip()]
    if not parts:
        return ""
    name = parts[0].strip("([{<>*. ")
    if has_cjk(name):
        return name.split()[0]
    words = [w for w in name.split() if not re.fullmatch(r"(?:[A-Z]\.?-?){1,4}|Jr\.?|Sr\.?|I{2,3}", w)] or name.split()
    return words[-1].strip(".,") if words else ""


_SMALL = frozenset({
    "a", "an", "the", "of", "for", "in", "on", "to", "from", "and", "or", "with", "via", "by", "at", "as", "is", "are",
    "be", "using", "towards", "through", "its", "into", "vs",
})  # fmt: skip


def word_count(text: str) -> int:
    """Count words; two Han characters make one."""
    if text.isascii():
        return len(text.split())
    return len(HAN.sub("", text).split()) + len(HAN.findall(text)) // 2


def is_title_like(text: str) -> bool:
    """Say whether words look like a title: capitals on most long words, or a name and a colon in front."""
    words = [w for w in re.findall(r"[^\W_][\w'’\-]*", text) if w.casefold() not in _SMALL]
    if len(words) < 2 or has_cjk(text):
        return False
    capitals = sum(1 for w in words if w[0].isupper() or w[0].isdigit())
    return capitals * 3 >= len(words) * 2 or (bool(re.match(r"[A-Z0-9][\w+\-]{1,30}: \S", text)) and len(words) >= 4)
