"""An Atom feed (RFC 4287) and robots.txt as text.

Dates are given by the caller (from git or the project's settings), never taken from the clock, so that two builds agree.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote, urljoin, urlsplit

from slidegloss.base.namedtuples import NamedTuple


class Entry(NamedTuple):
    """A new or changed slide."""

    location: str
    """Relative to the site's root, as in a link: `video/multimodal.html#p136`."""
    title: str
    updated: datetime
    """With a time zone."""
    summary: str = ""
    """Plain text."""
    lang: str = ""


_MOST = 50
"""Entries of a feed."""


def atom(entries: Iterable[Entry], *, site_url: str, path: str, title: str, author: str, lang: str) -> str:
    """Return a feed of the newest entries.

    `path` is the feed's own address under `site_url` (`feed.xml`). Without `site_url` the addresses stay relative and ids
    are `tag:` URIs of no host: such a feed is of use to a reader who keeps the site on a disk.
    """
    newest = sorted(entries, key=lambda entry: -entry.updated.timestamp())[:_MOST]
    updated = newest[0].updated if newest else datetime(1980, 1, 1, tzinfo=UTC)
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_text(lang)}">',
        f"  <title>{_text(title)}</title>",
        f"  <id>{_text(_identity(base, path))}</id>",
        f"  <updated>{_date(updated)}</updated>",
        f"  <author><name>{_text(author or title)}</name></author>",
        f'  <link rel="self" href="{_text(urljoin(base, path))}"/>',
        f'  <link href="{_text(urljoin(base, "index.html"))}"/>',
    ]
    for entry in newest:
        tongue = f' xml:lang="{_text(entry.lang)}"' if entry.lang else ""
        lines += [
            f"  <entry{tongue}>",
            f"    <title>{_text(entry.title)}</title>",
            f"    <id>{_text(_identity(base, entry.location))}</id>",
            f"    <updated>{_date(entry.updated)}</updated>",
            f'    <link href="{_text(urljoin(base, entry.location))}"/>',
            *([f"    <summary>{_text(entry.summary)}</summary>"] if entry.summary else []),
            "  </entry>",
        ]
    return "\n".join((*lines, "</feed>", ""))


def robots(site_url: str, prefixes: Sequence[str]) -> str:
    """Return robots.txt: everything may be read, and where the sitemap of each edition is (`prefixes`: "" or `zh/`)."""
    base = site_url.rstrip("/")
    sitemaps = [f"Sitemap: {base}/{prefix}sitemap.xml" for prefix in prefixes] if site_url else []
    return "\n".join(["User-agent: *", "Allow: /", *sitemaps, ""])


def _identity(base: str, location: str) -> str:
    if base:
        return urljoin(base, location)
    return f"tag:localhost,1980:{quote(location, safe='/#%')}"


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(text: str) -> str:
    """Escape for XML; control characters and lone surrogates cannot stand in it at all."""
    return escape("".join(sign if _allowed(sign) else "\ufffd" for sign in text))


def _allowed(sign: str) -> bool:
    code = ord(sign)
    return sign in "\t\n\r" or 0x20 <= code < 0xD800 or 0xDFFF < code < 0xFFFE or code > 0xFFFF


def site_path_of(site_url: str) -> str:
    """Return the path under which a site lies on its server: `/slidegloss/`, `/` without an address."""
    return urlsplit(site_url).path.rstrip("/") + "/"
