"""Our `NamedTuple` makes what the one of `typing` makes of the same class."""

from __future__ import annotations

import pickle
import typing

import pytest

from slidegloss.base.namedtuples import NamedTuple


class Venue(NamedTuple):
    """Where a work appeared."""

    name: str
    year: int | None = None
    tracks: tuple[str, ...] = ()

    LONGEST = 40

    @property
    def label(self) -> str:
        """As it stands on a chip."""
        return f"{self.name} {self.year}"

    @classmethod
    def of(cls, text: str) -> Venue:
        name, year = text.split()
        return cls(name, int(year))


class Typed(typing.NamedTuple):
    """Where a work appeared."""

    name: str
    year: int | None = None
    tracks: tuple[str, ...] = ()


def test_is_built_read_compared_and_shown_like_that_of_typing():
    ours, theirs = Venue("CVPR", tracks=("oral",)), Typed("CVPR", tracks=("oral",))
    assert ours == theirs == ("CVPR", None, ("oral",))
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs).replace("Typed", "Venue")
    assert ours._replace(year=2024)._asdict() == theirs._replace(year=2024)._asdict()
    assert (Venue._fields, Venue._field_defaults) == (Typed._fields, Typed._field_defaults)
    assert (Venue.__doc__, Venue.__module__, Venue.__qualname__) == (Typed.__doc__, __name__, "Venue")
    assert Venue.__annotations__ == {"name": "str", "year": "int | None", "tracks": "tuple[str, ...]"}
    with pytest.raises(TypeError, match="name"):
        Venue()


def test_keeps_what_else_stands_in_the_class():
    venue = Venue.of("ICLR 2024")
    assert (venue.label, venue.LONGEST) == ("ICLR 2024", 40)
    again = pickle.loads(pickle.dumps(venue))  # noqa: S301 - what was written a moment ago
    assert again == venue
    assert isinstance(again, Venue)


def test_refuses_a_default_before_a_field_without_one():
    with pytest.raises(TypeError, match="without a default"):

        class Odd(NamedTuple):
            year: int = 2024
            name: str
