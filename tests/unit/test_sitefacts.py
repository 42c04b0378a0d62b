"""A page is read in pieces, each of which is remembered; what it says must be what it says when read as a whole."""

from __future__ import annotations

import random
import re

import pytest

from slidegloss.verification import sitefacts
from slidegloss.verification.sitefacts import scan

PIECES = """
\n|\n|\n<|\n<|<|a |<a |<a\n|<b>|</b>|<p id=x>|<p id="y">|<p id='x'\n>|<a href="u|<a href='#x'>|"|'|>|/>|<!--|-->|<![CDATA[|]]>
<script|<script>|<SCRIPT src=x>|</script>|</script|</style >|<style>|<style a='>'>|fetch('https://h.example/q')|url(//h/x)
url(b.png)|<img src="a>b"|<img src=//h/y onclick="x">\n|<form action=https://f/ >|<svg/onload=x>|<script-x |<a<b c='d'|/
<a<b/id=zz>| id=w |<x/id=v>|é|\r\n|text|<link rel=stylesheet href=//c/d>|<a/|<p\tid=t | href=k?l#m>|&quot;|\n<p id=x>\n
<iframe src='https://i/'>|\n<i id=j></i>|\n<a href=#j>\n|<a class="a b"|<a title| title="x"| class| href="u.html#x"|>\n
 href="//h/i"|="q"| href="a&amp;b"| data-sg-x| data-md-component="source"|"\n|\n<td>\n|\n</td>|<meta name="n" content='<p id="z">'>
""".replace("\\n", "\n")
TOKENS = [token.replace(r"\n", "\n").replace(r"\t", "\t").replace(r"\r", "\r").encode() for token in PIECES.split("|")]


def test_in_pieces_a_page_says_what_it_says_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    pick = random.Random(4)
    pages = [b"".join(pick.choices(TOKENS, k=pick.choice((3, 6, 12, 30, 80)))) for _ in range(6000)]
    in_pieces = [scan(page, "html") for page in pages]
    assert sum(len(facts.links) for facts in in_pieces) > 1000
    monkeypatch.setattr("slidegloss.verification.sitefacts._CUT", b"\0 in no page")
    for page, facts in zip(pages, in_pieces, strict=True):
        assert facts == scan(page, "html"), page


TAGS = """
<a href="b.html">|<a class="c" href="b.html#x" title="t">|<a href="">|<a href="//h/x">|<a href="mailto:x">|<a href="a:b">|<a href="#x">
<a href="%41.html" id="z">|<a href="é.html">|<a href=" b.html">|<a href="?q" onclick="f()">|<a href="b.html"href="c">|<a hreflang="b" href="b">
<p id="x">|<p class="a" id="x" hidden>|<p id="">|<p id="a&amp;b">|<p id="é"/>|<p data-id="x">|<p data="x">|<p ID="x">|<p id ="x">|<p on-x="u">
<form id="f" action="g">|<form id="f">|<img src="i.png" id="x">|<p style="color: red">|<p title="<a href='x'>">|<a title='"' href="b.html">|<b>|</p>
<link rel="next" href="b.html">|<p class="x|">|>| id="y"|<a xlink:href="b">|<use xlink:href="#x">|<p id="x" id="y">|<p class id="x">|<|<1>|\n
"""


def test_tags_that_need_no_parsing_say_what_parsing_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    pick = random.Random(6)
    tags = [tag.encode() for tag in TAGS.strip().replace("\n", "|").replace(r"\n", "\n").split("|")]
    pages = [b"".join(pick.choices(tags, k=pick.choice((1, 2, 4, 9)))) for _ in range(6000)]
    told = [scan(page, "html") for page in pages]
    monkeypatch.setattr(sitefacts, "_TELLING", re.compile(rb"()()(%b)" % sitefacts._TAG))
    monkeypatch.setattr(sitefacts, "_known", {})
    monkeypatch.setattr(sitefacts, "_older", {})
    for page, facts in zip(pages, told, strict=True):
        assert facts == scan(page, "html"), page


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"<script>\n", b"\n</script>"),
        (b"<!--\n", b"\n-->"),
        (b"<STYLE>\n", b"\n</style\n>"),
        (b"<svg><![CDATA[\n", b"\n]]></svg>"),
        (b"<i title='\n", b"\n'\n>"),
    ],
)
def test_the_same_line_says_nothing_where_it_is_no_tag(before: bytes, after: bytes) -> None:
    line = b'<p id="x">\n<a href="gone.html">\n<img src="//h.example/a.png">'
    for _ in range(2):  # whichever was read first
        assert scan(before + line + after, "html")[:4] == (frozenset(), (), frozenset(), ())
        assert scan(b"\n" + line + b"\n", "html").ids == {"x"}
    unclosed = scan(before + line, "html")
    assert unclosed.ids == {"x"}
    assert unclosed.links == {"gone.html"}
    assert unclosed.external == ("//h.example/a.png",)


def test_an_id_on_two_equal_lines_is_there_twice() -> None:
    line = b'\n<p id="x">\n'
    assert scan(line, "html").repeated == ()
    assert scan(line + line, "html").repeated == ("x",)


def test_links_to_the_page_itself_are_followed_at_once() -> None:
    page = '<h2 id="一"></h2>\n<a href="#一">\n<a href="#%E4%B8%80">\n<a href="#">\n<a href="#gone">'
    assert scan(page.encode(), "html").links == {"#gone"}
