"""The guide leaves nothing out: each setting and message is described, in both languages (commands: test_docs.py)."""

from __future__ import annotations

import re
from pathlib import Path

from slidegloss.base.diagnostics import Code
from slidegloss.config.settings import AnnotationKind, Figures, Ignore, Settings
from slidegloss.pipeline.loading import load
from slidegloss.sources.reference import MESSAGES, SETTINGS, messages_page, reference_pages, settings_page
from slidegloss.verification.policy import headers_text

REPO = Path(__file__).resolve().parents[2]


def test_every_message_is_in_its_reference() -> None:
    parts = re.split(r"^## .*\n\nAn? `(\w+)` ", messages_page(), flags=re.MULTILINE)[1:]
    listed = dict(zip(parts[::2], parts[1::2], strict=True))
    for code in Code:
        assert f"\n### `{code.slug}`\n\n{code.meaning}\n" in listed[code.severity.value]
        assert code.meaning.endswith(".")


def test_every_setting_is_in_its_reference() -> None:
    page = settings_page()
    wanted = [(2, name, field) for name, field in Settings.model_fields.items()]
    for name, model in (("annotations", AnnotationKind), ("ignore", Ignore), ("figures", Figures)):
        wanted += [(3, f"{name}.{inner}", field) for inner, field in model.model_fields.items()]
    for level, name, field in wanted:
        assert field.description, f"say what {name} does"
        assert field.examples, f"give an example of {name}"
        assert f"\n{'#' * level} `{name}`\n\n{field.description.split('<')[0]}" in page


def test_only_our_own_book_has_the_references(tmp_path: Path) -> None:
    assert set(reference_pages(REPO)) == {MESSAGES, SETTINGS}
    assert reference_pages(tmp_path) == {}


def test_the_references_can_be_read_in_chinese() -> None:
    loaded, _ = load(REPO)
    assert loaded is not None
    coverage = loaded.translations.coverage()["zh"]
    for name in (MESSAGES, SETTINGS):
        part = coverage[f"docs/pages/{name}"]
        assert part.total > 25
        assert part.missing == part.fuzzy == 0, f"run `build.py translate` and fill in {name}"


def test_the_guide_shows_the_policy_that_pages_meet() -> None:
    guide = (REPO / "docs" / "pages" / "guide" / "deploy.md").read_text(encoding="utf-8")
    (header,) = (line for line in headers_text().splitlines() if "Content-Security-Policy" in line)
    assert guide.count(f'"{header.partition(": ")[2]}"') == 2
