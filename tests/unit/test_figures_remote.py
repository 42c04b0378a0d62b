"""Pictures on other hosts are fetched once, within bounds, and a failure is a message."""

import http.server
import io
import threading
import urllib.error

import pytest

from slidegloss.figures import remote
from slidegloss.figures.locate import Remote


def wanted(*urls):
    return [("notes/a.md", Remote(url)) for url in urls]


def test_a_picture_is_fetched_once_and_stays(tmp_path):
    asked = []

    def get(request):
        asked.append(request.full_url)
        return io.BytesIO(b"GIF89a")

    urls = ("https://pics.example/a b.gif", "//pics.example/图.gif")
    for again in (False, False, True):
        fetched = remote.fetch(wanted(*urls, *urls), tmp_path / "r", again=again, get=get)
    assert not fetched.diagnostics
    assert sorted(asked) == sorted(["https://pics.example/a%20b.gif", "https://pics.example/%E5%9B%BE.gif"] * 2)
    assert all((tmp_path / "r" / name).read_bytes() == b"GIF89a" for name in fetched.names.values())


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        (urllib.error.HTTPError("u", 404, "gone", {}, None), "404"),
        (TimeoutError("timed out"), "timed out"),
        (io.BytesIO(b"x" * 200), "more than"),
    ],
)
def test_what_cannot_be_fetched_is_reported_at_its_note(tmp_path, monkeypatch, failure, why):
    monkeypatch.setattr(remote, "MOST_BYTES", 100)

    def get(_request):
        if isinstance(failure, Exception):
            raise failure
        return failure

    fetched = remote.fetch(wanted("https://pics.example/a.png"), tmp_path, get=get)
    assert fetched.names == {}
    assert [problem.path for problem in fetched.diagnostics] == ["notes/a.md"]
    assert why in fetched.diagnostics[0].message
    assert not list(tmp_path.iterdir())


@pytest.fixture
def neighbour():
    """A server on this machine that has a picture, and sends on whoever asks for another."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200 if self.path == "/a.gif" else 302)
            self.send_header("Location", f"http://localhost:{self.server.server_address[1]}/a.gif")
            self.end_headers()
            self.wfile.write(b"GIF89a")

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}", asked
    server.shutdown()
    server.server_close()


def test_a_private_network_is_not_asked(tmp_path, neighbour, monkeypatch):
    url, asked = neighbour
    fetched = remote.fetch(wanted(f"{url}/a.gif"), tmp_path)
    assert (fetched.names, asked) == ({}, [])
    assert "it leads into a private network" in fetched.diagnostics[0].message
    # the first host is a public one, which sends on to a neighbour
    allowed = [f"{url}/other.gif"]
    refuse = remote.refuse_private
    monkeypatch.setattr(remote, "refuse_private", lambda asked_for: asked_for in allowed or refuse(asked_for))
    fetched = remote.fetch(wanted(*allowed), tmp_path)
    assert (fetched.names, asked) == ({}, ["/other.gif"])
    assert "it leads into a private network" in fetched.diagnostics[0].message
