"""`slidegloss new`: a small project that builds as it is, or a book of mdBook moved over."""

from __future__ import annotations

import json
import posixpath
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import yaml

from slidegloss import __version__
from slidegloss.base.diagnostics import Code, Diagnostic, Severity, in_order
from slidegloss.base.resources import templates_dir
from slidegloss.config.project import Config
from slidegloss.papers.export import draft_yaml
from slidegloss.pipeline.joining import Loaded
from slidegloss.sources.summary import summary_text

_RENAMED = {"gitignore": ".gitignore"}
"""Files whose real name would act on this repository while they lie in it."""
_MDBOOKS_OWN = ("print.html", "toc.html")
"""Pages that mdBook adds to those of the notes; the home page stands in for them."""
_NOT_CARRIED = {"mdBook": "preprocessors", "MkDocs": "the theme, plugins and extensions"}
_DRAFTS = "docs/papers/cited.yml"
_ACTIVE = re.compile(r"[\\`*_~<>&\[\]$=|]")
"""What would be no text in a heading of a note."""
_PLACEHOLDER = re.compile(r'"\{name\}"|\{name\}|\{requirement\}')
_BESIDE = (".gitignore", ".vscode/", "README.md")
"""Files of a new project that a repository may have of its own: a site builds without them."""


def requirement(origin: str | None) -> str:
    """Return the line of `requirements.txt` by which a server installs this program.

    `origin` is pip's record of where an installed package came from (`direct_url.json`, PEP 610). Only a repository that
    everybody can reach by https is named, at its commit and without a password. Otherwise it is a wheel beside the
    project: a name alone would install whatever somebody publishes under it.
    """
    record = json.loads(origin) if origin else {}
    url, commit = urlsplit(record.get("url", "")), record.get("vcs_info", {}).get("commit_id", "")
    if url.scheme == "https" and url.hostname and commit:
        host = url.hostname + (f":{url.port}" if url.port else "")
        return f"slidegloss @ git+https://{host}{url.path}@{commit}"
    return f"./wheels/slidegloss-{__version__}-py3-none-any.whl"


def _origin() -> str | None:
    try:
        return distribution("slidegloss").read_text("direct_url.json")
    except PackageNotFoundError:  # run from a clone
        return None


def new_project(name: str) -> Mapping[str, str]:
    """Return the files of a new project called `name`, by their path in it.

    They are a deck in two languages, a paper, a figure, settings, and a workflow that deploys the site.
    """
    folder, name = templates_dir() / "new", " ".join(name.split())
    said = {
        '"{name}"': json.dumps(name, ensure_ascii=False),  # in settings: JSON is YAML
        "{name}": _ACTIVE.sub(r"\\\g<0>", name),
        "{requirement}": requirement(_origin()),
    }
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            relative = path.relative_to(folder).as_posix()
            # only our own placeholders are filled in, and once: notes hold braces of their own, and a name may
            text = _PLACEHOLDER.sub(lambda found: said[found[0]], path.read_text(encoding="utf-8"))
            files[_RENAMED.get(relative, relative)] = text
    return files


@dataclass(frozen=True, slots=True)
class MissingWheel:
    """A wheel that a project's requirements name and that is not there yet."""

    path: str
    """In the project, POSIX."""
    source: str
    """What `pip wheel` makes it of: a clone of slidegloss, the wheel it was installed from, or a word to replace."""


def missing_wheel(folder: Path) -> MissingWheel | None:
    """Return the wheel that the requirements of the project in `folder` name, unless it is there or none is named."""
    try:
        lines = (folder / "requirements.txt").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    path = next((line.strip().removeprefix("./") for line in lines if line.startswith("./wheels/slidegloss-")), "")
    if not path or (folder / path).exists():
        return None
    return MissingWheel(path, wheel_source(_origin(), templates_dir().parent))


def wheel_source(origin: str | None, package: Path) -> str:
    """Return what a wheel of this program can be made of.

    `package` is the folder that holds `templates/`: in a clone that of pyproject.toml. `origin` is pip's record (PEP 610).
    """
    if (package / "pyproject.toml").is_file():
        return str(package)
    url = urlsplit(json.loads(origin).get("url", "") if origin else "")
    path = Path(url2pathname(url.path)) if url.scheme == "file" else None
    return str(path) if path and path.exists() else "PATH_TO_SLIDEGLOSS"


