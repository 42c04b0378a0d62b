"""`check --remote` against a server on this machine: what is gone, has moved, refuses, or does not answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from slidegloss.pipeline.loading import load
from slidegloss.pipeline.phases import check
from slidegloss.verification import remotelinks
from slidegloss.verification.remotelinks import Limits, Place, check_remote, remote_addresses

HERE = Limits(pause=0, private=True)
AT = (Place("a.md", 3, 5),)


class Host:
    """A server that answers by the path, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.agents: set[str] = set()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                host.asked.append((self.command, self.path))
                host.agents.add(self.headers["User-Agent"])
                name, _, number = self.path.strip("/").partition("/")
                if name == "no-head":
                    self.send_response(405 if self.command == "HEAD" else 200)
                elif name == "round":
                    self.send_response(302)
                    self.send_header("Location", f"/round/{int(number or 0) + 1}")
                elif name in {"301", "302", "308"}:
                    self.send_response(int(name))
                    self.send_header("Location", f"/{number}")
                else:
                    self.send_response(int(name))
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_HEAD = do_GET = answer  # noqa: N815 - the names that the base class looks for

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def host() -> Iterator[Host]:
    one = Host()
    yield one
    one.server.shutdown()
    one.server.server_close()


def said(host: Host, *paths: str, limits: Limits = HERE) -> list[tuple[str, str]]:
    found = check_remote({host.url + path: AT for path in paths}, limits)
    return [(problem.code_name, problem.message.replace(host.url, "")) for problem in found]


def test_what_is_there_is_asked_once_without_its_text_and_says_nothing(host: Host) -> None:
    assert said(host, "/200") == []
    assert host.asked == [("HEAD", "/200")]
    assert all(agent.startswith("slidegloss") for agent in host.agents)


def test_a_host_that_refuses_head_is_asked_with_get(host: Host) -> None:
    assert said(host, "/no-head") == []
    assert host.asked == [("HEAD", "/no-head"), ("GET", "/no-head")]


def test_what_is_gone_is_a_warning_with_its_place(host: Host) -> None:
    (gone,) = check_remote({f"{host.url}/404": AT}, HERE)
    assert (gone.code_name, gone.severity.value, gone.path, gone.line, gone.col) == ("link-gone", "warning", *AT[0])
    assert said(host, "/410") == [("link-gone", "/410 is not there: the host says 410")]


@pytest.mark.parametrize("path", ["/403", "/429", "/503", "/401"])
def test_a_host_that_refuses_programs_says_nothing_about_its_page(host: Host, path: str) -> None:
    assert said(host, path) == [("link-unchecked", f"{path} could not be judged: the host says {path[1:]}")]


def test_only_moves_for_good_are_remarked(host: Host) -> None:
    assert said(host, "/302/200") == []
    assert said(host, "/301/200") == [("link-moved", "/301/200 has moved for good to /200")]
    assert said(host, "/308/404") == [("link-gone", "/308/404 is not there: the host says 404")]
    assert said(host, "/round")[0][1] == "/round could not be judged: more than 5 redirects"


def test_a_host_that_does_not_answer_is_given_up(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.server.shutdown()
    host.server.server_close()
    asked: list[str] = []
    once = remotelinks._ask
    monkeypatch.setattr(remotelinks, "_ask", lambda url, limits: (asked.append(url), once(url, limits))[1])
    found = said(host, *(f"/{number}" for number in range(9)))
    assert [code for code, _ in found] == ["link-gone"] * 9
    assert len(asked) == HERE.failures


def test_without_a_network_there_is_one_message() -> None:
    wanted = {f"http://{name}.invalid/{page}": AT for name in "abc" for page in range(4)}
    (only,) = check_remote(wanted, HERE)
    assert (only.code_name, only.path) == ("link-unchecked", "")
    assert "not one of 3; 12 addresses were not checked" in only.message


def test_private_networks_are_not_asked(host: Host) -> None:
    found = said(host, "/200", limits=Limits(pause=0))
    assert found == [
        ("link-unchecked", "/200 could not be judged: it leads into a private network, which is not asked")
    ]
    assert host.asked == []


def test_the_time_for_all_is_limited(host: Host) -> None:
    found = said(host, "/200", "/404", limits=Limits(pause=0, private=True, total=0))
    assert [code for code, _ in found] == ["link-unchecked"] * 2
    assert host.asked == []


@pytest.mark.parametrize(
    "url", ["http://[", "https://[::1", "http://a b.invalid/", "http://x.invalid:99999/", "http:///x"]
)
def test_odd_addresses_are_messages(url: str) -> None:
    assert {problem.code_name for problem in check_remote({url: AT}, HERE)} <= {"link-gone", "link-unchecked"}
    assert check_remote({url: AT}, HERE)


def test_addresses_come_from_links_figures_and_tags_of_notes_once_each(tmp_path: Path, host: Host) -> None:
    (tmp_path / "a.md").write_text(
        f"# A\n\n[one]({host.url}/404#part) and [again]({host.url}/404).\n\n![x]({host.url}/410)\n\n"
        f'<a href="{host.url}/403">t</a> [inside](b.md) [mail](mailto:a@b.example)\n',
        encoding="utf-8",
    )
    loaded, _ = load(tmp_path)
    assert loaded is not None
    found = remote_addresses(loaded.book)
    assert {url.removeprefix(host.url): [(p.line, p.col) for p in places] for url, places in found.items()} == {
        "/404": [(3, 1), (3, 1 + len(f"[one]({host.url}/404#part) and "))],
        "/410": [(5, 1)],
        "/403": [(7, 1)],
    }
    assert not [problem for problem in check(tmp_path) if problem.code_name in {"link-gone", "link-unchecked"}]
    assert host.asked == []
    codes = [problem.code_name for problem in check(tmp_path, HERE)]
    assert (codes.count("link-gone"), codes.count("link-unchecked")) == (3, 1)
