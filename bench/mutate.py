"""Parse and render damaged copies of the corpus's notes: nothing may raise, run long, or lose Han text.

Usage: python bench/mutate.py [CORPUS] [--count 2000] [--seed 1]
Each copy is one note with a few random damages; the n-th copy of a seed is always the same.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import time
import traceback
from collections import Counter
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPO))

from slidegloss.base.decode import decode  # noqa: E402
from tests.corpus.pages import rendered  # noqa: E402

SNIPPETS = (
    *(
        "```",
        "~~~",
        "$$",
        "\\\\(",
        "\\\\)",
        "\\begin{align}",
        "\\end{align}",
        "**",
        "_",
        "`",
        "|",
        "|--|--|",
        "> ",
        ">",
    ),
    *(
        "P12",
        "P12\n",
        "# ",
        "<u>",
        "</div>",
        "<div>",
        "<!--",
        "-->",
        "&#x2705;",
        "❓",
        "[",
        "](",
        "](x)",
        "![](",
        "---\n",
    ),
    *(
        "- ",
        "1. ",
        "    ",
        "\t",
        "\n\n",
        "\r\n",
        "\r",
        "\0",
        "\u200b",
        "\ufeff",
        "\ue000",
        "\U000f0000",
        "{#a}",
        "{{ x }}",
    ),
    *(
        ":::note 题\n",
        ":::\n",
        '!!! tip "题"\n',
        '=== "题"\n',
        "> [!bug] 题\n",
        "[?]",
        "- ❌ ",
        "**作者**: ",
        "![](a.png){width=3}",
    ),
)


def damage(data: bytes, chance: random.Random) -> bytes:
    """Apply one random damage to the bytes of a note."""
    lines = data.split(b"\n")
    at = chance.randrange(len(lines))
    kind = chance.randrange(9)
    if kind == 0:
        where = chance.randrange(max(1, len(data)))
        return data[:where] + bytes([chance.randrange(256)]) + data[where + 1 :]
    if kind == 8:  # saved by another program; most often not, for a second such damage leaves nothing to read
        return _encoded(data, chance) if chance.random() < 0.2 else data.replace(b"\n", b"\r\n")
    if kind == 1:
        return data[: chance.randrange(len(data) + 1)]
    if kind == 2:
        del lines[at : at + chance.randrange(1, 4)]
    elif kind == 3:
        lines.insert(at, lines[chance.randrange(len(lines))])
    elif kind == 4:
        other = chance.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 5 and at + 1 < len(lines):
        lines[at : at + 2] = [lines[at] + lines[at + 1]]
    elif kind == 6:
        lines[at] = b"> " + lines[at] if chance.random() < 0.5 else b"   " + lines[at]
    else:
        text = lines[at].decode("utf-8", "replace")
        where = chance.randrange(len(text) + 1)
        lines[at] = (text[:where] + chance.choice(SNIPPETS) + text[where:]).encode()
    return b"\n".join(lines)


def _encoded(data: bytes, chance: random.Random) -> bytes:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    return text.encode(chance.choice(("utf-16", "utf-16-le", "utf-32", "gb18030", "gbk", "utf-8-sig")), "replace")


def _han(text: str) -> Counter[str]:
    return Counter(char for char in text if "\u4e00" <= char <= "\u9fff")


def lost(text: str, html: str) -> Counter[str]:
    """Return the Han characters of a note that its HTML does not hold; comments and definitions are not shown."""
    text = re.sub(r"<!--.*?(?:-->|\Z)", "", text, flags=re.DOTALL)
    text = re.sub(r"^[ \t>]*\[[^\]\n]+\]:.*$", "", text, flags=re.MULTILINE)
    return _han(text) - _han(html)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", nargs="?", type=Path, default=REPO.parent / "shared" / "corpus")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    notes = [path.read_bytes() for path in sorted(options.corpus.rglob("*.md"))]
    started = time.perf_counter()
    faults: Counter[str] = Counter()
    slowest, late = 0.0, 2.0
    for number in range(options.count):
        chance = random.Random(f"{options.seed}/{number}")
        data = chance.choice(notes)
        for _ in range(chance.randrange(1, 9)):
            data = damage(data, chance)
        text = decode(data, "note.md")[0].text
        began = time.process_time()  # others may be busy on this machine
        try:
            html = rendered(text)
        except Exception as error:  # noqa: BLE001 - the bench looks for just these
            where = traceback.extract_tb(error.__traceback__)[-1]
            name = f"{type(error).__name__} at {Path(where.filename).name}:{where.lineno}"
            faults[name] += 1
            if faults[name] == 1:
                print(f"#{number}: {name}: {error}")
            continue
        took = time.process_time() - began
        slowest = max(slowest, took)
        if took > late:
            faults["hang"] += 1
            print(f"#{number}: {took:.1f} s")
        if missing := lost(text, html):
            faults["lost"] += 1
            if faults["lost"] <= 20:
                print(f"#{number}: lost {missing.total()}: {''.join(list(missing)[:20])}")
        ids = re.findall(r'<[a-z][^<>]*? id="([^"]+)"', html)
        if len(ids) != len(set(ids)):
            faults["duplicate id"] += 1
            print(f"#{number}: duplicate id {[one for one, times in Counter(ids).items() if times > 1][:3]}")
    seconds = time.perf_counter() - started
    print(
        f"{options.count} damaged notes in {seconds:.1f} s, slowest {slowest * 1000:.0f} ms; faults: {dict(faults) or 'none'}"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
