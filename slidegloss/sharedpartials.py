"""Renders a partial of the theme once for all pages that it is the same on: a header, a dialog, a set of icons.

A Jinja extension. `{% include "…" %}` of a partial that reads nothing of the page becomes a look-up of what it gave
before; which partials those are is read off their templates, Material's too, so a new version of the theme cannot go wrong
unseen. What a partial asks of the page beside that, its kind and whether it has figures, is part of the look-up. The
words of the edition are read once, too. Plain MkDocs renders all of it in full every time, to the same bytes
(`tests/sites/test_mkdocsbuild.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import SimpleNamespace

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context, Macro

HERE = "shared_here"
"""The name under which a page's context holds what its folder has in common (`SharedPartials.folder`)."""
_SAME = frozenset({"config", "features", "lang", "mkdocs_version", "base_url", "closed_nav", HERE})
"""What stands for the same on all pages of a folder: given by MkDocs, set by Material's `base.html` from the config, or by our
`main.html`: `closed_nav` is the navigation on pages without a place in it, where no entry is open."""
_FEW = "with_"
"""How names begin, beside `kind`, that our templates set to what a page is or has: what reads them is kept for each case."""
_WORDS = "partials/language.html"
"""Material's words: a macro of the edition's language and of their key, imported anew by every page."""
_DRAWINGS = ".icons/"
"""Where the theme's icons lie; they hold no template code."""


class SharedPartials(Extension):
    """Makes pages that lie in one folder share what they have in common; for one edition, while its config stays."""

    tags = {"shared", "shared_words"}  # noqa: RUF012 - as Jinja's class declares it

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.reads: dict[str, frozenset[str] | None] = {}
        """Partial → names that it reads, itself or by what it includes; None when it may read the page."""
        self.made: dict[tuple[str, str], dict[object, str]] = {}
        self.words: SimpleNamespace | None = None

    def folder(self, base_url: str, url: str) -> dict[object, str]:
        """Return what the pages of a folder share: the filter `url` counts from there; for no page from `base_url`."""
        return self.made.setdefault((base_url, url.rpartition("/")[0]), {})

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Turn `include` into our own tag where a partial can be shared."""
        tokens = list(stream)
        for at, token in enumerate(tokens[1:-2], 1):
            if (
                token.test("name:include")
                and tokens[at - 1].type == "block_begin"
                and tokens[at + 1].type == "string"
                and tokens[at + 2].type == "block_end"
                and self._reads(str(tokens[at + 1].value)) is not None
            ):
                tokens[at] = Token(token.lineno, "name", "shared")
            elif (
                token.test("name:import")
                and [str(follows.value) for follows in tokens[at + 1 : at + 6]]
                == [_WORDS, "as", "lang", "with", "context"]
                and (self._reads(_WORDS) or {"page"}) <= {"config"}
            ):
                tokens[at] = Token(token.lineno, "name", "shared_words")
        return tokens

    def parse(self, parser: Parser) -> nodes.Node:
        """Read `shared "partials/….html"`, or `shared_words "…" as lang with context`."""
        tag = next(parser.stream)
        line, name = tag.lineno, str(parser.stream.expect("string").value)
        if tag.value == "shared_words":
            parser.stream.skip(4)
            words = self.call_method("language", [nodes.ContextReference()], lineno=line)
            return nodes.Assign(nodes.Name("lang", "store"), words, lineno=line)
        names = sorted(self._reads(name) or ())
        values = nodes.Dict([nodes.Pair(nodes.Const(name), nodes.Name(name, "load")) for name in names])
        few: list[nodes.Expr] = [nodes.Name(name, "load") for name in names if _tells(name)]
        key = nodes.Tuple([nodes.Const(name), *few], "load")
        known = nodes.Getitem(nodes.Name(HERE, "load"), key, "load")  # a look-up, where a call costs more than it saves
        call = self.call_method("once", [nodes.ContextReference(), key, values], lineno=line)
        return nodes.Output([nodes.Or(known, call)], lineno=line)

    def once(self, context: Context, key: tuple[str, ...], values: Mapping[str, object]) -> str:
        """Return what a partial gives on this page and on all others of its folder that are like it in what it asks."""
        here = context[HERE]
        if key not in here:
            # for `url` and `script_tag`
            given = {**values, "page": context["page"], "base_url": context["base_url"], HERE: here}
            here[key] = self.environment.get_template(key[0]).render(given)
        return str(here[key])

    def language(self, context: Context) -> SimpleNamespace:
        """Return the edition's words: what its macros say depends on their arguments alone."""
        if self.words is None:
            made = self.environment.get_template(_WORDS).make_module({"config": context["config"]})
            self.words = SimpleNamespace(
                **{
                    name: lru_cache(maxsize=256)(value)
                    for name, value in vars(made).items()
                    if isinstance(value, Macro)
                }
            )
        return self.words

    def _reads(self, name: str) -> frozenset[str] | None:
        if name not in self.reads:
            self.reads[name] = None  # should it include itself
            self.reads[name] = self._find_reads(name)
        return self.reads[name]

    def _find_reads(self, name: str) -> frozenset[str] | None:
        if self.environment.loader is None:
            return None
        try:
            source, path, _ = self.environment.loader.get_source(self.environment, name)
        except jinja2.TemplateNotFound:
            return None
        tree = self.environment.parse(source, name, path)
        found = set(meta.find_undeclared_variables(tree)) - self.environment.globals.keys()
        for used in _used(tree):
            names = self._reads(used) if used else None
            if names is None:
                return None
            found |= names
        return frozenset(found) if all(used in _SAME or _tells(used) for used in found) else None


def _tells(name: str) -> bool:
    return name == "kind" or name.startswith(_FEW)


def _used(tree: nodes.Template) -> Iterator[str]:
    """Yield the templates that see what a template sees; nothing for one whose name is not known beforehand."""
    if tree.find(nodes.Extends) is not None:
        yield ""
    for included in tree.find_all(nodes.Include):
        start = included.template.nodes[0] if isinstance(included.template, nodes.Concat) else included.template
        known = start.value if isinstance(start, nodes.Const) else ""
        if start is included.template or not str(known).startswith(_DRAWINGS):
            yield known if isinstance(known, str) else ""
    imports: list[nodes.Import | nodes.FromImport] = [*tree.find_all(nodes.Import), *tree.find_all(nodes.FromImport)]
    for imported in imports:
        if imported.with_context:
            yield imported.template.value if isinstance(imported.template, nodes.Const) else ""