def absent(folder: Path, files: Mapping[str, str | Path]) -> tuple[Mapping[str, str | Path], tuple[str, ...]]:
    """Return the `files` of a new project without those that `folder` has already, and the names of the latter.

    A repository that somebody made on a web site comes with a README.md and a .gitignore; these stay as they are.
    """
    kept = tuple(name for name in sorted(files) if name.startswith(_BESIDE) and (folder / name).exists())
    return {name: content for name, content in files.items() if name not in kept}, kept


def project_name(folder: Path) -> str:
    """Return a readable name for a project in `folder`."""
    words = folder.resolve().name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else "Slide notes"


# --- moving a book over -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Moved:
    """A book of mdBook as a slidegloss project: its files, and the report for its author."""

    files: Mapping[str, str | Path]
    """Path in the new project → its text, or the file of the book to copy byte for byte."""
    report: str


def move_book(loaded: Loaded, problems: Sequence[Diagnostic]) -> Moved:
    """Turn a loaded book into a project: notes and figures copied unchanged, settings derived, cited papers drafted.

    Site paths stay what they were (`a/b.md` is `a/b.html` in both), so old addresses answer; pages that
    mdBook makes of the whole book lead to the home page. `problems` is what `check` says of the book.
    """
    config = loaded.config
    source = config.settings.notes
    inside = "" if source == "." else f"{source}/"
    papers = _papers_of(loaded)
    only_papers = {path for path, _ in loaded.sources.papers if not _is_linked(path, loaded)}
    kept = sorted({*(note.source_path for note in loaded.sources.notes), *loaded.sources.assets} - only_papers)
    files: dict[str, str | Path] = {
        f"docs/notes/{path.removeprefix(inside)}": config.root / path for path in kept if path.startswith(inside)
    }
    if (config.root / inside / "SUMMARY.md").is_file():
        files["docs/notes/SUMMARY.md"] = config.root / inside / "SUMMARY.md"
    elif config.contents.entries:
        files["docs/notes/SUMMARY.md"] = summary_text(config.contents.entries)
    files |= papers
    # where commands name them; what would lie outside of the project there is left behind
    parts = {
        posixpath.normpath(f"docs/notes/{posixpath.relpath(path, source)}"): path for path in loaded.sources.included
    }
    parts = {place: path for place, path in parts.items() if not place.startswith("../")}
    files |= {place: config.root / path for place, path in parts.items()}
    left = {*kept, *loaded.sources.included} - set(parts.values())
    outside = sorted(path for path in left if not path.startswith(inside))
    stubs = [paper for paper in loaded.book.library.papers if paper.stub]
    if stubs:
        files[_DRAFTS if _DRAFTS not in papers else "docs/papers/drafts.yml"] = draft_yaml(stubs)
    ours = new_project(config.site_name)
    kept_of_ours = (".gitignore", ".github/", ".vscode/", "README.md", "requirements.txt")
    files |= {name: text for name, text in ours.items() if name.startswith(kept_of_ours)}
    files["mkdocs.yml"] = _settings_of(config)
    report = _report(loaded, problems, outside, len(stubs))
    files["MOVED.md"] = report
    return Moved(files, report)


def _papers_of(loaded: Loaded) -> dict[str, str | Path]:
    """Return the files of papers, where a project has them: a book's may lie anywhere."""
    paths = [path for path, _ in loaded.sources.papers]
    names = [posixpath.basename(path) for path in paths]
    folder = loaded.config.settings.papers
    # two of one name keep their folders
    return {
        f"docs/papers/{path.removeprefix(f'{folder}/') if names.count(name) > 1 else name}": loaded.config.root / path
        for path, name in zip(paths, names, strict=True)
    }


def _is_linked(path: str, loaded: Loaded) -> bool:
    """Tell whether some note leads its readers to a file."""
    name = posixpath.basename(path)
    return any(unquote(one.dest).endswith(name) for about in loaded.book.index.values() for one in about.addresses)


