"""Kill a build at random moments and look at what a web server would show: the old site or the new one, whole.

python bench/kill.py [MOMENTS]
"""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from slidegloss.write.lock import LOCK

REPO = Path(__file__).resolve().parents[1]


def command(root: Path, out: Path) -> list[str]:
    return [sys.executable, str(REPO / "build.py"), "build", str(root), "-o", str(out), "-q"]


def digests(site: Path) -> dict[str, str]:
    """Return the digest of every file of a site."""
    files = sorted(path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def started(root: Path, out: Path) -> subprocess.Popen[bytes]:
    """Start a build and return when it has taken its lock: before that Python may still be loading itself, or us.

    What happens to whoever interrupts Python before any code of ours runs is not ours to say, and nothing is written yet.
    """
    lock = root / "build" / LOCK
    lock.unlink(missing_ok=True)  # nobody holds it; a build makes it again
    process = subprocess.Popen(
        command(root, out), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=root, start_new_session=True
    )
    while not lock.exists() and process.poll() is None:
        time.sleep(0.001)
    return process


def lasts(root: Path, out: Path) -> float:
    """Return the seconds from the moment when a build has taken its lock to its end."""
    process = started(root, out)
    since = time.monotonic()
    said = process.communicate(timeout=120)[0].decode()
    if process.returncode:
        raise RuntimeError(said)
    return time.monotonic() - since


def kill_at(root: Path, out: Path, after: float, how: signal.Signals) -> tuple[bool, str, list[str]]:
    """Start a build and end it some seconds after it has taken its lock.

    Returns whether it had come to its end, what it said, and what was wrong with the site meanwhile: a web server
    looks all the time.
    """
    process = started(root, out)
    until, faults = time.monotonic() + after, []
    while time.monotonic() < until and process.poll() is None:
        if not (out / "index.html").is_file():
            faults.append("the site was gone for a moment")
        time.sleep(0.001)
    ended = process.poll() is not None
    if not ended:
        os.killpg(process.pid, how)
    said = process.communicate(timeout=120)[0].decode()
    if "Traceback" in said:
        faults.append(said)
    return ended, said, faults


def trials(
    root: Path, out: Path, note: Path, moments: Sequence[tuple[float, signal.Signals]]
) -> Iterator[tuple[str, list[str]]]:
    """Kill builds of a changing note; yield what is there after each (`old`, `new`) and what is wrong with it."""
    with tempfile.TemporaryDirectory() as temporary:
        for number, (after, how) in enumerate(moments):
            old = digests(out)
            note.write_text(note.read_text(encoding="utf-8") + f"\nLine {number} of the lamp.\n", encoding="utf-8")
            ended, _, faults = kill_at(root, out, after, how)
            here = digests(out)
            if here == old:
                yield "old", faults
                continue
            subprocess.run(command(root, Path(temporary) / "site"), check=True, cwd=root, stdout=subprocess.DEVNULL)
            new = digests(Path(temporary) / "site")
            if here != new:
                names = sorted(name for name in here.keys() | new.keys() if here.get(name) != new.get(name))
                faults.append(f"the site is neither the old nor the new one: {names[:5]}")
            yield "new" if ended else "new, killed after it was published", faults


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    sys.path.insert(0, str(REPO))
    from tests.sites.test_identical import book  # noqa: PLC0415 - the small book of the tests

    with tempfile.TemporaryDirectory() as folder:
        root, out = book(Path(folder) / "book"), Path(folder) / "out"
        note = root / "docs/notes/lamps.md"
        whole = lasts(root, out)
        note.write_text(note.read_text(encoding="utf-8") + "\nA first line of the lamp.\n", encoding="utf-8")
        typical = (whole + lasts(root, out)) / 2
        chance = random.Random(20)
        moments = [
            (chance.uniform(0, typical * 1.1), chance.choice([signal.SIGKILL, signal.SIGINT])) for _ in range(count)
        ]
        tally: Counter[str] = Counter()
        wrong = 0
        for (after, how), (state, faults) in zip(moments, trials(root, out, note, moments), strict=True):
            tally[state] += 1
            wrong += bool(faults)
            print(f"{how.name} after {after:.2f} s: {state} {'; '.join(faults)}", flush=True)
        subprocess.run(command(root, out), check=True, cwd=root, stdout=subprocess.DEVNULL)
        left = sorted(path.name for path in Path(folder).iterdir() if path.name not in {"book", "out"})
        print(
            f"{count} builds killed within {typical:.1f} s: {dict(tally)}; {wrong} with faults; left beside the site: {left}"
        )


if __name__ == "__main__":
    main()
