"""Shared by all tests: where real input lies, the cache they have, and the switch that rewrites golden files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared"
VENDOR = "vendor"
"""Folder in a user's cache."""


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


@pytest.fixture(scope="session", autouse=True)
def user_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's cache for this process and all that it starts: nothing is left in the home of whoever runs the tests.

    What lies there and is the same for every build (the maths font, compiled templates) is taken over: it takes seconds.
    """
    from slidegloss import resources  # noqa: PLC0415

    made = resources.user_cache() / VENDOR
    cache = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        if made.is_dir():
            shutil.copytree(made, resources.user_cache() / VENDOR)
        yield cache


@pytest.fixture(scope="module")
def other_cache(user_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Another user's cache for a module that looks into it or removes things; the maths font is there already."""
    cache, made = tmp_path_factory.mktemp("other"), user_cache / "slidegloss" / VENDOR
    if made.is_dir():
        shutil.copytree(made, cache / "slidegloss" / VENDOR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(cache))
        yield cache


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
