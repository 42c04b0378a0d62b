"""Settings of MkDocs and Material that their templates would stop over: told with their place, left out, the site built."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command import Run, run, write

SETTINGS = """site_name: Faulty
extra:
  social:
    - 3
    - {icon: fontawesome/brands/github, link: "https://example.org/me"}
    - {icon: fontawesome/brands/nonsense, link: "https://example.org/gone"}
  analytics: 5
  consent: {title: Asked, cookies: 5, actions: 5}
  version: []
  homepage: "http://[x"
  polyfills: [5]
  slidegloss: {languages: [en], policy: false}
theme:
  5: 5
  palette: 5
  icon: {logo: 5, search: no/such, tag: 5}
  logo: "http://[x"
  features: [5, navigation.tabs]
  font: 5
  locale: nonsense
  static_templates: [5]
extra_javascript: [{path: a.js, type: 5}]
"""
PLACES = "4:7 6:14 7:14 8:36 8:48 9:12 10:13 11:15 14:3 15:12 16:16 16:27 16:41 17:9 18:14 19:9 21:22 22:39"


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A project with one fault of each kind."""
    folder = tmp_path_factory.mktemp("faulty")
    files = {"mkdocs.yml": SETTINGS, "docs/notes/a.md": "# Lamps\n\nhow they shine\n", "docs/a.js": "1\n"}
    project = write(folder / "project", files)
    return run("build", project, cwd=folder), project / "site"


@pytest.mark.parametrize("place", PLACES.split())
def test_each_fault_is_told_with_its_place(faulty: tuple[Run, Path], place: str) -> None:
    done, _ = faulty
    (line,) = [line for line in done.out.splitlines() if line.startswith(f"mkdocs.yml:{place}: error[config-value]: ")]
    assert line.endswith(")"), "a hint"


def test_the_site_is_built_without_them(faulty: tuple[Run, Path]) -> None:
    done, site = faulty
    assert done.code == 1
    assert "fault of slidegloss" not in done.out + done.err
    page = (site / "a.html").read_text(encoding="utf-8")
    assert "how they shine" in page
    assert 'href="https://example.org/me"' in page, "what is right beside it stays"
    assert "example.org/gone" not in page
    assert "md-tabs" in page


ADDRESSES = """site_name: Addresses
extra_css: [./css/own.css]
extra:
  slidegloss:
    languages: [en]
    redirects:
      /old.html: /a.html#p1
      folder/: a.html
      a.html: index.html
      ../up.html: index.html
      "https://example.org/x.html": index.html
      plain: index.html
      fine.html: "https://example.org/"
      lost.html: ax.html#p1
      again.html: old.html
      data.html: slidegloss.json
"""


def test_addresses_are_taken_as_they_are_meant(tmp_path: Path) -> None:
    files = {"mkdocs.yml": ADDRESSES, "docs/notes/a.md": "# A\n\nP1\n\nshines\n", "docs/css/own.css": "p {}\n"}
    project = write(tmp_path / "project", files)
    done = run("build", project, cwd=tmp_path)
    assert done.code == 1
    elsewhere = "the address 'https://example.org/"
    assert [line.partition(" (")[0] for line in done.messages("config-value")] == [
        "mkdocs.yml:9:7: error[config-value]: `redirects`: a.html is a page of the site; nobody is sent on from there",
        *(
            f"mkdocs.yml:{place}: error[config-value]: `slidegloss.redirects.{name}`: {what}"
            for place, name, what in (
                ("10:7", "../up.html", "the address '../up.html' leaves the site"),
                ("11:7", "https://example.org/x.html", f"{elsewhere}x.html' is not one inside the site"),
                ("12:7", "plain", "'plain' is the address of no page; write plain.html or plain/"),
                ("13:18", "fine.html", f"{elsewhere}' is not one inside the site"),
            )
        ),
        "mkdocs.yml:14:7: error[config-value]: `redirects`: ax.html is no page of the site; nobody is sent on from lost.html",
    ]
    assert done.out.count("lost.html") == 1
    assert set(run("check", project, cwd=tmp_path).messages("config-value")) == set(done.messages("config-value"))
    site = project / "site"
    assert not (site / "lost.html").exists()
    assert "shines" in (site / "a.html").read_text(encoding="utf-8")
    assert 'content="0; url=a.html#p1"' in (site / "old.html").read_text(encoding="utf-8")
    assert 'content="0; url=../a.html"' in (site / "folder/index.html").read_text(encoding="utf-8")
    assert (site / "css/own.css").is_file()
    assert not (site / "fine.html").exists()
    assert done.messages("config-value")[0] in run("check", project, cwd=tmp_path).out
