"""A page whose content has changed is put together of the old page; where more has changed, it is not."""

from __future__ import annotations

import pytest

from slidegloss.engine.fastmarkdown import read_page
from slidegloss.html.pymd import heading_line, html_block
from slidegloss.incremental.pagesplice import splice
from slidegloss.pages.page import front_matter

HEAD = front_matter({"title": "Nets", "kind": "note"})


def page(text: str, head: str = HEAD) -> str:
    return f"{head}\n\n{html_block(f'<p>{text}</p>')}\n"


def shown(markdown: str) -> bytes:
    """The HTML of a page as an engine gives it, between what the theme puts around it."""
    made = read_page(markdown, "Link")
    assert made is not None
    assert made.content
    return b"<body><nav>old</nav><article>%s</article></body>" % made.content.encode()


OLD = shown(page("old"))


def test_new_content_takes_the_place_of_the_old():
    html = splice(page("old"), page("neu &amp; ½"), OLD, "Link")
    assert html == shown(page("neu &amp; ½"))
    assert "neu &amp; ½" in html.decode()


@pytest.mark.parametrize(
    ("new", "html"),
    [
        (page("new", front_matter({"title": "Ropes", "kind": "note"})), OLD),
        (f"{HEAD}\n\n{heading_line(2, 'More', 'more')}\n\n{html_block('<p>new</p>')}\n", OLD),
        (f"{HEAD}\n\n{html_block('<h1>new</h1>')}\n", OLD),
        (page("new"), shown(page("other"))),
        (page("new"), OLD + OLD),
        ("no page of ours", OLD),
    ],
    ids=["another title", "a heading", "a first heading", "not that page", "twice", "not our shape"],
)
def test_where_more_than_the_content_changes_no_page_is_put_together(new: str, html: bytes):
    assert splice(page("old"), new, html, "Link") is None
