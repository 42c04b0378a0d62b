r"""Titles of works that hold formulas, as `$\beta$-VAE` does: in `model.py` such a title is text with TeX between dollars."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

_FORMULA = lazy(r"(?<![\\$])\$(?=[^\s$])([^$\n]{1,200}?)(?<![\s\\])\$(?![\d$])")
"""As Pandoc tells formulas from prices: no blank inside the dollars, no digit behind them."""
_FIRST = 0xF0000
SIGNS = "\U000f0000-\U000ffffd"
"""Characters, for a set of a pattern, that stand for formulas where only the text around them is looked at."""
_SIGN = lazy(f"[{SIGNS}]")
_STYLE = lazy(r"\\(?:math[a-z]+|text[a-z]*|operatorname\*?|bm|boldsymbol|left|right)(?![A-Za-z])\s?")
_SPACE = lazy(r"\\[,;:!>]|\\q?quad(?![A-Za-z])")
_SCRIPT = lazy(r"_|\^(?=[*+'†])")
"""`ℓ_1` and `A^*` read better without."""
_COMMAND = lazy(r"\\([A-Za-z]+)\s?")


class Piece(NamedTuple):
    """A part of a title: text, or the TeX of a formula without its dollars."""

    text: str
    is_formula: bool


def pieces(title: str) -> Iterator[Piece]:
    """Yield the parts of a title in order; together, and with the dollars around formulas, they are the title."""
    for number, text in enumerate(_FORMULA.split(title)):
        if text:
            yield Piece(text, is_formula=number % 2 == 1)


def has_formulas(title: str) -> bool:
    """Say whether a title holds a formula."""
    return "$" in title and _FORMULA.search(title) is not None


def in_dollars(tex: str) -> str:
    """Return a formula as it stands in a title; nothing when it would not be read back from there."""
    formula = f"${tex.strip()}$"
    return formula if _FORMULA.fullmatch(formula) else ""


def sign_of(number: int) -> str:
    """Return the character that stands for the formula with this number, the first being 0."""
    return chr(_FIRST + number)


def put_back(text: str, formulas: Sequence[str]) -> str:
    """Return a text with formulas where characters stand for them."""
    return _SIGN.sub(lambda found: formulas[ord(found[0]) - _FIRST], text) if formulas else text


def around_formulas(title: str, change: Callable[[str], str]) -> str:
    """Return a title with its text changed as a whole, and its formulas as they are."""
    formulas: list[str] = []

    def aside(formula: str) -> str:
        formulas.append(formula)
        return sign_of(len(formulas) - 1)

    return put_back(change(_FORMULA.sub(lambda found: aside(found[0]), title)), formulas)


def readable(title: str) -> str:
    r"""Return a title as text for readers of no TeX: `$\beta$-VAE` as `β-VAE`, `$\mathcal{O}(n \log n)$` as `O(n log n)`."""
    if "$" not in title:
        return title
    return "".join(_spoken(text) if is_formula else text for text, is_formula in pieces(title))


def _spoken(tex: str) -> str:
    from slidegloss.syntax.latex import from_latex  # noqa: PLC0415 - few books have such titles

    words = _COMMAND.sub(r"\1 ", from_latex(_SPACE.sub(" ", _STYLE.sub("", tex)))).strip()
    return _SCRIPT.sub("", words)
