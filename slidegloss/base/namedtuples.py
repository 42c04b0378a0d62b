"""`typing.NamedTuple`, with classes that are created in half the time.

A run loads one to two hundred of these classes, and `typing` compiles the annotation of every field. Here annotations are
left to the type checker, which sees `typing.NamedTuple`.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414 - said to be exported
else:

    class _Maker(type):
        """Makes of a class' body what `collections.namedtuple` makes of its fields, with the rest of the body."""

        def __new__(cls, name: str, _: tuple[type, ...], body: dict[str, Any]) -> type:
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            made = namedtuple(name, fields, defaults=defaults.values())  # noqa: PYI024 - what `typing` makes them with
            for key, value in body.items():
                if key not in defaults:
                    setattr(made, key, value)
            return made

    NamedTuple = type.__new__(_Maker, "NamedTuple", (), {})
