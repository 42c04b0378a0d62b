"""Paper tables of notes, row by row with the paper that each means."""

from __future__ import annotations

from slidegloss.model import Paper
from slidegloss.namedtuples import NamedTuple
from slidegloss.nodes import Cite, Inline, Table
from slidegloss.notes.paper_tables import Row, columns_of, read_paper_table
from slidegloss.papers.match import Library


class TableRow(NamedTuple):
    """A row of a paper table; `paper` is None when the library does not know it."""

    row: Row
    paper: Paper | None


def _cite(children: tuple[Inline, ...]) -> Cite | None:
    return next((child for child in children if isinstance(child, Cite)), None)


def rows_with_papers(table: Table, source_path: str, library: Library) -> tuple[TableRow, ...]:
    """Return the rows of a cited deck's paper table with their papers; () for any other table."""
    columns = columns_of(table)
    if columns is None:
        return ()
    cited = library.cited.get(source_path, ())
    out = []
    for row in read_paper_table(table):
        cite = _cite(table.rows[row.number][columns["name"]].children)
        key = cited[cite.index] if cite and cite.index < len(cited) else ""
        out.append(TableRow(row, library.by_key.get(key)))
    return tuple(out)


__all__ = ["TableRow", "read_paper_table", "rows_with_papers"]
