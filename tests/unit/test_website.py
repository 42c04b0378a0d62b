"""The feed, robots.txt and the page of changes: what is new comes first, and nobody is sent to a wrong address."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from slidegloss.editions.edition import Edition
from slidegloss.editions.words import load_words
from slidegloss.pages.changes import SHOWN, newest, render_changes
from slidegloss.pages.page import Rendered
from slidegloss.pipeline.loading import load
from slidegloss.site.feed import Entry, atom, robots, site_path_of
from slidegloss.site.website import website_files
from slidegloss.templating.environment import environment

ATOM = "{http://www.w3.org/2005/Atom}"
MONDAY = datetime(2024, 3, 4, 12, tzinfo=UTC)
SITE = {"site_url": "https://h.example/my%20notes", "path": "feed.xml", "title": "Notes", "author": "Ada", "lang": "en"}


def feed(*entries: Entry, **more: object) -> ET.Element:
    return ET.fromstring(atom(entries, **{**SITE, **more}))  # type: ignore[arg-type]


def titles(root: ET.Element) -> list[str | None]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def hours(count: int) -> timedelta:
    return timedelta(hours=count)


def test_a_feed_holds_the_newest_entries_newest_first_whatever_their_time_zone():
    entries = [Entry(f"a.html#p{number}", str(number), MONDAY + hours(number)) for number in (2, 3, 1)]
    # eight o'clock in Tokyo is an hour before midnight
    early = Entry("a.html#p9", "Tokyo", datetime(2024, 3, 4, 21, 30, tzinfo=timezone(hours(9))))
    assert titles(feed(*entries, early)) == ["3", "2", "1", "Tokyo"]
    assert feed(*entries).findtext(f"{ATOM}updated") == "2024-03-04T15:00:00Z"
    many = [Entry(f"a.html#p{number}", str(number), MONDAY + hours(number)) for number in range(60)]
    assert titles(feed(*many)) == [str(number) for number in range(59, 9, -1)]


def test_an_entry_leads_to_its_slide_and_says_what_it_has():
    root = feed(
        Entry("a%20b.html#p1", "One <&>", MONDAY, "Words\x00 \ud800\ufffe\uffff", "zh-Hans"),
        Entry("b.html", "Two", MONDAY),
    )
    one, two = root.iter(f"{ATOM}entry")
    address = "https://h.example/my%20notes/a%20b.html#p1"
    assert (one.findtext(f"{ATOM}id"), one.find(f"{ATOM}link").get("href")) == (address, address)
    assert (one.findtext(f"{ATOM}title"), one.findtext(f"{ATOM}summary")) == (
        "One <&>",
        "Words\ufffd \ufffd\ufffd\ufffd",
    )
    assert one.findtext(f"{ATOM}updated") == "2024-03-04T12:00:00Z"
    assert two.find(f"{ATOM}summary") is None
    spoken = "{http://www.w3.org/XML/1998/namespace}lang"
    assert (root.get(spoken), one.get(spoken), two.get(spoken)) == ("en", "zh-Hans", None)


def test_all_that_may_stand_in_xml_stays_and_nothing_else_does():
    kept = "a\tb\nc 灯 \ud7ff \ue000 \uf900 \ufffd \U0001f600 \U0010ffff"
    (entry,) = feed(Entry("a.html", kept, MONDAY, "\x00\x1f\ud800\udfff\ufffe\uffff")).iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == kept
    assert entry.findtext(f"{ATOM}summary") == "\ufffd" * 6


def test_the_author_of_a_feed_is_its_title_where_nobody_is_named():
    names = [feed(author=name).findtext(f"{ATOM}author/{ATOM}name") for name in ("Ada", "")]
    assert names == ["Ada", "Notes"]


def test_a_feed_without_an_address_has_ids_all_the_same():
    root = feed(Entry("灯/a.html#p1", "One", MONDAY), site_url="")
    assert root.findtext(f"{ATOM}id") == "tag:localhost,1980:feed.xml"
    (entry,) = root.iter(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == "tag:localhost,1980:%E7%81%AF/a.html#p1"
    assert entry.find(f"{ATOM}link").get("href") == "灯/a.html#p1"
    assert feed(site_url="").findtext(f"{ATOM}updated") == "1980-01-01T00:00:00Z"


def test_robots_are_told_the_map_of_each_edition():
    rules = ["User-agent: *", "Allow: /"]
    maps = ["Sitemap: https://h.example/b/sitemap.xml", "Sitemap: https://h.example/b/zh/sitemap.xml"]
    for address in ("https://h.example/b", "https://h.example/b/"):
        assert robots(address, ["", "zh/"]).splitlines() == [*rules, *maps]
    assert robots("", [""]).splitlines() == rules


@pytest.mark.parametrize(
    ("address", "path"), [("https://h.example/a/b", "/a/b/"), ("https://h.example", "/"), ("", "/")]
)
def test_the_path_of_a_site(address, path):
    assert site_path_of(address) == path


# --- changes ----------------------------------------------------------------------------------------------------------

NOTES = {
    "docs/notes/a.md": "# Nets\n\nWords.\n\nP1\n\n## Knots <b>\n\nA knot.\n\nP2\n\nNo title.\n\nP3\n\n## Later\n",
    "docs/notes/b.md": "# Plain\n\nA note without slides.\n",
    "docs/notes/c.md": "# Undated\n\nP1\n\n## Never\n",
    "docs/pages/guide.md": "# Guide\n\nHow to read.\n",
}
DATES = {
    ("docs/notes/a.md", "p1"): MONDAY,
    ("docs/notes/a.md", "p2"): MONDAY + hours(24),
    ("docs/notes/b.md", ""): MONDAY + hours(30),
    ("docs/pages/guide.md", ""): MONDAY + hours(99),
}


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    for name, text in NOTES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "mkdocs.yml").write_text("site_name: Nets\nextra: {slidegloss: {languages: [en]}}\n", encoding="utf-8")
    loaded, _ = load(tmp_path)
    assert loaded is not None
    return loaded.edition(loaded.book, load_words("en", tmp_path)[0])


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_changes_are_gathered_by_day_newest_first(edition: Edition):
    (page,) = render_changes(edition, environment(), DATES).pages
    assert page.site_path == "changes.html"
    days = re.split(r"^## ", page.markdown, flags=re.MULTILINE)[1:]
    assert [re.findall(r'datetime="([^"]+)"', day) for day in days] == [["2024-03-05"], ["2024-03-04"]]
    assert re.findall(r'href="([^"]+)"', days[0]) == ["b.html", "a.html#p2"]
    assert re.findall(r'href="([^"]+)"', days[1]) == ["a.html#p1"]
    assert "March 5, 2024" in words(days[0])
    assert "P1 Knots" in words(days[1])
    assert "Later" not in page.markdown
    assert "Guide" not in page.markdown
    assert 'href="feed.xml"' in page.markdown


def test_the_home_page_is_given_the_newest_of_them(edition: Edition):
    links = newest(edition, DATES, "index.html", 2)
    assert [re.findall(r'href="([^"]+)"', link) for link in links] == [["b.html"], ["a.html#p2"]]


def test_changes_of_one_moment_stand_in_the_order_of_the_book_and_the_oldest_are_left_out(edition: Edition):
    at_once = dict.fromkeys(DATES, MONDAY)
    links = newest(edition, at_once, "index.html", SHOWN)
    assert [re.findall(r'href="([^"]+)"', link) for link in links] == [["a.html#p1"], ["a.html#p2"], ["b.html"]]


def test_where_nobody_knows_when_anything_changed_there_is_no_page(edition: Edition):
    assert render_changes(edition, environment(), {}) == Rendered(())


def test_the_feed_of_an_edition_names_deck_slide_and_first_words(edition: Edition, tmp_path: Path):
    loaded, _ = load(tmp_path)
    files = website_files(
        [edition], loaded.config, {place: when for place, when in DATES.items() if "notes" in place[0]}
    )
    root = ET.fromstring(files["feed.xml"])
    assert titles(root) == ["Plain", "Nets · P2", "Nets · P1 · Knots"]
    said = [entry.findtext(f"{ATOM}summary") for entry in root.iter(f"{ATOM}entry")]
    assert said == ["A note without slides.", "No title.", "A knot."]
    assert files["robots.txt"].splitlines()[:2] == ["User-agent: *", "Allow: /"]
    assert website_files([edition], loaded.config, {}).keys() == {"robots.txt"}
