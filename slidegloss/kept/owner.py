"""What tells work of ours in a project's `build/` from work that came with the project: a secret of this user's.

A repository or an archive may hold a `build/` in which sizes and times fit; what it cannot hold is this secret.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import blake2b
from pathlib import Path

from slidegloss.base.resources import user_cache
from slidegloss.write.files import keep_secret, kept_secret

_BYTES = 32


def seal(said: str) -> str:
    """Return what only this user's programs can make of a text; it does not give the secret away."""
    return blake2b(said.encode(), key=_secret(user_cache() / "owner" / "seal"), digest_size=16).hexdigest()


@cache
def _secret(path: Path) -> bytes:
    """Return the secret, made with the first call; where it cannot be kept, each process has another."""
    try:
        return kept_secret(path) or keep_secret(path, os.urandom(_BYTES))
    except OSError:
        return os.urandom(_BYTES)
