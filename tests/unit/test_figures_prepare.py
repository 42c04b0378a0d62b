"""All figures of a book: names in the site, cache, interrupted and parallel runs, files that cannot be used."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image

from slidegloss.figures import cache
from slidegloss.figures.batch import inspect, prepare, site_name
from slidegloss.figures.settings import FigureSettings

SETTINGS = FigureSettings()


def picture(path: Path, colour: str = "teal", size: tuple[int, int] = (300, 200), kind: str = "PNG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.radial_gradient("L").resize(size)
    Image.merge(
        "RGB", (image, image.transpose(Image.Transpose.ROTATE_180), Image.new("L", size, len(colour) * 20))
    ).save(path, kind)
    long_ago = time.time() - 1000
    os.utime(path, (long_ago, long_ago))
    return path


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name, colour in (("one", "red"), ("two", "teal"), ("three", "indigo")):
        picture(tmp_path / "project" / "assets" / f"{name}.png", colour)
    return tmp_path / "project"


SOURCES = ["assets/one.png", "assets/two.png", "assets/three.png"]


def run(root: Path, sources=SOURCES, settings=SETTINGS, **options):
    ticks: list[tuple[int, int]] = []
    done = prepare(sources, root, root.parent / "cache", settings, 2, lambda *tick: ticks.append(tick), **options)
    return done, ticks


def test_figures_have_sizes_and_files(root):
    done, ticks = run(root)
    figure = done.figures["assets/one.png"]
    assert (figure.kind, figure.mime, figure.width, figure.height) == ("raster", "image/png", 300, 200)
    assert figure.original == figure.variants[-1]
    for file in figure.variants:
        assert done.files[file.site_path].stat().st_size == file.bytes
    assert figure.original.site_path.startswith("figures/one.")
    assert ticks == [(1, 3), (2, 3), (3, 3)]
    assert done.diagnostics == ()


def test_a_second_run_converts_nothing_and_says_the_same(root, monkeypatch):
    first, _ = run(root)
    monkeypatch.setattr("slidegloss.figures.batch.convert", None)
    second, ticks = run(root)
    assert second == first
    assert ticks == []


def test_a_changed_figure_is_converted_again_and_alone(root):
    first, _ = run(root)
    picture(root / "assets" / "two.png", "black", (310, 200))
    second, ticks = run(root)
    assert ticks == [(1, 1)]
    assert second.figures["assets/two.png"].width == 310
    assert second.figures["assets/one.png"] == first.figures["assets/one.png"]


def test_a_change_within_the_same_second_is_seen(root):
    path = root / "assets" / "one.png"
    data = path.read_bytes()
    run(root)
    before = path.stat()
    path.write_bytes(data[:-20] + bytes(20))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    _, ticks = run(root)
    assert ticks == [(1, 1)]


def test_other_settings_are_other_entries(root):
    run(root)
    _, ticks = run(root, settings=FigureSettings(quality=80))
    assert len(ticks) == 3
    assert run(root)[1] == []


def test_without_cache_everything_is_done_anew(root):
    first, _ = run(root)
    again, ticks = run(root, settings=FigureSettings(use_cache=False))
    assert len(ticks) == 3
    assert again == first


def test_the_same_picture_is_in_the_site_once(root):
    copy = root / "assets" / "sub" / "eine kopie.png"
    copy.parent.mkdir()
    copy.write_bytes((root / "assets" / "one.png").read_bytes())
    done, _ = run(root, [*SOURCES, "assets/sub/eine kopie.png"])
    assert done.figures["assets/sub/eine kopie.png"].variants == done.figures["assets/one.png"].variants
    assert len(done.files) == sum(len(done.figures[name].variants) for name in SOURCES)


def test_after_a_kill_only_what_was_missing_is_done(root):
    first, _ = run(root)
    objects = root.parent / "cache" / "objects"
    records = sorted(objects.rglob("*.json"))
    records[0].unlink()  # killed between blob and record
    blob = next(path for path in sorted(objects.rglob(f"{records[1].stem}.*.webp")))
    blob.write_bytes(b"RIFF half of it")  # a disk that lost its power
    (records[2].parent / ".left.webp.1.1").write_bytes(b"half")
    (root.parent / "cache").joinpath("memo-0.json").write_text("{", encoding="utf-8")
    second, ticks = run(root)
    assert len(ticks) == 2
    assert second == first


def test_damaged_records_and_memos_are_as_good_as_none(root):
    first, _ = run(root)
    folder = root.parent / "cache"
    for path in folder.rglob("*.json"):
        path.write_text('["nonsense"]', encoding="utf-8")
    second, ticks = run(root)
    assert (second, len(ticks)) == (first, 3)


def test_two_builds_at_once_agree(root):
    with ThreadPoolExecutor(2) as pool:
        (first, _), (second, _) = pool.map(lambda _: run(root), range(2))
    assert first.figures == second.figures
    assert not list((root.parent / "cache").rglob(".*"))


def test_the_least_recently_used_goes_first(root):
    done, _ = run(root)
    folder = root.parent / "cache"
    long_ago = time.time() - 10_000
    for path in folder.rglob("objects/*/*"):
        os.utime(path, (long_ago, long_ago))
    run(root, ["assets/two.png"])  # uses it again
    cache.evict(folder, max_bytes=1, keep=frozenset())
    _, ticks = run(root)
    assert len(ticks) == 2
    assert done.files[done.figures["assets/two.png"].original.site_path].exists()


def test_what_a_run_needs_is_never_evicted(root):
    done, _ = run(root, settings=FigureSettings(cache_mb=0))
    assert all(path.exists() for path in done.files.values())


def test_originals_are_not_touched(root):
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*.png")}
    run(root)
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in root.rglob("*") if path.is_file()} == before


def test_bad_files_are_messages_and_the_others_come_out(root, tmp_path):
    assets = root / "assets"
    (assets / "empty.png").write_bytes(b"")
    (assets / "text.png").write_text("404", encoding="utf-8")
    picture(assets / "jpeg.png", kind="JPEG")
    picture(tmp_path / "secret.png")
    (assets / "link.png").symlink_to(tmp_path / "secret.png")
    (assets / "inside.png").symlink_to("one.png")
    (assets / "folder.png").mkdir()
    names = ["empty", "text", "jpeg", "link", "inside", "folder", "gone"]
    done, _ = run(root, [*SOURCES, *(f"assets/{name}.png" for name in names)])
    assert [(one.path.split("/")[1], one.code_name) for one in done.diagnostics] == [
        ("empty.png", "figure-empty"),
        ("folder.png", "figure-broken"),
        ("gone.png", "figure-broken"),
        ("jpeg.png", "figure-misnamed"),
        ("link.png", "figure-outside"),
        ("text.png", "figure-unsupported"),
    ]
    assert set(done.figures) == {*SOURCES, "assets/jpeg.png", "assets/inside.png"}


def test_a_check_says_the_same_without_writing(root):
    assets = root / "assets"
    (assets / "empty.png").write_bytes(b"")
    (assets / "copy.png").write_bytes((assets / "one.png").read_bytes())
    (assets / "cut.png").write_bytes((assets / "one.png").read_bytes()[:900])
    (assets / "bad.svg").write_text("<svg>", encoding="utf-8")
    picture(assets / "jpeg.png", kind="JPEG")
    names = [*SOURCES, *(f"assets/{name}" for name in ("empty.png", "copy.png", "cut.png", "bad.svg", "jpeg.png"))]
    said = inspect(names, root, SETTINGS, 2)
    assert not (root.parent / "cache").exists()
    assert {(one.path.split("/")[1], one.code_name) for one in said} == {
        ("bad.svg", "figure-broken"),
        ("cut.png", "figure-broken"),
        ("empty.png", "figure-empty"),
        ("jpeg.png", "figure-misnamed"),
        ("one.png", "figure-duplicate"),
    }
    done, _ = run(root, names)
    assert set(done.diagnostics) == {one for one in said if one.code_name != "figure-duplicate"}


def test_a_linked_folder_that_leaves_the_project_is_refused(root, tmp_path):
    picture(tmp_path / "elsewhere" / "x.png")
    (root / "assets" / "away").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    done, _ = run(root, ["assets/away/x.png"])
    assert [one.code_name for one in done.diagnostics] == ["figure-outside"]
    assert not done.figures


def test_videos_are_copied(root):
    (root / "assets" / "clip.mp4").write_bytes(b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(1000))
    done, _ = run(root, ["assets/clip.mp4"])
    figure = done.figures["assets/clip.mp4"]
    assert (figure.kind, figure.mime, figure.width) == ("video", "video/mp4", 0)
    assert done.files[figure.original.site_path] == root / "assets" / "clip.mp4"


def test_sounds_and_what_can_only_be_opened_are_copied(root):
    (root / "assets" / "talk.mp3").write_bytes(b"ID3" + bytes(1000))
    (root / "assets" / "board.png").write_bytes(b"%PDF-1.7\n")
    names = ["assets/talk.mp3", "assets/board.png"]
    done, _ = run(root, names)
    assert [(done.figures[name].kind, done.figures[name].mime) for name in names] == [
        ("video", "audio/mpeg"),
        ("other", "application/pdf"),
    ]
    assert [(one.path, one.code_name) for one in done.diagnostics] == [("assets/board.png", "figure-unsupported")]
    assert inspect(names, root, SETTINGS, 2) == done.diagnostics


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("a/Flow Chart (1).PNG", "figures/flow-chart-1.0123456789ab.webp"),
        ("a/光流.png", "figures/figure.0123456789ab.webp"),
        ("a/con.png", "figures/figure-con.0123456789ab.webp"),
        ("a/" + "x" * 300 + ".png", "figures/" + "x" * 40 + ".0123456789ab.webp"),
    ],
)
def test_names_in_the_site_are_plain(source, name):
    assert site_name(source, "webp", "0123456789abcdef") == name
