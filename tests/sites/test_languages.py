"""Two languages and a third: what readers of each edition see, and what authors are told."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from slidegloss.authoring.translate import translate
from slidegloss.cli import main
from slidegloss.editions.catalog import read_catalogue, write_catalogue
from slidegloss.engine.mkdocsedition import theme_of
from slidegloss.pipeline.phases import check
from tests.languages_project import BASICS, ENGLISH, JAPANESE_WORDS, MOTION, NAME, built, fill, make

from .command import write

VOID = {"img", "br", "hr", "link", "meta", "input", "path", "source", "rect", "circle", "col", "area", "base", "wbr"}


class Texts(HTMLParser):
    """Collect each piece of text of a page with the language that it is said to be in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.stack: list[tuple[str, str]] = [("", "")]
        self.found: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        lang = dict(attrs).get("lang") or self.stack[-1][1]
        if tag not in VOID:
            self.stack.append((tag, lang))

    def handle_endtag(self, tag):
        if tag not in VOID and any(name == tag for name, _ in self.stack):
            while self.stack.pop()[0] != tag:
                pass

    def handle_data(self, data):
        if data.strip():
            self.found.append((data.strip(), self.stack[-1][1]))

    def lang_of(self, text: str) -> set[str]:
        return {lang for piece, lang in self.found if text in piece}


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    root = make(
        tmp_path_factory.mktemp("three"),
        languages="en, zh, ja",
        more={"templates/strings/ja.yml": JAPANESE_WORDS},
    )
    return built(root).site


