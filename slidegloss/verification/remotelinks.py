"""Asks other hosts whether the links and figures that notes point to are still there: only for `check --remote`.

Polite and bounded: each address once, HEAD before GET, no bodies read, one request at a time and a pause at each host, a limit
on hosts at a time, redirects, seconds per request and seconds in all. Addresses inside private networks are not asked.
"""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.hosts import PrivateNetworkError, refuse_private
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.book.link import Book

AGENT = "slidegloss-check (asks once whether a linked page is there)"


@dataclass(frozen=True, slots=True)
class Limits:
    """How long and how often hosts are asked; times in seconds."""

    timeout: float = 10.0
    pause: float = 0.5
    """Between two requests to one host."""
    total: float = 300.0
    hosts: int = 8
    """Hosts asked at a time."""
    redirects: int = 5
    failures: int = 3
    """A host that did not answer so many times in a row is not asked again."""
    private: bool = False
    """Whether addresses of this machine and of private networks are asked."""


class Place(NamedTuple):
    """Where an address stands."""

    path: str
    line: int
    col: int


class Answer(NamedTuple):
    """What a host said: a status (0: it could not be asked), why not, and where the page lives for good now."""

    status: int = 0
    why: str = ""
    moved: str = ""
    silent: bool = False
    """Nobody answered at all."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Leave redirects to us, who count them and look where they lead."""


def remote_addresses(book: Book) -> Mapping[str, tuple[Place, ...]]:
    """Return every address on the web, without its fragment, and where it stands; links into known books are checked there."""
    found: dict[str, dict[Place, None]] = {}
    for deck in book.decks:
        for dest, line, col, *_ in book.index[deck.source_path].addresses:
            url = dest.strip().partition("#")[0]
            url = f"https:{url}" if url.startswith("//") else url
            target = book.targets.get((deck.source_path, dest))
            known = target is not None and target.kind != "external"
            if not known and url.lower().startswith(("http://", "https://")):
                found.setdefault(url, {})[Place(deck.source_path, line, col)] = None
    for paper in book.library.papers:
        for url in paper.links.values():
            if paper.source_path and url.lower().startswith(("http://", "https://")):
                found.setdefault(url.partition("#")[0], {})[Place(paper.source_path, paper.line, 1)] = None
    return {url: tuple(places) for url, places in found.items()}


def check_remote(wanted: Mapping[str, Sequence[Place]], limits: Limits = Limits()) -> tuple[Diagnostic, ...]:
    """Ask for every address and report what is gone, has moved for good, or could not be judged."""
    hosts: dict[str, list[str]] = {}
    for url in sorted(wanted):
        hosts.setdefault(_host(url), []).append(url)
    until = time.monotonic() + limits.total
    with ThreadPoolExecutor(max_workers=limits.hosts) as pool:
        parts = pool.map(lambda urls: _ask_host(urls, limits, until), hosts.values())
        answers = {url: answer for part in parts for url, answer in part}
    if answers and all(answer.silent for answer in answers.values()) and len(hosts) > 1:
        message = f"no host answered, not one of {len(hosts)}; {len(answers)} addresses were not checked"
        hint = f"is there a network? the first said: {next(iter(answers.values())).why}"
        return (diagnostic(Code.LINK_UNCHECKED, "", message=message, hint=hint),)
    return tuple(
        problem for url, answer in answers.items() for place in wanted[url] for problem in _judged(url, answer, place)
    )


def _judged(url: str, answer: Answer, place: Place) -> Iterable[Diagnostic]:
    """Return what is to be said about an address: hosts that refuse programs say nothing about their pages."""
    if answer.status in {404, 410} or answer.silent:
        why = answer.why or f"the host says {answer.status}"
        hint = "link to where it is now, or to a copy of it"
        yield diagnostic(Code.LINK_GONE, *place, message=f"{url} is not there: {why}", hint=hint)
    elif answer.status == 0 or answer.status >= 300:
        why = answer.why or f"the host says {answer.status}"
        yield diagnostic(
            Code.LINK_UNCHECKED, *place, message=f"{url} could not be judged: {why}", hint="open it yourself"
        )
    elif answer.moved:
        message = f"{url} has moved for good to {answer.moved}"
        yield diagnostic(Code.LINK_MOVED, *place, message=message, hint="write the new address")


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:  # `http://[`
        return ""


def _ask_host(urls: Sequence[str], limits: Limits, until: float) -> list[tuple[str, Answer]]:
    """Ask one host for its addresses, one after the other."""
    answers: list[tuple[str, Answer]] = []
    silent = 0
    for number, url in enumerate(urls):
        if silent >= limits.failures:
            answers.append((url, answers[-1][1]))
            continue
        if time.monotonic() >= until:
            answers.append((url, Answer(why=f"the time for all checks, {limits.total:.0f} s, was over")))
            continue
        if number:
            time.sleep(limits.pause)
        answer = _ask(url, limits)
        silent = silent + 1 if answer.silent else 0
        answers.append((url, answer))
    return answers


def _ask(url: str, limits: Limits) -> Answer:
    """Follow an address to its end."""
    opener = urllib.request.build_opener(_NoRedirect)
    at, moved, for_good = url, "", True
    for _ in range(limits.redirects + 1):
        answer = _ask_once(opener, at, limits)
        if answer.status not in {301, 302, 303, 307, 308} or not answer.moved:
            return answer._replace(moved=moved)
        for_good = for_good and answer.status in {301, 308}
        at = answer.moved
        moved = at if for_good else moved
    return Answer(why=f"more than {limits.redirects} redirects")


def _ask_once(opener: urllib.request.OpenerDirector, url: str, limits: Limits) -> Answer:
    """Ask with HEAD; hosts that refuse it, or lie about it, are asked with GET."""
    address = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    answer = Answer()
    for method in ("HEAD", "GET"):
        headers = {"User-Agent": AGENT, "Accept": "*/*"}
        try:
            if not address.lower().startswith(("http://", "https://")):
                return Answer(why="it leads to what is no web address")
            if not limits.private:
                refuse_private(address)
            request = urllib.request.Request(address, headers=headers, method=method)  # noqa: S310 - http(s) only
            with opener.open(request, timeout=limits.timeout) as reply:
                return Answer(reply.status)
        except urllib.error.HTTPError as error:
            error.close()
            answer = Answer(error.code, moved=_joined(address, error.headers.get("Location")))
            if answer.moved or error.code in {410, 429}:
                return answer
        except PrivateNetworkError as error:
            return Answer(why=str(error))
        except (OSError, http.client.HTTPException) as error:
            if method == "GET" or not isinstance(error, http.client.HTTPException):
                return Answer(why=str(getattr(error, "reason", "") or error) or type(error).__name__, silent=True)
        except ValueError as error:
            return Answer(why=str(error))
    return answer


def _joined(address: str, location: str | None) -> str:
    return urljoin(address, location) if location else ""
