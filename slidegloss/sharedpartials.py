"""Renders a partial of the theme once for all pages that it is the same on: a header, a dialog, a set of icons.

A Jinja extension. `{% include "…" %}` of a partial that reads nothing of the page becomes a look-up of what it gave
before; which partials those are is read off their templates, Material's too, so a new version of the theme cannot go wrong
unseen. Plain MkDocs renders them in full every time, to the same bytes (`tests/sites/test_mkdocsbuild.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import jinja2
from jinja2 import meta, nodes
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.parser import Parser
from jinja2.runtime import Context

_SAME = frozenset({"config", "features", "lang", "mkdocs_version", "base_url", "closed_nav"})
"""What stands for the same on all pages of a folder: given by MkDocs, set by Material's `base.html` from the config, or by our
`main.html`: `closed_nav` is the navigation on pages without a place in it, where no entry is open."""
_DRAWINGS = ".icons/"
"""Where the theme's icons lie; they hold no template code."""


class SharedPartials(Extension):
    """Makes pages that lie in one folder share what they have in common; for one edition, while its config stays."""

    tags = {"shared"}  # noqa: RUF012 - as Jinja's class declares it

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.reads: dict[str, frozenset[str] | None] = {}
        """Partial → names that it reads, itself or by what it includes; None when it may read the page."""
        self.made: dict[tuple[str, str, str], str] = {}

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
        return tokens

    def parse(self, parser: Parser) -> nodes.Node:
        """Read `shared "partials/….html"`."""
        line = next(parser.stream).lineno
        name = str(parser.stream.expect("string").value)
        names = sorted(self._reads(name) or ())
        values = nodes.Dict([nodes.Pair(nodes.Const(name), nodes.Name(name, "load")) for name in names])
        call = self.call_method("once", [nodes.ContextReference(), nodes.Const(name), values], lineno=line)
        return nodes.Output([call], lineno=line)

    def once(self, context: Context, name: str, values: Mapping[str, object]) -> str:
        """Return what a partial gives on this page and on all others of its folder."""
        page, base = context["page"], context["base_url"]
        # the filter `url` counts from the folder of the page; without a page from `base_url`
        key = (name, base, page.url.rpartition("/")[0] if page else "")
        found = self.made.get(key)
        if found is None:
            given = {**values, "page": page, "base_url": base}  # for `url` and `script_tag`
            found = self.made[key] = self.environment.get_template(name).render(given)
        return found

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
        return frozenset(found) if found <= _SAME else None


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
