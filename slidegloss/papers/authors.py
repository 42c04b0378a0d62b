"""Splits lists of authors, as notes and bibliographies write them, into names with the given name first."""

from __future__ import annotations

from slidegloss.base.patterns import lazy
from slidegloss.notes.citation_words import CAPITAL
from slidegloss.papers.keys import in_order

_AND = lazy(r"\s+(?:and|和|与)\s+|\s*&\s*")
_COMMAS = lazy(r"\s*[,，、]\s*")
_SEMICOLONS = lazy(r"\s*[;；]\s*")
_NOTES = "*∗†‡§¶ "
"""Signs that lead from a name to a note on it."""
_LEFT_OUT = lazy(r"[.…\s]*")
"""What stands for authors that nobody names."""
_INITIALS = lazy(rf"(?:{CAPITAL}[a-z]?\.[\s-]?){{1,4}}|{CAPITAL}(?:[\s-]?{CAPITAL}){{0,3}}\.?")
_WITH_INITIALS = lazy(rf"(?P<family>[^\W\d_a-z][^\d_,]*[^\W\d_A-Z])\s(?P<initials>{CAPITAL}{{1,3}})")
"""`Moreau AB`, as Vancouver style writes it."""
_FAMILY = lazy(r"(?:[a-z]{2,3}\s){0,2}[^\W\d_a-z][\w’'\-]*[^\W\d_A-Z]")
_GIVEN = lazy(rf"{CAPITAL}[\w’'\-]*[^\W\d_A-Z](?:\s{CAPITAL}\.){{0,3}}")


_SURNAMES = frozenset({
    "Cao", "Deng", "Guo", "Huang", "Johnson", "Jones", "Liu", "Luo", "Müller", "Nguyen", "Pham", "Schmidt", "Smith",
    "Tang", "Tran", "Wang", "Xie", "Zeng", "Zhang", "Zhao", "Zheng", "Zhou", "Zhu",
})  # fmt: skip
"""Family names that are hardly ever given names: behind another word they are a second author's."""
_AND_OTHERS = lazy(r"[\s,，、]*等(?:人|著|编著)?\Z")


def split_authors(written: str, *, families: bool = False) -> tuple[str, ...]:
    """Split a list of authors; `et al.` (`等`) stays as the last of them.

    In: the list, and whether it stands in a key such as `[Li, Wang, 2019]`, which has no given names.

    Known are `Ana Moreau and Bo Tamm`, `Moreau, A., & Tamm, B. C.` (APA), `Moreau, Ana, and Bo Tamm` (Chicago, MLA, where
    only the first is turned round), `Moreau A, Tamm BC` (Vancouver), and semicolons between names of any order.
    """
    head, et_al, _ = written.partition(" et al.")
    if others := _AND_OTHERS.search(head):
        head, et_al = head[: others.start()], others[0]
    parted = ";" in head or "；" in head
    names = [given_first(name) for name in _SEMICOLONS.split(head)] if parted else _names(head, families=families)
    names = [name.rstrip(_NOTES) for name in names if not _LEFT_OUT.fullmatch(name)]
    return (*names, "et al.") if et_al else tuple(names)


def _names(head: str, *, families: bool) -> list[str]:
    parts = [part for part in _COMMAS.split(_AND.sub(",", head).strip()) if not _LEFT_OUT.fullmatch(part)]
    vancouver = [_WITH_INITIALS.fullmatch(part.rstrip(".")) for part in parts]
    if all(vancouver):
        return [f"{'. '.join(name['initials'])}. {name['family']}" for name in vancouver if name]
    initials = [_INITIALS.fullmatch(part) is not None for part in parts]
    if any(initials) and not initials[0]:
        return _paired(parts, initials)
    if not families and _first_is_turned(head, parts):
        return [f"{parts[1]} {parts[0]}", *parts[2:]]
    return parts


def _paired(parts: list[str], initials: list[bool]) -> list[str]:
    """Put initials in front of the family name that they stand behind; a name without any stays."""
    names: list[str] = []
    for part, is_initials in zip(parts, initials, strict=True):
        if is_initials and names:
            names[-1] = f"{part} {names[-1]}"
        else:
            names.append(part)
    return names


def _first_is_turned(head: str, parts: list[str]) -> bool:
    """Tell `Moreau, Ana, and Bo Tamm`: a lone family name, a lone given name, and only whole names behind them."""
    return (
        len(parts) > 1
        and _FAMILY.fullmatch(parts[0]) is not None
        and _GIVEN.fullmatch(parts[1]) is not None
        and all(" " in part for part in parts[2:])
        and parts[1] not in _SURNAMES
        and _COMMAS.match(head, len(parts[0])) is not None
    )


def given_first(name: str) -> str:
    """Turn `Family, Given` and `Family, Jr, Given` into `Given Family`."""
    parts = [" ".join(part.split()) for part in name.split(",")]
    if len(parts) == 2 and all(parts):
        return in_order(parts[1], parts[0])
    if len(parts) == 3 and all(parts):
        return f"{parts[2]} {parts[0]} {parts[1]}"
    return " ".join(name.split())
