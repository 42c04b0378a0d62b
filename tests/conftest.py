"""Shared by all tests: where real input lies, what is made once for a whole run, and the switch that rewrites golden files."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import pytest
from hypothesis import HealthCheck, settings

REPO = Path(__file__).resolve().parent.parent
SHARED = REPO.parent / "shared"
Made = TypeVar("Made")
VENDOR = "vendor"
"""Folder in a user's cache."""
Once = Callable[[str, Callable[[Path], Made]], Made]
"""A function that returns what another one makes in the folder that it is given, by its name."""


# how long an example takes is the machine's affair: the first one loads what it tests
settings.register_profile("slidegloss", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("slidegloss")

LONGEST = (
    "tests/browser/test_xss.py",
    "tests/browser/test_reader.py",
    "tests/browser/test_looks.py",
    "tests/browser/test_a11y.py",
    "tests/browser/test_product_search.py",
    "tests/browser/test_policy.py",
    "tests/browser/test_languages.py",
    "tests/sites/test_amend.py",
    "tests/browser/test_papers.py",
    "tests/sites/test_atomic.py",
    "tests/sites/test_engine_site.py",
    "tests/browser/test_search.py",
    "tests/browser/test_figures_page.py",
    "tests/sites/test_newcomer.py",
    "tests/sites/test_stamp.py",
    "tests/sites/test_mkdocsbuild.py",
)
"""Modules that take most of the time: one that begins last keeps one process busy while the others have nothing to do."""
NOT_IN_CI = ("needs ../shared", "the corpus is not here")
"""Why tests are left out there, too: the real book lies beside this repository, not in it."""


def pytest_configure(config: pytest.Config) -> None:
    """Let xdist keep our order; its own puts modules of many tests first, and the long ones have few.

    A module is in one process: its tests share sites and windows, and those of some go on where the last one stopped.
    """
    if getattr(config.option, "dist", "no") in {"load", "worksteal"}:
        config.option.dist = "loadfile"
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False
    if gone := [name for name in LONGEST if not (REPO / name).is_file()]:
        raise pytest.UsageError(f"LONGEST in tests/conftest.py names modules that are not there: {gone}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What lacks a browser, a font or a program is left out where a person runs it, and fails in CI, where nobody would see."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        path, line, reason = report.longrepr  # type: ignore[misc] - it is so for tests that are left out
        if not any(known in reason for known in NOT_IN_CI):
            report.outcome, report.longrepr = "failed", f"{path}:{line}: {reason}; CI must have it"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, and each in one piece: pytest takes them apart, and they would be set up twice."""
    places = {REPO / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: (places.get(item.path, len(LONGEST)), item.path))


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
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """What is made once for all processes of a run, by name, for tests that only read it.

    The first process that asks makes it, the others wait and get a copy of the value; so it must be one that can be pickled.
    """
    from slidegloss.write.lock import locked  # noqa: PLC0415 - as everywhere here: to be imported when it is asked for

    base = tmp_path_factory.getbasetemp()
    whole = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def get(name: str, make: Callable[[Path], Made]) -> Made:
        folder = whole / "once" / name
        with locked(folder, wait=600):
            value = folder / "value"
            if not value.is_file():
                shutil.rmtree(folder / "made", ignore_errors=True)  # somebody began and failed
                (folder / "made").mkdir()
                value.write_bytes(pickle.dumps(make(folder / "made")))
        found: Made = pickle.loads(value.read_bytes())  # noqa: S301 - our own
        return found

    return get


@pytest.fixture(scope="session", autouse=True)
def user_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A user's cache for this process and all that it starts: nothing is left in the home of whoever runs the tests.

    What lies there and is the same for every build (the maths font, compiled templates) is taken over: it takes seconds.
    """
    from slidegloss.base import resources  # noqa: PLC0415

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


class CorpusPage(NamedTuple):
    """The page of a note of the corpus."""

    source_path: str
    site_path: str
    role: str


class CorpusBuilt(NamedTuple):
    """What tests look at of the built corpus."""

    site: Path
    pages: tuple[CorpusPage, ...]
    problems: tuple[tuple[str, str, str], ...]
    """The code, file and words of each message."""


@pytest.fixture(scope="session")
def corpus_built(corpus: Path, once: Once[CorpusBuilt]) -> CorpusBuilt:
    """The corpus, built without its figures: they take most of the time, and each is a box with its name instead."""
    return once("corpus", partial(_corpus_built, corpus))


def _corpus_built(corpus: Path, folder: Path) -> CorpusBuilt:
    from slidegloss.pipeline.phases import Options, build  # noqa: PLC0415 - most tests need no site

    shutil.copytree(corpus, folder / "book", ignore=shutil.ignore_patterns("*.png"))
    built = build(folder / "book", Options(out=folder / "site"))
    assert built.site is not None, [failure.log[-2000:] for failure in built.failures]
    assert built.book is not None
    pages = (CorpusPage(deck.source_path, deck.site_path, deck.role) for deck in built.book.decks)
    problems = ((problem.code_name, problem.path, problem.message) for problem in built.diagnostics)
    return CorpusBuilt(built.site, tuple(pages), tuple(problems))


@pytest.fixture(scope="session")
def papers_site(once: Once[Path]) -> Path:
    """The built site of the book in papers_book.py."""
    return once("papers", _papers_site)


def _papers_site(folder: Path) -> Path:
    from slidegloss.pipeline.phases import Options, build  # noqa: PLC0415
    from tests.papers_book import write_book  # noqa: PLC0415

    built = build(write_book(folder), Options(jobs=1))
    assert built.site is not None
    assert not [problem for problem in built.diagnostics if problem.severity.value == "error"]
    return built.site
