"""How fast is search? Our worker against Material's stock worker, same notes, same 200 queries, same Chromium.

    python bench/search.py [FOLDER OF NOTES] [COPIES]

COPIES repeats the notes under other addresses, to see how search grows. Times are from sending a query to its answer.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import shutil
import sys
import tempfile
from pathlib import Path

import material
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests/browser")]

from conftest import CHROMIUM_ARGS, served  # noqa: E402

from slidegloss.model import NoteSource  # noqa: E402
from slidegloss.notes.deck import NoteOptions, parse_deck  # noqa: E402
from slidegloss.site.searchdocs import deck_docs  # noqa: E402
from slidegloss.site.searchindex import SearchDoc  # noqa: E402
from tests.search_index import build_index  # noqa: E402

QUERIES = 200

MEASURE = """async ({worker, setup, queries}) => {
  const w = new Worker(worker)
  const next = () => new Promise((ok, no) => { w.onmessage = e => ok(e.data); w.onerror = e => no(e.message) })
  const ask = async q => {
    const t = performance.now(); const answer = next(); w.postMessage({type: 2, data: q})
    const {data} = await answer; return [performance.now() - t, data.items.flat().filter(d => d.score > 0).length]
  }
  const data = typeof setup === "string" ? await (await fetch(setup)).json() : setup
  let t = performance.now(); const ready = next(); w.postMessage({type: 0, data: {...data, options: {}}}); await ready
  const [, first] = await ask(queries[0]); const start = performance.now() - t
  // our worker answers again after each further file of the index
  let whole = start
  for (let n = 1; n < (data.config.shards || []).length; n++) { await next(); whole = performance.now() - t }
  const out = []; for (const q of queries) out.push(await ask(q))
  return {start, whole, first, out}
}"""


def notes(folder: Path, copies: int) -> list[SearchDoc]:
    found = []
    for copy in range(copies):
        for path in sorted(folder.rglob("*.md")):
            name = f"{copy or ''}{path.relative_to(folder).with_suffix('.html').as_posix()}"
            deck, _ = parse_deck(NoteSource(str(path), name, path.read_text(encoding="utf-8")), NoteOptions())
            found += list(deck_docs(deck, name.replace("%", "%25").replace("#", "%23"), {}, None))
    return found


def stock_index(docs: list[SearchDoc]) -> dict:
    merged: dict[str, dict] = {}
    for doc in docs:
        entry = merged.setdefault(doc.location, {"location": doc.location, "title": "", "text": ""})
        entry["title"] = entry["title"] or f"{doc.label} {doc.title}".strip()
        entry["text"] += "".join(f"<p>{line}</p>" for line in (doc.text, *doc.translations))
    config = {
        "lang": ["zh", "en"],
        "separator": r"[\s\-\u200b\u3000\uff0c\u3002]+",
        "pipeline": ["stemmer"],
        "fields": {"title": {"boost": 1e3}, "text": {"boost": 1}, "tags": {"boost": 1e6}},
    }
    return {"config": config, "docs": list(merged.values())}


def queries(docs: list[SearchDoc]) -> list[str]:
    """Words and pairs of words that occur: half Chinese of one to five characters, half Latin."""
    chance = random.Random(6)
    text = "\n".join(doc.text for doc in docs)
    han, latin = re.findall(r"[\u4e00-\u9fff]{5,}", text), re.findall(r"(?<![A-Za-z0-9_])[A-Za-z]{2,}", text)
    found = []
    for number in range(QUERIES // 2):
        found.append(chance.choice(han)[: 1 + number % 5] + (f" {chance.choice(han)[:2]}" if number % 3 == 0 else ""))
        found.append(" ".join(chance.choice(latin) for _ in range(1 + number % 2)))
    return found


def main(folder: Path, copies: int) -> None:
    docs = notes(folder, copies)
    asked = queries(docs)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        site = Path(name)
        (site / "index.html").write_text("<!doctype html>", encoding="utf-8")
        shutil.copytree(ROOT / "templates/theme/assets", site / "assets")
        shutil.copytree(Path(material.__file__).parent / "templates/assets/javascripts", site / "js")
        (site / "search").mkdir()
        size = zipped = shards = 0
        for path, text in build_index(docs, "zh").items():
            (site / path).write_text(text, encoding="utf-8")
            shards += path.startswith("search/slides")
            size += len(text.encode()) * path.startswith("search/slides")
            zipped += len(gzip.compress(text.encode())) * path.startswith("search/slides")
        stock = json.dumps(stock_index(docs), ensure_ascii=False)
        (site / "stock.json").write_text(stock, encoding="utf-8")
        print(
            f"{len({doc.location for doc in docs})} hits, {len(docs)} pieces; index {size:,} B, gzip {zipped:,} B in {shards} files"
        )
        stock_worker = next((site / "js/workers").glob("search.*.min.js")).name
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM_ARGS)
        for title, worker, setup in (
            ("ours ", "assets/search-worker.js", "search/search_index.json"),
            ("stock", f"js/workers/{stock_worker}", "stock.json"),
        ):
            with served(site) as url:
                page = browser.new_page()
                page.goto(f"{url}/index.html")
                result = page.evaluate(MEASURE, {"worker": worker, "setup": setup, "queries": asked})
            times = sorted(time for time, _ in result["out"])
            empty = [query for query, (_, hits) in zip(asked, result["out"], strict=True) if not hits]
            single = sum(1 for query in empty if " " not in query)
            print(
                f"{title}: first answer {result['start']:.0f} ms, index whole {result['whole']:.0f} ms; "
                f"median {times[len(times) // 2]:.1f} ms, p95 {times[int(len(times) * 0.95)]:.1f} ms, "
                f"worst {times[-1]:.1f} ms; {len(empty)} of {QUERIES} found nothing, {single} of them a single word"
            )
        browser.close()


if __name__ == "__main__":
    default = ROOT.parent / "shared/corpus/ImportantArticles_2024/src"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else default, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
