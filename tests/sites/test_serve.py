"""The development server shows changes, survives mistakes, and serves nothing but the site."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from slidegloss.cli import main
from slidegloss.commands.serve import _Teller
from slidegloss.pipeline.phases import Options
from slidegloss.serving.builder import Outcome
from slidegloss.serving.server import Server
from slidegloss.serving.watch import Snapshot
from slidegloss.write.refusals import Locked

from .command import run, write


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    folder = tmp_path_factory.mktemp("project")
    (folder / "mkdocs.yml").write_text(
        "site_name: Watched\nextra:\n  slidegloss:\n    languages: [en]\n    notes: notes\n", encoding="utf-8"
    )
    (folder / "notes").mkdir()
    (folder / "notes" / "deck.md").write_text("P1\n## One\n\nfirst\n\nP2\n## Two\n\nsecond\n", encoding="utf-8")
    server = Server(folder, Options(), "127.0.0.1", 0, lambda _built, _seconds: None, ["Desk.example"])
    thread = threading.Thread(target=server.watch, daemon=True)
    thread.start()
    assert server.state.after(0)["number"], "the first build has been told: its site is there a moment earlier"
    yield server, folder
    server.stop()
    thread.join(10)


def get(server: Server, path: str, **headers: str) -> tuple[int, str]:
    host, port = server.http.server_address[:2]
    connection = http.client.HTTPConnection(str(host), port, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, body


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("[::1]:8000", 200),
        ("192.168.1.5:8000", 200),
        ("notes.localhost:8000", 200),
        (socket.gethostname(), 200),
        ("desk.example:8000", 200),
        ("rebound.example", 403),
        ("127.0.0.1.rebound.example:8000", 403),
        ("localhost.rebound.example", 403),
    ],
)
def test_the_notes_are_shown_under_names_of_this_machine_only(
    served: tuple[Server, Path], name: str, status: int
) -> None:
    for path in ("/deck.html", "/.slidegloss/state", "/slidegloss.json"):
        answer, body = get(served[0], path, Host=name)
        assert answer == status
    if status == 403:
        assert f"--allow-host {name.partition(':')[0]} to have it shown" in body


def state_after(server: Server, number: int) -> dict[str, object]:
    return dict(json.loads(get(server, f"/.slidegloss/state?after={number}")[1]))


def built_after(server: Server, number: int) -> dict[str, object]:
    """Return what the next build told; a page that is shown before it is passed over."""
    told = state_after(server, number)
    return state_after(server, int(str(told["number"]))) if told["only"] else told


def test_an_edit_is_built_and_the_page_is_told_which_slide(served: tuple[Server, Path]) -> None:
    server, folder = served
    status, page = get(server, "/deck.html")
    assert status == 200
    assert "second" in page
    assert "/.slidegloss/reload.js" in page
    number = server.state.number
    note = folder / "notes" / "deck.md"
    note.write_text(note.read_text(encoding="utf-8").replace("second", "second, mended"), encoding="utf-8")
    told = built_after(server, number)
    assert (told["page"], told["anchor"], told["reload"]) == ("deck.html", "p2", True)
    assert "second, mended" in get(server, "/deck.html")[1]


def test_what_was_saved_during_the_first_build_is_built_after_it(tmp_path: Path) -> None:
    note = write(tmp_path, {"deck.md": "P1\n## One\n\nfirst\n"}) / "deck.md"
    server = Server(tmp_path, Options(), "127.0.0.1", 0, lambda _built, _seconds: None)
    number = server.state.number
    note.write_text("P1\n## One\n\nfirst of all\n", encoding="utf-8")
    thread = threading.Thread(target=server.watch, daemon=True)
    thread.start()
    try:
        built_after(server, number)
        assert "first of all" in get(server, "/deck.html")[1]
    finally:
        server.stop()
        thread.join(10)


def test_a_large_folder_is_looked_at_seldom(served: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """After an edit, too, when the file that was edited is looked at in between."""
    server, _ = served
    looks: list[float] = []

    def slow(real: Callable[[], Snapshot] = server._look) -> Snapshot:
        looks.append(time.monotonic())
        time.sleep(0.1)
        return real()

    monkeypatch.setattr(server, "_look", slow)
    time.sleep(2.5)
    assert len(looks) < 5


def test_the_edited_page_comes_first_and_is_not_loaded_twice(served: tuple[Server, Path]) -> None:
    server, folder = served
    note = folder / "notes" / "deck.md"
    number = server.state.number
    note.write_text(note.read_text(encoding="utf-8").replace("first", "first of all"), encoding="utf-8")
    told = state_after(server, number)
    assert (told["only"], told["page"], told["anchor"], told["reload"]) == ("deck.html", "deck.html", "p1", True)
    assert "first of all" in get(server, "/deck.html")[1]
    told = state_after(server, int(str(told["number"])))
    assert (told["only"], told["fresh"], told["reload"]) == ("", "deck.html", True)
    assert "first of all" in get(server, "/deck.html")[1]
    note.write_text(note.read_text(encoding="utf-8").replace("first of all", "first"), encoding="utf-8")
    told = state_after(server, int(str(told["number"])))
    assert (told["only"], told["fresh"]) == ("deck.html", "")
    told = state_after(server, int(str(told["number"])))
    note.write_text(note.read_text(encoding="utf-8").replace("P1\n", "# Another title\n\nP1\n"), encoding="utf-8")
    told = state_after(server, int(str(told["number"])))
    assert (told["only"], told["fresh"]) == ("", "")
    assert "Another title" in get(server, "/deck.html")[1]


def test_a_mistake_is_shown_and_the_last_good_pages_stay(served: tuple[Server, Path]) -> None:
    server, folder = served
    number = server.state.number
    note = folder / "notes" / "deck.md"
    text = note.read_text(encoding="utf-8")
    note.write_text(text + "\n[nowhere](missing-note.md)\n", encoding="utf-8")
    told = built_after(server, number)
    assert "missing-note.md" in json.dumps(told["problems"])
    note.unlink()
    told = built_after(server, int(str(told["number"])))
    assert told["reload"] is False
    assert get(server, "/deck.html")[0] == 200
    note.write_text(text, encoding="utf-8")
    told = built_after(server, int(str(told["number"])))
    assert told["reload"] is True


@pytest.mark.parametrize(
    "path",
    [
        *("/../../mkdocs.yml", "/..%2f..%2fmkdocs.yml", "/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd", "/.slidegloss/x"),
        *("/deck.html%00", "/%00", "/%ff", "/" + "a" * 300, "/" + "a/" * 3000),
    ],
)
def test_nothing_outside_the_site_is_served(served: tuple[Server, Path], path: str) -> None:
    status, body = get(served[0], path)
    assert status in {400, 404}
    assert "site_name" not in body
    assert "root:" not in body


def test_a_number_that_no_build_has_is_answered(served: tuple[Server, Path]) -> None:
    for number in ("-1", "x", "9" * 5000):
        assert get(served[0], f"/.slidegloss/state?after={number}")[0] == 200


def test_a_part_of_a_file_is_sent_for_players_of_videos(served: tuple[Server, Path]) -> None:
    server, _ = served
    host, port = server.http.server_address[:2]

    def ask(part: str) -> tuple[int, str | None, str]:
        connection = http.client.HTTPConnection(str(host), port, timeout=60)
        connection.request("GET", "/robots.txt", headers={"Range": part})
        answer = connection.getresponse()
        assert answer.headers.get_all("Cache-Control") == ["no-store"], "an edit of any file is seen"
        return answer.status, answer.headers.get("Content-Range"), answer.read().decode()

    text = get(server, "/robots.txt")[1]
    size = len(text)
    assert ask("bytes=2-5") == (206, f"bytes 2-5/{size}", text[2:6])
    assert ask("bytes=3-") == (206, f"bytes 3-{size - 1}/{size}", text[3:])
    assert ask("bytes=-4") == (206, f"bytes {size - 4}-{size - 1}/{size}", text[-4:])
    assert ask(f"bytes=2-{size + 9}") == (206, f"bytes 2-{size - 1}/{size}", text[2:])
    assert ask(f"bytes={size}-") == (416, f"bytes */{size}", "")
    for whole in ("bytes=-", "bytes=0-1,3-4", "lines=1-2", f"bytes={'9' * 5000}-"):
        assert ask(whole) == (200, None, text)


def test_a_build_that_the_machine_refuses_does_not_end_the_server(
    served: tuple[Server, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    server, folder = served
    for error, why in ((OSError(28, "No space left"), "No space left"), (Locked(Path("build")), "another build")):

        def refuse(error: Exception = error) -> Outcome:
            raise error

        with monkeypatch.context() as patch:
            patch.setattr(server, "builder", SimpleNamespace(build=refuse, glance=lambda _: None))
            patch.setattr(server, "told", _Teller())
            number = server.state.number
            (folder / "notes" / "more.md").write_text(f"# More\n\n{error}\n", encoding="utf-8")
            assert built_after(server, number)["reload"] is False
        said = capsys.readouterr()
        assert why in said.err
    number = server.state.number
    (folder / "notes" / "more.md").unlink()
    assert built_after(server, number)["reload"] is True


def test_a_page_says_which_build_it_shows(served: tuple[Server, Path]) -> None:
    assert f'data-build="{served[0].state.number}"' in get(served[0], "/deck.html")[1]


def test_a_page_that_is_closed_while_it_waits_is_no_fault(
    served: tuple[Server, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    for error in (BrokenPipeError(), ConnectionResetError()):
        try:
            raise error
        except ConnectionError:
            served[0].http.handle_error(None, ("127.0.0.1", 1))
    assert capsys.readouterr().err == ""


def test_what_keeps_a_site_from_being_served_is_named(tmp_path: Path) -> None:
    root = write(tmp_path / "project", {"mkdocs.yml": "site_name: A\n", "docs/notes/a.md": "# A\n"})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", root, "--addr", f"127.0.0.1:{port}", cwd=tmp_path)
    assert (done.code, f"cannot listen on 127.0.0.1:{port}: " in done.err) == (2, True), done.err
    assert not (root / "build").exists(), "nobody waits for a build to hear it"
    write(root, {"build": "a file"})
    done = run("serve", root, cwd=tmp_path)
    assert (done.code, "cannot write" in done.err, "listen" in done.err) == (1, True, False), done.err


@pytest.mark.parametrize("more", [[], ["--open"]])
def test_a_browser_is_opened_when_somebody_wants_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: list[str]
) -> None:
    write(tmp_path, {"a.md": "# A\n"})
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    monkeypatch.setattr(Server, "watch", lambda _: None)
    assert main(["serve", str(tmp_path), "--addr", "127.0.0.1:0", *more]) == 0
    assert [url.rpartition(":")[0] for url in opened] == ["http://127.0.0.1"] * len(more)
