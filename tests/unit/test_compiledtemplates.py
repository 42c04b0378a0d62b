"""Templates are compiled once for all projects, and a changed one is compiled anew."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest

from slidegloss.templating.compiled import CompiledTemplates


def render(kept: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int]:
    """Return what `a.html` gives with a fresh environment, and how many templates it had to compile."""
    compiled: list[object] = []
    env = jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True)
    env.bytecode_cache = cache = CompiledTemplates(kept)
    compile_one = env.compile
    monkeypatch.setattr(env, "compile", lambda *args, **more: (compiled.append(1), compile_one(*args, **more))[1])
    text = env.get_template("a.html").render()
    cache.write()
    return text, len(compiled)


def project(root: Path, text: str) -> Path:
    root.mkdir(exist_ok=True)
    (root / "a.html").write_text(text, encoding="utf-8")
    return root


def test_another_project_finds_the_same_template_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "cache" / "templates.bin"
    one, other = project(tmp_path / "one", "{{ 1 + 1 }}"), project(tmp_path / "other", "{{ 1 + 1 }}")
    assert render(kept, one, monkeypatch) == ("2", 1)
    assert render(kept, other, monkeypatch) == ("2", 0)
    assert render(kept, project(other, "{{ 1 + 2 }}"), monkeypatch) == ("3", 1)
    assert render(kept, one, monkeypatch) == ("2", 0)
    assert [path.name for path in kept.parent.iterdir()] == ["templates.bin"]


@pytest.mark.parametrize("content", [b"", b"x", b"\xe9\x00\x00\x00\x00", b"{"])
def test_a_damaged_file_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    kept = tmp_path / "templates.bin"
    kept.write_bytes(content)
    assert render(kept, project(tmp_path / "one", "{{ 1 + 1 }}"), monkeypatch) == ("2", 1)


def test_a_damaged_byte_is_noticed_before_it_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, one = tmp_path / "templates.bin", project(tmp_path / "one", "{{ 1 + 1 }}")
    render(kept, one, monkeypatch)
    whole = kept.read_bytes()
    at = whole.rindex(b"a.html")
    kept.write_bytes(whole[:at] + b"b" + whole[at + 1 :])
    assert render(kept, one, monkeypatch) == ("2", 1)
