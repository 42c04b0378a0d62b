"""Refuses addresses of private networks, for notes must not make a build server call its neighbours."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit


class PrivateNetworkError(OSError):
    """An address leads to this machine or into a private network."""

    def __str__(self) -> str:
        return "it leads into a private network, which is not asked"


def refuse_private(url: str) -> None:
    """Raise PrivateNetworkError for an address of this machine or of a private network, ValueError for none at all.

    A contributed note must not make a build server knock on its neighbours' doors. An unknown name leads nowhere.
    """
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname or "", None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    if any(not ipaddress.ip_address(str(info[4][0]).partition("%")[0]).is_global for info in found):
        raise PrivateNetworkError
