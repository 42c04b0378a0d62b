"""Diagrams: which mermaid sources a page may draw. Mermaid runs no script of theirs, but it lets them fetch pictures and styles."""

from __future__ import annotations

import re

from slidegloss.base.diagnostics import Code, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.html.context import Context, esc
from slidegloss.nodes import CodeBlock

_FETCHES = lazy(
    r"<(?!/?(?:br|b|i|em|strong|code|small|sub|sup|u|s)\b)[a-z!?/]"  # a tag that is more than emphasis
    r"|&(?:lt|\#)|\#(?:lt|\d+|x[0-9a-f]+);?\s*(?:img|image|svg|style|link|iframe)"
    r"|url\s*\(|@import|image-set|themecss|\\[0-9a-f]{2}|!\[|\b(?:img|image|sprite|src|href)\s*[:=]|\$sprite|javascript:",
    re.IGNORECASE,
)


def diagram(node: CodeBlock, ctx: Context) -> str:
    """Return a mermaid block; one that could fetch something from another host is shown as its source, and reported."""
    found = _FETCHES.search(node.text) if ctx.raw_html == "safe" else None
    if found is None:
        return f'<figure class="sg-mermaid"><pre><code>{esc(node.text)}</code></pre></figure>'
    line = node.span.line + 1 + node.text.count("\n", 0, found.start())
    message = (
        f"this diagram is shown as its source: “{' '.join(found[0].split())}” can fetch something from another host"
    )
    hint = "use words and emphasis in labels, and no styles of your own; `raw_html: trusted` in the settings draws it"
    ctx.sink.append(diagnostic(Code.HTML_REMOVED, ctx.path, line, 1, message, hint))
    return f"<figure><pre><code>{esc(node.text)}</code></pre></figure>"
