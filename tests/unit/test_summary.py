import pytest

from slidegloss.sources.navigation import folder_nav, summary_nav
from slidegloss.sources.summary import parse_summary


def outline(text):
    entries, found = parse_summary(text, "SUMMARY.md")

    def shape(items):
        return [
            (f"# {item.title}" if item.is_part else item.title, item.target, shape(item.children))
            if item.children
            else (f"# {item.title}" if item.is_part else item.title, item.target)
            for item in items
        ]

    return shape(entries), [(d.line, d.col, d.code_name) for d in found]


def test_parts_entries_and_drafts():
    text = "# Summary\n\n[Start](README.md)\n\n# One\n- [A](a.md)\n- [Later]()\n---\n# Two\n1. [B](b.md)\n\n[End](end.md)\n"
    assert outline(text) == (
        [
            ("Start", "README.md"),
            ("# One", "", [("A", "a.md"), ("Later", "")]),
            ("# Two", "", [("B", "b.md"), ("End", "end.md")]),
        ],
        [],
    )


@pytest.mark.parametrize("indent", ["  ", "    ", "\t", "\u00a0\u00a0", " \u00a0 ", "\u3000"])
def test_nesting_by_any_kind_of_blank(indent):
    text = f"- [A](a.md)\n{indent}- [B](b.md)\n{indent * 2}- [C](c.md)\n{indent}- [D](d.md)\n- [E](e.md)\n"
    tree = [("A", "a.md", [("B", "b.md", [("C", "c.md")]), ("D", "d.md")]), ("E", "e.md")]
    assert outline(text) == (tree, [])


def test_mixed_indents_keep_siblings_together():
    text = "- [A](a.md)\n    - [B](b.md)\n  - [C](c.md)\n   - [D](d.md)\n"
    assert outline(text)[0] == [("A", "a.md", [("B", "b.md"), ("C", "c.md"), ("D", "d.md")])]


def test_part_headings_nest_by_level():
    text = "# Summary\n# Big\n## Small\n- [A](a.md)\n## Other\n- [B](b.md)\n# Next\n- [C](c.md)\n"
    assert outline(text)[0] == [
        ("# Big", "", [("# Small", "", [("A", "a.md")]), ("# Other", "", [("B", "b.md")])]),
        ("# Next", "", [("C", "c.md")]),
    ]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("-[B](b.md)", [("B", "b.md")]),
        ("[B](b.md)", [("B", "b.md")]),
        ("- Only words", [("Only words", "")]),
        ("- [Brackets]", [("Brackets", "")]),
        ("- [B](b.md) [C](c.md)", [("B", "b.md"), ("C", "c.md")]),
        ("- [B](b.md) and a remark", [("B", "b.md")]),
        ("just words", []),
    ],
)
def test_what_mdbook_drops_is_kept_and_reported(line, entry):
    tree, found = outline(f"- [A](a.md)\n{line}\n")
    assert tree == [("A", "a.md"), *entry]
    assert [(number, code) for number, _col, code in found] == [(2, "summary-line")]


@pytest.mark.parametrize(
    ("link", "title", "target"),
    [
        ("[A](a%20b.md)", "A", "a%20b.md"),
        ("[A](a b.md)", "A", "a b.md"),
        ("[A](<a (1).md>)", "A", "a (1).md"),
        ("[A](a(1).md)", "A", "a(1).md"),
        ("[A](Ann’s/b.md)", "A", "Ann’s/b.md"),
        ('[A](a.md "a title")', "A", "a.md"),
        ("[A [sic]](a.md)", "A [sic]", "a.md"),
        ("[**A** `b` &amp; \\*c\\*](a.md)", "A b & *c*", "a.md"),
        ("[A](a.md", "A", "a.md"),
        ("[snake_case_name](a.md)", "snake_case_name", "a.md"),
    ],
)
def test_links(link, title, target):
    assert outline(f"- {link}\n")[0] == [(title, target)]


def test_comments_hide_entries_and_keep_the_line_numbers():
    tree, found = outline("- [A](a.md)\n<!-- - [B](b.md)\n- [C](c.md) -->\n-[D](d.md)\n")
    assert tree == [("A", "a.md"), ("D", "d.md")]
    assert found == [(4, 2, "summary-line")]


def follow(text, *names):
    entries, _ = parse_summary(text, "src/SUMMARY.md")
    nav, titles, found = summary_nav(entries, {name: name[:-3] + ".html" for name in names}, "src/SUMMARY.md", "src")
    return nav, titles, [(d.path, d.line, d.code_name) for d in found]


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("a%20b.md", "a b.md"),
        ("./x/../a.md", "a.md"),
        ("a\\\\b.md", "a/b.md"),
        ("100%.md", "100%.md"),
        ("a%23b.md", "a#b.md"),
        ("a#b.md", "a#b.md"),
        ("a.md#part", "a.md"),
        ("a", "a.md"),
        ("a/", "a/README.md"),
        ("a.html", "a.md"),
        ("/a.md", "a.md"),
        ("%E5%9B%BE.md", "图.md"),
        ("cafe\u0301.md", "caf\u00e9.md"),
    ],
)
def test_addresses_find_their_note(target, name):
    _, titles, found = follow(f"- [T]({target})", name)
    assert titles == {name: "T"}
    assert found == []


