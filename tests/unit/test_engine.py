from __future__ import annotations

import yaml

from slidegloss.base.languages import language_name
from slidegloss.editions.words import load_words
from slidegloss.engine.run import config_text, derived_config
from slidegloss.model import NavItem
from slidegloss.templating.themefiles import theme_files

NAV = (
    NavItem("Home", "index.html"),
    NavItem("Video", "video/index.html", (NavItem("Guidance", "video/guidance.html"), NavItem("Later"))),
    NavItem("Part", is_part=True, children=(NavItem("Images", "images.html"),)),
)


def config(lang="en", languages=("en", "zh"), nav=NAV, words=None, **user):
    words = load_words(lang)[0].table | (words or {})
    return derived_config(user, lang, languages, nav, site_name="Gloss", words=words)


def test_each_edition_has_its_place():
    english, chinese = (
        config("en", site_url="https://example.org/notes"),
        config("zh", site_url="https://example.org/notes"),
    )
    assert (english["docs_dir"], english["site_dir"], english["site_url"]) == (
        "en",
        "html/en",
        "https://example.org/notes/",
    )
    assert (chinese["docs_dir"], chinese["site_dir"], chinese["site_url"]) == (
        "zh",
        "html/zh",
        "https://example.org/notes/zh/",
    )
    assert [edition["prefix"] for edition in chinese["extra"]["slidegloss"]["editions"]] == ["", "zh/"]
    assert chinese["extra"]["slidegloss"]["lang"] == "zh-Hans"


def test_one_language_needs_no_menu():
    assert len(config("zh", ["zh"])["extra"]["slidegloss"]["editions"]) == 1


def test_navigation_keeps_order_and_pages_of_sections():
    assert config()["nav"] == [
        {"Home": "index.md"},
        {"Video": [{"Video": "video/index.md"}, {"Guidance": "video/guidance.md"}]},
        {"Part": [{"Images": "images.md"}]},
    ]
    assert "nav" not in config(nav=())


def test_the_site_asks_no_other_host():
    theme = config(theme={"name": "material", "font": {"text": "Roboto"}})["theme"]
    assert theme["font"] is False
    assert "data-md-component" not in theme_files()["partials/source.html"].decode()


def test_what_the_user_set_is_kept():
    made = config(
        theme={
            "palette": {"primary": "teal"},
            "logo": "mine.png",
            "features": ["navigation.tabs", "navigation.instant"],
        },
        extra={"social": [{"link": "x"}], "slidegloss": {"languages": ["en", "zh"]}},
        extra_css=["mine.css"],
        plugins=["blog"],
        hooks=["evil.py"],
        INHERIT="base.yml",
    )
    assert made["theme"]["palette"] == {"primary": "teal"}
    assert made["theme"]["logo"] == "mine.png"
    assert "navigation.tabs" in made["theme"]["features"]
    assert "navigation.instant" not in made["theme"]["features"]
    assert made["extra"]["social"] == [{"link": "x"}]
    assert made["extra_css"] == ["mine.css"]
    assert made["plugins"] == []
    assert not {"hooks", "INHERIT"} & made.keys()


def test_words_come_in_the_editions_language():
    made = config("zh", words={"go_home": '"><b>', "unrelated": "x"})
    assert made["extra"]["slidegloss"]["words"]["go_home"] == "&quot;&gt;&lt;b&gt;", "templates print it as it is"
    words = made["extra"]["slidegloss"]["words"]
    assert words["not_found"] == "找不到页面"
    assert "unrelated" not in words


def test_config_text_is_plain_yaml():
    made = config()
    assert yaml.safe_load(config_text(made)) == made
    assert "&id" not in config_text(made)


def test_language_names_are_their_own():
    assert [language_name(lang) for lang in ("en", "zh", "de", "pt-BR", "x-none")] == [
        "English",
        "中文",
        "Deutsch",
        "Português (Brasil)",
        "x-none",
    ]


def test_a_users_theme_lies_over_ours(tmp_path):
    (tmp_path / "partials").mkdir()
    (tmp_path / "partials" / "source.html").write_text("mine", encoding="utf-8")
    files = theme_files(tmp_path)
    assert files["partials/source.html"] == b"mine"
    assert "main.html" in files
    assert not any(name.startswith("licenses/") for name in files)
