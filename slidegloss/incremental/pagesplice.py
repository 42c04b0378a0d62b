"""Puts new content into the HTML of a page whose frame (head, headings, navigation) stays the same.

The theme prints a page's content once and unchanged (`partials/content.html`), and otherwise asks only whether it has a first
heading. Everything around it depends on the front matter and the headings alone.
"""

from __future__ import annotations

from slidegloss.engine.fastmarkdown import read_page


def splice(old: str, new: str, html: bytes, permalink_title: str) -> bytes | None:
    """Return the HTML of the Markdown `new`, where `html` is that of `old`; None when more than the content changes.

    `permalink_title` is HTML-escaped already.
    """
    before, now = read_page(old, permalink_title), read_page(new, permalink_title)
    if before is None or now is None or before.meta != now.meta or before.toc != now.toc:
        return None
    if ("<h1" in before.content) != ("<h1" in now.content):
        return None
    content = before.content.encode("utf-8", "xmlcharrefreplace")
    if not content or html.count(content) != 1:
        return None
    return html.replace(content, now.content.encode("utf-8", "xmlcharrefreplace"))
