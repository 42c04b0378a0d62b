"""Diagnostics: their codes, severities, places and hints; how near misses are found and how messages are sorted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, unique
from typing import Any

from slidegloss.base.frozen import Frozen


class Severity(Enum):
    """How bad a problem is; only errors make a plain run fail."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@unique
class Code(Enum):
    """Every message that slidegloss can give; the value is its default severity and what it means.

    A message is printed, and named in settings, by its slug: `FIGURE_MISSING` is `figure-missing`. The message reference of
    the site is made from this table, and every code has a failing example in the tests.
    """

    # keep grouped by subject and sorted inside a group
    BOOK_MISSING = (Severity.INFO, "A book named in `books` is not there; links to it are not checked.")
    CONFIG_DUPLICATE = (Severity.WARNING, "A key stands twice in one YAML mapping; the last one counts.")
    CONFIG_KEY = (Severity.ERROR, "A setting has a name that slidegloss does not know.")
    CONFIG_MKDOCS_KEY = (Severity.WARNING, "A top-level key of mkdocs.yml is not one of MkDocs'.")
    CONFIG_PATH = (Severity.ERROR, "A path in the settings leaves the project or leads nowhere.")
    CONFIG_SYNTAX = (Severity.ERROR, "A configuration file is not valid YAML or TOML.")
    CONFIG_UNUSED = (Severity.INFO, "A setting of MkDocs or mdBook that means nothing here.")
    CONFIG_VALUE = (Severity.ERROR, "A setting has a value of the wrong kind.")
    SOURCE_MISSING = (Severity.ERROR, "The folder or file to build does not exist, or is not Markdown.")
    TEMPLATE_BLOCK = (
        Severity.WARNING,
        "A theme template of the project fills a block without `{{ super() }}`; what slidegloss puts there is missing.",
    )
    TEMPLATE_ERROR = (Severity.ERROR, "A template of the project cannot be used; nothing is published.")
    WORDS_BROKEN = (Severity.ERROR, "A table of words of the project cannot be used.")
    WORDS_UNKNOWN = (
        Severity.WARNING,
        "A table of words of the project has a key that no page asks for, or a `{place}` that nothing stands in for.",
    )

    CATALOGUE_LANGUAGE = (Severity.WARNING, "A translation catalogue is for a language that the settings do not list.")
    FILE_UNREADABLE = (Severity.ERROR, "A file or folder could not be read.")
    NAME_ENCODING = (Severity.WARNING, "A file name is not valid UTF-8.")
    NO_NOTES = (Severity.ERROR, "The folder holds no Markdown file.")
    NOTE_EMPTY = (Severity.INFO, "A note has no text; its page is empty.")
    NOTE_ENCODING = (Severity.WARNING, "A file is not UTF-8; it was read in another encoding.")
    NOTE_LARGE = (Severity.ERROR, "A note is larger than 5 MB; its page only says so.")
    NOTE_NUL = (Severity.WARNING, "A file holds NUL bytes; each is shown as U+FFFD.")
    NOTE_UNREAD = (Severity.INFO, "A file in the folder of the notes is in a format that is not read.")
    PAGE_COLLISION = (Severity.ERROR, "Two notes would become the same page; the second gets a number.")
    PAGE_RESERVED = (Severity.WARNING, "A note would take the address of a generated page; it gets a number.")
    SYMLINK_LOOP = (Severity.WARNING, "A symbolic link leads back to a folder it stands in.")
    SYMLINK_OUTSIDE = (Severity.WARNING, "A symbolic link leads out of the project; it is not followed.")

    SUMMARY_BELOW = (
        Severity.WARNING,
        "A folder has a table of contents of its own; its titles and order are not used here.",
    )
    SUMMARY_CASE = (Severity.WARNING, "SUMMARY.md spells the name of a file differently from the disk.")
    SUMMARY_EMPTY = (Severity.WARNING, "SUMMARY.md lists nothing; the order of the folders is used.")
    SUMMARY_LINE = (Severity.WARNING, "A line of SUMMARY.md is not written the way mdBook expects.")
    SUMMARY_MISSING = (Severity.WARNING, "SUMMARY.md links to a file that does not exist.")
    SUMMARY_TWICE = (Severity.WARNING, "SUMMARY.md lists a file twice; the first entry counts.")
    SUMMARY_UNLISTED = (Severity.WARNING, "SUMMARY.md does not list a note; it is shown at the end.")

    # notes
    COMMENT_SHOWN = (
        Severity.WARNING,
        "A comment as Obsidian has them (`%% … %%`) is shown as text, like all that might be something else.",
    )
    FENCE_UNCLOSED = (Severity.WARNING, "A block of code has no end; all that follows in the note is shown as code.")
    FRONT_MATTER = (Severity.WARNING, "The YAML head of a note is broken or holds a misspelt key.")
    FRONT_MATTER_UNUSED = (
        Severity.INFO,
        "The YAML head of a note has keys that other programs read, and slidegloss does not.",
    )
    FOREIGN_COMMAND = (
        Severity.INFO,
        "A command of another program (a snippet, a shortcode, a directive) is not carried out.",
    )
    FORMULA_UNBALANCED = (Severity.WARNING, "A formula delimiter has no partner in its paragraph; it is shown as text.")
    FORMULA_UNSUPPORTED = (Severity.WARNING, "A formula cannot be converted to MathML; its TeX is shown instead.")
    MARKER_BACK = (Severity.INFO, "A slide has a smaller number than one before it.")
    MARKER_GAP = (Severity.INFO, "Slide numbers are left out.")
    MARKER_LIKE = (Severity.INFO, "A line begins like a slide, with its number and more, and begins none.")
    MARKER_REPEAT = (Severity.WARNING, "A slide's number stands twice in one note.")
    MDBOOK_COMMAND = (
        Severity.WARNING,
        "A command of mdBook is not carried out, or includes what is not there; it is shown as text.",
    )
    NESTING_DEEP = (Severity.WARNING, "Lists or quotes are nested more than 100 levels deep.")
    NOTE_EMBEDDED = (
        Severity.WARNING,
        "A note is to be embedded in another (`![[other note]]`); a link to it is shown.",
    )
    TABLE_ROW_LONG = (Severity.INFO, "A table row has more cells than the table's head; CommonMark would drop them.")
    TABLE_UNRULED = (
        Severity.WARNING,
        "Lines of cells between bars are no table: the line of dashes below the first is missing, or has not as many cells.",
    )

    CATALOGUE_BROKEN = (Severity.WARNING, "A translation catalogue cannot be read as it is.")
    CATALOGUE_DUPLICATE = (Severity.WARNING, "A catalogue translates the same text twice.")
    TRANSLATION_DISAGREES = (
        Severity.WARNING,
        "A note and the catalogue translate the same text differently; the note wins.",
    )
    TRANSLATION_FORMULA = (Severity.WARNING, "A translation lacks a formula of its original.")
    TRANSLATION_FUZZY = (
        Severity.INFO,
        "A translation was made for an earlier version of its original; it is shown with a mark.",
    )
    TRANSLATION_LINK = (Severity.WARNING, "A translation lacks a link of its original.")
    TRANSLATION_TAG = (
        Severity.WARNING,
        "A line in a note is tagged with what is no language of the site; it is shown as it stands.",
    )
    LANGUAGE_WORDS = (Severity.WARNING, "A language of the site has no table of words.")

    # papers
    BIBTEX_BROKEN = (Severity.WARNING, "A BibTeX entry cannot be read; the others are used.")
    CITATION_CONFLICT = (Severity.WARNING, "Venues or years given for one work disagree; the published venue wins.")
    CITATION_KEY = (Severity.WARNING, "A citation by key (`[@ho2020]`) names a key that no described paper has.")
    CITATION_NEAR = (Severity.WARNING, "A cited title is spelt almost like a known one; it is taken for the same work.")
    CITATION_UNDESCRIBED = (Severity.INFO, "A work is cited but not described; its page says what the citations say.")
    PAPER_DUPLICATE = (Severity.ERROR, "Two papers have one key, or one work is described twice.")
    PAPER_INVALID = (Severity.ERROR, "A field of a paper is missing or has a value of the wrong kind.")
    PAPER_SYNTAX = (Severity.ERROR, "A paper file is not valid YAML or JSON.")
    PAPER_UNKNOWN_FIELD = (Severity.ERROR, "A paper has a field that slidegloss does not know.")

    # links
    LINK_ANCHOR = (Severity.WARNING, "A link names a heading or slide that its page does not have.")
    LINK_CASE = (Severity.WARNING, "A link finds its note only when upper and lower case are ignored.")
    LINK_EMPTY = (Severity.WARNING, "A link has no address.")
    LINK_GONE = (Severity.WARNING, "An address on the web leads nowhere (only with `check --remote`).")
    LINK_MISSING = (Severity.WARNING, "A link leads to a note or file that does not exist.")
    LINK_MOVED = (Severity.INFO, "A page on the web has moved for good (only with `check --remote`).")
    LINK_OUTSIDE = (Severity.WARNING, "A link leaves the project.")
    LINK_SCRIPTS = (Severity.INFO, "A linked HTML file of the project has scripts; it is published as it is.")
    LINK_UNCHECKED = (
        Severity.INFO,
        "Whether an address on the web is there could not be found out (only with `check --remote`).",
    )
    LINK_UNSAFE = (Severity.WARNING, "A link has an address that can run code or reads local files.")

    FIGURE_BROKEN = (Severity.WARNING, "The file cannot be decoded as the picture it claims to be.")
    FIGURE_DUPLICATE = (Severity.INFO, "Two figure files hold the same bytes.")
    FIGURE_EMPTY = (Severity.WARNING, "The figure's file has 0 bytes.")
    FIGURE_MISNAMED = (Severity.INFO, "The file's extension is not the type of its bytes.")
    FIGURE_MISPLACED = (
        Severity.WARNING,
        "The path as written leads nowhere, but one figure of that name was found and is shown.",
    )
    FIGURE_MISSING = (Severity.WARNING, "A note refers to a figure that does not exist.")
    FIGURE_OUTSIDE = (Severity.WARNING, "A figure's path leads out of the project and is not followed.")
    FIGURE_OVERSIZED = (Severity.WARNING, "The figure has more pixels or bytes than a page should load.")
    FIGURE_PAGE = (Severity.WARNING, "The number in the figure's name is not the number of its slide.")
    FIGURE_REMOTE = (Severity.INFO, "The figure lies on another host, so the offline edition lacks it.")
    FIGURE_SVG_UNSAFE = (Severity.WARNING, "Parts of an SVG that could run code or call other hosts were removed.")
    FIGURE_UNSUPPORTED = (Severity.WARNING, "Browsers cannot show this type and it cannot be converted.")
    FIGURE_UNUSED = (Severity.INFO, "No note refers to this figure.")
    HTML_REMOVED = (
        Severity.WARNING,
        "HTML in a note was removed because it could run code, send data or reach another site.",
    )
    HTML_UNCLOSED = (Severity.WARNING, "An HTML tag in a note is opened and never closed.")

    OFFLINE_LARGE = (Severity.WARNING, "A single-file page is larger than 25 MB, too large for e-mail.")
    SITE_BROKEN_ANCHOR = (Severity.ERROR, "A link in the built site names a place its page lacks.")
    SITE_BROKEN_LINK = (Severity.ERROR, "A link in the built site leads nowhere.")
    SITE_DUPLICATE_ID = (Severity.ERROR, "An id occurs more than once in a built page.")
    SITE_POLICY = (Severity.WARNING, "A page holds a script that its own Content-Security-Policy keeps from running.")
    SITE_EXTERNAL = (Severity.ERROR, "A browser would fetch something from another host.")

    def __init__(self, severity: Severity, meaning: str) -> None:
        """Unpack the value, so that one can write `Code.NO_NOTES.severity`."""
        self.slug = self._name_.lower().replace("_", "-")
        self.severity = severity
        self.meaning = meaning


