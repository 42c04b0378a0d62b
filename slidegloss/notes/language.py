"""Which language a text is in, judged from its script."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from slidegloss.base.patterns import lazy

_KANA = lazy("[\u3041-\u30ff]")
_HANGUL = lazy("[\uac00-\ud7af]")
_FAR = re.compile(rb"[\xe3-\xf4]")
"""First bytes of all of these, and of some signs, in UTF-8: ranges of characters would take long to compile."""
_HAN = bytes(range(0xE5, 0xEA))
"""The first byte of most Han characters in UTF-8, and of nothing else."""
_RARE_HAN = re.compile(
    rb"\xe3[\x90-\xbf]|\xe4[\x80-\xb6\xb8-\xbf]|\xef[\xa4-\xab]|\xf0(?:[\xa0-\xb0]|\xb1(?:[\x80-\x8c]|\x8d[\x80-\x8f]))"
)
"""The beginning of the others: of U+3400–4DBF, 4E00–9FFF, F900–FAFF, 20000–3134F these are what remains."""
_SYLLABLE = re.compile(rb"[\xe3\xea-\xed](?:(?<!\xe3)|[\x81-\x83])")
"""The same of kana and Hangul."""
_WORD = lazy(r"[A-Za-z\u00c0-\u024f]{2,}")
_NOISE = lazy(r"`[^`\n]*`|https?://\S+|<[^<>\n]*>|\]\([^()\n]*\)|&#?\w+;")
_ASCII = bytes(range(128))
_WORDS_PER_HAN = 4
"""A Chinese remark keeps its English terms, at most so many to a Han character, which weighs as much as one of them."""


def detect(text: str, default: str = "en") -> str:
    """Return the language code of a text (`zh`, `ja`, `ko` or `default`); formulas are expected to be masked.

    Code spans, tags and addresses do not count. A text without letters gets `default`.
    """
    wide = b"" if text.isascii() else beyond_ascii(text)
    if not _FAR.search(wide):  # most texts; they need not be read again and again
        return default
    if "`" in text or "<" in text or "&" in text or "](" in text or "://" in text:  # else there is no noise
        text = _NOISE.sub(" ", text)
        wide = beyond_ascii(text)
    if _SYLLABLE.search(wide):
        far = wide.decode("utf-8", "surrogatepass")
        if len(_KANA.findall(far)) > 2:
            return "ja"
        if len(_HANGUL.findall(far)) > 2:
            return "ko"
    han = len(wide) - len(wide.translate(None, _HAN)) + len(_RARE_HAN.findall(wide))
    if not han:
        return default
    most = _WORDS_PER_HAN * han
    # words of two letters each would have to fill what is not Han; and no more are counted than it takes to know
    too_many = len(text) - han > 2 * most and next(islice(_WORD.finditer(text), most, None), None)
    return default if too_many else "zh"


def beyond_ascii(text: str) -> bytes:
    """Return the characters of a text beyond ASCII, in UTF-8; they are mostly few, and looked through in its place."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII)


_OTHER_SCRIPT = re.compile(r"[^\W\d_A-Za-z\u00aa-\u024f]")
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][\w\u00c0-\u024f'’-]*")
_AUTHORS = lazy(r"[A-Z][\w'’-]*(?:(?:,| and| &)\s[A-Z][\w'’-]*)*\s+et\s+al\b\.?")
_ET_AL = re.compile(r"et\s+al\b")
_OF_NAME = re.compile(r"[A-Z0-9]")


def says_something(words: str) -> bool:
    """Tell whether a text reads differently in another language.

    What consists of names alone does not: `MCDiff`, `CVPR 2023`, `(Ho et al.)`. A word with a capital or a figure after its
    first letter counts as a name; `Imagen` cannot be told from a word, so it counts as one.
    """
    if not words.isascii() and _OTHER_SCRIPT.search(beyond_ascii(words).decode("utf-8", "surrogatepass")):
        return True
    rest = _AUTHORS.sub(" ", words) if "et" in words and _ET_AL.search(words) else words
    # the first word that is no name decides, and most texts start with one
    for found in _LATIN.finditer(rest):
        word = found[0]
        if len(word) > 1 and not _OF_NAME.search(word, 1):
            return True
    return False


@lru_cache(maxsize=64)
def latin_default(lang: str) -> str:
    """Return what a text in Latin letters is written in, in a note whose own language is `lang`."""
    return "en" if lang.partition("-")[0] in {"zh", "ja", "ko"} else lang


def text_lang(words: str, note_lang: str) -> str:
    """Return the language of a passage of a note, judged from its words (formulas and code left out)."""
    default = latin_default(note_lang)
    if words.isascii():
        return default
    found = detect(words, default)
    # the note's head may say which language its Han characters are
    return note_lang if found == "zh" and note_lang.partition("-")[0] in {"zh", "ja"} else found
