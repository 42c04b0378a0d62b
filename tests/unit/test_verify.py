from __future__ import annotations

from pathlib import Path

import pytest

from slidegloss.verification.verify import verify


def site(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def codes(root: Path, **files: str) -> list[tuple[str, str]]:
    names = {name.replace("__", "/").replace("_html", ".html"): text for name, text in files.items()}
    return [(problem.code_name, problem.path) for problem in verify(site(root, names))]


@pytest.mark.parametrize(
    "html",
    [
        '<img src="https://h.example/a.png">',
        "<img alt='a > b' src='//h.example/a.png'>",
        "<img src=http://h.example/a.png>",
        '<img srcset="https://h.example/a.png 1x, https://h.example/b.png 2x">',
        '<link rel="stylesheet" href="https://h.example/a.css">',
        '<link rel="preconnect" href="https://h.example">',
        '<link rel="alternate" hreflang="zh" href="https://h.example/zh/">',
        '<script src="https://h.example/a.js"></script>',
        '<script>fetch("https://h.example/data.json")</script>',
        '<iframe src="https://h.example/"></iframe>',
        '<video poster="https://h.example/a.png"></video>',
        '<div style="background: url(https://h.example/a.png)"></div>',
        "<style>@import 'https://h.example/a.css';</style>",
        '<svg><image xlink:href="https://h.example/a.png"/></svg>',
        '<svg><use href="https://h.example/a.svg#x"/></svg>',
        '<a class="md-source" data-md-component="source" href="https://h.example/r">repo</a>',
    ],
)
def test_what_a_browser_would_fetch_elsewhere(tmp_path: Path, html: str) -> None:
    assert codes(tmp_path, index_html=f"<p>one</p>\n{html}")[0] == ("site-external", "index.html")


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://h.example/">link</a>',
        '<link rel="canonical" href="https://h.example/">',
        '<link rel=" alternate" hreflang="zh" href="https://h.example/zh/">',  # the space hides it from Material's script
        '<meta property="og:image" content="https://h.example/a.png">',
        '<svg xmlns="http://www.w3.org/2000/svg"></svg>',
        '<img src="data:image/png;base64,//AA" alt="src=&quot;https://h.example&quot;">',
        "<!-- <img src='https://h.example/a.png'> -->",
        '<code>&lt;img src="https://h.example/a.png"&gt;</code>',
        '<script>const home = "https://h.example/"</script>',
        '<a href="mailto:a@h.example">m</a><a href="javascript:void(0)">s</a><a href="#">t</a><a href="?q=1">u</a>',
    ],
)
def test_what_a_browser_would_not_fetch(tmp_path: Path, html: str) -> None:
    assert codes(tmp_path, index_html=html) == []


def test_styles_scripts_and_drawings_are_read_too(tmp_path: Path) -> None:
    found = verify(
        site(
            tmp_path,
            {
                "a.css": "/* url(https://h.example/no) */ p { background: url(https://h.example/a.png) }",
                "b.js": "import('https://h.example/b.js')",
                "vendor/c.js": "fetch('https://h.example/on-demand')",
                "d.svg": '<svg><image href="https://h.example/d.png"/></svg>',
                "e.css": "p { background: url(missing.png) } @import 'a.css';",
            },
        )
    )
    assert [(problem.path, problem.code_name) for problem in found] == [
        ("a.css", "site-external"),
        ("b.js", "site-external"),
        ("d.svg", "site-external"),
        ("e.css", "site-broken-link"),
    ]


def test_links_and_anchors_resolve(tmp_path: Path) -> None:
    files = {
        "index.html": '<a href="视频/a%20b.html#p1">1</a> <a href="%E8%A7%86%E9%A2%91/a b.html?h=x#一">2</a> <a href="c%23.html">3</a>',
        "视频/a b.html": '<h2 id="p1"></h2><h2 id="一"></h2><a href="../index.html">up</a><a href="#p1"></a><a href="#%E4%B8%80">e</a>',
        "c#.html": "<a href='index.html?a=1&amp;b=2'>q</a>",
    }
    assert verify(site(tmp_path, files)) == ()


def test_dead_links_name_the_place_and_the_nearest_name(tmp_path: Path) -> None:
    files = {
        "index.html": '<p>\n<a href="Deck.html">case</a>\n<a href="deck.html#p13">gone</a>\n<a href="folder/">folder</a> <a href="/deck.html">root</a>',
        "deck.html": '<h2 id="p12"></h2>',
        "folder/x.html": "",
    }
    found = verify(site(tmp_path, files))
    assert [(problem.line, problem.col, problem.code_name) for problem in found] == [
        (2, 10, "site-broken-link"),
        (3, 10, "site-broken-anchor"),
        (4, 10, "site-broken-link"),
        (4, 39, "site-broken-link"),
    ]
    assert "deck.html" in found[0].hint
    assert "#p12" in found[1].hint
    assert "folder" in found[2].message


def test_a_fault_of_the_menu_is_told_once(tmp_path: Path) -> None:
    found = verify(site(tmp_path, {f"{name}.html": '<a href="gone.html">x</a>' for name in "abc"}))
    assert [(problem.path, "on 3 pages" in problem.message) for problem in found] == [("a.html", True)]


def test_double_ids(tmp_path: Path) -> None:
    html = '<p id="x"></p><p id="x"></p><p id="y"></p><code>id="y"</code><!-- <p id="y"> --><script>\'<p id="y">\'</script>'
    assert codes(tmp_path, a_html=html) == [("site-duplicate-id", "a.html")]


def test_the_page_for_lost_readers_links_from_the_root(tmp_path: Path) -> None:
    root = site(
        tmp_path,
        {"404.html": '<a href="/notes/">home</a><a href="/notes/a.html">a</a>', "index.html": "", "a.html": ""},
    )
    assert verify(root, base_path="/notes/") == ()
    assert verify(root, base_path="/other/")


def test_a_note_may_quote_a_request(tmp_path: Path) -> None:
    quoted = 'slideglossIndex.push({"text": "fetch(\'https://h.example/a.json\')"})'
    assert verify(site(tmp_path, {"search/slides-1.js": quoted, "zh/search/slides-12.js": quoted})) == ()
    assert verify(site(tmp_path, {"assets/own.js": quoted}))
