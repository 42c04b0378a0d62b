"""Obsidian's comments, `%% … %%`: found to be told of. They are shown, for what only looks like one must not get lost."""

from __future__ import annotations

import re

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.notes.maths import Masked
from slidegloss.notes.protected import met

_COMMENT = lazy(
    r"(?<![A-Za-z0-9_%\\])%%(?!%)(?:"
    r"(?<=^%%)[ \t]*\n(?:[^\n]*\n){1,200}?[ \t]*%%[ \t]*$"  # lines of their own
    r"|(?:[^\n%]|%(?!%)|\n(?![ \t]*\n)){1,2000}?%%(?![A-Za-z0-9_%]))",
    re.MULTILINE,
)


def shown_comments(masked: Masked, origin: list[int], path: str) -> list[Diagnostic]:
    """Return a message for each comment that readers of a note get to see; `origin` is `masked.origin()`."""
    text = masked.text
    reports = []
    for comment, row, hidden, ends_hidden in met(text, list(_COMMENT.finditer(text))):
        if hidden or ends_hidden:
            continue
        start = comment.start()
        before = masked.restore(text[text.rfind("\n", 0, start) + 1 : start])
        line = origin[row] + before.count("\n")
        message = "a comment of Obsidian (%% … %%) is shown as text"
        hint = "write <!-- … --> around what readers are not to see"
        reports.append(diagnostic(Code.COMMENT_SHOWN, path, line, len(before) - before.rfind("\n"), message, hint))
    return reports
