"""Renders parts of the theme that are the same on many pages (header, dialogs, styles) only once.

A code generator for Jinja. In the tree of a whole template (`templating/whole.py`), statements that read nothing of the page
become a look-up of what they gave before; which those are is read off the templates, Material's too, so a new version
of the theme cannot go wrong unseen. What they ask of the page beside that, its kind and whether it has figures, is part of
the look-up. The words of the edition are read once, too. Plain MkDocs renders all of it in full every time, to the same
bytes (`tests/sites/test_mkdocsbuild.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from types import SimpleNamespace

import jinja2
from jinja2 import meta, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.idtracking import find_symbols
from jinja2.runtime import Macro
from jinja2.visitor import NodeTransformer
from mkdocs.utils.templates import TemplateContext

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.templating.whole import read_template, whole_template

PAGE = "main.html"
"""The template of pages. What MkDocs gives it is known, so what it reads beside that and does not set is nowhere defined."""
HERE = "shared_here"
"""The name under which a page's context holds a dictionary: what its folder has in common."""
_OWN = frozenset(TemplateContext.__annotations__) - {"config", "mkdocs_version", "base_url"}
"""What MkDocs gives a template that differs between pages of one folder."""
_FEW = "with_"
"""How names begin, beside `kind`, that our templates set to what a page is, has or lies in: what reads them is kept for each
case. They stand for all that it is told of the page, such as which parts of the navigation are open."""
_WORDS = "partials/language.html"
"""Material's words: a macro of the edition's language and of their key, imported anew by every page."""
_OUR_WORDS = "shared_words"
"""The global that holds them."""
_PART = "shared_part"
"""What a template calls a part while it is made."""
_DRAWINGS = ".icons/"
"""Where the theme's icons lie; they hold no template code."""
_DEFINITIONS = (nodes.Assign, nodes.AssignBlock, nodes.Import, nodes.FromImport, nodes.Macro)
"""Statements that print nothing: they give something a name."""


def share(env: jinja2.Environment, config: object) -> None:
    """Make the pages of one edition share what they have in common, while its config stays.

    From then on, no template of this environment can extend the template of pages.
    """
    words = read_template(env, _WORDS)
    if words is not None and meta.find_undeclared_variables(words) <= {"config"}:
        made = vars(env.get_template(_WORDS).make_module({"config": config}))
        macros = {name: value for name, value in made.items() if isinstance(value, Macro)}
        env.globals[_OUR_WORDS] = SimpleNamespace(**{name: lru_cache(256)(macro) for name, macro in macros.items()})
    env.code_generator_class = SharedParts


