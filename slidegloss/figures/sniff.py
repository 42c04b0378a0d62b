"""The type and size of a picture, a video or a sound from its first bytes: names lie, magic numbers do not.

Formats: PNG (W3C), JPEG (ITU T.81, SOF markers), GIF89a, WebP (RFC 9649), BMP, TIFF 6.0, ISO base media (`ftyp` brands of
AVIF, HEIF, MP4 and M4A), Matroska/WebM (EBML), Ogg, MP3, WAV, FLAC, PDF, SVG.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.patterns import lazy

HEAD_BYTES: Final = 1 << 18
"""Enough of a file for `sniff`: JPEG puts up to some 64 KB segments of metadata before the size."""

MIME: Final[dict[str, str]] = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "tiff": "image/tiff",
    "avif": "image/avif",
    "heic": "image/heic",
    "svg": "image/svg+xml",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "oga": "audio/ogg",
    "wav": "audio/wav",
    "flac": "audio/flac",
    "pdf": "application/pdf",
    "text": "text/plain",
    "empty": "application/x-empty",
    "other": "application/octet-stream",
}
PLAYED: Final = frozenset({"mp4", "webm", "ogv", "mp3", "m4a", "oga", "wav", "flac"})
"""Videos and sounds: they are copied as they are."""
_EXTENSIONS: Final[dict[str, frozenset[str]]] = {
    "jpeg": frozenset({"jpg", "jpeg", "jpe", "jfif"}),
    "tiff": frozenset({"tif", "tiff"}),
    "heic": frozenset({"heic", "heif"}),
    "png": frozenset({"png", "apng"}),
    "mp4": frozenset({"mp4", "m4v", "mov"}),
    "webm": frozenset({"webm", "mkv"}),
    "ogv": frozenset({"ogv", "ogg"}),
    "m4a": frozenset({"m4a", "m4b", "mp4"}),
    "oga": frozenset({"oga", "ogg", "opus"}),
    "wav": frozenset({"wav", "wave"}),
}
_SOF: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SVG_START = lazy(
    r"\s*(?:<\?xml.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>|\s)*<(?:\w+:)?svg[\s>/]", re.DOTALL | re.IGNORECASE
)


class Sniffed(NamedTuple):
    """What the first bytes say: a key of `MIME`, and pixels (0 where the format or the head does not tell)."""

    type: str
    width: int = 0
    height: int = 0
    animated: bool = False

    @property
    def mime(self) -> str:
        """The media type to serve it as."""
        return MIME[self.type]


def sniff(head: bytes) -> Sniffed:
    """Tell the type and pixel size of a file from its first bytes (`HEAD_BYTES` of them are enough)."""
    for magic, read in _READERS:
        if head.startswith(magic):
            found = read(head)
            if found is not None:
                return found
    if not head:
        return Sniffed("empty")
    return _text(head)


def is_misnamed(found: Sniffed, name: str) -> bool:
    """Tell whether a file's extension claims another type than its bytes (`figure.png` that is a JPEG)."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if found.type in {"empty", "other"} or not extension:
        return False
    return extension not in _EXTENSIONS.get(found.type, {found.type})


def _png(head: bytes) -> Sniffed:
    if len(head) < 24:
        return Sniffed("png")
    width, height = struct.unpack(">II", head[16:24])
    control = head.find(b"acTL", 24)
    return Sniffed("png", width, height, 0 < control < (head.find(b"IDAT", 24) % (1 << 62)))


def _jpeg(head: bytes) -> Sniffed:
    at = 2
    while at + 9 < len(head):
        if head[at] != 0xFF:
            at += 1
            continue
        marker = head[at + 1]
        if marker in _SOF:
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return Sniffed("jpeg", width, height)
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(head[at + 2 : at + 4], "big"))
    return Sniffed("jpeg")


def _gif(head: bytes) -> Sniffed:
    if len(head) < 10:
        return Sniffed("gif")
    return Sniffed("gif", *struct.unpack("<HH", head[6:10]))