def page(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


def notes(html: str) -> list[str]:
    return re.findall(r'<(?:div|span) class="sg-note (?:.(?!<div class="sg-note |</aside>))*.', html, re.DOTALL)


def test_the_english_edition_shows_original_and_translation(site):
    html = page(site, "motion.html")
    texts = Texts(html)
    assert texts.lang_of("描述每个点的去向") == {"zh-Hans"}
    assert texts.lang_of("says where each point goes") == {"en"}
    assert texts.lang_of("What about hidden places?") == {"en"}
    assert texts.lang_of("Lower the resolution first") == {"en"}
    flow = next(note for note in notes(html) if "描述每个点" in note)
    assert flow.count("<math") == 2  # formulas work in the translation as well
    errors = next(note for note in notes(html) if "Errors add up" in note)
    assert errors.count('href="basics.html"') == 2


def test_every_passage_says_its_language(site):
    for name in ("motion.html", "zh/motion.html", "basics.html", "zh/basics.html"):
        article = page(site, name).partition("<article")[2].partition("</article>")[0]
        html_lang = re.search(r'<html lang="([^"]+)"', page(site, name))[1]
        seen = set()
        for text, lang in Texts(article).found:
            seen.add(lang or html_lang)
            if re.search("[\u4e00-\u9fff]", text):
                assert (lang or html_lang) == "zh-Hans", (name, text)
            elif re.search("[a-z]{3} [a-z]{3}", text):
                assert (lang or html_lang) == "en", (name, text)
        assert {"en", "zh-Hans"} <= seen, name


def test_what_has_no_translation_carries_a_tag_and_only_that(site):
    html = page(site, "motion.html")
    tagged = [note for note in notes(html) if 'class="sg-lang"' in note]
    assert len(tagged) == 1
    assert "还没有人翻译" in tagged[0]
    assert '<small class="sg-lang">Chinese · not translated</small>' in tagged[0]
    assert 'class="sg-lang"' not in page(site, "zh/motion.html")  # Chinese remarks need none for Chinese readers


def test_a_page_in_another_language_says_so_once(site):
    assert page(site, "zh/motion.html").count("sg-page-lang") == 1
    assert "原文为英语，" in page(site, "zh/motion.html")
    assert "sg-page-lang" not in page(site, "motion.html")
    assert "100\u00a0% translated" in page(site, "basics.html")


def test_remarks_of_a_page_that_nobody_has_translated_do_not_say_it_each_again(tmp_path):
    note = "# 灯\n\nP1\n\n> ✅ 灯会发热。\n> ❓ 为什么发热？\n> 💡 ライトは熱くなります。\n"
    book = write(tmp_path / "book", {"mkdocs.yml": "site_name: Lamps\n", "docs/notes/lamps.md": note})
    english = page(built(book).site, "lamps.html")
    assert "Chinese · not translated" in english
    tags = re.findall('<small class="sg-lang">(.*?)</small>', english)
    assert [("not translated" in tag, "日本語" in tag) for tag in tags] == [(True, True)], "a third language"


def test_remarks_that_nobody_has_translated_are_told_of_once_above_an_english_deck(tmp_path):
    note = "# Lamps\n\nP1\n\nA lamp gives light and heat.\n\n> ✅ 灯会发热。\n> ❓ 为什么发热？\n> 📌 Heat is loss.\n"
    book = write(tmp_path / "book", {"mkdocs.yml": "site_name: Lamps\n", "docs/notes/lamps.md": note})
    site = built(book).site
    assert "Annotations in Chinese · not translated</a>" in page(site, "lamps.html")
    assert 'class="sg-lang"' not in page(site, "lamps.html")
    assert "批注为" not in page(site, "zh/lamps.html"), "the deck is what needs translating there"
    write(book, {"docs/notes/lamps.md": note.replace("> ❓", "> en: Lamps get hot.\n> ❓")})
    english = page(built(book).site, "lamps.html")
    assert "Annotations in Chinese" not in english
    assert english.count('class="sg-lang"') == 1


def test_a_page_called_like_the_book_says_the_name_once(site):
    titles = [re.search("<title>(.*?)</title>", page(site, name))[1] for name in ("index.html", "zh/index.html")]
    assert titles[0] == titles[1]
    assert " - " not in titles[0]
    assert page(site, "motion.html").count(f" - {titles[0]}</title>") == 1


def test_titles_and_navigation_are_in_the_editions_language(site):
    chinese = page(site, "zh/motion.html")
    assert "<title>会动的图片" in chinese
    sidebar = chinese.partition("md-sidebar--primary")[2].partition("<article")[0]
    assert "会动的图片" in sidebar
    assert "光流" in sidebar
    assert "翻译进度" in sidebar
    assert re.search(r"本站使用 <a[^>]*>Material for MkDocs", chinese)
    assert "Basics" in page(site, "motion.html").partition("md-sidebar--primary")[2].partition("<article")[0]
    heading = re.search(r'<h2[^>]*id="p3".*?</h2>', chinese, re.DOTALL)[0]
    assert '<span class="sg-src" lang="en">Optical flow</span> <span class="sg-tr">光流</span>' in heading
    assert "Basics" in page(site, "index.html")


def test_other_pages_name_slides_in_the_editions_language(site):
    questions = Texts(page(site, "zh/questions.html"))
    assert questions.lang_of("光流") == {"zh-Hans"}
    assert questions.lang_of("Optical flow") == set()


def test_anchors_are_the_same_in_all_editions(site):
    def ids(name):
        return set(re.findall(r' id="((?:p\d|a\d)[^"]*)"', page(site, name)))

    assert ids("motion.html") == ids("zh/motion.html") == ids("ja/motion.html") >= {"p3", "p4", "p3-a1", "p3-a2"}


def test_no_id_stands_twice(site):
    for name in ("motion.html", "zh/motion.html", "zh/basics.html"):
        ids = re.findall(r' id="([^"]*)"', page(site, name))
        assert len(ids) == len(set(ids)), name


def test_editions_name_their_twins(site):
    html = page(site, "zh/motion.html")
    assert re.findall(r'<link rel=" alternate" hreflang="([^"]+)" href="([^"]+)"', html) == [
        ("en", "https://example.org/notes/motion.html"),
        ("zh-Hans", "https://example.org/notes/zh/motion.html"),
        ("ja", "https://example.org/notes/ja/motion.html"),
    ]


def test_a_third_language_is_a_table_of_words_and_a_catalogue(site):
    html = page(site, "ja/motion.html")
    assert '<html lang="ja"' in html
    texts = Texts(html)
    assert texts.lang_of("オプティカルフロー") == {"ja"}
    assert "メモ" in html
    assert "日本語だけ" in html
    assert "検索" in html  # Material's own words
    assert "ページが見つかりません" in page(site, "ja/404.html")
    assert re.search(r'hreflang="ja"[^>]*>\s*日本語', page(site, "index.html"))
    assert (site / "ja" / "coverage.html").is_file()


def test_coverage_page_and_cards_state_the_share(site):
    html = page(site, "coverage.html")
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    shares = [re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", row)).strip() for row in rows]
    assert "Basics 100 % 3 0 0" in shares  # heading, slide title, sentence; the remark is English
    assert any(row.startswith("Moving pictures 80 % 4 0 1") for row in shares)
    assert [name for name in ("English", "中文", "日本語") if f">{name}</span>" in html] == [
        "English",
        "中文",
        "日本語",
    ]
    assert "<span>80\u00a0% translated</span>" in page(site, "index.html")
    assert 'href="motion.html"' in html
    assert 'href="motion.html"' in page(site, "zh/coverage.html")


def test_nothing_is_said_of_translations_that_nobody_has_begun_and_there_is_no_switch(tmp_path):
    note = "# Lamps\n\nP1\n\nThey shine (Lu et al., “Lamps of Old,” arXiv 2020).\n\n> ✅ 亮。\n> ❓ 为什么？\n"
    files = {"mkdocs.yml": "site_name: Lamps\n", "docs/notes/a.md": note}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    site = built(tmp_path).site
    home = page(site, "zh/index.html")
    assert "<span>1 页幻灯片</span>" in home
    assert "已翻译" not in home
    pages = {path.name: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    assert {"a.html", "questions.html", "lu2020lamps.html"} <= set(pages)
    assert [name for name, html in pages.items() if "data-sg-language" in html] == []


def test_the_switch_stands_only_where_there_is_something_to_switch(site):
    assert "data-sg-language" in page(site, "motion.html")
    assert "data-sg-language" in page(site, "zh/basics.html")
    assert "data-sg-language" not in page(site, "coverage.html")
    for name in ("motion.html", "coverage.html"):
        assert "assets/page.js" in page(site, name).partition("</head>")[0]


# --- authors ---


def codes(root: Path) -> list[tuple[str, str, int]]:
    return [
        (item.code_name, item.path, item.line)
        for item in check(root)
        if "transl" in item.code_name or "cata" in item.code_name
    ]


def test_a_complete_catalogue_has_nothing_to_say_but_the_missing(tmp_path):
    assert codes(make(tmp_path)) == []


def test_one_changed_line_is_one_fuzzy_text_and_a_mark_on_the_page(tmp_path):
    root = make(tmp_path)
    (root / "docs/notes/motion.md").write_text(MOTION.replace("每个点的去向", "每个像素的去向"), encoding="utf-8")
    ((code, path, line),) = codes(root)
    assert (code, path) == ("translation-fuzzy", "docs/translations/en.po")
    assert "描述每个点" in (root / path).read_text(encoding="utf-8").split("\n")[line]
    before = (root / path).read_bytes()
    site = built(root).site
    assert (root / path).read_bytes() == before  # a build writes no catalogue
    html = page(site, "motion.html")
    assert html.count("sg-note__text--fuzzy") == 1
    assert "the original has changed since this translation" in html
    assert "says where each point goes" in html
    assert 'href="motion.html#p3"' in page(site, "coverage.html").partition('class="sg-stale"')[2]
    assert main(["translate", str(root)]) == 0
    assert (root / path).read_text(encoding="utf-8").count("#, fuzzy") == 1


def test_translate_prints_a_table_and_changes_nothing_twice(tmp_path, capsys):
    root = make(tmp_path)
    main(["translate", str(root)])
    before = {path.name: path.read_bytes() for path in (root / "docs/translations").iterdir()}
    capsys.readouterr()
    assert main(["translate", str(root), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "en.po (unchanged)" in out
    assert re.search(r"Moving pictures +4 +0 +1  \[#{16}\.{4}\]  80 %", out)
    assert "zh.po" not in out
    assert {path.name: path.read_bytes() for path in (root / "docs/translations").iterdir()} == before
    assert main(["translate", str(root), "--lang", "fr"]) == 2
    assert "no language 'fr'" in capsys.readouterr().err


def test_translate_tells_why_it_fails(tmp_path, capsys):
    root = make(tmp_path)
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write("    bogus: 1\n")
    assert main(["translate", str(root)]) == 1
    assert "error[config-key]: unknown setting `slidegloss.bogus`" in capsys.readouterr().out


def test_a_foreign_folder_stays_as_it_is(tmp_path, capsys):
    notes = tmp_path / "theirs"
    notes.mkdir()
    (notes / "motion.md").write_text(MOTION, encoding="utf-8")
    assert main(["translate", str(notes)]) == 0
    assert "-o DIR" in capsys.readouterr().out
    assert [path.name for path in notes.iterdir()] == ["motion.md"]
    assert main(["translate", str(notes), "-o", str(tmp_path / "po")]) == 0
    assert sorted(path.name for path in (tmp_path / "po").iterdir()) == ["en.po", "zh.po"]


def test_a_broken_catalogue_is_named_used_as_far_as_it_goes_and_not_overwritten(tmp_path, capsys):
    root = make(tmp_path)
    path = root / "docs/translations/en.po"
    text = path.read_text(encoding="utf-8").replace(
        'msgstr "Lower the resolution first"', 'msgstr "Lower the "resolution'
    )
    path.write_text(text, encoding="utf-8")
    line = next(n for n, line in enumerate(text.split("\n"), 1) if 'the "res' in line)
    assert codes(root) == [("catalogue-broken", "docs/translations/en.po", line)]
    html = page(built(root).site, "motion.html")
    assert "先降低分辨率" in html
    assert "Lower the" not in html
    assert "says where each point goes" in html
    assert main(["translate", str(root)]) == 1
    assert "mend it first" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == text


def test_a_catalogue_for_a_language_the_site_does_not_have(tmp_path):
    root = make(tmp_path)
    (root / "docs/translations/fr.po").write_text("", encoding="utf-8")
    assert codes(root) == [("catalogue-language", "docs/translations/fr.po", 0)]


def test_tags_that_are_no_language_of_the_site(tmp_path):
    text = (
        BASICS
        + "\nP2\n\n> ✅ 帧率很重要。\n> fr: La cadence compte.\n\n> ✅ 分辨率也重要。\n> eng: Resolution counts too.\n"
    )
    root = make(tmp_path, more={"docs/notes/basics.md": text})
    assert codes(root) == [
        ("translation-tag", "docs/notes/basics.md", 14),
        ("translation-tag", "docs/notes/basics.md", 17),
    ]
    hints = [item.hint for item in check(root) if item.code_name == "translation-tag"]
    assert "en, zh" in hints[0]
    assert "did you mean 'en:'?" in hints[1]
    html = page(built(root).site, "basics.html")
    assert 'lang="fr"' in html
    assert "La cadence compte." in html
    assert "eng: Resolution counts too." in html


def test_the_notes_words_win_over_the_catalogue(tmp_path):
    root = make(tmp_path)
    source = "误差会随时间累积，见[基础](basics.md)。"
    changed = MOTION.replace(f"> ✅ {source}\n", f"> ✅ {source}\n> en: Errors grow, see [there](basics.md).\n")
    (root / "docs/notes/motion.md").write_text(changed, encoding="utf-8")
    ((code, path, _),) = codes(root)
    assert (code, path) == ("translation-disagrees", "docs/translations/en.po")
    html = page(built(root).site, "motion.html")
    assert "Errors grow" in html
    assert ENGLISH[source].partition(",")[0] not in html


# --- the seed ---

SEED_ENGLISH = (
    "A model that has to be trained, and trained for one model only.",
    "The basic pattern: in go a clip, a text-to-image model and a prompt; out comes text to video, built on a tuned model.",
    "It is not trained at scale: one clip, ten minutes.",
    "A text-to-image model makes the appearance; the dynamics come from the reference video.",
    "An observation: such a model can draw verbs, but its motion does not hold together. Temporal attention makes it consistent.",
    "Each frame attends only to the first and the previous one, which saves much computation.",
    "Attention over all frames is expensive.",
    "The way out: the previous frame and the first.",
    "How can the motion be kept true to that of the source video?",
    "The video to be edited first goes through DDIM inversion; the inverted noise keeps the pattern of the source.",
    "Started from that noise, the video that comes back keeps the structure of the source well.",
    "The method",
    "Where objects change a lot, diffusion does better than other generative methods.",
)
"""Our own English for the seed's remarks, in their order; the seed's words stay where they are."""


@pytest.mark.corpus
def test_the_seed_reads_in_english_to_the_last_remark(tmp_path, shared):
    note = next((shared / "seed").glob("*.md")).read_text(encoding="utf-8")
    root = tmp_path / "seed"
    (root / "docs/notes").mkdir(parents=True)
    (root / "docs/notes/seed.md").write_text(note, encoding="utf-8")
    (root / "mkdocs.yml").write_text(
        f"site_name: {NAME}\nextra:\n  slidegloss:\n    languages: [en, zh]\n", encoding="utf-8"
    )
    translate(root)
    path = root / "docs/translations/en.po"
    catalogue, _ = read_catalogue(path.read_bytes(), path.name, "en")
    entries = tuple(replace(e, text=text) for e, text in zip(catalogue.entries, SEED_ENGLISH, strict=True))
    path.write_text(write_catalogue(replace(catalogue, entries=entries), NAME), encoding="utf-8")
    assert [(part.missing, part.fuzzy, part.percent) for part in translate(root, ("en",)).plans[0].parts] == [
        (0, 0, 100)
    ]

    changed = entries[2].source
    (root / "docs/notes/seed.md").write_text(note.replace(changed, changed[:-1] + "左右。"), encoding="utf-8")
    done = translate(root, ("en",))
    assert [part.fuzzy for part in done.plans[0].parts] == [1]
    html = page(built(root).site, "seed.html")
    shown = notes(html)
    assert len(shown) == len(SEED_ENGLISH)
    for text in SEED_ENGLISH:
        note_html = next(one for one in shown if text in one)
        assert re.search("[\u4e00-\u9fff]", note_html)  # and its original with it
    assert html.count("sg-note__text--fuzzy") == 1
    assert 'class="sg-lang"' not in html


def test_filling_asks_for_known_texts_only(tmp_path):
    root = make(tmp_path)
    with pytest.raises(AssertionError, match="nothing asks"):
        fill(root, "en", {"没有这句话": "no such text"})


def test_the_theme_speaks_for_languages_that_it_has_no_words_for(tmp_path):
    """`en-GB` speaks as `en` does, `zh-HK` as `zh-Hant`, Latin as English; each page says which language it is in."""
    files = {
        "mkdocs.yml": "extra: {slidegloss: {languages: [en-GB, zh-HK, la, ja]}}\n",
        "docs/notes/motion.md": "# Motion\n\nP1\n\nwarm light\n",
        "templates/strings/la.yml": "home: Domus\n",
    }
    site = built(write(tmp_path, files)).site
    said = {lang: page(site, f"{lang}/motion.html".removeprefix("en-GB/")) for lang in ("en-GB", "zh-HK", "la", "ja")}
    spoken = {lang: re.search('<html lang="([^"]+)"', html)[1] for lang, html in said.items()}
    assert spoken == {"en-GB": "en-GB", "zh-HK": "zh-Hant", "la": "la", "ja": "ja"}
    skip = {lang: re.search(r'class="md-skip">\s*([^<]+?)\s*<', html)[1] for lang, html in said.items()}
    assert skip == {
        "en-GB": "Skip to content",
        "zh-HK": "跳轉至",
        "la": "Skip to content",
        "ja": "コンテンツにスキップ",
    }
    assert "Domus" in said["la"]
    assert not theme_of(tmp_path / "build").whole, "these are no templates of the project, which are slower"
