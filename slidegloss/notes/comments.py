"""Obsidian's comments, `%% … %%`: found to be told of. They are shown, for what only looks like one must not get lost."""

from __future__ import annotations

import re
from bisect import bisect_right

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.notes.maths import Masked
from slidegloss.notes.protected import code_and_comments

_COMMENT = lazy(
    r"(?<![A-Za-z0-9_%\\])%%(?!%)(?:"
    r"(?<=^%%)[ \t]*\n(?:[^\n]*\n){1,200}?[ \t]*%%[ \t]*$"  # lines of their own
    r"|(?:[^\n%]|%(?!%)|\n(?![ \t]*\n)){1,2000}?%%(?![A-Za-z0-9_%]))",
    re.MULTILINE,
)


def _inside(hidden: list[tuple[int, int]], starts: list[int], place: int) -> bool:
    index = bisect_right(starts, place) - 1
    return index >= 0 and place < hidden[index][1]


def shown_comments(masked: Masked, origin: list[int], path: str) -> list[Diagnostic]:
    """Return a message for each comment that readers of a note get to see; `origin` is `masked.origin()`."""
    text = masked.text
    found = list(_COMMENT.finditer(text))
    hidden = code_and_comments(text) if found else []
    starts = [start for start, _ in hidden]
    reports = []
    row = offset = done = 0
    for comment in found:
        start = comment.start()
        row += text.count("\n", done, start)
        offset += len(text[done:start].encode())
        done = start
        last = offset + len(comment[0].encode()) - 1
        if any(_inside(hidden, starts, place) for place in (offset, last)):
            continue
        before = masked.restore(text[text.rfind("\n", 0, start) + 1 : start])
        line = origin[row] + before.count("\n")
        message = "a comment of Obsidian (%% … %%) is shown as text"
        hint = "write <!-- … --> around what readers are not to see"
        reports.append(diagnostic(Code.COMMENT_SHOWN, path, line, len(before) - before.rfind("\n"), message, hint))
    return reports