def _riff(head: bytes) -> Sniffed | None:
    if head[8:12] == b"WAVE":
        return Sniffed("wav")
    if head[8:12] != b"WEBP":
        return None
    chunk = head[12:16]
    if len(head) < 30:
        return Sniffed("webp")
    if chunk == b"VP8X":
        width = int.from_bytes(head[24:27], "little") + 1
        height = int.from_bytes(head[27:30], "little") + 1
        return Sniffed("webp", width, height, bool(head[20] & 2))
    if chunk == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return Sniffed("webp", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack("<HH", head[26:30])
    return Sniffed("webp", width & 0x3FFF, height & 0x3FFF)


def _bmp(head: bytes) -> Sniffed | None:
    if len(head) < 26 or head[6:10] != bytes(4):
        return None
    if int.from_bytes(head[14:18], "little") == 12:
        return Sniffed("bmp", *struct.unpack("<HH", head[18:22]))
    width, height = struct.unpack("<ii", head[18:26])
    return Sniffed("bmp", abs(width), abs(height))


def _tiff(head: bytes) -> Sniffed:
    order = "<" if head[:2] == b"II" else ">"
    sizes = {256: 0, 257: 0}
    if len(head) < 8:
        return Sniffed("tiff")
    at = struct.unpack(f"{order}I", head[4:8])[0]
    entries = struct.unpack(f"{order}H", head[at : at + 2])[0] if at + 2 <= len(head) else 0
    for entry in range(at + 2, min(at + 2 + entries * 12, len(head) - 11), 12):
        tag, kind = struct.unpack(f"{order}HH", head[entry : entry + 4])
        if tag in sizes:
            value = head[entry + 8 : entry + 12]
            sizes[tag] = struct.unpack(f"{order}HH", value)[0] if kind == 3 else struct.unpack(f"{order}I", value)[0]
    return Sniffed("tiff", sizes[256], sizes[257])


def _iso_media(head: bytes) -> Sniffed | None:
    if head[4:8] != b"ftyp":
        return None
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(int.from_bytes(head[:4], "big"), 256), 4))}
    if brands & {b"avif", b"avis"}:
        size = head.find(b"ispe")
        if size > 0 and len(head) >= size + 16:
            width, height = struct.unpack(">II", head[size + 8 : size + 16])
            return Sniffed("avif", width, height, head[8:12] == b"avis")
        return Sniffed("avif")
    if brands & {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}:
        return Sniffed("heic")
    return Sniffed("m4a" if head[8:11] in {b"M4A", b"M4B"} else "mp4")


def _ogg(head: bytes) -> Sniffed:
    # each stream begins with a page of its own, the pictures' before the sound's
    return Sniffed("oga" if any(codec in head[:64] for codec in (b"Opus", b"vorbis", b"Speex", b"FLAC")) else "ogv")


def _text(head: bytes) -> Sniffed:
    encoding = "utf-16" if head[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    text = head[:HEAD_BYTES].decode(encoding, errors="replace")
    if _SVG_START.match(text):
        return Sniffed("svg")
    sample = text[:4096]
    strange = sum(sign == "\ufffd" or (sign < " " and sign not in "\t\n\r\f") for sign in sample)
    return Sniffed("text" if strange * 50 <= len(sample) else "other")


_READERS: Final = (
    (b"\x89PNG\r\n\x1a\n", _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"RIFF", _riff),
    (b"BM", _bmp),
    (b"II*\x00", _tiff),
    (b"MM\x00*", _tiff),
    (b"\x1aE\xdf\xa3", lambda _: Sniffed("webm")),
    (b"OggS", _ogg),
    (b"fLaC", lambda _: Sniffed("flac")),
    *((start, lambda _: Sniffed("mp3")) for start in (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    (b"%PDF-", lambda _: Sniffed("pdf")),
    (b"", _iso_media),
)
