"""Checks the Host header of requests to the development server, against DNS rebinding."""

from __future__ import annotations

import socket
from collections.abc import Collection
from ipaddress import ip_address


def host_name(host: str) -> str:
    """Return the name in a Host header, without the port."""
    return host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]


def is_ours(name: str, names: Collection[str]) -> bool:
    """Tell whether a browser asks by a name of this machine, or by one of the `names` that the user gave.

    A page on the web can have its own name lead here ("DNS rebinding"), and would read the notes as if they were its own.
    It cannot do so with an IP address or localhost, nor where there is no name.
    """
    plain = name.lower().rstrip(".")
    machine = socket.gethostname().lower()
    known = {"", "localhost", machine, f"{machine}.local", *map(str.lower, names)}
    return plain in known or plain.endswith(".localhost") or _is_ip(plain)


def _is_ip(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
