"""The author's `severity` and `ignore` settings, applied to diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from slidegloss.base.diagnostics import Diagnostic, Severity, in_order
from slidegloss.base.naming import matches

if TYPE_CHECKING:
    from slidegloss.config.settings import Settings


def adjusted(found: Iterable[Diagnostic], settings: Settings) -> tuple[Diagnostic, ...]:
    """Return diagnostics with the severities that the author chose, in order; those switched off or ignored are left out."""
    kept = []
    for item in found:
        level = settings.severity.get(item.code_name, item.severity.value)
        ignored = any(rule.code in ("*", item.code_name) and matches(item.path, rule.path) for rule in settings.ignore)
        if level != "off" and not ignored:
            kept.append(item if level == item.severity.value else replace(item, severity=Severity(level)))
    return in_order(kept)
