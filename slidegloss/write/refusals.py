"""The exceptions for what is not written, each with a hint for the user."""

from __future__ import annotations

from pathlib import Path

from slidegloss.base.naming import is_plain


class Refused(Exception):  # noqa: N818 - it reads as a fact, and the command line shows it as a message
    """Something is in the way of what was to be written; `hint` says what its owner can do."""

    hint = ""


class OutsideRootError(Refused):
    """A path would leave the folder it belongs to: an odd name, a symbolic link in the way, or a bug in slidegloss."""

    def __init__(self, path: str) -> None:
        """Name the path."""
        super().__init__(path)
        self.path = path
        in_the_way = "a symbolic link is in the way: move it away"
        self.hint = in_the_way if is_plain(path) else "its name has a backslash or a line end: rename it"

    def __str__(self) -> str:
        return f"{self.path} leads out of the folder it belongs to"


class NotOurs(Refused):
    """A folder to publish into holds a file that slidegloss did not write; nothing was changed."""

    hint = "choose another folder with -o, or move that file away; nothing was changed"

    def __init__(self, folder: Path, path: str) -> None:
        """Name the folder and the first foreign file in it (`.` when the target is not a folder at all)."""
        super().__init__(folder, path)
        self.folder, self.path = folder, path

    def __str__(self) -> str:
        if self.path == ".":
            return f"{self.folder} is no folder"
        return f"{self.folder} holds {self.path}, which slidegloss did not write"


class Locked(Refused):
    """Another build works in the same folder and did not finish in time."""

    hint = "wait for it to end, then try again"

    def __init__(self, folder: Path) -> None:
        """Name the folder."""
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"another build is working in {self.folder}"
