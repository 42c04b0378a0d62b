"""The Content-Security-Policy that every page of a site meets: what browsers are told not to run, load or send.

Pages of slidegloss hold no script, so the policy is the same for all of them and needs no hashes. What a project adds (its
own templates, trusted HTML) is found in the finished pages by `verification/verify.py`, which says what each needs beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable

HEADERS = "_headers"
"""The file in which Netlify, Cloudflare Pages and others look for the headers of a site's answers."""

_DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",  # widths of tables and bars, drawn diagrams
    "img-src": "'self' data:",  # the theme's icons
    "base-uri": "'self'",
    "form-action": "'none'",
    "object-src": "'none'",
}


def policy(needs: Iterable[str] = ()) -> str:
    """Return the policy as the header's value; `needs` are more sources, each behind its directive: `img-src https://a.example`."""
    directives = {name: sources.split() for name, sources in _DIRECTIVES.items()}
    for need in sorted(set(needs)):
        name, _, source = need.partition(" ")
        sources = directives.setdefault(name, directives["default-src"].copy())
        if sources == ["'none'"]:
            sources.clear()
        sources.append(source)
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


def headers_text(needs: Iterable[str] = ()) -> str:
    """Return `_headers`: the policy, and what else keeps a page from being misread or framed by others."""
    return (
        "/*\n"
        f"  Content-Security-Policy: {policy(needs)}; frame-ancestors 'self'\n"
        "  X-Content-Type-Options: nosniff\n"
        "  Referrer-Policy: strict-origin-when-cross-origin\n"
    )
