"""A book full of attacks, through everything that an author or contributor can write: none runs, none calls out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from slidegloss.editions.translations import plans
from slidegloss.pipeline.loading import load
from slidegloss.pipeline.phases import Options, build
from tests.browser.conftest import Requests
from tests.browser.xss_payloads import ALL, DIAGRAMS, RUN, SCRIPTS, SHORT, TEMPLATES
from tests.sites.command import write

pytestmark = pytest.mark.browser

_NAMES = [
    f"<img src=x onerror={RUN}>",
    f"' onmouseover='{RUN}",
    "{{7*7}}",
    "javascript:1",
    "a&lt;b&gt;",
    '"><svg onload=1>',
]
_SCAN = """html => {
  const page = html ? new DOMParser().parseFromString(html, "text/html") : document;
  const bad = [];
  const address = /^[\\u0000-\\u0020]*(?:javascript|vbscript|data:text\\/html|data:application|file)[:;,]/i;
  const look = root => {
    for (const el of root.querySelectorAll("*")) {
      for (const {name, value} of el.attributes) {
        if (/^on/i.test(name)) bad.push(`${el.tagName} ${name}`);
        if (/^(?:href|src|action|formaction|xlink:href|data|poster|background|ping|srcdoc|manifest)$/i.test(name)
            && address.test(value) && value !== "javascript:void(0)") bad.push(`${el.tagName} ${name}=${value}`);
        if (name === "style" && /url|expression|behavior|binding|position/i.test(value) && el.closest("article"))
          bad.push(`${el.tagName} ${name}=${value}`);
      }
      if (el instanceof HTMLTemplateElement) look(el.content);
    }
  };
  look(page);
  const tags = "script,style,iframe,object,embed,form,base,meta,link,portal,frame,frameset,applet";
  const ours = ".sg-mermaid__drawing, .sg-timeline, .sg-filters";
  for (const el of page.querySelectorAll("article :is(" + tags + ")"))
    if (!el.closest(ours)) bad.push(`<${el.tagName} ${el.className}> in the text`);
  for (const el of page.querySelectorAll("script:not([src])"))
    if (/__xss/.test(el.textContent) && el.type !== "application/json") bad.push("script: " + el.textContent.slice(0, 80));
  if (page.querySelectorAll("base").length) bad.push("<base>");
  return [...new Set(bad)];
}"""


def _yaml(value: object) -> str:
    return json.dumps(value, ensure_ascii=True)  # JSON is YAML


def _notes() -> Iterator[tuple[str, str]]:
    """Yield notes: each payload on its own, in a heading, in a remark, and in a cell."""
    for start in range(0, len(ALL), 45):  # a page takes the browser a second, an attack on it next to nothing
        parts = [f"# Lamps {start}\n"]
        for number, payload in enumerate(ALL[start : start + 45], start + 1):
            line = " ".join(payload.split())
            cell = line.replace("|", "\\|")
            parts += [
                f"P{number}\n## Slide {line}\n\nbefore {number}\n\n{payload}\n\nafter {number}\n",
                f"> ✅ note {line}\n> ❓ {line}\n",
                f"| cell | {cell} |\n|---|---|\n| {cell} | x |\n",
            ]
        yield f"docs/notes/part-{start:03}.md", "\n".join(parts)


def _book(folder: Path) -> Path:
    one = [" ".join(payload.split()) for payload in SHORT]
    papers = [
        {
            "key": f"lamp{number}",
            "title": f"Lamps {number} {text}",
            "short": text,
            "authors": [text, f"Ada {text}"],
            "venue": text,
            "year": 2020,
            "tags": [text],
            "guidance": [text],
            "links": {"project": f"https://example.org/{number}", "code": f"https://example.org/{text}"},
            "summary": {"en": text, "zh": f"灯 {text}"},
            "aliases": [text + " alias"],
        }
        for number, text in enumerate(one)
    ]
    unsafe = {"key": "unsafe", "title": "Unsafe links", "year": 2020, "links": {"project": f"javascript:{RUN}"}}
    settings = {
        "site_name": f"Lamps {one[0]}",
        "site_description": f'"> {one[5]}',
        "site_author": one[1],
        "site_url": "https://example.org/lamps/",
        "copyright": f"CC {one[6]} {one[0]}",
        "repo_url": "https://example.org/repo",
        "repo_name": one[0],
        "edit_uri": "edit/main/docs/",
        "extra": {
            "slidegloss": {
                "annotations": {"lamp": {"sign": "🧪", "label": {"en": one[0], "zh": one[5]}, "color": "red"}},
                "redirects": {"old.html": f'index.html#"><script>{RUN}</script>'},
                "books": {"https://example.org/book/": "."},
            }
        },
    }
    heads = {
        f"docs/notes/head-{number}.md": f"---\ntitle: {_yaml(text)}\nslides: {_yaml(f'javascript:{RUN}')}\n"
        f"source: {_yaml(text)}\nlang: {_yaml(text)}\n---\n\nP1\n\nwords {number}\n\n> 🧪 {text}\n"
        for number, text in enumerate(one)
    }
    names = {
        f"docs/notes/odd/{name.replace('/', '-')}.md": f"# Odd {number}\n\nwords\n"
        for number, name in enumerate(_NAMES)
    }
    summary = "".join(f"- [{text}](head-{number}.md)\n" for number, text in enumerate(one))
    cites = "".join(f"Ada Lux, “Lamps {number} {text},” CVPR 2020.\n\n" for number, text in enumerate(one))
    bib = "".join(
        f"@article{{b{number},\n title = {{Oil {text}}},\n author = {{Lux, {text}}},\n year = 2019\n}}\n"
        for number, text in enumerate(one[:8])
    )
    root = write(
        folder,
        {
            "mkdocs.yml": _yaml(settings),
            **dict(_notes()),
            **heads,
            **names,
            "docs/notes/diagrams.md": "# Diagrams\n\n" + "\n\n".join(f"```mermaid\n{text}\n```" for text in DIAGRAMS),
            "docs/notes/cites.md": f"# Cites\n\nP1\n\n{cites}",
            "docs/notes/SUMMARY.md": f"# Summary\n\n# Part {SCRIPTS[0]}\n\n{summary}- [Draft {SCRIPTS[0]}]()\n",
            "docs/pages/index.md": f"# Home {SCRIPTS[0]}\n\n" + "\n\n".join(ALL[:60]),
            "docs/papers/lamps.yml": _yaml([*papers, unsafe]),
            "docs/papers/lamps.bib": bib,
        },
    )
    _translate_with_attacks(root)
    return root


def _translate_with_attacks(root: Path) -> None:
    """Give the catalogue an attack as the translation of each text."""
    loaded, _ = load(root)
    assert loaded is not None
    (plan,) = plans(loaded.translations, ("zh",), "Lamps")
    text = str(plan.text)
    entries, number = [], 0
    for entry in text.split("\n\n"):
        attack = _yaml(ALL[number % len(ALL)].replace("\x00", "").replace("\x0c", " ")).replace("\\u", "u")
        if 'msgstr ""' in entry and 'msgid ""\nmsgstr' not in entry and entry.rstrip().endswith('msgstr ""'):
            number += 1
            entry = entry.rstrip().removesuffix('msgstr ""') + f"msgstr {attack}"
        entries.append(entry)
    assert number > 300
    write(root, {"docs/translations/zh.po": "\n\n".join(entries)})


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = _book(tmp_path_factory.mktemp("xss"))
    built = build(root, Options(jobs=2))
    assert not built.failures, built.failures[0].log
    assert built.site is not None
    return built.site


def _pages(site: Path) -> list[str]:
    """Return the paths of all pages but the one that sends readers on at once."""
    return sorted({path.relative_to(site).as_posix() for path in site.rglob("*.html")} - {"old.html"})


def _opened(names: list[str]) -> Iterator[str]:
    """Yield pages to open: of those that differ in an attack only (papers, heads of notes) one of four, by edition in turn.

    All of them have been looked through before; what runs on them in a browser is the same on each.
    """
    alike = [name for name in names if "papers/" in name or "head-" in name]
    for number, name in enumerate(sorted({name.removeprefix("zh/") for name in alike})[::4]):
        yield f"zh/{name}" if number % 2 and f"zh/{name}" in names else name
    yield from (name for name in names if name not in alike)


def test_no_page_holds_what_could_run(attacked: Path, page: Any) -> None:
    names = _pages(attacked)
    assert len(names) > 180
    found = {name: page.evaluate(_SCAN, (attacked / name).read_text(encoding="utf-8")) for name in names}
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_no_attack_runs_or_calls_out(attacked: Path, page: Any, serve: Any) -> None:
    base, wrong, dialogs = serve(attacked), [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    asked = Requests(page)
    names = list(_opened(_pages(attacked)))
    assert len(names) > 50
    for name in names:
        page.goto(f"{base}/{_quoted(name)}", wait_until="load")
        if name.endswith("diagrams.html"):  # they are drawn after the page is there
            expect(page.locator(".sg-mermaid--drawn")).to_have_count(2)
            for drawn in page.locator(".sg-mermaid__drawing .node").all():
                drawn.click()
        if page.evaluate("() => window.__xss"):
            wrong.append(f"{name}: a script ran")
        wrong += [f"{name}: {fault}" for fault in page.evaluate(_SCAN)]
        assert len(wrong) < 30, "\n".join(wrong)
    assert not wrong, "\n".join(wrong)
    assert not dialogs
    assert asked.foreign() == []


def _quoted(name: str) -> str:
    return "".join(f"%{byte:02X}" if chr(byte) in "#?%<>\"{}'& " or byte > 126 else chr(byte) for byte in name.encode())


def test_what_scripts_show_is_text_too(attacked: Path, page: Any, serve: Any) -> None:
    """Search results, cards of citations, the filter of papers: made in the browser out of data."""
    base = serve(attacked)
    asked = Requests(page)
    page.goto(f"{base}/cites.html", wait_until="load")
    chips = page.locator("article a.sg-chip")
    assert chips.count() > 5
    for number in range(0, chips.count(), 3):
        chips.nth(number).focus()
        chips.nth(number).hover(force=True)
        page.wait_for_timeout(60)
    assert not page.evaluate(_SCAN)
    for words in ("onerror", "script", "lamp"):
        page.goto(f"{base}/index.html?q={words}", wait_until="load")
        page.locator("[data-md-component=search-query]").wait_for(state="attached")
        page.wait_for_timeout(600)
        assert not page.evaluate(_SCAN)
    page.goto(f"{base}/papers.html", wait_until="load")
    assert not page.evaluate(_SCAN)
    assert not page.evaluate("() => window.__xss")
    assert asked.foreign() == []


def test_template_syntax_of_authors_is_their_text(attacked: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted(attacked.glob("part-*.html")))
    assert "}}LAMP{{" in pages
    assert "49LAMP" not in pages
    assert "{% include &#x27;/etc/passwd&#x27; %}" in pages or "{% include '/etc/passwd' %}" in pages
    assert len([text for text in TEMPLATES if "{{" in text]) > 1
    assert "root:x:0" not in pages


def test_nothing_from_outside_is_in_the_site(attacked: Path) -> None:
    for path in attacked.rglob("*"):
        if path.is_file():
            assert b"root:x:0:0" not in path.read_bytes(), path


def test_no_text_is_lost(attacked: Path) -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in sorted(attacked.glob("part-*.html")))
    missing = [n for n in range(1, len(ALL) + 1) if f"before {n}<" not in pages or f"after {n}" not in pages]
    assert not missing, [ALL[n - 1] for n in missing]