def _settings_of(config: Config) -> str:
    own = _MDBOOKS_OWN if config.kind == "mdbook" else ()
    redirects = {**dict.fromkeys(own, "index.html"), **config.settings.redirects}
    settings = {"languages": list(config.settings.languages), "redirects": redirects}
    values = {
        "site_name": config.site_name,
        "site_description": config.description,
        "site_author": ", ".join(config.authors),
        "site_url": config.site_url,
        "repo_url": config.repo_url,
        "theme": {"name": "material"},
        "extra": {"slidegloss": {key: value for key, value in settings.items() if value}},
    }
    said = {key: value for key, value in values.items() if value}
    return yaml.safe_dump(said, allow_unicode=True, sort_keys=False, width=110)


def _report(loaded: Loaded, problems: Sequence[Diagnostic], outside: Sequence[str], papers: int) -> str:
    """Return what the move did, what differs from mdBook's site, and what was broken in the book before."""
    decks = [deck for deck in loaded.book.decks if deck.role == "note"]
    slides = sum(len(deck.slides) for deck in decks)
    annotations = sum(len(deck.annotations) for deck in decks)
    is_book = loaded.config.kind == "mdbook"
    other = {"mdbook": "mdBook", "mkdocs": "MkDocs"}.get(loaded.config.kind, "")
    lines = [
        f"# {loaded.config.site_name}: moved from {other or 'a folder of notes'}",
        "",
        f"Notes were copied unchanged to `docs/notes/`: {len(loaded.book.decks)}, with {slides} slides, {annotations} annotations.",
        *((f"Cited papers were drafted in `{_DRAFTS}`: {papers}.",) if papers else ()),
        "The page of `a/b.md` is `a/b.html`.",
        *(("`print.html` and `toc.html` lead to the home page.",) if is_book else ()),
        "Headings keep their addresses, but for a few with formulas or signs such as `&`, whose links open the page at its top.",
        "Figures have new addresses, in `figures/`.",
    ]
    if other:
        lines += ["", f"Not carried over: styles, scripts and {_NOT_CARRIED[other]} of {other}."]
        lines += ["Formulas, mermaid, search, folding and printing need none here."]
    if outside:
        lines += ["", "Left behind, because they lie outside the book's source folder:", ""]
        lines += [f"- `{path}`" for path in outside]
    inside = "" if loaded.config.settings.notes == "." else f"{loaded.config.settings.notes}/"
    lines += ["", "## Broken before", ""]
    lines += _listed([one for one in problems if one.severity is not Severity.INFO], inside) or ["Nothing was found."]
    remarks = Counter(problem.code_name for problem in problems if problem.severity is Severity.INFO)
    if remarks:
        lines += ["", "## Worth a look", "", "Shown well enough on the site; `slidegloss check` names each place.", ""]
        lines += [f"- {count} × {_meaning(code)} (`{code}`)" for code, count in sorted(remarks.items())]
    return "\n".join(lines) + "\n"


def _listed(problems: Sequence[Diagnostic], inside: str) -> list[str]:
    """Return problems as Markdown: how many of which kind, then by kind and note, with their places in the new project."""
    counts = Counter(problem.code_name for problem in problems)
    lines = [f"- {count} × {_meaning(code)} (`{code}`)" for code, count in sorted(counts.items())]
    for code in sorted(counts):
        lines += ["", f"### {code}"]
        path = None
        for problem in in_order(problem for problem in problems if problem.code_name == code):
            if problem.path != path:
                path = problem.path
                moved = f"docs/notes/{path.removeprefix(inside)}" if path.startswith(inside) else path
                lines += ["", f"[{_plain(moved)}](<{moved}>)", ""]
            hint = f" ({problem.hint})" if problem.hint.startswith("did you mean") else ""
            where = f"line {problem.line}: " if problem.line else ""
            lines.append(f"- {where}{_plain(problem.message + hint)}")
    return lines


def _meaning(code: str) -> str:
    return next((known.meaning.rstrip(".") for known in Code if known.slug == code), code)


def _plain(text: str) -> str:
    """Return a text in which Markdown finds nothing to format, on one line."""
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", " ".join(text.split()))
