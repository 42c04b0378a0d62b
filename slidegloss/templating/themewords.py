"""Words that the theme shows: ours out of an edition's table, Material's out of its own files."""

from __future__ import annotations

from collections.abc import Mapping

from slidegloss.base.languages import KNOWN, html_lang, normal
from slidegloss.base.resources import theme_folders

_KEYS = (
    *("theme_auto", "theme_light", "theme_dark", "nav_all", "nav_path", "papers", "search_hint", "search_none"),
    *("permalink", "not_found", "not_found_text", "go_home", "made_with"),
    *("show", "show_both", "show_this", "show_original"),
)
"""Words that our templates of the theme show, by their key in `templates/strings/<lang>.yml`."""


def theme_words(words: Mapping[str, str]) -> dict[str, str]:
    """Return those of an edition's words (`Words.table`) that the theme shows."""
    return {key: words[key] for key in _KEYS}


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
