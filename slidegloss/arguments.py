"""The argument parser: the subcommands, their options and the types of these."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from slidegloss import __version__
from slidegloss.base.diagnostics import nearest
from slidegloss.base.reports import FORMATS
from slidegloss.config.options import Engine
from slidegloss.terminal import PROGRAM, shown, width


class _Help(argparse.HelpFormatter):
    """Argparse's own, which it makes for each option; told the width, it loads nothing."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=width() - 2)


class _Parser(argparse.ArgumentParser):
    """Argparse's own, also for each command."""

    def __init__(self, **given: Any) -> None:  # noqa: ANN401 - whatever argparse takes
        super().__init__(formatter_class=_Help, **given)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:  # noqa: ANN401 - argparse's signature
        """Report unknown arguments with the usage of the subcommand; argparse would leave that to the main parser."""
        known, unknown = super().parse_known_args(args, namespace)
        if unknown:
            near = nearest(unknown[0].partition("=")[0], self._option_string_actions)
            self.error(f"unrecognized arguments: {' '.join(unknown)}" + (f" (did you mean {near}?)" if near else ""))
        return known, unknown


def parser(*wanted: str) -> argparse.ArgumentParser:
    """Return the argument parser, with the `wanted` subcommands only (default: all, as `--help` shows them).

    The parsed options have the subcommand in `command`, and that of `papers` in `action`.
    """
    made = _Parser(
        prog=PROGRAM,
        description="Turn slide notes, figures and paper metadata into a bilingual site.",
        epilog="SOURCE is a slidegloss project, an mdBook project, a folder of Markdown or one Markdown file; "
        "without it, the current folder.",
    )
    made.add_argument("--version", action="version", version=f"slidegloss {__version__}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", dest="command", prog=PROGRAM)
    for name in wanted or COMMANDS:
        says, add = COMMANDS[name]
        add(commands.add_parser(name, help=says))
    return made


def _build(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    command.add_argument(
        "-o", "--out", type=_folder, metavar="DIR", help="where the site goes (default: site/ in a project)"
    )
    command.add_argument("--strict", action="store_true", help="publish nothing when there is any warning")
    command.add_argument(
        "--engine",
        choices=[engine.value for engine in Engine],
        default=Engine.MKDOCS.value,
        help="what renders the pages (default: mkdocs)",
    )
    _add_languages(command, "build this edition only; may be repeated")
    _add_jobs(command)
    command.add_argument("--no-cache", action="store_true", help="parse every note and convert every figure anew")
    command.add_argument("-q", "--quiet", action="store_true", help="print problems only")


def _pages(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    _add_jobs(command)


def _serve(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    command.add_argument(
        "--addr", type=_address, default=("127.0.0.1", 8000), metavar="HOST:PORT", help="where to listen"
    )
    command.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="NAME",
        help="show it under this name, too, which leads to this machine; may be repeated",
    )
    _add_languages(command, "build this edition only; may be repeated")
    command.add_argument("--open", action="store_true", help="show it in a browser")


def _check(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    command.add_argument("--format", choices=sorted(FORMATS), default="text", help="how problems are printed")
    command.add_argument("--strict", action="store_true", help="fail on warnings too")
    command.add_argument(
        "--remote", action="store_true", help="ask other hosts too whether what notes link to is there"
    )


def _offline(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    command.add_argument("-o", "--out", type=_folder, metavar="DIR", help="where the file goes (default: dist/)")
    command.add_argument("--single-file", action="store_true", help="one HTML file per deck instead, fit for e-mail")
    command.add_argument("--release", default="", metavar="V", help="version in the name (default: what git says)")
    _add_languages(command, "with --single-file: this edition only")
    _add_jobs(command)


def _translate(command: argparse.ArgumentParser) -> None:
    _add_source(command)
    _add_languages(command, "this language only; may be repeated")
    command.add_argument(
        "-o", "--out", type=_folder, metavar="DIR", help="folder of the catalogues (default: the project's own)"
    )


def _new(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "folder", type=_folder, metavar="DIR", help="where the project goes; nothing there is overwritten"
    )
    command.add_argument("--name", default="", help="name of the site (default: from the folder's name)")
    command.add_argument(
        "--from", dest="book", type=_source, metavar="BOOK", help="an mdBook project or folder to move over"
    )


def _papers(papers: argparse.ArgumentParser) -> None:
    actions = papers.add_subparsers(title="commands", metavar="COMMAND", dest="action", required=True, prog=papers.prog)
    _add_source(actions.add_parser("list", help="show all papers: key, year, venue, places in the notes, title"))
    _add_source(actions.add_parser("missing", help="draft YAML entries for papers that are cited but not described"))
    imported = actions.add_parser("import", help="add the papers of a .bib, CSL .json or .yml file to the project")
    imported.add_argument("file", type=Path, metavar="FILE", help="what to import; a second time changes nothing")
    _add_source(imported)
    export = actions.add_parser("export", help="write all papers to a .bib, .json (CSL), .csv or .yml file")
    export.add_argument("file", type=Path, metavar="FILE", help="where to; its ending says the format")
    _add_source(export)


def _add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument("source", nargs="?", type=_source, default=Path(), metavar="SOURCE", help="what to read")


def _add_languages(command: argparse.ArgumentParser, says: str) -> None:
    command.add_argument("--lang", action="append", default=[], metavar="L", help=says)


def _add_jobs(command: argparse.ArgumentParser) -> None:
    command.add_argument("-j", "--jobs", type=_positive, default=0, metavar="N", help="processes at a time")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is no number of processes; write 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _folder(text: str) -> Path:
    path = Path(text).absolute()
    _refuse_odd(path)
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    if there.exists() and not there.is_dir():
        message = f"{shown(there)} is a file; name a folder"
        raise argparse.ArgumentTypeError(message)
    return Path(text)


def _source(text: str) -> Path:
    path = Path(text)
    _refuse_odd(path)
    return path


def _refuse_odd(path: Path) -> None:
    """Refuse a path that a file system does not even look up: too long a name, a link that leads to itself."""
    try:
        path.stat()  # from 3.13 on, neither `resolve` nor `exists` tells of a link that leads to itself
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    except (OSError, ValueError) as error:
        message = f"{shown(path)}: {getattr(error, 'strerror', error)}"
        raise argparse.ArgumentTypeError(message) from None


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        message = f"{text!r} is no address; write one like 127.0.0.1:8000"
        raise argparse.ArgumentTypeError(message)
    return host or "127.0.0.1", int(port)


COMMANDS: Mapping[str, tuple[str, Callable[[argparse.ArgumentParser], None]]] = {
    "build": ("build the site (the default command)", _build),
    "pages": ("write the Markdown pages and configs only, for another engine", _pages),
    "serve": ("show the site while you write; pages reload after each change", _serve),
    "check": ("report what is wrong with the notes; write nothing", _check),
    "offline": ("build the site and pack it as one zip, to be read without a network", _offline),
    "translate": ("update the translation catalogues; show what is translated", _translate),
    "papers": ("list, draft, import and export the papers of a book", _papers),
    "new": ("make a small project to start from, or move an mdBook project over", _new),
}
"""What each is for, and what adds its options; it is run by the module of `commands/` that has its name."""
