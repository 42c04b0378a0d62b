"""Downloads figures from other hosts while the site is built, if the settings ask for it."""

from __future__ import annotations

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.hosts import refuse_private
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.figures.locate import Remote
from slidegloss.write.files import write_shared

TIMEOUT: Final = 15.0
"""Seconds until a host that does not answer is given up."""
MOST_BYTES: Final = 20_000_000
_AT_A_TIME: Final = 4
_AGENT: Final = "slidegloss (builds a website from slide notes)"

Open = Callable[[urllib.request.Request], http.client.HTTPResponse]


class Fetched(NamedTuple):
    """Address → name of its file in the folder, and what could not be fetched."""

    names: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...]


class _Public(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *asked: Any) -> urllib.request.Request | None:  # noqa: ANN401 - passed on
        """Follow a redirect unless it leads into a private network."""
        refuse_private(asked[-1])
        return super().redirect_request(*asked)


def _open(request: urllib.request.Request) -> http.client.HTTPResponse:
    refuse_private(request.full_url)
    return urllib.request.build_opener(_Public).open(request, timeout=TIMEOUT)  # type: ignore[no-any-return]


def fetch(wanted: Iterable[tuple[str, Remote]], folder: Path, *, again: bool = False, get: Open = _open) -> Fetched:
    """Download pictures into `folder`, each once (`again`: anew); `wanted` are (note's path, address).

    What cannot be fetched stays a link in its note and is reported there.
    """
    notes: dict[str, str] = {}
    for note, remote in wanted:
        notes.setdefault(remote.url, note)
    names = {url: _name(url) for url in sorted(notes)}
    todo = [url for url, name in names.items() if again or not (folder / name).is_file()]
    with ThreadPoolExecutor(max_workers=_AT_A_TIME) as pool:
        failed = {
            url: why
            for url, why in zip(todo, pool.map(lambda url: _fetch(url, folder / names[url], get), todo), strict=True)
            if why
        }
    problems = [
        diagnostic(
            Code.FIGURE_REMOTE,
            notes[url],
            message=f"{url} could not be fetched ({why}); the page shows a link to it",
            hint="save the picture in the assets folder",
        )
        for url, why in failed.items()
    ]
    return Fetched({url: name for url, name in names.items() if url not in failed}, tuple(problems))


def _name(url: str) -> str:
    """Return a file name for an address: its own last part, for the reader of the site, and a hash."""
    stem = PurePosixPath(unquote(urlsplit(url).path)).stem[:40] or "figure"
    plain = "".join(sign if sign.isalnum() else "-" for sign in stem)
    return f"{plain}.{hashlib.sha256(url.encode('utf-8', 'replace')).hexdigest()[:16]}"


def _fetch(url: str, path: Path, get: Open) -> str:
    """Write one picture; return why it could not be had, or nothing."""
    address = quote(f"https:{url}" if url.startswith("//") else url, safe="%/:=&?~#+!$,;'@()*[]")
    if not address.lower().startswith(("http://", "https://")):
        return "not a web address"
    request = urllib.request.Request(address, headers={"User-Agent": _AGENT, "Accept": "image/*,video/*"})  # noqa: S310
    try:
        with get(request) as answer:
            data = answer.read(MOST_BYTES + 1)
    except urllib.error.HTTPError as error:
        return f"the host says {error.code}"
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(getattr(error, "reason", "") or error) or type(error).__name__
    if len(data) > MOST_BYTES:
        return f"more than {MOST_BYTES // 1_000_000} MB"
    write_shared(path, data)
    return ""
