"""Catalogues are people's work: nothing of them is forgotten, changes are marked, faults have a place."""

from __future__ import annotations

import subprocess
from collections import Counter
from dataclasses import replace
from io import BytesIO
from shutil import which

import pytest
from babel.messages.pofile import read_po

from slidegloss.decks.inplace import judge_in_place
from slidegloss.decks.units import Unit
from slidegloss.editions.catalog import (
    Catalogue,
    coverage,
    judge,
    read_catalogue,
    update,
    write_catalogue,
)
from slidegloss.editions.coverage import coverage_in_place
from slidegloss.editions.pofile import Entry

gettext = pytest.mark.skipif(which("msgfmt") is None, reason="gettext's tools are not installed")


def unit(source: str, slide: str = "p1", line: int = 5, **in_place: str) -> Unit:
    return Unit(f"deck:{slide}", source, "note", "zh", "docs/notes/my deck.md", line, "Noise", in_place)


UNITS = (unit("先加噪声，再去噪声。"), unit("为什么？", line=6), unit('两行\n"引号" \\(x\\)\t完', "p2", 9))
TEXTS = {
    "先加噪声，再去噪声。": "Add noise, then take it away.",
    "为什么？": "Why?",
    UNITS[2].source: 'Two\n"quotes" \\(x\\)\tend',
}


def translated(units=UNITS) -> Catalogue:
    fresh = update(Catalogue("en"), units)
    return replace(fresh, entries=tuple(replace(entry, text=TEXTS[entry.source]) for entry in fresh.entries))


def written(catalogue: Catalogue) -> bytes:
    return write_catalogue(catalogue, "Test notes").encode()


def read(data: bytes | str):
    return read_catalogue(data.encode() if isinstance(data, str) else data, "en.po", "en")


def texts(catalogue: Catalogue) -> list[tuple[str, bool]]:
    return [(entry.text, entry.fuzzy) for entry in catalogue.entries]


def said(problems) -> list[tuple[str, int]]:
    return [(problem.code_name, problem.line) for problem in problems]


# --- updating ---


def test_an_update_without_changes_keeps_every_byte():
    once = written(translated())
    again, problems = read(once)
    assert problems == ()
    assert written(update(again, UNITS)) == once


def test_an_entry_tells_the_translator_what_and_where():
    assert (
        '#. note · Noise\n#: \u2068docs/notes/my deck.md\u2069:5\nmsgctxt "deck:p1"\n' in written(translated()).decode()
    )


def test_a_changed_source_keeps_its_translation_as_fuzzy():
    changed = (UNITS[0]._replace(source="先加高斯噪声，再去噪声。"), *UNITS[1:])
    new = update(translated(), changed)
    assert texts(new) == [("Add noise, then take it away.", True), ("Why?", False), (TEXTS[UNITS[2].source], False)]
    assert new.entries[0].previous == "先加噪声，再去噪声。"
    assert new.obsolete == ()
    assert b'#, fuzzy\n#| msgid "' in written(new)
    back = update(new, UNITS)
    assert texts(back) == texts(translated())


def test_a_text_that_moves_or_repeats_keeps_its_translation():
    moved = (unit("为什么？", "p7"), unit("先加噪声，再去噪声。", "p1"), unit("先加噪声，再去噪声。", "p8"))
    assert texts(update(translated(), moved)) == [
        ("Why?", False),
        ("Add noise, then take it away.", False),
        ("Add noise, then take it away.", False),
    ]


def test_what_vanishes_is_kept_as_obsolete_and_comes_back():
    less = update(translated(), UNITS[:1])
    assert sorted(entry.context for entry in less.obsolete) == ["deck:p1", "deck:p2"]
    reread, problems = read(written(less))
    assert problems == ()
    assert texts(update(reread, UNITS)) == texts(translated())


def test_an_unlike_text_inherits_nothing():
    new = update(translated(), (unit("完全不同的一句关于采样速度的话"),))
    assert texts(new) == [("", False)]
    assert len(new.obsolete) == 3


def test_a_translators_own_lines_stay():
    data = (
        written(translated())
        .decode()
        .replace("#. note", "# ask the author\n#. note", 1)
        .replace("#: ", "#, no-wrap\n#: ", 1)
    )
    data = data.replace("Last-Translator: ", "Last-Translator: Ada <ada@example.org>")
    catalogue, _ = read(data)
    again = written(update(catalogue, UNITS)).decode()
    assert "# ask the author\n" in again
    assert "#, no-wrap\n" in again
    assert "Last-Translator: Ada <ada@example.org>" in again


# --- gettext's own tools ---


