"""`slidegloss new`: a small project that builds as it is, or a book of mdBook moved over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from slidegloss import __version__
from slidegloss.config import Config
from slidegloss.diagnostics import Severity, format_text
from slidegloss.papers.export import draft_yaml
from slidegloss.pipeline import Loaded
from slidegloss.resources import templates_dir

_RENAMED = {"gitignore": ".gitignore"}
"""Files whose real name would act on this repository while they lie in it."""


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
    folder = templates_dir() / "new"
    line = requirement(_origin())
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            relative = path.relative_to(folder).as_posix()
            text = path.read_text(encoding="utf-8")
            # only our own placeholder is filled in: notes hold braces of their own
            files[_RENAMED.get(relative, relative)] = text.replace("{name}", name.replace('"', "'")).replace(
                "{requirement}", line
            )
    return files


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


def move_book(loaded: Loaded) -> Moved:
    """Turn a loaded book into a project: notes and figures copied unchanged, settings derived, cited papers drafted.

    Site paths stay what they were (`a/b.md` is `a/b.html` in both), so old addresses answer; `print.html`, which mdBook
    makes of the whole book, leads to the home page.
    """
    config = loaded.config
    source = config.settings.notes
    inside = "" if source == "." else f"{source}/"
    kept = sorted({*(note.source_path for note in loaded.sources.notes), *loaded.sources.assets})
    files: dict[str, str | Path] = {
        f"docs/notes/{path.removeprefix(inside)}": config.root / path for path in kept if path.startswith(inside)
    }
    if (config.root / inside / "SUMMARY.md").is_file():
        files["docs/notes/SUMMARY.md"] = config.root / inside / "SUMMARY.md"
    outside = [path for path in kept if not path.startswith(inside)]
    stubs = [paper for paper in loaded.book.library.papers if paper.stub]
    if stubs:
        files["docs/papers/cited.yml"] = draft_yaml(stubs)
    ours = new_project(config.site_name)
    kept_of_ours = (".gitignore", ".github/", ".vscode/", "README.md", "requirements.txt")
    files |= {name: text for name, text in ours.items() if name.startswith(kept_of_ours)}
    files["mkdocs.yml"] = _settings_of(config)
    report = _report(loaded, outside, len(stubs))
    files["MOVED.md"] = report
    return Moved(files, report)


def _settings_of(config: Config) -> str:
    values: dict[str, object] = {"site_name": config.site_name}
    if config.description:
        values["site_description"] = config.description
    if config.authors:
        values["site_author"] = ", ".join(config.authors)
    if config.repo_url:
        values["repo_url"] = config.repo_url
    values["theme"] = {"name": "material"}
    settings = {"languages": list(config.settings.languages), "redirects": {"print.html": "index.html"}}
    values["extra"] = {"slidegloss": settings}
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=110)


def _report(loaded: Loaded, outside: Sequence[str], papers: int) -> str:
    """Return what the move did, what differs from mdBook's site, and what was broken in the book before."""
    decks = [deck for deck in loaded.book.decks if deck.role == "note"]
    indexes = [loaded.book.index[deck.source_path] for deck in decks]
    slides = sum(len(index.slides) for index in indexes)
    annotations = sum(index.annotations for index in indexes)
    lines = [
        f"# {loaded.config.site_name}: moved from mdBook",
        "",
        f"{len(loaded.book.decks)} notes with {slides} slides and {annotations} annotations were copied unchanged to",
        f"`docs/notes/`; {papers} cited papers are drafted in `docs/papers/cited.yml`. Every page keeps its address;",
        "`print.html` leads to the home page.",
        "",
        "Not carried over: mdBook's own styles, scripts and preprocessors. Formulas, mermaid, search, folding and printing",
        "need none here.",
    ]
    if outside:
        lines += ["", "Left behind, because they lie outside the book's source folder:", ""]
        lines += [f"- `{path}`" for path in outside]
    broken = [problem for problem in loaded.diagnostics if problem.severity is not Severity.INFO]
    counts = Counter(problem.code_name for problem in broken)
    lines += ["", "## Broken before", ""]
    lines += [f"- {count} × `{code}`" for code, count in sorted(counts.items())] or ["Nothing was found."]
    if broken:
        lines += ["", "```text", format_text(broken).rstrip(), "```"]
    remarks = Counter(problem.code_name for problem in loaded.diagnostics if problem.severity is Severity.INFO)
    if remarks:
        lines += ["", "## Worth a look", "", "Shown well enough on the site; `slidegloss check` names each place.", ""]
        lines += [f"- {count} × `{code}`" for code, count in sorted(remarks.items())]
    return "\n".join(lines) + "\n"
