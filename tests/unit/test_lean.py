"""What a browser loads of ours is small, and says what we wrote."""

from __future__ import annotations

import gzip

import pytest

from slidegloss.templating.lean import lean
from slidegloss.templating.themefiles import theme_files

ON_DEMAND = {"books.js", "home.js", "lists.css", "maths.js", "mermaid-init.js", "not-found.js"}
"""What of ours a deck without diagrams and formulas, in a book that names no other book, does not load."""


@pytest.mark.parametrize(("suffix", "most"), [(".js", 20_000), (".css", 12_300)])
def test_all_that_a_deck_loads_of_ours_is_small(suffix, most):
    files = {name.rpartition("/")[2]: data for name, data in theme_files().items() if name.endswith(suffix)}
    sizes = {name: len(gzip.compress(data, mtime=0)) for name, data in files.items() if name not in ON_DEMAND}
    assert sum(sizes.values()) < most, sizes


def test_comments_and_indentation_go_and_lines_stay():
    script = '/* one\n   two */\nconst a = 1\n\n  // why\n  const b = "// no comment"\n'
    assert lean("a.js", script.encode()) == b'const a=1\nconst b="// no comment"\n'
    assert lean("a.css", b"/* x */\n.a { b: c }\n\n  .d { e: f } /* y */\n") == b".a{b:c}.d{e:f}\n"
    assert (
        lean("a.css", b".a :is(b, c) + d > f { --e: 'f: { g'; h: calc(1px + 2px) }\n")
        == b".a :is(b,c) + d>f{--e:'f: { g';h:calc(1px + 2px)}\n"
    )
    assert lean("a.css", b'[dir="rtl"] [for="__x"], [g="?"] { }') == b'[dir=rtl] [for=__x],[g="?"]{}\n'
    assert lean("a.svg", b"<svg>  <!-- x -->\n") == b"<svg>  <!-- x -->\n"


def test_texts_in_backquotes_stay_as_written():
    script = "const a = `one\n\n  // two\n    three`\n  const b = `x`\n"
    assert lean("a.js", script.encode()) == b"const a=`one\n\n  // two\n    three`\nconst b=`x`\n"


@pytest.mark.parametrize(
    ("script", "loaded"),
    [
        ("if (a && b) return { c: [d, e] }", "if(a&&b)return{c:[d,e]}"),
        ("const f = async (a) => (a ? b : c) ?? d", "const f=async(a)=>(a?b:c)??d"),
        ("a = b - -c + +d / e", "a=b - -c + +d / e"),
        ("say(\"a = (b, c)\", 'it\\'s { so }') // why, then", "say(\"a = (b, c)\",'it\\'s { so }')"),
        ('x.replace(/[/" ,] = (a|b) /g, `; ${y} ; `)', 'x.replace(/[/" ,] = (a|b) /g,`; ${y} ; `)'),
        ("const r = / no = pattern / 2", "const r=/ no=pattern / 2"),
    ],
)
def test_spaces_around_signs_go_and_texts_and_patterns_keep_theirs(script, loaded):
    assert lean("a.js", script.encode()).decode() == f"{loaded}\n"
