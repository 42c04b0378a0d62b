"""`papers`: a book's papers listed, drafted, imported and exported."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from slidegloss import terminal
from slidegloss.authoring.papers import EXPORTS, IMPORTS, plan_import
from slidegloss.base.decode import decode
from slidegloss.base.diagnostics import fails
from slidegloss.columns import columns, padded
from slidegloss.commands.project import loaded
from slidegloss.decks.places import placed
from slidegloss.papers.export import draft_yaml
from slidegloss.syntax.titles import readable
from slidegloss.write.beside import write_beside
from slidegloss.write.refusals import Refused


def run(options: argparse.Namespace) -> int:
    """Do what is to be done with the papers."""
    return _ACTIONS[options.action](options)


def _list(options: argparse.Namespace) -> int:
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    library = project.book.library
    key_width = min(max((columns(paper.key) for paper in library.papers), default=0), 32)
    venue_width = min(max((columns(paper.venue) for paper in library.papers), default=0), 16)
    for paper in library.papers:
        key, venue, title = padded(paper.key, key_width), padded(paper.venue, venue_width), readable(paper.title)
        places = len(library.backlinks.get(paper.key, ()))
        facts = f"{key}  {paper.year or '':4}  {venue}  {places:3}  {'?' if paper.stub else ' '}"
        terminal.say(f"{facts} {padded(title, columns(title))}")
    stubs, missing = len(library.undescribed), f"`{terminal.PROGRAM} papers missing`"
    hint = f", {stubs} of them known from citations only (?): {missing} drafts them" if stubs else ""
    terminal.say(f"{len(library.papers)} {'paper' if len(library.papers) == 1 else 'papers'}{hint}")
    return terminal.OK


def _missing(options: argparse.Namespace) -> int:
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    library, folder = project.book.library, project.config.settings.papers
    missing = (library.by_key[key] for key in library.undescribed)
    if drafts := draft_yaml(placed(missing, project.book.decks)):
        terminal.write(f"# Drafts from citations: review them, then save them in {folder}/\n\n{drafts}")
    else:
        terminal.complain("Nothing is missing: every cited paper is described.")
    return terminal.OK


def _import(options: argparse.Namespace) -> int:
    file: Path = options.file
    if file.suffix.lower() not in IMPORTS:
        return terminal.refuse(f"cannot import {file.name}", f"papers come in files that end in {', '.join(IMPORTS)}")
    try:
        data = file.read_bytes()
    except OSError as error:
        return terminal.refuse(f"cannot read {file}: {error.strerror}", "name a .bib, CSL .json or .yml file")
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    folder = project.config.settings.papers
    plan = plan_import(
        file.name, decode(data, file.name)[0].text, project.book.library, dict(project.sources.papers), folder
    )
    terminal.tell(plan.diagnostics)
    if plan.new:
        try:
            write_beside(project.config.root, {plan.path: plan.text})
        except Refused as error:
            return terminal.refuse(
                f"cannot write {plan.path}: {error}", "paper files are plain files inside the project"
            )
        terminal.say(f"{len(plan.new)} new in {plan.path}: {_some([paper.key for paper in plan.new])}")
    if plan.known:
        terminal.say(f"{len(plan.known)} known already, left as they are: {_some([key for key, _ in plan.known])}")
    if not plan.new:
        terminal.say("Nothing new; nothing was written")
    return terminal.PROBLEMS if fails(plan.diagnostics, strict=False) else terminal.OK


def _export(options: argparse.Namespace) -> int:
    file: Path = options.file.absolute()
    where, ending = terminal.shown(file), file.suffix.lower()
    if ending not in EXPORTS:
        return terminal.refuse(f"no format for {file.name}", f"end its name in {', '.join(EXPORTS)}")
    project = loaded(options.source)
    if project is None:
        return terminal.PROBLEMS
    if any((project.config.root / path).resolve() == file.resolve() for path, _ in project.sources.papers):
        return terminal.refuse(f"{where} is one of the files that papers are read from", "export to another file")
    text = EXPORTS[ending](project.book.library.papers)
    if not file.parent.is_dir():
        return terminal.refuse(f"there is no folder {terminal.shown(file.parent)}", "make it first")
    try:
        write_beside(file.parent, {file.name: text})
    except Refused as error:
        return terminal.refuse(f"cannot write {where}: {error}", "choose another file")
    terminal.say(f"Wrote {where}")
    return terminal.OK


def _some(names: Sequence[str]) -> str:
    """Return the first names of a list, and how many more there are."""
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "")


_ACTIONS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "list": _list,
    "missing": _missing,
    "import": _import,
    "export": _export,
}
