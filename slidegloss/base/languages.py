"""Language tags: which are the same language, and what languages are called."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from slidegloss.base.patterns import lazy

_TAG = lazy(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_SIMPLE = {"zh-hans": "zh", "zh-cn": "zh", "zh-sg": "zh", "zh-tw": "zh-hant", "zh-hk": "zh-hant", "zh-mo": "zh-hant"}
_SLIPS = {
    "cn": "zh", "ch": "zh", "chn": "zh", "zho": "zh", "chi": "zh", "eng": "en", "gb": "en", "us": "en",
    "jp": "ja", "jpn": "ja", "kr": "ko", "kor": "ko", "ger": "de", "deu": "de", "fra": "fr", "fre": "fr", "spa": "es",
}  # fmt: skip
"""Codes of countries and of ISO 639-2 that people write for the language they mean."""
KNOWN = {"en": ("English", "en_US"), "zh": ("中文", "zh_CN")}
"""The languages that we have words of → their names and locales as CLDR has them: Babel takes long to load and to ask."""


@lru_cache(maxsize=256)
def normal(lang: str) -> str:
    """Return what makes two tags the same language to a reader: `zh-CN` is `zh`, `zh-TW` is `zh-hant`, `en-GB` is `en`."""
    low = lang.lower().replace("_", "-")
    if low.startswith("zh-hant"):
        return "zh-hant"
    return _SIMPLE.get(low) or low.partition("-")[0]


def same(one: str, other: str) -> bool:
    """Tell whether a reader of one language reads the other."""
    return one == other or normal(one) == normal(other)


def find(lang: str, tags: Iterable[str]) -> str:
    """Return the first of these tags that is the same language to a reader, or an empty string."""
    return next((tag for tag in tags if same(tag, lang)), "")


@lru_cache(maxsize=256)
def html_lang(lang: str) -> str:
    """Return the BCP 47 tag for `lang` and `hreflang`: Chinese needs its script said."""
    simple = normal(lang)
    if simple in {"zh", "zh-hant"}:
        return "zh-Hans" if simple == "zh" else "zh-Hant"
    first, *rest = lang.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])


@lru_cache(maxsize=256)
def language_name(lang: str) -> str:
    """Return what a language calls itself (`English`, `中文`), for the language menu."""
    if lang in KNOWN:
        return KNOWN[lang][0]
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see KNOWN

    try:
        name = Locale.parse(lang, sep="-").get_display_name(lang.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return lang
    return name[:1].upper() + name[1:] if name else lang


@lru_cache(maxsize=256)
def locale_name(lang: str) -> str:
    """Return language and territory as link previews name them: `zh_CN` for `zh`; the territory is CLDR's likely one."""
    if lang in KNOWN:
        return KNOWN[lang][1]
    from babel.core import get_global  # noqa: PLC0415 - see KNOWN

    language, *rest = html_lang(lang).split("-")
    given = next((part for part in rest if len(part) == 2 and part.isupper()), "")
    likely = get_global("likely_subtags")
    full = str(likely.get("_".join([language, *rest])) or likely.get(language) or "").split("_")
    territory = given or (full[-1] if len(full) > 1 else "")
    return f"{language}_{territory}" if territory else language


def is_language(tag: str) -> bool:
    """Tell whether a tag names a language that Unicode's CLDR knows."""
    if not _TAG.fullmatch(tag.lower()):
        return False
    if tag in KNOWN:
        return True
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - see KNOWN

    try:
        Locale.parse(tag.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def meant(tag: str) -> str:
    """Return the language that a mistaken tag probably means (`jp` → `ja`), or nothing."""
    return _SLIPS.get(tag.lower(), "")