@dataclass(frozen=True, slots=True)
class Diagnostic(Frozen):
    """One message: where, what, and how to mend it.

    `path` is POSIX and relative to the folder the user named; `line` and `col` are 1-based, 0 when the message concerns
    the whole file.
    """

    path: str
    line: int
    col: int
    code_name: str
    message: str
    hint: str
    severity: Severity


def to_values(problem: Diagnostic) -> list[object]:
    """Return a diagnostic as values that JSON can hold."""
    return [getattr(problem, name) if name != "severity" else problem.severity.value for name in Diagnostic.__slots__]


def from_values(values: Sequence[Any]) -> Diagnostic:
    """Return the diagnostic that `to_values` took apart."""
    path, line, col, code_name, message, hint, severity = values
    return Diagnostic(path, line, col, code_name, message, hint, Severity(severity))


def diagnostic(code: Code, path: str, line: int = 0, col: int = 0, message: str = "", hint: str = "") -> Diagnostic:
    """Make a diagnostic of `code` at its default severity; settings may change that later."""
    return Diagnostic(path, line, col, code.slug, message or code.meaning, hint, code.severity)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the known name that `name` was most likely meant to be, or an empty string."""
    # imported here: `build` with nothing to do, and `--help`, need neither
    from difflib import get_close_matches  # noqa: PLC0415

    from rapidfuzz import fuzz, process  # noqa: PLC0415

    # difflib takes seconds for a thousand names; its likeness is never above this one, so no name is lost
    near = [one for one, *_ in process.extract(name, list(known), scorer=fuzz.ratio, limit=None, score_cutoff=59.9)]
    found = get_close_matches(name, near, n=1, cutoff=0.6)
    return found[0] if found else ""


def nearest_file(path: str, known: Iterable[str]) -> str:
    """Return the known file that `path` was most likely meant to be, or an empty string.

    Files of one folder share that folder and an ending, which alone would make any two of them alike; so it is their names
    without both that must be alike.
    """
    named: dict[str, list[str]] = {}
    for one in known:
        named.setdefault(_stem(one), []).append(one)
    alike = named.get(nearest(_stem(path), named), [])
    return alike[0] if len(alike) == 1 else nearest(path, alike)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0] or path


def in_order(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by path, line, column and code, and say the same thing only once."""
    return tuple(
        sorted(
            dict.fromkeys(found),
            key=lambda d: (d.path, d.line, d.col, d.code_name, d.message, d.hint, d.severity.value),
        )
    )


def fails(diagnostics: Sequence[Diagnostic], *, strict: bool) -> bool:
    """Tell whether these messages make a run fail: errors do, in strict mode warnings too."""
    levels = {"error", "warning"} if strict else {"error"}
    return any(problem.severity.value in levels for problem in diagnostics)
