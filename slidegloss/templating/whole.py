"""Inlines all that a Jinja template extends and includes into one syntax tree.

Jinja makes a new context for each include, and goes through several functions for each block; a page has thirty of both.
In one tree they are statements in a scope of their own, where all names mean what they mean in the templates apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import jinja2
from jinja2 import nodes
from jinja2.visitor import NodeTransformer

_Bodies = Mapping[str, Sequence[list[nodes.Node]]]
"""Block → its bodies, from the template that is shown to the one at the root of all that it extends."""


def whole_template(env: jinja2.Environment, name: str) -> nodes.Template | None:
    """Return a template in one tree; None for one that does more with its blocks than to fill and to print them."""
    chain = [read_template(env, name)]
    while chain[-1] is not None and (extends := chain[-1].find(nodes.Extends)) is not None:
        base = extends.template.value if isinstance(extends.template, nodes.Const) else None
        chain.append(
            read_template(env, base) if isinstance(base, str) and all(map(_only_fills, chain[-1].body)) else None
        )
    templates = [tree for tree in chain if tree is not None]
    if len(templates) < len(chain):
        return None
    bodies: dict[str, list[list[nodes.Node]]] = defaultdict(list)
    for tree in templates:
        for block in tree.find_all(nodes.Block):
            bodies[block.name].append(block.body)
    root = templates[-1]
    _Whole(env, bodies, (name,)).visit(root)
    return None if any(found.name in {"self", "super"} for found in root.find_all(nodes.Name)) else root


def read_template(env: jinja2.Environment, name: str) -> nodes.Template | None:
    """Return the tree of a template alone; None when there is none."""
    if env.loader is None:
        return None
    try:
        source, path, _ = env.loader.get_source(env, name)
    except jinja2.TemplateNotFound:
        return None
    return env.parse(source, name, path)


def _only_fills(statement: nodes.Node) -> bool:
    """Tell whether a statement of a template that extends another does nothing but this, and fill blocks."""
    return isinstance(statement, nodes.Extends | nodes.Block) or (
        isinstance(statement, nodes.Output) and all(isinstance(part, nodes.TemplateData) for part in statement.nodes)
    )


class _Whole(NodeTransformer):
    """Puts blocks and included templates into their places."""

    def __init__(self, env: jinja2.Environment, bodies: _Bodies, within: tuple[str, ...]) -> None:
        self.env = env
        self.bodies = bodies
        self.within = within
        """Templates that the place is in: one that includes itself is left as it is."""
        self.blocks: list[tuple[str, int]] = []
        """Blocks that the place is in, and which of their bodies."""

    def visit_Block(self, block: nodes.Block) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        return self._body(block.name, 0)

    def visit_Output(self, output: nodes.Output) -> list[nodes.Node]:  # noqa: N802 - as Jinja calls it
        return list(self._parts(output))

    def visit_Call(self, call: nodes.Call) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        """`self.announce()` of a block that is empty."""
        called = call.node
        if isinstance(called, nodes.Getattr) and _is_name(called.node, "self") and not any(self.bodies[called.attr][0]):
            return nodes.Const("")
        return self.generic_visit(call)

    def visit_Include(self, include: nodes.Include) -> nodes.Node:  # noqa: N802 - as Jinja calls it
        name = include.template.value if isinstance(include.template, nodes.Const) else None
        if not isinstance(name, str) or name in self.within or not include.with_context:
            return include
        tree = read_template(self.env, name)
        if tree is None or tree.find(nodes.Extends) or tree.find(nodes.Block):
            return include
        _Whole(self.env, {}, (*self.within, name)).visit(tree)
        return nodes.Scope(tree.body, lineno=include.lineno)

    def _body(self, block: str, level: int) -> nodes.Node:
        self.blocks.append((block, level))
        scope = nodes.Scope(self.bodies[block][level])
        self.generic_visit(scope)
        self.blocks.pop()
        return scope

    def _parts(self, output: nodes.Output) -> Iterator[nodes.Node]:
        for part in output.nodes:
            if isinstance(part, nodes.Call) and _is_name(part.node, "super") and self.blocks:
                block, level = self.blocks[-1]
                yield self._body(block, level + 1)
            else:
                yield nodes.Output([self.visit(part)], lineno=part.lineno)


def _is_name(node: nodes.Node, name: str) -> bool:
    return isinstance(node, nodes.Name) and node.name == name
