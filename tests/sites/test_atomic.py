"""Whatever ends a build, the last good site stays as it is, and no half of a new one can be seen."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest

from bench.kill import LOCK, command, digests, lasts, trials
from slidegloss.incremental import stamp
from slidegloss.incremental.rebuild import rebuild
from slidegloss.pipeline.phases import Options, build
from slidegloss.write import lock
from slidegloss.write.files import write_file
from slidegloss.write.lock import locked
from slidegloss.write.refusals import NotOurs

from .command import REPO, run, write
from .test_identical import book

SMALL = {
    "mkdocs.yml": "site_name: Lamps\nextra:\n  slidegloss:\n    languages: [en]\n",
    "docs/notes/lamps.md": "# Lamps\n\nP1\n\nwarm light\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with a built site."""
    root = write(tmp_path / "project", SMALL)
    assert build(root, Options(jobs=1)).site == root / "site"
    return root


def change(root: Path) -> None:
    """Let the next build have something to do."""
    write(root, {"docs/notes/lamps.md": "# Lamps\n\nP1\n\ncold light\n", "docs/notes/candles.md": "# Candles\n"})


def test_a_file_that_is_not_ours_stops_the_build(project: Path) -> None:
    change(project)
    before = digests(project / "site")
    write(project, {"site/letter.txt": "mine", "site/en/deep/photo.png": "mine too"})
    with pytest.raises(NotOurs, match="photo.png|letter.txt"):
        build(project, Options(jobs=1))
    done = run("build", project, cwd=project)
    assert done.code == 2
    assert "which slidegloss did not write" in done.err
    assert (project / "site" / "letter.txt").read_text(encoding="utf-8") == "mine"
    (project / "site" / "letter.txt").unlink()
    (project / "site" / "en" / "deep" / "photo.png").unlink()
    assert digests(project / "site") == before


