"""Lists of authors in the styles that notes are copied from."""

from __future__ import annotations

import pytest

from slidegloss.papers.authors import split_authors
from slidegloss.papers.schema import PaperEntry


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Ana Moreau", "Ana Moreau"),
        ("Ana Moreau, Bo Tamm, and Cy Lee", "Ana Moreau; Bo Tamm; Cy Lee"),
        ("Moreau and Ye", "Moreau; Ye"),  # a family name of two letters is no initial
        ("Ho & Moreau", "Ho; Moreau"),
        ("Moreau et al.", "Moreau; et al."),
        ("Ana Moreau*, Bo Tamm*†, Cy Lee", "Ana Moreau; Bo Tamm; Cy Lee"),
        ("Wei Li, Yu Wu, Bo Xu, and Qi Yu", "Wei Li; Yu Wu; Bo Xu; Qi Yu"),
        ("A. Moreau, B. C. Tamm and D. Lee", "A. Moreau; B. C. Tamm; D. Lee"),
        ("Moreau, A., Tamm, B. C., & Lee, D.-E.", "A. Moreau; B. C. Tamm; D.-E. Lee"),
        ("Moreau, A., Tamm, B., ... & Ångström, Ö.", "A. Moreau; B. Tamm; Ö. Ångström"),
        ("Moreau, A., Folding Group, and Tamm, B.", "A. Moreau; Folding Group; B. Tamm"),
        ("van der Tamm, B. et al.", "B. van der Tamm; et al."),
        ("Moreau, Ana", "Ana Moreau"),
        ("Moreau, Ana B., and Bo Tamm", "Ana B. Moreau; Bo Tamm"),
        ("Moreau, Ana, Bo Tamm, and Cy Lee", "Ana Moreau; Bo Tamm; Cy Lee"),
        ("Moreau, Ana et al.", "Ana Moreau; et al."),
        ("Moreau, Bo Tamm", "Moreau; Bo Tamm"),
        ("Moreau, Tamm, Lee", "Moreau; Tamm; Lee"),
        ("Moreau AB, Tamm C, Ångström Ö.", "A. B. Moreau; C. Tamm; Ö. Ångström"),
        ("Moreau, Ana; Tamm, Bo; Cy Lee", "Ana Moreau; Bo Tamm; Cy Lee"),
        ("王小明，李华、张三", "王小明; 李华; 张三"),
        ("王小明等", "王小明; et al."),
        ("王小明, 李华, 等", "王小明; 李华; et al."),
        ("Moreau 等人", "Moreau; et al."),
        ("Li, Wang", "Li; Wang"),
        ("Song, Yang", "Yang Song"),
        ("", ""),
    ],
)
def test_lists_of_authors_are_split_into_names(written: str, names: str) -> None:
    assert "; ".join(split_authors(written)) == names


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Moreau, Ana and Tamm, Bo", ["Ana Moreau", "Bo Tamm"]),
        ("García Tamm, Bo and Cy Lee", ["Bo García Tamm", "Cy Lee"]),
        ("Ana Moreau, Bo Tamm and Cy Lee", ["Ana Moreau", "Bo Tamm", "Cy Lee"]),
        ("Moreau, Ana, and Bo Tamm", ["Ana Moreau", "Bo Tamm"]),
        ("Moreau, A., Tamm, B.", ["A. Moreau", "B. Tamm"]),
    ],
)
def test_authors_of_an_entry_may_stand_in_one_line(written: str, names: list[str]) -> None:
    assert PaperEntry(title="Paper Cranes", authors=written).authors == names
