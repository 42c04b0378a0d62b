"""The same input gives the same bytes, whatever the machine: folder, time zone, locale, hash seed, processes, cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path

from PIL import Image

from .command import REPO, write

NOTE = """\
---
source: https://example.org/lamps
---

# Lamps 台灯

P1
## Warm light

![a lamp](../../assets/lamp.png)

> ✅ 暖光适合夜读
> ❓ 为什么？
> en: Why? The flux is $\\Phi_v$.

| kind | lumen |
|------|-------|
| oil  | $40$  |

P3
## Cold light

Ada Lux, “Lamps That Read Along With You,” CVPR 2020. See P1 and [there](candles.md#p2).

```mermaid
graph LR; A-->B
```

```python
print("light")
```
"""
CANDLES = "# Candles\n\nP2\n\n> 🔎 See <https://example.org/wax>.\n\n![gone](gone.png)\n"
PAPERS = (
    "- key: ada2020lamps\n  title: Lamps That Read Along With You\n  year: 2020\n  venue: CVPR\n"
    "  authors: [Ada Lux, Bo Glim]\n  tags: [light, reading]\n  summary:\n    en: A lamp.\n    zh: 一盏灯。\n"
)
SETTINGS = (
    "site_name: Lamps\nsite_url: https://example.org/lamps/\nextra:\n  slidegloss:\n"
    "    redirects:\n      old.html: lamps.html\n"
)


def book(folder: Path) -> Path:
    """A small book that uses about everything."""
    picture = BytesIO()
    Image.linear_gradient("L").resize((1400, 300)).save(picture, "PNG")
    return write(
        folder,
        {
            "mkdocs.yml": SETTINGS,
            "docs/notes/lamps.md": NOTE,
            "docs/notes/candles.md": CANDLES,
            "docs/papers/lamps.yml": PAPERS,
            "docs/translations/zh.po": 'msgid ""\nmsgstr ""\n"Language: zh\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n',
            "assets/lamp.png": picture.getvalue(),
        },
    )


def built(root: Path, out: Path, *arguments: str, **env: str) -> dict[str, str]:
    """Build with the command line and return the digest of every file."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON", "TZ"))}
    done = subprocess.run(
        [sys.executable, REPO / "build.py", "build", root, "-o", out, *arguments],
        env={**keep, "PYTHONPATH": str(REPO), **env},
        cwd=root,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
    files = sorted(path for path in out.rglob("*") if path.is_file())
    return {path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_two_builds_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = book(tmp_path / "one"), book(tmp_path / "an other place" / "书")
    for path in sorted(other.rglob("*")):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    first = built(one, tmp_path / "a", "-j", "1", TZ="Asia/Tokyo", LC_ALL="C", PYTHONHASHSEED="1")
    second = built(other, tmp_path / "b" / "site", "-j", "2", TZ="America/Lima", LC_ALL="C.UTF-8", PYTHONHASHSEED="2")
    assert len(first) > 40
    assert different(first, second) == []
    warm = built(one, tmp_path / "a", PYTHONHASHSEED="3")
    assert different(first, warm) == []
    shutil.rmtree(one / "build" / "html")  # what is half there is made whole
    assert different(first, built(one, tmp_path / "c", "--no-cache", PYTHONHASHSEED="4")) == []


def test_dates_out_of_history_are_the_same_everywhere(tmp_path: Path) -> None:
    root = book(tmp_path / "one")
    git = [
        "git",
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.org",
        "-c",
        "commit.gpgsign=false",
        "-C",
        str(root),
    ]
    subprocess.run([*git, "init", "-q"], check=True)
    for moment, text in (("2024-03-09T23:30:00+0900", "1"), ("2024-11-03T01:30:00-0500", "2")):
        write(root, {"docs/notes/lamps.md": NOTE.replace("oil", f"oil {text}")})
        subprocess.run([*git, "add", "-A"], check=True)
        dates = {**os.environ, "GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        subprocess.run([*git, "commit", "-q", "-m", f"Lamps {text}"], env=dates, check=True)
    first = built(root, tmp_path / "a", TZ="Asia/Tokyo", LC_ALL="C")
    assert {"feed.xml", "zh/feed.xml", "changes.html"} <= first.keys()
    assert b"2024-11-03T06:30:00Z" in (tmp_path / "a" / "feed.xml").read_bytes()
    subprocess.run(["git", "clone", "-q", root, tmp_path / "clone"], check=True)
    told = {"SOURCE_DATE_EPOCH": "1700000000"}
    dated = built(root, tmp_path / "b", TZ="Pacific/Kiritimati", **told)
    other = built(
        tmp_path / "clone", tmp_path / "c", "-j", "2", TZ="Etc/GMT+12", LC_ALL="C.UTF-8", PYTHONHASHSEED="7", **told
    )
    assert different(dated, other) == []
    assert set(different(first, dated)) <= {"sitemap.xml", "sitemap.xml.gz", "zh/sitemap.xml", "zh/sitemap.xml.gz"}


def different(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """Name the files that are not the same in both."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