class SharedParts(CodeGenerator):
    """Compiles the template of pages with its shared parts, and others as Jinja does."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - as Jinja calls it
        """Write the code of a template."""
        tree = whole_template(self.environment, PAGE) if self.name == PAGE else None
        if tree is not None:
            if _OUR_WORDS in self.environment.globals:
                _Words().visit(tree)
            tree.body = list(_Sharing(self.environment).shared(tree.body, _Names(set(_OWN), frozenset())))
        super().visit_Template(tree or node, frame)


class _Words(NodeTransformer):
    """Takes the words that were read once where a template would import them."""

    def visit_Import(self, node: nodes.Import) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        if isinstance(node.template, nodes.Const) and node.template.value == _WORDS and node.with_context:
            return nodes.Assign(nodes.Name(node.target, "store"), nodes.Name(_OUR_WORDS, "load"), lineno=node.lineno)
        return node


class _Names(NamedTuple):
    """What is known of names at a place in a template."""

    own: set[str]
    """They may stand for something else on each page."""
    later: frozenset[str]
    """They are read behind the statements at hand."""


class _Known(NamedTuple):
    """A look-up."""

    made: nodes.If
    """Makes what is looked up, unless it is there."""
    kept: nodes.Getitem


class _Run:
    """Statements in a row that print the same on many pages."""

    def __init__(self) -> None:
        self.statements: list[nodes.Node] = []
        self.names: set[str] = set()
        """Those that they read or set."""
        self.few: set[str] = set()
        """Those of them that tell what a page is or has."""

    def add(self, statement: nodes.Node, reads: AbstractSet[str], sets: AbstractSet[str]) -> None:
        """Go on with a statement."""
        self.statements.append(statement)
        self.names |= reads | sets
        self.few.update(filter(_tells, reads))


class _Sharing:
    """Turns statements into others that print the same, and look up what pages have in common."""

    def __init__(self, env: jinja2.Environment) -> None:
        self.env = env
        self.parts = 0

    def shared(self, statements: Sequence[nodes.Node], names: _Names) -> Iterator[nodes.Node]:
        """Yield the statements of a body; `names.own` is kept up to date."""
        reads = [self._reads(statement) for statement in statements]
        later = [names.later]  # what is read behind each statement, from the last to the first
        for read in reversed(reads):
            later.append(later[-1] | read)
        run = _Run()
        for statement, read, after in zip(statements, reads, later[-2::-1], strict=True):
            sets = find_symbols([statement]).stores
            common = read.isdisjoint(names.own) and _is_told_by_names(statement)
            if isinstance(statement, _DEFINITIONS) and run.names.isdisjoint(sets):
                yield from self._defined(statement, names.own, after, common=common)  # the run goes on behind it
                common = common and not any(map(_tells, read)) and not self._calls_a_global(statement)
                _name(names.own, sets, common=common)
            elif common and sets.isdisjoint(after) and not isinstance(statement, _DEFINITIONS):
                run.add(statement, read, sets)
            else:
                yield from self._printed(run)
                run = _Run()
                yield self._within(statement, names.own, after)
                _name(names.own, sets, common=False)
        yield from self._printed(run)

    def _within(self, statement: nodes.Node, own: set[str], later: frozenset[str]) -> nodes.Node:
        """Share what is in the branches of a condition, in a scope, or in a text that gets a name."""
        if isinstance(statement, nodes.If | nodes.Scope | nodes.AssignBlock):
            statement.body = list(self.shared(statement.body, _Names(set(own), later)))
        if isinstance(statement, nodes.If):
            statement.else_ = list(self.shared(statement.else_, _Names(set(own), later)))
            for other in statement.elif_:
                self._within(other, own, later)
        return statement

    def _defined(
        self, statement: nodes.Node, own: set[str], later: frozenset[str], *, common: bool
    ) -> Iterator[nodes.Node]:
        """Yield what gives something a name; a module that is the same everywhere is looked up."""
        if isinstance(statement, nodes.Import) and common:
            name, statement.target = statement.target, _PART
            known = self._known((), statement)
            yield known.made
            yield nodes.Assign(nodes.Name(name, "store"), known.kept)
        else:
            yield self._within(statement, own, later)

    def _printed(self, run: _Run) -> Iterator[nodes.Node]:
        """Yield what prints a run."""
        parts = [part for statement in run.statements for part in _texts(statement)]
        if None in parts:
            known = self._known(sorted(run.few), nodes.AssignBlock(nodes.Name(_PART, "store"), None, run.statements))
            yield known.made
            yield nodes.Output([known.kept])
        elif parts:
            yield nodes.Output([part for part in parts if part is not None])

    def _known(self, few: Sequence[str], made: nodes.Stmt) -> _Known:
        """Return the look-up of what a statement calls `_PART`: it is done once for each case of `few` names."""
        self.parts += 1
        key: nodes.Expr = nodes.Const(self.parts)
        if few:
            key = nodes.Tuple([key, *(nodes.Name(name, "load") for name in few)], "load")
        here = nodes.Name(HERE, "load")
        keep = nodes.Call(nodes.Getattr(here, "setdefault", "load"), [key, nodes.Name(_PART, "load")], [], None, None)
        unknown = nodes.Compare(key, [nodes.Operand("notin", here)])
        return _Known(nodes.If(unknown, [made, nodes.ExprStmt(keep)], [], []), nodes.Getitem(here, key, "load"))

    def _reads(self, statement: nodes.Node) -> frozenset[str]:
        """Return the names that a statement takes from around it."""
        if isinstance(statement, nodes.Output):  # most are; no name is set inside
            names = (found.name for found in statement.find_all(nodes.Name))
            return frozenset(name for name in names if name not in self.env.globals)
        alone = nodes.Template([statement])
        alone.set_environment(self.env)
        return frozenset(meta.find_undeclared_variables(alone))

    def _calls_a_global(self, statement: nodes.Node) -> bool:
        """Tell whether a name is given to what a global returns: a namespace, which later statements change."""
        called = (call.node for call in statement.find_all(nodes.Call))
        return any(isinstance(name, nodes.Name) and name.name in self.env.globals for name in called)


def _name(own: set[str], names: AbstractSet[str], *, common: bool) -> None:
    """Enter what names stand for from now on."""
    for name in names:
        if common or _tells(name):
            own.discard(name)
        else:
            own.add(name)


def _tells(name: str) -> bool:
    return name == "kind" or name.startswith(_FEW)


def _texts(statement: nodes.Node) -> Iterator[nodes.TemplateData | None]:
    """Yield the texts of a statement, None for all else."""
    if isinstance(statement, nodes.Output):
        yield from (part if isinstance(part, nodes.TemplateData) else None for part in statement.nodes)
    else:
        yield None


def _is_told_by_names(statement: nodes.Node) -> bool:
    """Tell whether the names that a statement reads are all that it depends on."""
    alone = nodes.Template([statement])  # `find_all` looks below a node
    imports: list[nodes.Import | nodes.FromImport] = [*alone.find_all(nodes.Import), *alone.find_all(nodes.FromImport)]
    return not any(found.with_context for found in imports) and all(map(_is_drawing, alone.find_all(nodes.Include)))


def _is_drawing(include: nodes.Include) -> bool:
    start = include.template.nodes[0] if isinstance(include.template, nodes.Concat) else include.template
    return isinstance(start, nodes.Const) and str(start.value).startswith(_DRAWINGS)
