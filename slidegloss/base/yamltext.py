"""YAML with places: values for the program, and the line and column of each for its messages."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from slidegloss.base.decode import place_of
from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic

_TIMESTAMP = "tag:yaml.org,2002:timestamp"
_MAX_NODES = 1_000_000
_HINTS = (
    ("cannot start any token", "\t", "YAML is indented with spaces, not tabs"),
    ("mapping values are not allowed", "", 'put text that holds a colon in quotes: title: "a: b"'),
    ("expected <block end>", "", "check the indentation of this line and the one above it"),
    ("could not find expected ':'", "", "write `key: value`, with a space after the colon"),
    ("found unexpected end of stream", "", "a quote or bracket is not closed"),
    ("undefined alias", "", 'put text that begins with * in quotes: title: "*a*"'),
    ("cannot be read as", "", 'put it in quotes if it is text: title: "0x"'),
)


@dataclass(frozen=True, slots=True)
class Tagged:
    """A value with a tag of its own, such as `!ENV HOME` or `!!python/name:…`, kept to be written out again."""

    tag: str
    value: object


@dataclass(frozen=True, slots=True)
class YamlText:
    """A parsed YAML document: its value, and where in the file each part of it stands."""

    value: object
    node: yaml.Node | None

    def place(self, loc: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
        """Return the 1-based line and column of a value, or with `key` of the key in front of it.

        `loc` names the way to it (`("extra", "slidegloss", "assets", 0)`); where it ends early, the place of the
        deepest part that exists is returned.
        """
        node, mark = self.node, self.node
        for part in loc:
            step = next(_steps(node, part), None)
            if step is None:
                break
            mark, node = step
        chosen = mark if key else node
        return (chosen.start_mark.line + 1, chosen.start_mark.column + 1) if chosen is not None else (1, 1)


def _steps(node: yaml.Node | None, part: str | int) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yield (key node, value node) of a child; the last of equal keys first, because it counts."""
    if isinstance(node, yaml.MappingNode):
        yield from ((key, value) for key, value in reversed(node.value) if key.value == str(part))
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        yield node.value[part], node.value[part]


_REFUSED = (ValueError, LookupError, AttributeError)
"""What PyYAML raises for values that are not what their tag says: it lets int("") and the like through."""
_KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "timestamp": "a date"}


class _Loader(yaml.SafeLoader):
    """The safe loader, with unknown tags kept and dates left as text (an impossible date would be a traceback)."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way to set it
        first: [entry for entry in entries if entry[0] != _TIMESTAMP]
        for first, entries in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:  # noqa: FBT001, FBT002 - PyYAML's signature
        """Return the value of a node; a fault with its place where that is not what its tag says."""
        try:
            return super().construct_object(node, deep)
        except _REFUSED as error:
            value = str(node.value)
            said = value if len(value) <= 60 else f"{value[:59]}…"
            kind = _KINDS.get(node.tag.rpartition(":")[2], "what its tag says")
            raise yaml.MarkedYAMLError(
                problem=f"`{said}` cannot be read as {kind}", problem_mark=node.start_mark
            ) from error


def _keep_tag(loader: _Loader, tag: str, node: yaml.Node) -> Tagged:
    if isinstance(node, yaml.SequenceNode):
        return Tagged(tag, loader.construct_sequence(node, deep=True))
    if isinstance(node, yaml.MappingNode):
        return Tagged(tag, loader.construct_mapping(node, deep=True))
    return Tagged(tag, node.value)


_Loader.add_multi_constructor("", _keep_tag)


class _Dumper(yaml.SafeDumper):
    """The safe dumper, which writes kept tags out again."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's signature
        """Write shared values in full: anchors would need a reader that knows them."""
        return True


def _represent_tagged(dumper: _Dumper, tagged: Tagged) -> yaml.Node:
    if isinstance(tagged.value, list):
        return dumper.represent_sequence(tagged.tag, tagged.value, flow_style=True)
    if isinstance(tagged.value, dict):
        return dumper.represent_mapping(tagged.tag, tagged.value, flow_style=False)
    return dumper.represent_scalar(tagged.tag, str(tagged.value))


_Dumper.add_representer(Tagged, _represent_tagged)


def load_yaml(text: str, path: str, code: Code = Code.CONFIG_SYNTAX) -> tuple[YamlText | None, tuple[Diagnostic, ...]]:
    """Parse one YAML document; faults of its syntax are reported with `code`, and None is returned for it.

    Keys that stand twice are reported too: YAML forbids them, most readers silently take the last.
    """
    loader = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        # before construction, which writes merged keys (`<<`) into the nodes
        doubled = tuple(_duplicates(node, path))
        _expanded_size(node, {})
        value = loader.construct_document(node) if node is not None else None
    except _FAULTS as error:
        return None, (_fault(error, text, path, code),)
    finally:
        if loader is not None:
            loader.dispose()
    return YamlText(value, node), doubled


