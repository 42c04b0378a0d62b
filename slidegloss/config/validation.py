"""Validates values against pydantic models: all faults at once, each with its place in the YAML and an example."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic, nearest
from slidegloss.base.yamltext import YamlText, dump_yaml

Model = TypeVar("Model", bound=BaseModel)


def without_faults(
    model: type[Model], raw: object, context: object = None
) -> tuple[Model, Any, tuple[ErrorDetails, ...]]:
    """Check values against a model; return it with defaults for the faulty ones, the values without these, and the faults.

    `context` is for the model's own validators.
    """
    faults: list[ErrorDetails] = []
    rest = copy.deepcopy(raw)
    for _round in range(8):
        try:
            value = model.model_validate(rest, context=context)
        except ValidationError as error:
            # what a later round says follows from what was taken out before
            faults = faults or error.errors(include_url=False)
            for fault in sorted(error.errors(), key=lambda item: [str(part) for part in item["loc"]], reverse=True):
                rest = _without(rest, [part for part in fault["loc"] if part != "[key]"])
        else:
            break
    else:
        value, rest = model(), {}
    return value, rest, tuple(fault for fault in faults if not _follows(fault, faults))


def explained(
    model: type[BaseModel], faults: Iterable[ErrorDetails], document: YamlText, prefix: Sequence[str], path: str
) -> list[Diagnostic]:
    """Say in the author's terms what is wrong, each fault with its place in a file."""
    return [_explain(model, fault, document, prefix, path) for fault in faults]


def _follows(fault: ErrorDetails, faults: Sequence[ErrorDetails]) -> bool:
    """Tell whether a list is called too short only because its entries are faulty."""
    loc = fault["loc"]
    return fault["type"] == "too_short" and any(
        len(one["loc"]) > len(loc) == _common(one["loc"], loc) for one in faults
    )


def _common(one: Sequence[str | int], other: Sequence[str | int]) -> int:
    return sum(left == right for left, right in zip(one, other, strict=False))


def _without(raw: object, loc: Sequence[str | int]) -> object:
    """Take the value at `loc` out; where it is not there (a missing field), its parent goes."""
    if not loc or not isinstance(raw, dict | list):
        return {}
    *way, last = loc
    parent: Any = raw
    for depth, part in enumerate(way):
        try:
            parent = parent[part]
        except (KeyError, IndexError, TypeError):
            return _without(raw, loc[:depth])
    if isinstance(parent, dict):
        key = next((key for key in parent if str(key) == str(last)), None)
        if key is None:
            return _without(raw, way)
        del parent[key]
    elif isinstance(parent, list) and isinstance(last, int) and last < len(parent):
        del parent[last]
    return raw


_EXPECTED = {
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping of names to values",
    "model_type": "a mapping of settings",
    "string_type": "text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}


def _explain(
    model: type[BaseModel], fault: ErrorDetails, document: YamlText, prefix: Sequence[str], path: str
) -> Diagnostic:
    """Say in the author's terms what pydantic found."""
    loc = [part for part in fault["loc"] if part != "[key]"]
    kind, about_key = fault["type"], "[key]" in fault["loc"] or fault["type"] in {"extra_forbidden", "invalid_key"}
    place = document.place([*prefix, *loc], key=about_key)
    owner, example = described(model, loc)
    name = ".".join(str(part) for part in (*prefix[1:], *loc)) or "slidegloss"
    if kind == "extra_forbidden":
        known = [info.alias or key for key, info in owner.model_fields.items()]
        near = nearest(str(loc[-1]), known)
        hint = f"did you mean `{near}`?" if near else f"known here: {', '.join(known)}"
        return diagnostic(Code.CONFIG_KEY, path, *place, message=f"unknown setting `{name}`", hint=hint)
    given = fault["input"]
    if kind == "missing":
        message = f"`{name}` is missing"
    elif kind == "value_error":
        message = f"`{name}`: {fault['ctx']['error']}"
    elif kind == "invalid_key":
        message = f"`{name}`: a name must be text"
    elif kind in _EXPECTED:
        message = f"`{name}` must be {_EXPECTED[kind]}, not {_shown(given)}"
    elif kind == "literal_error":
        message = f"`{name}` must be one of {fault['ctx']['expected']}, not {_shown(given)}"
    elif kind == "string_pattern_mismatch":  # a regular expression says nothing to authors, the example does
        message = f"`{name}` must look like the example, not {_shown(given)}"
    else:
        message = f"`{name}`: {_shown(given)} does not fit: {fault['msg'][:1].lower()}{fault['msg'][1:]}"
    if kind in {"string_type", "invalid_key"} and isinstance(given, bool | int | float):
        example = "put it in quotes: YAML reads this word as something else"
    code = Code.CONFIG_PATH if kind == "value_error" and "the path" in message else Code.CONFIG_VALUE
    return diagnostic(code, path, *place, message=message, hint=example)


def _shown(value: object) -> str:
    text = dump_yaml(value, flow=True)
    return f"`{text if len(text) <= 60 else text[:57] + '…'}`"


def described(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[type[BaseModel], str]:
    """Return the model that `loc` stands in, and an example of the nearest described setting as a hint."""
    example = ""
    for part in loc:
        info = model.model_fields.get(str(part))
        if info is None:
            continue
        sample = dump_yaml((info.examples or [None])[0], flow=True)
        example = f"for example `{part}: {sample}`"
        model = next(iter(_models_in(info.annotation)), model)
    return model, example


def _models_in(annotation: object) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
