"""Bytes of a text file → text: encodings, byte order marks, line ends and NUL bytes."""

from __future__ import annotations

import codecs

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple

_BOMS = (
    # the UTF-32 mark begins with the UTF-16 one, so it is asked for first
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 4096
LARGEST = 5_000_000
"""Bytes; a megabyte of dense slide notes (2,900 slides) takes about 20 s and 350 MB of memory, so more would exhaust a laptop."""


class Decoded(NamedTuple):
    """The text of a file, with LF line ends, and the encoding it was read in."""

    text: str
    encoding: str


def decode(data: bytes, path: str) -> tuple[Decoded, tuple[Diagnostic, ...]]:
    """Turn the bytes of a file into text, whatever they are, and report everything but plain UTF-8.

    UTF-8 is tried first; text that it refuses is read as GB18030, the superset of GBK in which Chinese notes outside of
    UTF-8 are nearly always written. A mostly valid UTF-8 file with a few broken bytes stays UTF-8.
    """
    raw, encoding = _decode(data)
    bad = _first_bad_byte(data)
    found = []
    if encoding != "utf-8" or bad is not None:
        shown = "UTF-8, with U+FFFD for each broken byte" if encoding == "utf-8" else encoding.upper()
        place = (1, 1) if encoding.startswith(("utf-16", "utf-32")) or bad is None else _place_of_byte(data, bad)
        message = f"this file is not valid UTF-8; it was read as {shown}"
        found.append(diagnostic(Code.NOTE_ENCODING, path, *place, message=message, hint="save it as UTF-8"))
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    nul = text.find("\0")
    if nul >= 0:
        message = f"{text.count(chr(0))} NUL byte{'s' * (text.count(chr(0)) > 1)}, shown as U+FFFD"
        found.append(diagnostic(Code.NOTE_NUL, path, *place_of(text, nul), message=message, hint="delete them"))
        text = text.replace("\0", "\ufffd")
    return Decoded(text, encoding), tuple(found)


def place_of(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column (in characters) of an offset in text with LF line ends."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _decode(data: bytes) -> tuple[str, str]:
    data = data.removeprefix(codecs.BOM_UTF8)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    if name := _utf16_without_mark(data):
        return data.decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _not_utf8(data)


def _not_utf8(data: bytes) -> tuple[str, str]:
    """Choose the encoding that leaves the fewest broken characters."""
    as_utf8 = data.decode("utf-8", "replace")
    if _looks_right(as_utf8):
        return as_utf8, "utf-8"
    as_chinese = data.decode("gb18030", "replace")
    if "\ufffd" not in as_chinese or _looks_right(as_chinese):
        return as_chinese, "gb18030"
    return data.decode("cp1252", "replace"), "cp1252"


def _looks_right(text: str) -> bool:
    """Tell whether broken characters are rare among those beyond ASCII."""
    broken = text.count("\ufffd")
    beyond_ascii = sum(char > "\x7f" for char in text)
    return beyond_ascii >= 5 * broken


def _utf16_without_mark(data: bytes) -> str:
    """Recognise UTF-16 by its zero bytes: Latin letters and line ends have one in each pair."""
    head = data[:_SAMPLE]
    pairs = len(head) // 2
    if pairs < 4:
        return ""
    high, low = head[1::2].count(0), head[0::2].count(0)
    if high > pairs * 0.3 and low == 0:
        return "utf-16-le"
    if low > pairs * 0.3 and high == 0:
        return "utf-16-be"
    return ""


def _first_bad_byte(data: bytes) -> int | None:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def _place_of_byte(data: bytes, offset: int) -> tuple[int, int]:
    """Line and column of a byte; what stands before it is valid UTF-8."""
    before = data[:offset].removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    before = before.replace("\r\n", "\n").replace("\r", "\n")
    return place_of(before, len(before))