@pytest.mark.parametrize(("target", "name"), [("A.MD", "a.md"), ("Ann's.md", "Ann’s.md")])
def test_names_spelt_differently_are_found_and_reported(target, name):
    nav, _, found = follow(f"- [T]({target})", name)
    assert nav[0].site_path == name[:-3] + ".html"
    assert found == [("src/SUMMARY.md", 1, "summary-case")]


def test_a_missing_file_becomes_a_draft_that_keeps_its_children():
    entries, _ = parse_summary("- [A](x/b.md)\n  - [C](c.md)\n", "SUMMARY.md")
    nav, _, found = summary_nav(entries, {"y/b.md": "y/b.html", "c.md": "c.html"}, "SUMMARY.md", ".")
    assert (nav[0].title, nav[0].site_path, nav[0].children[0].site_path) == ("A", "", "c.html")
    assert (found[0].line, found[0].col, found[0].code_name) == (1, 3, "summary-missing")
    assert found[0].hint == "did you mean y/b.md?"


def test_unlisted_notes_come_last_and_are_reported_once_each():
    nav, _, found = follow("- [A](a.md)", "z10.md", "z2.md", "a.md")
    last = nav[-1]
    assert (last.key, [item.site_path for item in last.children]) == ("unlisted", ["z2.html", "z10.html"])
    assert found == [("src/z2.md", 0, "summary-unlisted"), ("src/z10.md", 0, "summary-unlisted")]


def test_a_note_listed_twice_stands_once():
    nav, _, found = follow("- [A](a.md)\n- [Again](a.md)\n- [More](a.md)\n  - [B](b.md)\n", "a.md", "b.md")
    assert [(item.title, item.site_path) for item in nav] == [("A", "a.html"), ("More", "")]
    assert [code for _path, _line, code in found] == ["summary-twice", "summary-twice"]


def test_a_section_may_lead_to_its_first_page():
    nav, titles, found = follow("- [Chapter](a.md)\n  - [A](a.md)\n  - [B](b.md)\n", "a.md", "b.md")
    (chapter,) = nav
    assert (chapter.title, chapter.site_path) == ("Chapter", "")
    assert [(item.title, item.site_path) for item in chapter.children] == [("A", "a.html"), ("B", "b.html")]
    assert titles == {"a.md": "A", "b.md": "B"}
    assert found == []


def test_a_heading_that_is_a_link_is_an_entry():
    nav, _, found = follow("# Summary\n\n# [Start](a.md)\n- [B](b.md)\n", "a.md", "b.md")
    assert [(item.title, item.site_path) for item in nav] == [("Start", "a.html"), ("B", "b.html")]
    assert found == []
    assert outline("# [Start](a.md)\n") == ([("Start", "a.md")], [(1, 1, "summary-line")])
    assert outline("# S\n\n## See [a](a.md)\n") == ([("# See a", "")], [])


def test_an_address_of_another_host_is_no_page():
    nav, _, found = follow("- [A](https://example.org/a.md)", "b.md")
    assert nav[0].site_path == ""
    assert found[0] == ("src/SUMMARY.md", 1, "summary-missing")


def test_folders_in_natural_order_with_their_own_page():
    names = ["b10.md", "b2.md", "c/README.md", "c/z.md", "c/a.md", "d/x.md", "README.md", "第十章.md", "第二章.md"]
    nav = folder_nav({name: name[:-3] for name in names})
    assert [(item.title, item.site_path, [child.site_path for child in item.children]) for item in nav] == [
        ("", "README", []),
        ("", "b2", []),
        ("", "b10", []),
        ("", "c/README", ["c/a", "c/z"]),
        ("D", "", ["d/x"]),
        ("", "第二章", []),
        ("", "第十章", []),
    ]


def test_names_that_differ_by_case_only_can_be_sorted():
    assert len(folder_nav({"A/x.md": "1", "a/y.md": "2", "b.md": "3", "B.md": "4"})) == 4


def test_what_is_nested_too_deeply_stays_at_the_deepest_level():
    text = "".join(f"{'  ' * depth}- [d{depth}](d{depth}.md)\n" for depth in range(1500))
    (entry,), found = parse_summary(text, "SUMMARY.md")
    titles, depth = [entry.title], 1
    while entry.children:
        *_, deeper = entry.children
        titles += [child.title for child in entry.children]
        entry, depth = deeper, depth + 1
    assert (titles, depth, found) == ([f"d{number}" for number in range(1500)], 100, ())
