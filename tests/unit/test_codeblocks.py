"""Code that a page of the site shows already is taken from there, colours and all, where it is plain which it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slidegloss.html import codeblocks, highlight
from slidegloss.html.codeblocks import code_block, recall
from slidegloss.html.pymd import html_block, with_blanks
from slidegloss.nodes import CodeBlock, Span


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    code_block.cache_clear()
    codeblocks._recalled.clear()


def page_of(blocks: list[CodeBlock]) -> str:
    """A page as Python-Markdown leaves it."""
    return "\n<p>x</p>\n".join(html_block(code_block(block.info, block.text)).strip() for block in blocks)


def code(info: str, text: str) -> CodeBlock:
    return CodeBlock(info, text, Span(1, 1, 1))


@given(
    st.lists(
        st.tuples(st.sampled_from(["python", "c++", "", "none"]), st.text("if x:\n\t\"'<&`~#\\é中", max_size=30)),
        max_size=4,
    )
)
def test_what_is_recalled_is_what_would_be_made(codes: list[tuple[str, str]]) -> None:
    forget()
    blocks = [code(*one) for one in codes]
    page = page_of(blocks)
    made = {(block.info, block.text): code_block(block.info, block.text) for block in blocks}
    forget()
    recall(blocks, with_blanks(page))
    assert {key: html for key, html in codeblocks._recalled.items() if made[key] != html} == {}


def test_what_is_recalled_is_not_coloured(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = [code("python", 'if x:\n\n\ty = "<&>"  \n    \n'), code("", "plain\n"), code("cpp", "int x; // c\n")]
    page = page_of(blocks)
    made = [code_block(block.info, block.text) for block in blocks]
    assert "<span" in made[0]
    assert "&#9;" in page
    forget()
    recall(blocks, with_blanks(page))
    monkeypatch.setattr(highlight, "colour", lambda *_: pytest.fail("coloured"))
    assert [code_block(block.info, block.text) for block in blocks] == made


def test_codes_that_differ_in_last_line_ends_only_are_coloured_each() -> None:
    blocks = [code("cpp", "int x; // c\n"), code("cpp", "int x; // c\n\n")]
    recall(blocks, page_of(blocks))
    assert codeblocks._recalled == {}


def test_another_code_a_page_without_it_and_one_that_shows_it_twice_are_made() -> None:
    one = code("python", "x = 1\n")
    recall([one], page_of([code("python", "x = 2\n"), code("cpp", "x = 1\n")]))
    recall([one], "<p>nothing</p>")
    recall([one], page_of([one]) + page_of([one]).replace("mi", "mf"))
    assert codeblocks._recalled == {}
