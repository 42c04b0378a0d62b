"""Which language a text is in, judged from its script."""

from __future__ import annotations

import re

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_HAN = re.compile(f"[{HAN}]")
_KANA = re.compile("[\u3041-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_NOISE = re.compile(r"`[^`\n]*`|https?://\S+|<[^<>\n]*>|\]\([^()\n]*\)|&#?\w+;")
_HAN_SHARE = 0.2
"""A Chinese remark keeps its English terms; one Han character weighs about as much as one Latin word."""


def detect(text: str, default: str = "en") -> str:
    """Return the language code of a text (`zh`, `ja`, `ko` or `default`); formulas are expected to be masked.

    Code spans, tags and addresses do not count. A text without letters gets `default`.
    """
    text = _NOISE.sub(" ", text)
    if _KANA.search(text) and len(_KANA.findall(text)) > 2:
        return "ja"
    if len(_HANGUL.findall(text)) > 2:
        return "ko"
    han = len(_HAN.findall(text))
    if not han:
        return default
    words = len(_WORD.findall(text))
    return "zh" if han >= _HAN_SHARE * (han + words) else default