def test_an_error_in_the_middle_leaves_the_last_site(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digests(project / "site")
    change(project)
    for stage in (
        "workfolder.write_tree",
        *(f"publishing.{step}" for step in ("run_all", "assembled", "verify_again", "publish")),
    ):
        with monkeypatch.context() as broken:
            broken.setattr(f"slidegloss.pipeline.{stage}", _full_disk)
            with pytest.raises(OSError, match="No space"):
                build(project, Options(jobs=1))
        assert digests(project / "site") == before, stage
        assert sorted(path.name for path in project.iterdir()) == ["build", "docs", "mkdocs.yml", "site"]
        assert not list((project / "build").glob("tmp*")), stage
    assert build(project, Options(jobs=1)).site
    assert "cold light" in (project / "site" / "lamps.html").read_text(encoding="utf-8")


def _full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_is_a_message(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from slidegloss.cli import main  # noqa: PLC0415 - it remembers how it was called

    monkeypatch.setattr("slidegloss.pipeline.workfolder.write_tree", _full_disk)
    assert main(["build", str(project)]) == 1
    said = capsys.readouterr().err
    assert "cannot write the site: No space left on device" in said
    assert "make room on that disk" in said


def test_a_cache_without_room_for_compiled_templates_stops_no_build(
    project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    tried: list[str] = []

    def half(path: str, data: bytes, mode: Literal["wb", "xb", "ab"] = "wb") -> None:
        if ".bin." in path:  # pages.bin and templates.bin on their way
            tried.append(path)
            Path(path).write_bytes(data[:9])
            raise OSError(28, "No space left on device", path)
        write_file(path, data, mode)

    monkeypatch.setattr("slidegloss.write.files.write_file", half)
    change(project)
    assert build(project, Options(jobs=1)).site
    assert tried
    assert not [name for name in tried if Path(name).exists()], "half a file is left in the cache"


IN_THE_WAY: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a file for the work folder": (lambda root: write(root, {"build": "x"}), "build", "Not a directory"),
    "a file for the cache": (lambda root: write(root, {"build/cache": "x"}), "build/cache", "Not a directory"),
    "a file for an edition": (lambda root: write(root, {"build/en": "x"}), "build/en", "Not a directory"),
    "a folder for a file": (
        lambda root: (root / "build/mkdocs.en.yml").mkdir(parents=True),
        "mkdocs.en.yml",
        "not write",
    ),
    "a folder for the manifest": (
        lambda root: (root / "build/.slidegloss").mkdir(parents=True),
        ".slidegloss",
        "not write",
    ),
    "a link out of the work folder": (
        lambda root: ((root / "build").mkdir(), (root / "build" / "en").symlink_to(root / "docs")),
        "build/en leads out",
        "symbolic link",
    ),
    "a folder for a file that editions share": (
        lambda root: (root / "build/shared/slidegloss.json").mkdir(parents=True),
        "slidegloss.json",
        "not write",
    ),
    "a broken link for the site": (
        lambda root: (root / "site").symlink_to(root / "a.file" / "b"),
        "site",
        "Not a directory",
    ),
}


@pytest.mark.parametrize("way", IN_THE_WAY)
def test_what_is_in_the_way_is_named(tmp_path: Path, way: str) -> None:
    put, named, says = IN_THE_WAY[way]
    root = write(tmp_path / "project", SMALL | {"a.file": "x"})
    put(root)
    done = run("build", root, cwd=root)
    assert (done.code in {1, 2}, named in done.err, says in done.err) == (True, True, True), done.err
    assert (root / "a.file").read_text(encoding="utf-8") == "x"


PLACES = {
    "nobody": ("/proc/site", "Operation not permitted\n  choose a folder that you may write"),
    "nobody, deeper": ("/proc/site/deep", "Operation not permitted\n  choose a folder that you may write"),
    "a long name": ("y" * 252, "File name too long\n  choose a shorter name"),
    "a longer name": ("x" * 300, "File name too long"),
    "a loop": ("loop/site", "Too many levels of symbolic links"),
    "a device": (os.devnull, "is a file; name a folder"),
}


@pytest.mark.skipif(sys.platform != "linux", reason="/proc, and how Linux calls it")
@pytest.mark.parametrize("place", PLACES)
def test_where_no_site_can_be_is_said_before_the_build(project: Path, place: str) -> None:
    change(project)
    out, says = PLACES[place]
    (project / "loop").symlink_to("loop")
    done = run("build", project, "-o", out, cwd=project)
    assert (says in done.err, done.code in {1, 2}) == (True, True), done.err
    assert not (project / "build" / "en" / "candles.md").exists()
    if place != "a long name":
        for arguments in (["offline", project, "-o", out], ["translate", project, "-o", out], ["new", out]):
            done = run(*arguments, cwd=project)
            assert (says in done.err, done.code in {1, 2}) == (True, True), done.err
        assert not (project / "build" / "offline").exists(), "nothing was built to be packed"


REFUSED: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
    "a warning in a strict build": (
        ("build", "--strict", "-o", "a/b/c"),
        {"docs/notes/gone.md": "# G\n\n![x](x.png)\n"},
    ),
    "a template that fails": (("build", "-o", "a/b/c"), {"templates/pages/deck.md.jinja": "{{ 1 / 0 }}"}),
    "a template that fails, offline": (("offline", "-o", "a/b/c"), {"templates/pages/deck.md.jinja": "{{ 1 / 0 }}"}),
    "one file per deck, of a book that fails": (
        ("offline", "--single-file", "-o", "a/b/c"),
        {"templates/pages/deck.md.jinja": "{{ 1 / 0 }}"},
    ),
    "a name too long": (("build", "-o", f"a/{'x' * 300}/c"), {}),
    "a name too long, offline": (("offline", "-o", f"a/{'x' * 300}/c"), {}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_folders_for_a_site_that_was_not_built_are_taken_away(tmp_path: Path, case: str) -> None:
    (command_name, *options), files = REFUSED[case]
    root = write(tmp_path / "project", SMALL | files)
    done = run(command_name, root, *options, cwd=tmp_path)
    assert done.code, done.out
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "cache") == ["project"], done.err


def test_folders_that_were_there_stay(tmp_path: Path) -> None:
    root = write(tmp_path / "project", SMALL | {"docs/notes/gone.md": "# G\n\n![x](x.png)\n"})
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert run("build", "--strict", root, "-o", "a/b/c/d", cwd=tmp_path).code
    assert [path.name for path in (tmp_path / "a").rglob("*")] == ["b"]


def test_folders_for_a_site_that_cannot_be_moved_there_are_taken_away(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("slidegloss.write.site.write_manifest", _full_disk)
    with pytest.raises(OSError, match="No space"):
        build(project, Options(jobs=1, out=tmp_path / "a" / "b" / "c"))
    assert not (tmp_path / "a").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="nothing lies below a device")
def test_a_cache_that_cannot_be_is_done_without(tmp_path: Path) -> None:
    project = book(tmp_path / "book")
    done = run("build", project, "-o", tmp_path / "out", cwd=tmp_path, cache=os.devnull)
    assert (done.code, done.err, done.out.splitlines()[-1]) == (0, "", "Built out: open out/index.html")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("cache", ["/proc/cache", os.devnull])
def test_a_cache_that_cannot_be_and_is_needed_is_named(tmp_path: Path, cache: str) -> None:
    foreign = write(tmp_path / "notes", {"lamps.md": "# Lamps\n"})  # is built in the cache
    done = run("build", foreign, "-o", tmp_path / "other", cwd=tmp_path, cache=cache)
    assert (done.code, f"cannot write {cache}" in done.err) == (1, True), done.err


@pytest.mark.parametrize("source", ["x" * 300, "loop"])
def test_a_source_that_cannot_be_looked_up_is_named(tmp_path: Path, source: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for arguments in ([source], ["build", source], ["check", source]):
        done = run(*arguments, cwd=tmp_path)
        assert (done.code, f"SOURCE: {source}: " in done.err) == (2, True), done.err


def test_a_site_is_a_site_where_its_project_cannot_remember_it(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(project, {"build/cache/x": ""})
    monkeypatch.setattr(stamp.os, "access", lambda *_: False)  # a read-only file system
    assert not stamp._place(stamp.Asked(project, None, ())).is_relative_to(project)
    monkeypatch.setattr(stamp, "write_built", _full_disk)
    change(project)
    past = time.time() - 10
    for path in (project, *project.rglob("*")):
        os.utime(path, (past, past))
    assert rebuild(project, Options(jobs=1), lambda *_: None).site == project / "site"


def test_a_template_error_publishes_nothing(project: Path) -> None:
    before = digests(project / "site")
    change(project)
    write(project, {"templates/pages/deck.md.jinja": "{{ page.front }}\n\n{{ page.hading }}\n"})
    done = run("build", project, cwd=project)
    assert done.code == 1
    assert done.out.startswith("templates/pages/deck.md.jinja:3:1: error[template-error]: ")
    assert "hading" in done.out
    assert digests(project / "site") == before


@pytest.mark.parametrize("attempt", ["{{ page.__class__ }}", "{% include '../../mkdocs.yml' %}", "{{ ''.mro() }}"])
def test_templates_cannot_reach_out(project: Path, attempt: str) -> None:
    write(project, {"templates/pages/deck.md.jinja": attempt})
    built = build(project, Options(jobs=1))
    assert [problem.code_name for problem in built.diagnostics] == ["template-error"]
    assert built.site is None


def test_pages_of_deleted_notes_disappear(project: Path) -> None:
    change(project)
    build(project, Options(jobs=1))
    assert (project / "site" / "candles.html").is_file()
    (project / "docs" / "notes" / "candles.md").unlink()
    build(project, Options(jobs=1))
    assert not (project / "site" / "candles.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_file_may_take_the_place_of_a_folder_and_give_it_back(project: Path) -> None:
    def linked(path: str) -> bytes:
        write(project, {"docs/notes/lamps.md": f"# Lamps\n\nP1\n\n[all]({path}) of them\n"})
        built = build(project, Options(jobs=2))
        assert built.site is not None, built
        (found,) = (project / "site" / "files").rglob(Path(path).name)
        return found.read_bytes()

    write(project, {"docs/notes/set.csv/one.csv": "1,2\n"})
    assert linked("set.csv/one.csv") == b"1,2\n"
    shutil.rmtree(project / "docs/notes/set.csv")
    write(project, {"docs/notes/set.csv": "3\n"})
    assert linked("set.csv") == b"3\n"
    (project / "docs/notes/set.csv").unlink()
    write(project, {"docs/notes/set.csv/one.csv": "1,2\n"})
    assert linked("set.csv/one.csv") == b"1,2\n"


def test_killed_builds_show_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    """`bench/kill.py` tries more moments than these."""
    assert LOCK == lock.LOCK
    root, out = write(tmp_path / "project", SMALL), tmp_path / "out"
    subprocess.run(command(root, out), check=True, cwd=root)
    note = (
        write(root, {"docs/notes/lamps.md": SMALL["docs/notes/lamps.md"] + "\nand candles\n"}) / "docs/notes/lamps.md"
    )
    took = lasts(root, out)
    chance = random.Random(7)
    moments = [(took * chance.uniform(0.05, 1), how) for how in (signal.SIGKILL, signal.SIGINT, signal.SIGKILL)]
    found = list(trials(root, out, note, moments))
    assert [faults for _, faults in found if faults] == []
    subprocess.run(command(root, out), check=True, cwd=root)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "project"]


def test_the_second_of_two_builds_waits_and_says_so(project: Path) -> None:
    change(project)
    with locked(project / "build"):
        process = subprocess.Popen(command(project, project / "site"), cwd=project, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline() == "Another build of this book is running; this one starts when it is done.\n"
        assert process.poll() is None
    assert process.wait(timeout=120) == 0
    process.stderr.close()
    assert "cold light" in (project / "site" / "lamps.html").read_text(encoding="utf-8")


def test_severities_and_ignores_work_from_the_command_line(tmp_path: Path) -> None:
    settings = SMALL["mkdocs.yml"] + (
        "    severity: {link-missing: error, marker-gap: 'off'}\n"
        "    ignore:\n      - {code: figure-missing, path: docs/notes/old/**}\n"
    )
    note = "# Lamps\n\nP1\n\n![x](gone.png)\n\nP5\n\n[there](gone.md)\n"
    root = write(tmp_path, {"mkdocs.yml": settings, "docs/notes/a.md": note, "docs/notes/old/b.md": note})
    done = run("check", root, cwd=tmp_path)
    assert done.code == 1
    assert [line.split(": ")[0:2] for line in done.out.splitlines()[:-1]] == [
        ["docs/notes/a.md:5:1", "warning[figure-missing]"],
        ["docs/notes/a.md:9:1", "error[link-missing]"],
        ["docs/notes/old/b.md:9:1", "error[link-missing]"],
    ]


def test_a_read_only_project_is_built_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = book(tmp_path / "book")
    before = {path: path.stat().st_mtime_ns for path in sorted(root.rglob("*"))}
    monkeypatch.setattr(os, "access", lambda path, *_: not Path(path).is_relative_to(root))
    built = build(root, Options(out=tmp_path / "out", jobs=1))
    assert built.site == tmp_path / "out"
    assert {path: path.stat().st_mtime_ns for path in sorted(root.rglob("*"))} == before


@pytest.mark.parametrize("start", ["build.py", "-m"])
def test_ctrl_c_while_the_program_is_loaded_is_quiet(tmp_path: Path, start: str) -> None:
    # the package as it is, but for a part that is "interrupted" while it is imported
    hook = (
        "import sys\nclass Stop:\n    def find_spec(self, name, *_):\n        if name == 'slidegloss.base.reports':\n"
    )
    (tmp_path / "sitecustomize.py").write_text(
        f"{hook}            raise KeyboardInterrupt\nsys.meta_path.insert(0, Stop())\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, *([str(REPO / "build.py")] if start == "build.py" else ["-m", "slidegloss"]), "--version"],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{REPO}"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")


LINKS = ("cache/previews", "cache/looks", "html/en", "html/en/assets", "theme", ".slidegloss.lock")
"""Parts of `build/` in which a build removes what it does not know, or writes what a project says."""


@pytest.mark.parametrize("part", LINKS)
def test_a_link_that_came_with_a_repository_leads_no_build_out_of_its_folder(part: str, tmp_path: Path) -> None:
    root = write(tmp_path / "project", SMALL | {"mkdocs.yml": f"site_url: https://example.org/\n{SMALL['mkdocs.yml']}"})
    mine = write(tmp_path / "mine", {"letter.txt": "mine", "deep/photo.png": "mine too", "javascripts/own.js": "1"})
    before = digests(mine)
    link = root / "build" / part
    link.parent.mkdir(parents=True)
    link.symlink_to(mine if "lock" not in part else tmp_path / "nowhere")
    for name in ("build", "pages"):
        done = run(name, root, cwd=root)
        assert (done.code, done.out) == (2, "")
        assert f"{link} leads out of the folder it belongs to\n  a symbolic link is in the way" in done.err
    assert digests(mine) == before
    assert not (tmp_path / "nowhere").exists()
    assert not (root / "site").exists()


def test_a_link_in_place_of_a_file_that_is_being_written_is_not_followed(tmp_path: Path) -> None:
    root = write(tmp_path / "project", SMALL | {"build/mkdocs.en.yml": "old", "docs/translations/en.po": "#\n"})
    mine = write(tmp_path, {"letter.txt": "mine"}) / "letter.txt"
    for name in ("build/.mkdocs.en.yml.new", "docs/translations/.en.po.new"):
        (root / name).symlink_to(mine)
    (root / ".site.new").symlink_to(tmp_path)
    assert run("build", root, cwd=root).code == 0
    assert run("translate", root, cwd=root).code == 0
    assert mine.read_text(encoding="utf-8") == "mine"
    assert not list(root.rglob("*.new"))


def test_what_a_killed_build_has_put_together_goes_with_the_next(project: Path) -> None:
    write(project, {"build/staging/index.html": "half", "build/staging/deep/a.html": "half"})
    change(project)
    assert run("build", project, cwd=project).code == 0
    assert not (project / "build" / "staging").exists()


def test_a_full_disk_leaves_no_half_files_and_is_named(tmp_path: Path) -> None:
    full = pytest.importorskip("resource")
    root = write(tmp_path / "project", SMALL | {"docs/papers/a.bib": "@article{a, title={%s}}\n" % ("Lamps " * 50)})

    def small_files() -> None:
        full.setrlimit(full.RLIMIT_FSIZE, (100, 100))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        # -B: Python does not notice that it writes a compiled module by halves only, and cannot read it from then on
        [sys.executable, "-B", REPO / "build.py", "papers", "export", "out.bib"],
        cwd=root,
        capture_output=True,
        text=True,
        preexec_fn=small_files,
        check=False,
    )
    assert done.stderr.startswith(f"build.py: cannot write {root / 'out.bib'}: ")
    assert "site" not in done.stderr.partition(": File too large")[2]  # none is made
    assert sorted(path.name for path in root.iterdir()) == ["docs", "mkdocs.yml"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close a stream")
def test_without_a_standard_output_there_is_a_site_all_the_same(project: Path) -> None:
    change(project)
    line = ["/bin/sh", "-c", '"$@" >&-', "sh", sys.executable, REPO / "build.py", "build", project]
    done = subprocess.run(line, cwd=project, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "cold light" in (project / "site" / "lamps.html").read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="a shell's way to close a stream")
@pytest.mark.parametrize("wrong", ["chekc", "--nope"])
def test_without_a_standard_error_a_wrong_command_is_wrong_all_the_same(tmp_path: Path, wrong: str) -> None:
    line = ["/bin/sh", "-c", '"$@" 2>&-', "sh", sys.executable, REPO / "build.py", wrong]
    done = subprocess.run(line, cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A project with a `build/` in which HTML and a figure are not what was made of it; all sizes and times fit."""
    lamp = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="5" height="5"/></svg>'
    root = write(
        tmp_path / "theirs", SMALL | {"assets/lamp.svg": lamp, "docs/notes/figure.md": "![](../../assets/lamp.svg)\n"}
    )
    assert run("build", root, cwd=root, cache=str(tmp_path / "their cache")).code == 0
    page, known = root / "build/html/en/lamps.html", root / "build/cache/html.en.json"
    times = page.stat().st_mtime_ns
    page.write_bytes(page.read_bytes().replace(b"warm light", b"<script>x()</script>"))
    os.utime(page, ns=(times, times))
    record = json.loads(known.read_text(encoding="utf-8"))
    record["pages"]["lamps.md"][2] = str(page.stat().st_size)
    known.write_text(json.dumps(record), encoding="utf-8")
    (drawn,) = (root / "build/cache/figures/objects").rglob("*.svg")
    drawn.write_bytes(drawn.read_bytes().replace(b"<rect", b"<image"))
    stored = drawn.with_name(f"{drawn.name.partition('.')[0]}.json")
    record = json.loads(stored.read_text(encoding="utf-8"))
    record["files"][0][-1] = drawn.stat().st_size
    stored.write_text(json.dumps(record), encoding="utf-8")
    shutil.rmtree(root / "site")
    shutil.copytree(root, tmp_path / "ours")  # copies times, as archives do
    return tmp_path / "ours"


def test_what_came_with_an_archive_is_made_again(archive: Path) -> None:
    done = run("build", archive, cwd=archive)
    assert (done.code, "site-policy" in done.out) == (0, False)
    assert "warm light" in (archive / "site/lamps.html").read_text(encoding="utf-8")
    (figure,) = (archive / "site/figures").glob("lamp.*.svg")
    assert "<rect" in figure.read_text(encoding="utf-8")
