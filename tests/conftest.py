"""Shared by all tests: where real input lies, and the switch that rewrites golden files."""

from __future__ import annotations

from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="rewrite the expected outputs in tests/golden")


@pytest.fixture(scope="session")
def repo() -> Path:
    return REPO


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the seed and the corpus; tests that need it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared")
    return SHARED


@pytest.fixture(scope="session")
def corpus(shared: Path) -> Path:
    return shared / "corpus" / "ImportantArticles_2024"


@pytest.fixture(scope="session")
def papers_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site of the book in papers_book.py."""
    from slidegloss.pipeline import Options, build  # noqa: PLC0415 - most tests need no site
    from tests.papers_book import write_book  # noqa: PLC0415

    root = write_book(tmp_path_factory.mktemp("papers"))
    built = build(root, Options(jobs=1))
    assert built.site is not None
    assert not [problem for problem in built.diagnostics if problem.severity.value == "error"]
    return built.site
