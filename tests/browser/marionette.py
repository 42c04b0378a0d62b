"""Just enough of Firefox's remote protocol (Marionette) to drive the Firefox of a Linux distribution, without a driver."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# no host but this machine: a proxy that nobody listens at
_PREFS = """user_pref("marionette.port", {port});
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""


class Firefox:
    """A running Firefox."""

    def __init__(self, port: int) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                self._socket = socket.create_connection(("127.0.0.1", port), timeout=60)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)
        self._stream = self._socket.makefile("rb")
        self._read()
        self._number = 0
        self.send("WebDriver:NewSession", {"capabilities": {"alwaysMatch": {"webSocketUrl": False}}})
        self.send("WebDriver:SetTimeouts", {"script": 55_000, "pageLoad": 55_000})  # below the socket's own

    def _read(self) -> Any:
        size = b""
        while (sign := self._stream.read(1)) != b":":
            size += sign
        return json.loads(self._stream.read(int(size)))

    def send(self, command: str, parameters: dict[str, Any]) -> Any:
        self._number += 1
        message = json.dumps([0, self._number, command, parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(error["message"])
        return result

    def goto(self, url: str) -> None:
        self.send("WebDriver:Navigate", {"url": url})

    def run(self, script: str, *args: object) -> Any:
        """Run the body of an async function in the page."""
        wrapped = f"const done = arguments[arguments.length - 1]; (async (...args) => {{ {script} }})(...arguments).then(done)"
        return self.send("WebDriver:ExecuteAsyncScript", {"script": wrapped, "args": list(args)})["value"]

    def close(self) -> None:
        self._stream.close()
        self._socket.close()


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start Firefox without a window and with an empty profile."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text(_PREFS.format(port=port), encoding="utf-8")
        path = shutil.which("firefox-esr") or shutil.which("firefox")
        if path is None:
            msg = "no Firefox on this machine"
            raise FileNotFoundError(msg)
        command = [path, "--headless", "--marionette", "--no-remote", "--profile", profile]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            try:
                browser = Firefox(port)
                yield browser
                browser.close()
            finally:
                process.terminate()