def read_nodes(text: str, path: str, code: Code) -> tuple[yaml.Node | None, tuple[Diagnostic, ...]]:
    """Parse one YAML document to its nodes, with PyYAML's faster parser; faults of its syntax as in `load_yaml`.

    None stands for an empty document, too.
    """
    try:
        node: yaml.Node | None = yaml.compose(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        if "&" in text and "*" in text:  # there may be aliases; most files have none
            _expanded_size(node, {})
    except _FAULTS as error:
        return None, (_fault(error, text, path, code),)
    return node, ()


_FAULTS = (yaml.YAMLError, *_REFUSED, RecursionError)
"""PyYAML recurses once for each level of nesting."""


def _parts(node: yaml.CollectionNode) -> Sequence[yaml.Node]:
    """Return the nodes in a list, or the keys and values of a mapping."""
    return [part for pair in node.value for part in pair] if isinstance(node, yaml.MappingNode) else node.value


def _fault(error: Exception, text: str, path: str, code: Code) -> Diagnostic:
    if isinstance(error, yaml.MarkedYAMLError):
        return _syntax_fault(error, text, path, code)
    if isinstance(error, yaml.reader.ReaderError):
        # its first one: the faster of the two parsers counts bytes, not characters, to say where it stands
        place = place_of(text, max(text.find(chr(error.character)), 0))
        message = f"a character that YAML does not allow: U+{error.character:04X}"
        return diagnostic(code, path, *place, message=message, hint="delete it")
    what = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return diagnostic(code, path, 1, 1, message=f"not valid YAML: {what}")


def _expanded_size(node: yaml.Node | None, known: dict[int, int]) -> int:
    """Count nodes with every alias written out; a fault for a node within itself, and for an avalanche of aliases."""
    if not isinstance(node, yaml.CollectionNode):
        return 1
    if id(node) not in known:
        known[id(node)] = -1
        known[id(node)] = 1 + sum(_expanded_size(part, known) for part in _parts(node))
    if known[id(node)] < 0:
        raise yaml.MarkedYAMLError(
            problem="an alias (`*name`) stands inside what it names", problem_mark=node.start_mark
        )
    if known[id(node)] > _MAX_NODES:
        raise yaml.MarkedYAMLError(
            problem="its aliases (`*name`) expand to too many values", problem_mark=node.start_mark
        )
    return known[id(node)]


def dump_yaml(value: object, *, flow: bool = False) -> str:
    """Write a value as YAML, keys in their own order, kept tags as they were; `flow` puts it on one line."""
    text = yaml.dump(value, None, _Dumper, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=flow)
    return text.removesuffix("\n").removesuffix("\n...") if flow else text


def resolve_env(value: object) -> object:
    """Replace `!ENV NAME` and `!ENV [NAME, OTHER, default]` by what MkDocs would read there, at any depth."""
    if isinstance(value, Tagged):
        return _from_environment(value.value) if value.tag == "!ENV" else str(value.value)
    if isinstance(value, dict):
        return {key: resolve_env(item) for key, item in value.items()}
    if isinstance(value, list):
        return [resolve_env(item) for item in value]
    return value


def _from_environment(value: object) -> object:
    names = value if isinstance(value, list) else [value]
    default = names[-1] if len(names) > 1 else None
    wanted = names[:-1] if len(names) > 1 else names
    for name in wanted:
        if isinstance(name, str) and name in os.environ:
            try:
                return yaml.safe_load(os.environ[name])
            except _FAULTS:
                return os.environ[name]  # what is no YAML is text
    return default


def _duplicates(node: yaml.Node | None, path: str) -> Iterator[Diagnostic]:
    """Report keys that stand twice; each node is visited once, aliases may form loops."""
    waiting, seen = [node] if node else [], set()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, yaml.SequenceNode):
            waiting += here.value
        elif isinstance(here, yaml.MappingNode):
            names: set[str] = set()
            for key, value in here.value:
                waiting.append(value)
                name = str(key.value)
                if name in names and name != "<<":
                    line, col = key.start_mark.line + 1, key.start_mark.column + 1
                    message = f"`{name}` stands twice here; the last one counts"
                    yield diagnostic(Code.CONFIG_DUPLICATE, path, line, col, message, "delete one of them")
                names.add(name)


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, path: str, code: Code) -> Diagnostic:
    mark = error.problem_mark or error.context_mark
    line, col = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    problem = error.problem or error.context or "unknown fault"
    if error.context and error.context_mark and mark and error.context_mark.line != mark.line:
        problem += f", {error.context} that starts on line {error.context_mark.line + 1}"
    here = text[mark.index : mark.index + 1] if mark and mark.index is not None else ""
    hint = next((hint for part, char, hint in _HINTS if part in problem and (not char or here == char)), "")
    return diagnostic(code, path, line, col, f"not valid YAML: {problem}", hint)