def run(tool: str, *arguments: str, data: bytes) -> bytes:
    done = subprocess.run([tool, *arguments], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_babel_reads_a_catalogue_that_nobody_has_saved():
    data = written(update(translated(), UNITS))
    assert {entry.id for entry in read_po(BytesIO(data)) if entry.id} == {unit.source for unit in UNITS}


@gettext
def test_gettext_takes_the_catalogue_and_a_round_trip_loses_nothing(tmp_path):
    full = update(translated(), (UNITS[0]._replace(source="先加高斯噪声，再去噪声。"), UNITS[2]))
    assert full.obsolete
    # editors of catalogues set the date when they save; until then gettext only warns that nobody has
    data = written(full).replace(b"YEAR-MO-DA HO:MI+ZONE", b"2026-01-02 03:04+0000")
    done = subprocess.run(["msgfmt", "--check", "-o", "-", "-"], input=data, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    path, pot = tmp_path / "en.po", tmp_path / "notes.pot"
    path.write_bytes(data)
    pot.write_bytes(written(update(Catalogue("en"), (UNITS[0]._replace(source="先加高斯噪声，再去噪声。"), UNITS[2]))))
    for after in (
        run("msgattrib", "-", data=data),
        run("msgmerge", "--previous", "--quiet", str(path), str(pot), data=b""),
        run("msgcat", "--width=40", "-", data=data),
    ):
        back, problems = read(after)
        assert problems == ()
        assert texts(back) == texts(full)
        assert [entry.key for entry in back.obsolete] == [entry.key for entry in full.obsolete]
        assert back.entries[0].previous == full.entries[0].previous
        assert written(update(back, (UNITS[0]._replace(source="先加高斯噪声，再去噪声。"), UNITS[2]))) == data


# --- faults ---


def test_a_broken_entry_is_left_out_and_the_others_are_used():
    data = 'msgid ""\nmsgstr ""\n\nmsgctxt "a"\nmsgid "一"\nmsgstr "one\n\nmsgctxt "a"\nmsgid "二"\nmsgstr "two"\n'
    catalogue, problems = read(data)
    assert said(problems) == [("catalogue-broken", 6)]
    assert [entry.text for entry in catalogue.entries] == ["two"]
    assert not catalogue.sound


@pytest.mark.parametrize("line", ["<<<<<<< HEAD", 'msgid_plural "x"', '"loose"'])
def test_lines_that_are_no_entry_are_named(line):
    catalogue, problems = read(f'msgid ""\nmsgstr ""\n\n{line}\n')
    assert said(problems)[0] == ("catalogue-broken", 4)
    assert not catalogue.sound


def test_an_entry_without_translation_line_is_named():
    _, problems = read('msgid "一"\n\nmsgid "二"\nmsgstr "two"\n')
    assert said(problems) == [("catalogue-broken", 3)]


def test_another_encoding_is_named_and_the_file_not_used():
    text = written(translated()).decode().replace("UTF-8", "GB18030")
    catalogue, problems = read(text.encode("gb18030", "replace"))
    assert catalogue.entries == ()
    assert not catalogue.sound
    assert "not UTF-8" in problems[0].message
    assert "GB18030" in problems[0].message
    right, problems = read(text)
    assert "charset=GB18030" in problems[0].message
    assert len(right.entries) == 3


def test_entries_that_stand_twice_are_named():
    data = 'msgctxt "a"\nmsgid "一"\nmsgstr ""\n\nmsgctxt "a"\nmsgid "一"\nmsgstr "one"\n'
    catalogue, problems = read(data)
    assert said(problems) == [("catalogue-duplicate", 5)]
    assert [entry.text for entry in catalogue.entries] == ["one"]


# --- judging ---


def judged(source: str, text: str, **in_place: str):
    units = (unit(source, **in_place),)
    old = Catalogue("en", (Entry("deck:p1", source, text, line=7),))
    return judge(units, old, update(old, units), "en.po")


@pytest.mark.parametrize("formula", [r"\\(x_t\\)", "$x_t$", "$$\nx_t\n$$"])
def test_a_lost_formula_is_named(formula):
    assert judged(f"噪声 {formula} 很大", f"The noise {formula} is large") == ()
    assert said(judged(f"噪声 {formula} 很大", "The noise is large")) == [("translation-formula", 7)]


@pytest.mark.parametrize("link", ["[论文](a.md#p3)", "![](a.png)", "https://example.org/x"])
def test_a_lost_link_is_named(link):
    assert judged(f"见 {link} 。", f"See {link}.") == ()
    assert said(judged(f"见 {link} 。", "See there.")) == [("translation-link", 7)]


def test_the_notes_own_translation_wins_and_a_disagreement_is_named():
    assert judged("为什么？", "Why?", en="Why?") == ()
    problems = judged("为什么？", "How come?", en="Why?")
    assert said(problems) == [("translation-disagrees", 7)]
    assert "docs/notes/my deck.md:5" in problems[0].message


def test_a_slip_in_the_note_is_named_there():
    problems = list(judge_in_place([unit("噪声 $x$", en="noise")], "en"))
    assert [(problem.path, problem.line) for problem in problems] == [("docs/notes/my deck.md", 5)]


def test_a_stale_translation_is_named():
    old = translated()
    units = (UNITS[0]._replace(source="先加高斯噪声，再去噪声。"), *UNITS[1:])
    assert [problem.code_name for problem in judge(units, old, update(old, units), "en.po")] == ["translation-fuzzy"]


def test_coverage_counts_every_text_once():
    units = (*UNITS, unit("在笔记里", "p3", en="in the note"), unit("没有", "p4"))
    changed = (units[0]._replace(source="先加高斯噪声，再去噪声。"), *units[1:])
    (part,) = coverage(changed, update(translated(), changed))
    assert (part.translated, part.fuzzy, part.missing, part.percent) == (3, 1, 1, 60)
    assert coverage(UNITS, translated())[0].percent == 100


def test_without_a_catalogue_counts_by_language_are_enough():
    units = (unit("一"), unit("二", en="two"), unit("三"), unit("four")._replace(lang="en"))
    tally = Counter((one.lang, tuple(one.in_place)) for one in units)
    empty = Catalogue("en")
    assert coverage_in_place({"docs/notes/my deck.md": tally}, "en") == coverage(units, empty)
    assert (coverage(units, empty)[0].translated, coverage(units, empty)[0].missing) == (1, 2)
