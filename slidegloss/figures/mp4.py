"""Reads the size of an MP4 video from its header.

Format: ISO/IEC 14496-12 (ISO base media file format): boxes of `size, type, content`; `moov` holds a `trak` for each
track, whose `tkhd` ends with a matrix and the width and height as 16.16 fixed-point numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

_MOST_BOXES: Final = 4096
"""Boxes looked at on one level; more are damage or malice."""
_LARGEST: Final = 16_384
"""Pixels; a size beyond this is damage."""
_TKHD: Final = {0: 84, 1: 96}
"""Version of a `tkhd` → its content's length."""


def video_size(file: BinaryIO, length: int) -> tuple[int, int]:
    """Return the pixels of the largest track as it is shown (turned, where the matrix turns it); (0, 0) if unknown.

    Only headers are read, never the pictures: `length` is the file's size in bytes. Damage gives (0, 0).
    """
    best = (0, 0)
    for name, start, end in _boxes(file, 0, length):
        if name != b"moov":
            continue
        for track, first, last in _boxes(file, start, end):
            if track != b"trak":
                continue
            for part, at, stop in _boxes(file, first, last):
                if part == b"tkhd":
                    size = _track_size(file, at, stop)
                    best = max(best, size, key=lambda size: size[0] * size[1])
    return best


def _boxes(file: BinaryIO, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, start and end of the content of each box between two offsets."""
    for _ in range(_MOST_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            return
        size, name = struct.unpack(">I4s", head[:8])
        start = at + 8
        if size == 1 and len(head) == 16:
            size = struct.unpack(">Q", head[8:])[0]
            start = at + 16
        elif size == 0:
            size = end - at
        stop = at + size
        if stop < start or stop > end:  # a cut-off file: what there is may still tell
            stop = end
        yield name, start, stop
        at = stop


def _track_size(file: BinaryIO, at: int, end: int) -> tuple[int, int]:
    file.seek(at)
    data = file.read(min(end - at, 96))
    length = _TKHD.get(data[0], 0) if data else 0
    if not length or len(data) < length:
        return 0, 0
    a, b, _u, c, d = struct.unpack(">5i", data[length - 44 : length - 24])
    width, height = (value >> 16 for value in struct.unpack(">II", data[length - 8 : length]))
    if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        return 0, 0
    return (height, width) if a == 0 and d == 0 and b and c else (width, height)
