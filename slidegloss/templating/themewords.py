"""Words that the theme shows, in English; an edition's own come from its table."""

from __future__ import annotations

from collections.abc import Mapping

from slidegloss.base.languages import KNOWN, html_lang, normal
from slidegloss.base.resources import theme_folders

THEME_WORDS: Mapping[str, str] = {
    "theme_auto": "Colours follow the system; switch to light",
    "theme_light": "Light colours; switch to dark",
    "theme_dark": "Dark colours; follow the system",
    "nav_all": "All pages",
    "nav_path": "Where this page is",
    "papers": "Papers",
    "search_hint": "Words of a slide; narrower with “a phrase”, kind:question, deck:…, paper:…",
    "search_none": "No slide has all of these words. Fewer of them, or only how they begin, find more.",
    "permalink": "Link to this place",
    "not_found": "Page not found",
    "not_found_text": "This address leads nowhere. The page may have moved.",
    "go_home": "Go to the start page",
    "made_with": "Made with",
    "show": "Languages shown",
    "show_both": "Both languages",
    "show_this": "This language only",
    "show_original": "Original only",
}
"""Words that the theme shows, by their key in `templates/strings/<lang>.yml`; English where a language lacks one."""


def theme_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return what the theme says in an edition with these words, by the keys of THEME_WORDS."""
    return {**THEME_WORDS, **{key: text for key, text in words.items() if key in THEME_WORDS and text}}


def theme_language(lang: str) -> str:
    """Return the language of Material's own words (those of its search, its footer) for an edition: for `zh`, our `zh-Hans`."""
    return {"zh": "zh-Hans", "zh-CN": "zh-Hans"}.get(lang, lang)


def words_file(lang: str) -> str:
    """Return where Material looks for its words in the language of an edition."""
    return f"partials/languages/{theme_language(lang)}.html"


def has_words(lang: str) -> bool:
    """Tell whether the theme has words for a language; it has for those that we know."""
    return lang in KNOWN or any((folder / words_file(lang)).is_file() for folder in theme_folders())


def borrowed_words(lang: str) -> bytes:
    """Return a template that takes the theme's words from the nearest language, and says whose page it is."""
    near = {"zh-hant": "zh-Hant"}.get(normal(lang), normal(lang))
    base = words_file(near if has_words(near) else "en")
    return (
        f'{{% import "{base}" as near %}}'
        f'{{% macro t(key) %}}{{% if key == "language" %}}{html_lang(lang)}{{% else %}}{{{{ near.t(key) }}}}{{% endif %}}'
        "{% endmacro %}\n"
    ).encode()


def is_borrowed(name: str, template: bytes) -> bool:
    """Tell whether a file of the theme is such a template."""
    lang = name.rpartition("/")[2].removesuffix(".html")
    return name == words_file(lang) and template == borrowed_words(lang)
