"""`translate`: catalogues brought up to date, and how much of each note is translated."""

from __future__ import annotations

import argparse

from slidegloss import terminal
from slidegloss.authoring.translate import Translated, translate
from slidegloss.base.diagnostics import Diagnostic, Severity, fails
from slidegloss.columns import columns, padded
from slidegloss.editions.coverage import summed
from slidegloss.editions.translations import Plan
from slidegloss.write.refusals import Refused

_WIDEST = 44
"""Columns that titles of notes take at the most."""


def run(options: argparse.Namespace) -> int:
    """Write the catalogues and show what they hold."""
    try:
        done = translate(options.source, tuple(options.lang), options.out)
    except Refused as error:
        return terminal.refuse(
            f"cannot write a catalogue: {error}", "catalogues are plain files, no folders and no links"
        )
    if not isinstance(done, Translated):
        terminal.tell(done)
        return terminal.PROBLEMS
    for plan in done.plans:
        terminal.say(_coverage_table(plan, done))
    broken = [plan.lang for plan in done.plans if plan.text is None]
    terminal.tell([problem for problem in done.diagnostics if _concerns(problem)])
    if broken:
        terminal.complain(f"Not written, mend it first: {', '.join(f'{lang}.po' for lang in broken)}")
    return terminal.PROBLEMS if broken or fails(done.diagnostics, strict=False) else terminal.OK


def _concerns(problem: Diagnostic) -> bool:
    """Tell whether a message is of translations, or makes the command fail; `check` is there for the others."""
    return problem.severity is Severity.ERROR or problem.code_name.startswith(("catalogue-", "translation-"))


def _coverage_table(plan: Plan, done: Translated) -> str:
    """Return a language's table: a line for each note that has something to translate, and the sum."""
    name = f"{plan.lang}.po"
    state = "written" if name in done.written else "not written" if plan.text is None else "unchanged"
    if done.kept_away:
        state = "not written: foreign notes stay as they are, -o DIR says where to keep catalogues"
    lines = [f"{terminal.shown(done.folder / name)} ({state})"]
    parts = [part for part in plan.parts if part.total]
    if not parts:
        return f"{lines[0]}\n  nothing to translate: all notes are in this language\n"
    rows = [(done.titles.get(part.path) or part.path or "titles", part) for part in parts]
    if len(rows) > 1:
        rows.append(("all", summed(parts)))
    width = min(max(columns(title) for title, _ in rows), _WIDEST)
    lines.append(f"  {'':{width}}  translated  fuzzy  missing")
    for title, part in rows:
        filled = 20 * part.percent // 100
        bar = f"{'#' * filled}{'.' * (20 - filled)}"
        lines.append(
            f"  {padded(title, width)}  {part.translated:10}  {part.fuzzy:5}  {part.missing:7}  [{bar}] {part.percent:3} %"
        )
    return "\n".join(lines) + "\n"
