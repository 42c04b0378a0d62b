from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from slidegloss.pipeline import offline
from slidegloss.pipeline.offline import make_zip, remove_elements, single_file

PAGE = """<!doctype html><html><head><link rel="stylesheet" href="../assets/a.css"><link rel="next" href="c.html">
<script src="../assets/late.js" defer></script></head><body>
<div class="md-search" data-md-component="search"><div><input></div></div>
<main><h2 id="p1">P1</h2><img src="../figures/x%20y.png" srcset="../figures/big.png 2x" alt="a > b">
<a href="c.html#p2">other</a><a href="b.html#p1">here</a><a href="#p1">too</a><a href="https://h.example/">far</a></main>
<script src="../assets/search-ui.js"></script><script>var inline = 1</script></body></html>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "site"
    files: dict[str, str | bytes] = {
        "index.html": '<a href="d/b.html#p1">deck</a>',
        "404.html": "",
        "sitemap.xml": "<urlset/>",
        "assets/javascripts/bundle.js": "1",
        "assets/javascripts/bundle.js.map": "{}",
        "assets/javascripts/lunr/min/lunr.zh.min.js": "1",
        "assets/a.css": '@import "sub/b.css"; p { background: url("../figures/x y.png") }',
        "assets/sub/b.css": "q { src: url(f.woff2) }",
        "assets/sub/f.woff2": b"font",
        "assets/late.js": "document.title = '</script>'\n//# sourceMappingURL=late.js.map\n",
        "assets/search-ui.js": "search()",
        "figures/x y.png": b"\x89PNG",
        "figures/big.png": b"\x89PNG big",
        "d/b.html": PAGE,
        "d/c.html": '<h2 id="p2"></h2>',
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def test_zip_holds_the_site_in_one_folder_without_what_servers_need(site: Path, tmp_path: Path) -> None:
    path, problems = make_zip(site, tmp_path / "dist", "笔记 site", "1.0")
    assert problems == ()
    assert path == tmp_path / "dist/笔记-site-1.0.zip"
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        assert archive.testzip() is None
        readme = archive.read("笔记-site-1.0/README.txt").decode("utf-8-sig")
    assert {name.split("/")[0] for name in names} == {"笔记-site-1.0"}
    assert not [name for name in names if name.endswith((".map", "404.html", "sitemap.xml")) or "lunr" in name]
    assert "index.html in a browser" in readme
    assert "浏览器" in readme


def test_zip_is_the_same_for_the_same_site(site: Path, tmp_path: Path) -> None:
    first, _ = make_zip(site, tmp_path / "1", "s", "1")
    for file in site.rglob("*.html"):
        os.utime(file, (2e9, 2e9))
        file.chmod(0o600)
    second, _ = make_zip(site, tmp_path / "2", "s", "1")
    assert first
    assert second
    assert first.read_bytes() == second.read_bytes()


def test_zip_of_a_broken_site_is_refused(site: Path, tmp_path: Path) -> None:
    (site / "d/c.html").unlink()
    path, problems = make_zip(site, tmp_path / "dist", "s", "1")
    assert path is None
    assert [problem.code_name for problem in problems] == ["site-broken-link"]
    assert not (tmp_path / "dist").exists()


def test_one_page_holds_all_it_needs(site: Path) -> None:
    html, problems = single_file(site, "d/b.html")
    assert problems == ()
    assert 'src="data:image/png;base64,' in html
    assert 'url("data:font/woff2;base64,' in html
    assert "srcset" not in html
    assert "md-search" not in html
    assert "search()" not in html
    assert "../" not in html
    assert "c.html" not in html
    assert html.count('href="#p1"') == 2
    assert 'href="https://h.example/"' in html
    # a deferred script runs after the page, and does not end early
    assert "document.title = '\\x3c/script>'</script></body>" in html


def test_links_of_one_page_may_lead_to_the_site(site: Path) -> None:
    html, _ = single_file(site, "d/b.html", online="https://h.example/notes/")
    assert 'href="https://h.example/notes/d/c.html#p2"' in html


def test_a_page_too_large_for_mail_is_reported(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(offline, "MAIL_LIMIT", 100)
    _, problems = single_file(site, "d/b.html")
    assert [problem.code_name for problem in problems] == ["offline-large"]


def test_remove_elements_counts_nesting() -> None:
    assert remove_elements('a<div class="x"><div>1</div>2</div>b', '<div class="x"') == "ab"
