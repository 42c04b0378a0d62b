"""A checksum in front of what a cache keeps, for a file that a disk has damaged may still read as if it were whole."""

from __future__ import annotations

from hashlib import blake2b

_SIZE = 16


def sealed(data: bytes) -> bytes:
    """Return data with its checksum in front."""
    return _sum(data) + data


def unsealed(data: bytes) -> bytes:
    """Return what was sealed; raises ValueError where it is not that any more."""
    kept = data[_SIZE:]
    if data[:_SIZE] != _sum(kept):
        msg = "damaged"
        raise ValueError(msg)
    return kept


def _sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_SIZE).digest()
