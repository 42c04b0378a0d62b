"""Pictures on other hosts are fetched once, within bounds, and a failure is a message."""

import io
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
