"""The command line: the only place that prints."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from slidegloss import __version__
from slidegloss.diagnostics import (
    Diagnostic,
    Severity,
    adjust,
    by_code,
    count,
    fails,
    format_github,
    format_json,
    format_text,
    in_order,
    nearest,
)
from slidegloss.engines import Engine
from slidegloss.options import Options
from slidegloss.rebuild import rebuild
from slidegloss.write import Locked, NotOurs

if TYPE_CHECKING:
    from slidegloss.joining import Loaded
    from slidegloss.translate import Translated
    from slidegloss.translations import Plan

OK, PROBLEMS, USAGE = 0, 1, 2
"""Exit codes: fine; problems in the notes (errors, with --strict warnings too); a command that makes no sense."""

STOPPED = 130
"""What shells expect of a program that Ctrl+C ended."""

_ENVIRONMENT = frozenset(
    {
        errno.ENOSPC,
        errno.EROFS,
        errno.EACCES,
        errno.EPERM,
        errno.EIO,
        errno.EMFILE,
        errno.ENOTDIR,
        errno.ENAMETOOLONG,
        getattr(errno, "EDQUOT", errno.ENOSPC),
    }
)
"""What a machine may refuse at any time; a message says so, for it is no fault of the program."""

PROGRAM = "build.py" if Path(sys.argv[0]).name == "build.py" else "slidegloss"
"""How the user called us: from a clone, or as the installed command."""

FORMATS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": format_text,
    "json": format_json,
    "github": format_github,
}


def leave(code: int) -> int:
    """End the process; return only when nobody reads what it said any more, which Python handles.

    Everything is written by now: Python would take what is in memory apart piece by piece, which is felt with large books.
    """
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    return code


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser()
    commands = _commands(parser)
    if given and (near := _misspelt(given[0], commands)):
        return _usage(f"there is no command '{given[0]}', and no file or folder of that name", f"did you mean {near}?")
    if not given or (given[0] not in commands and given[0] not in {"-h", "--help", "--version"}):
        given.insert(0, "build")  # `build.py SOURCE` builds
    options = parser.parse_args(given)
    run: Callable[[argparse.Namespace], int] = options.run
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Chinese still gets the message
    try:
        status = run(options)
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The last good site is untouched.\n")
        return STOPPED
    except BrokenPipeError:  # `build.py check | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PROBLEMS
    except OSError as error:
        if error.errno not in _ENVIRONMENT:
            raise
        named = error.filename2 or error.filename
        where = f" {named}" if named else " the site"
        sys.stderr.write(f"{PROGRAM}: cannot write{where}: {error.strerror}\n  The last good site is untouched.\n")
        return PROBLEMS
    return status


def _misspelt(word: str, commands: Iterable[str]) -> str:
    """Return the command that a first word was probably meant to be, when it is neither a command nor something to build."""
    if word in commands or word.startswith("-") or Path(word).exists():
        return ""
    return nearest(word, commands)


def _commands(parser: argparse.ArgumentParser) -> frozenset[str]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001
    return frozenset(name for group in groups for name in group.choices)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Turn slide notes, figures and paper metadata into a bilingual site.",
        epilog="SOURCE is a slidegloss project, an mdBook project, a folder of Markdown or one Markdown file; "
        "without it, the current folder.",
    )
    parser.add_argument("--version", action="version", version=f"slidegloss {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    build = commands.add_parser("build", help="build the site (the default command)")
    _add_source(build)
    build.add_argument(
        "-o", "--out", type=_folder, metavar="DIR", help="where the site goes (default: site/ in a project)"
    )
    build.add_argument("--strict", action="store_true", help="publish nothing when there is any warning")
    build.add_argument(
        "--engine",
        choices=[engine.value for engine in Engine],
        default=Engine.MKDOCS.value,
        help="what renders the pages (default: mkdocs)",
    )
    build.add_argument("--lang", action="append", metavar="L", help="build this edition only; may be repeated")
    build.add_argument("-j", "--jobs", type=_positive, default=0, metavar="N", help="processes at a time")
    build.add_argument("--no-cache", action="store_true", help="parse every note and convert every figure anew")
    build.add_argument("-q", "--quiet", action="store_true", help="print problems only")
    build.set_defaults(run=_build)

    pages = commands.add_parser("pages", help="write the Markdown pages and configs only, for another engine")
    _add_source(pages)
    pages.add_argument("-j", "--jobs", type=_positive, default=0, metavar="N", help="processes at a time")
    pages.set_defaults(run=_pages)

    serve = commands.add_parser("serve", help="show the site while you write; pages reload after each change")
    _add_source(serve)
    serve.add_argument(
        "--addr", type=_address, default=("127.0.0.1", 8000), metavar="HOST:PORT", help="where to listen"
    )
    serve.add_argument("--lang", action="append", metavar="L", help="build this edition only; may be repeated")
    serve.set_defaults(run=_serve)

    check = commands.add_parser("check", help="report what is wrong with the notes; write nothing")
    _add_source(check)
    check.add_argument("--format", choices=sorted(FORMATS), default="text", help="how problems are printed")
    check.add_argument("--strict", action="store_true", help="fail on warnings too")
    check.add_argument("--remote", action="store_true", help="ask other hosts too whether what notes link to is there")
    check.set_defaults(run=_check)

    offline = commands.add_parser("offline", help="build the site and pack it as one zip, to be read without a network")
    _add_source(offline)
    offline.add_argument("-o", "--out", type=_folder, metavar="DIR", help="where the file goes (default: dist/)")
    offline.add_argument("--single-file", action="store_true", help="one HTML file per deck instead, fit for e-mail")
    offline.add_argument("--release", default="", metavar="V", help="version in the name (default: what git says)")
    offline.add_argument("--lang", action="append", metavar="L", help="with --single-file: this edition only")
    offline.add_argument("-j", "--jobs", type=_positive, default=0, metavar="N", help="processes at a time")
    offline.set_defaults(run=_offline)

    translate = commands.add_parser("translate", help="update the translation catalogues; show what is translated")
    _add_source(translate)
    translate.add_argument("--lang", action="append", metavar="L", help="this language only; may be repeated")
    translate.add_argument(
        "-o", "--out", type=Path, metavar="DIR", help="folder of the catalogues (default: the project's own)"
    )
    translate.set_defaults(run=_translate)
    _add_papers(commands.add_parser("papers", help="list, draft, import and export the papers of a book"))

    new = commands.add_parser("new", help="make a small project to start from, or move an mdBook project over")
    new.add_argument("folder", type=_folder, metavar="DIR", help="where the project goes; nothing there is overwritten")
    new.add_argument("--name", default="", help="name of the site (default: from the folder's name)")
    new.add_argument("--from", dest="book", type=Path, metavar="BOOK", help="an mdBook project or folder to move over")
    new.set_defaults(run=_new)
    return parser


def _add_papers(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    listed = commands.add_parser("list", help="show all papers: key, year, venue, places in the notes, title")
    _add_source(listed)
    listed.set_defaults(run=_papers_list)
    missing = commands.add_parser("missing", help="draft YAML entries for papers that are cited but not described")
    _add_source(missing)
    missing.set_defaults(run=_papers_missing)
    imported = commands.add_parser("import", help="add the papers of a .bib, CSL .json or .yml file to the project")
    imported.add_argument("file", type=Path, metavar="FILE", help="what to import; a second time changes nothing")
    _add_source(imported)
    imported.set_defaults(run=_papers_import)
    export = commands.add_parser("export", help="write all papers to a .bib, .json (CSL), .csv or .yml file")
    export.add_argument("file", type=Path, metavar="FILE", help="where to; its ending says the format")
    _add_source(export)
    export.set_defaults(run=_papers_export)


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="?", type=Path, default=Path(), metavar="SOURCE", help="what to read")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        message = "must be 1 or more"
        raise argparse.ArgumentTypeError(message)
    return number


def _folder(text: str) -> Path:
    path = Path(text).absolute()
    there = next((one for one in (path, *path.parents) if one.exists()), path)
    if there.is_file():
        message = f"{_shown(there)} is a file; name a folder"
        raise argparse.ArgumentTypeError(message)
    return Path(text)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or int(port) > 65535:
        message = f"{text!r} is no address; write one like 127.0.0.1:8000"
        raise argparse.ArgumentTypeError(message)
    return host or "127.0.0.1", int(port)


# --- commands ---------------------------------------------------------------------------------------------------------


def _build(options: argparse.Namespace) -> int:
    engine = Engine(options.engine)
    if not engine.installed:
        return _usage(
            f"the engine '{engine.value}' is not installed", f"pip install {engine.value}, or leave --engine out"
        )
    wanted = Options(
        out=options.out,
        strict=options.strict,
        engine=engine,
        languages=tuple(options.lang or ()),
        jobs=options.jobs,
        use_cache=not options.no_cache,
    )
    progress = _Progress(quiet=options.quiet)
    try:
        built = rebuild(options.source, wanted, progress)
    except NotOurs as error:
        return _usage(str(error), "choose another folder with -o, or move that file away; nothing was changed")
    except Locked as error:
        return _usage(str(error), "wait for it to end, then try again")
    finally:
        progress.close()
    _print_problems(built.diagnostics, remarks=False)
    if built.site is not None:
        if not options.quiet:
            how = "Nothing has changed" if built.unchanged else f"Built {_shown(built.site)}"
            print(f"{how}: open {_shown(built.site / 'index.html')}")
        return PROBLEMS if fails(built.diagnostics, strict=options.strict) else OK
    for lang, log in built.failures:
        sys.stderr.write(f"{engine.value} could not build the '{lang}' edition:\n{log}\n")
    if built.failures:
        whose = "a fault of slidegloss or of your own templates/theme" if built.own_theme else "a fault of slidegloss"
        sys.stderr.write(f"This is {whose}, not of your notes. The last good site is untouched.\n")
    elif built.readable:
        why = ": --strict allows no warnings" if options.strict else ""
        print(f"Nothing was published{why}. The last good site is untouched.")
    return PROBLEMS


def _pages(options: argparse.Namespace) -> int:
    from slidegloss.projectdirs import work_dir  # noqa: PLC0415
    from slidegloss.templating import TemplateFault  # noqa: PLC0415
    from slidegloss.workfolder import write_pages  # noqa: PLC0415
    from slidegloss.write import Locked, locked  # noqa: PLC0415

    loaded = _loaded(options.source)
    if loaded is None:
        return PROBLEMS
    progress = _Progress(quiet=False)
    try:
        with locked(work_dir(loaded.config), on_wait=lambda: progress("wait", 0, 1)):
            folder, languages, found, _ = write_pages(loaded, Options(jobs=options.jobs), progress)
    except Locked as error:
        return _usage(str(error), "wait for it to end, then try again")
    except TemplateFault as fault:
        _print_problems(in_order([*adjust(loaded.diagnostics, loaded.config.settings), fault.problem]))
        return PROBLEMS
    finally:
        progress.close()
    diagnostics = in_order(adjust([*loaded.diagnostics, *found], loaded.config.settings))
    _print_problems(diagnostics, remarks=False)
    configs = ", ".join(f"mkdocs.{lang}.yml" for lang in languages)
    print(f"Pages are in {_shown(folder)}; build them with  mkdocs build -f {_shown(folder)}/…  ({configs})")
    return PROBLEMS if fails(diagnostics, strict=False) else OK


def _serve(options: argparse.Namespace) -> int:
    from slidegloss.builder import Outcome  # noqa: PLC0415
    from slidegloss.serve import NothingToServeError, Server  # noqa: PLC0415

    shown = False

    def told(built: Outcome, seconds: float) -> None:
        nonlocal shown
        shown = shown or built.site is not None
        _print_problems(built.diagnostics, remarks=False)
        for failure in built.failures:
            sys.stderr.write(f"{failure.engine.value} could not build the '{failure.lang}' edition:\n{failure.log}\n")
        stays = "the last good pages stay" if shown else "the site appears as soon as that is mended"
        print(f"Built in {seconds:.1f} s" if built.site else f"Not built; {stays}", flush=True)

    host, port = options.addr
    try:
        server = Server(options.source, Options(languages=tuple(options.lang or ())), host, port, told)
    except NothingToServeError as error:
        _print_problems(error.diagnostics)
        return PROBLEMS
    except OSError as error:
        return _usage(f"cannot listen on {host}:{port}: {error.strerror}", "choose another with --addr 127.0.0.1:8001")
    print(f"Serving {server.address} — Ctrl+C ends it", flush=True)
    try:
        server.watch()
    except KeyboardInterrupt:
        print()
    finally:
        server.stop()
    return OK


def _offline(options: argparse.Namespace) -> int:
    from slidegloss.package import pack  # noqa: PLC0415
    from slidegloss.write import Locked, NotOurs  # noqa: PLC0415

    progress = _Progress(quiet=False)
    wanted = Options(out=options.out, jobs=options.jobs, languages=tuple(options.lang or ()))
    try:
        packed = pack(
            options.source, wanted, release=options.release, one_by_one=options.single_file, progress=progress
        )
    except (Locked, NotOurs) as error:
        return _usage(str(error), "nothing was packed")
    finally:
        progress.close()
    _print_problems(packed.diagnostics, remarks=False)
    for failure in packed.failures:
        sys.stderr.write(f"{failure.engine.value} could not build the '{failure.lang}' edition:\n{failure.log}\n")
    for path, size in packed.files:
        print(f"{size / 1024 / 1024:7.1f} MB  {_shown(path)}")
    if not packed.files:
        print("Nothing was packed: the site must be free of errors, for nobody can mend it once it is sent around.")
        return PROBLEMS
    return PROBLEMS if fails(packed.diagnostics, strict=False) else OK


def _check(options: argparse.Namespace) -> int:
    from slidegloss.pipeline import check  # noqa: PLC0415
    from slidegloss.remotelinks import Limits  # noqa: PLC0415

    diagnostics = check(options.source, Limits() if options.remote else None)
    if options.format == "text":
        _print_problems(diagnostics, always_count=True)
    else:
        sys.stdout.write(FORMATS[options.format](_as_called(diagnostics)))
    return PROBLEMS if fails(diagnostics, strict=options.strict) else OK


def _translate(options: argparse.Namespace) -> int:
    from slidegloss.translate import Translated, UnknownLanguage, translate  # noqa: PLC0415
    from slidegloss.write import NotOurs, OutsideRootError  # noqa: PLC0415

    try:
        done = translate(options.source, tuple(options.lang or ()), options.out)
    except UnknownLanguage as error:
        return _usage(str(error), "add it to extra.slidegloss.languages in mkdocs.yml")
    except (NotOurs, OutsideRootError) as error:
        return _usage(f"cannot write a catalogue: {error}", "catalogues are plain files, no folders and no links")
    if not isinstance(done, Translated):
        _print_problems(done)
        return PROBLEMS
    for plan in done.plans:
        print(_coverage_table(plan, done))
    broken = [plan.lang for plan in done.plans if plan.text is None]
    _print_problems([problem for problem in done.diagnostics if problem.code_name.startswith(("catal", "transl"))])
    if broken:
        sys.stderr.write(f"Not written, mend it first: {', '.join(f'{lang}.po' for lang in broken)}\n")
    return PROBLEMS if broken or fails(done.diagnostics, strict=False) else OK


def _coverage_table(plan: Plan, done: Translated) -> str:
    """Return a language's table: a line for each note that has something to translate, and the sum."""
    from slidegloss.inplace import summed  # noqa: PLC0415

    name = f"{plan.lang}.po"
    state = "written" if name in done.written else "not written" if plan.text is None else "unchanged"
    if done.kept_away:
        state = "not written: foreign notes stay as they are, -o DIR says where to keep catalogues"
    lines = [f"{_shown(done.folder / name)} ({state})"]
    parts = [part for part in plan.parts if part.total]
    if not parts:
        return f"{lines[0]}\n  nothing to translate: all notes are in this language\n"
    rows = [(done.titles.get(part.path) or part.path or "titles", part) for part in parts]
    if len(rows) > 1:
        rows.append(("all", summed(parts)))
    width = min(max(_columns(title) for title, _ in rows), 44)
    lines.append(f"  {'':{width}}  translated  fuzzy  missing")
    for title, part in rows:
        filled = 20 * part.percent // 100
        bar = f"{'#' * filled}{'.' * (20 - filled)}"
        lines.append(
            f"  {_padded(title, width)}  {part.translated:10}  {part.fuzzy:5}  {part.missing:7}  [{bar}] {part.percent:3} %"
        )
    return "\n".join(lines) + "\n"


def _columns(text: str) -> int:
    """Return how many columns a text takes in a terminal: a Chinese character takes two."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _padded(text: str, width: int) -> str:
    text = "".join(char if char.isprintable() else " " for char in text)
    if _columns(text) > width:
        while _columns(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - _columns(text))


def _papers_list(options: argparse.Namespace) -> int:
    from slidegloss.papercommands import list_rows  # noqa: PLC0415

    loaded = _loaded(options.source)
    if loaded is None:
        return PROBLEMS
    rows = list_rows(loaded.book.library)
    key_width = min(max((_columns(row.key) for row in rows), default=0), 32)
    venue_width = min(max((_columns(row.venue) for row in rows), default=0), 16)
    for row in rows:
        facts = f"{_padded(row.key, key_width)}  {row.year:4}  {_padded(row.venue, venue_width)}  {row.places:3}"
        print(f"{facts}  {'?' if row.stub else ' '} {_padded(row.title, _columns(row.title))}")
    stubs = sum(row.stub for row in rows)
    hint = f", {stubs} of them known from citations only (?): `{PROGRAM} papers missing` drafts them" if stubs else ""
    print(f"{len(rows)} {'paper' if len(rows) == 1 else 'papers'}{hint}")
    return OK


def _papers_missing(options: argparse.Namespace) -> int:
    from slidegloss.papercommands import missing_yaml  # noqa: PLC0415

    loaded = _loaded(options.source)
    if loaded is None:
        return PROBLEMS
    drafts = missing_yaml(loaded.book.library)
    if drafts:
        print(
            f"# Drafts from citations: review them, then save them in {loaded.config.settings.papers}/\n\n{drafts}",
            end="",
        )
    else:
        sys.stderr.write("Nothing is missing: every cited paper is described.\n")
    return OK


def _papers_import(options: argparse.Namespace) -> int:
    from slidegloss.decode import decode  # noqa: PLC0415
    from slidegloss.papercommands import IMPORTS, plan_import  # noqa: PLC0415
    from slidegloss.write import NotOurs, OutsideRootError, write_beside  # noqa: PLC0415

    file: Path = options.file
    if file.suffix.lower() not in IMPORTS:
        return _usage(f"cannot import {file.name}", f"papers come in files that end in {', '.join(IMPORTS)}")
    try:
        data = file.read_bytes()
    except OSError as error:
        return _usage(f"cannot read {file}: {error.strerror}", "name a .bib, CSL .json or .yml file")
    loaded = _loaded(options.source)
    if loaded is None:
        return PROBLEMS
    folder = loaded.config.settings.papers
    plan = plan_import(
        file.name, decode(data, file.name)[0].text, loaded.book.library, dict(loaded.sources.papers), folder
    )
    _print_problems(plan.diagnostics)
    if plan.new:
        try:
            write_beside(loaded.config.root, {plan.path: plan.text})
        except (NotOurs, OutsideRootError, OSError) as error:
            return _usage(f"cannot write {plan.path}: {error}", "paper files are plain files inside the project")
        print(f"{len(plan.new)} new in {plan.path}: {_some([paper.key for paper in plan.new])}")
    if plan.known:
        print(f"{len(plan.known)} known already, left as they are: {_some([key for key, _ in plan.known])}")
    if not plan.new:
        print("Nothing new; nothing was written")
    return PROBLEMS if fails(plan.diagnostics, strict=False) else OK


def _papers_export(options: argparse.Namespace) -> int:
    from slidegloss.papercommands import EXPORTS, exported  # noqa: PLC0415
    from slidegloss.write import NotOurs, OutsideRootError, write_beside  # noqa: PLC0415

    file: Path = options.file.absolute()
    ending = file.suffix.lower()
    if ending not in EXPORTS:
        return _usage(f"no format for {file.name}", f"end its name in {', '.join(EXPORTS)}")
    loaded = _loaded(options.source)
    if loaded is None:
        return PROBLEMS
    if any((loaded.config.root / path).resolve() == file.resolve() for path, _ in loaded.sources.papers):
        return _usage(f"{_shown(file)} is one of the files that papers are read from", "export to another file")
    text = exported(loaded.book.library, ending)
    if not file.parent.is_dir():
        return _usage(f"there is no folder {_shown(file.parent)}", "make it first")
    try:
        write_beside(file.parent, {file.name: text})
    except (NotOurs, OutsideRootError, OSError) as error:
        return _usage(f"cannot write {_shown(file)}: {error}", "choose another file")
    print(f"Wrote {_shown(file)}")
    return OK


def _some(names: Sequence[str], most: int = 6) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def _new(options: argparse.Namespace) -> int:
    from slidegloss.pipeline import check  # noqa: PLC0415
    from slidegloss.scaffold import absent, missing_wheel, move_book, new_project, project_name  # noqa: PLC0415
    from slidegloss.write import NotOurs, write_new  # noqa: PLC0415

    folder: Path = options.folder.absolute()
    report = ""
    files: Mapping[str, str | Path]
    if options.book:
        loaded = _loaded(options.book)
        if loaded is None:
            return PROBLEMS
        moved = move_book(loaded, check(options.book))
        files, report = moved.files, moved.report
    else:
        files = new_project(options.name or project_name(options.folder))
    files, kept = absent(folder, files)
    try:
        written = write_new(options.folder, files)
    except NotOurs as error:
        taken = _shown(folder / error.path)
        return _usage(f"{taken} exists already; nothing was written", "choose another folder, or move that file away")
    where = _shown(folder)
    print(f"Wrote {len(written)} files to {where}")
    if kept:
        print(f"Left as they are, for you have them already: {', '.join(kept)}")
    if ".gitignore" in kept:
        print("Let your .gitignore name what is generated: /build/ /site/ /dist/")
    if report:
        print(f"What was moved and what was broken before: {_shown(folder / 'MOVED.md')}")
    print(f"Next:\n  {_called()} serve {_quoted(where)}    shows the site while you write")
    print(f"  {_called()} build {_quoted(where)}    builds it into {_shown(folder / 'site')}")
    if wheel := missing_wheel(folder):
        print(
            f"Before you deploy: requirements.txt names {wheel.path}, which is not there yet. This makes it; commit it:"
        )
        print(f"  {_python()} -m pip wheel --no-deps -w {_quoted(_shown(folder / 'wheels'))} {_quoted(wheel.source)}")
    return OK


def _called() -> str:
    """Return how to call this program again from here, to be pasted."""
    return "slidegloss" if PROGRAM == "slidegloss" else f"{_python()} {_quoted(sys.argv[0])}"


def _python() -> str:
    return _quoted(_shown(Path(sys.executable)))


def _quoted(word: str) -> str:
    return f'"{word}"' if " " in word else word


def _loaded(source: Path) -> Loaded | None:
    """Read and join a project; None, with the reasons printed, when there is nothing that a command could work on."""
    from slidegloss.loading import load  # noqa: PLC0415

    loaded, problems = load(source)
    if loaded is None:
        _print_problems(problems)
    return loaded


# --- printing ---------------------------------------------------------------------------------------------------------


_MANY = 20
"""Messages beyond which a reader is helped by their number for each code."""


def _print_problems(diagnostics: Sequence[Diagnostic], *, remarks: bool = True, always_count: bool = False) -> None:
    """Print problems and their number; a build leaves the remarks (severity info) to `check`, which is there for them."""
    diagnostics = _as_called(diagnostics)
    shown = [problem for problem in diagnostics if remarks or problem.severity is not Severity.INFO]
    if shown:
        sys.stdout.write(format_text(shown))
    if diagnostics or always_count:
        left_out = len(diagnostics) - len(shown)
        print(count(diagnostics) + (f"; `{PROGRAM} check` shows the remarks" if left_out else ""))
    if len(shown) > _MANY:
        print(f"  {by_code(shown)}")


def _as_called(diagnostics: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    """Return messages whose hints name the command by which the user called us."""
    if PROGRAM == "build.py":
        return diagnostics
    return [replace(one, hint=one.hint.replace("build.py ", f"{PROGRAM} ")) for one in diagnostics]


def _usage(message: str, hint: str) -> int:
    sys.stderr.write(f"{PROGRAM}: {message}\n  {hint}\n")
    return USAGE


def _shown(path: Path) -> str:
    """Return a path as short as it can be named from here."""
    try:
        return str(path.relative_to(Path.cwd())) or "."
    except ValueError:
        return str(path)


class _Progress:
    """A line on a terminal that says what is going on; nothing elsewhere, so that logs stay readable."""

    _WORDS = {  # noqa: RUF012 - read only
        "figures": "converting figures",
        "render": "rendering pages",
        "write": "writing pages",
        "engine": "building the site",
        "publish": "checking and publishing",
        "pack": "packing",
    }

    def __init__(self, *, quiet: bool) -> None:
        self.on = sys.stderr.isatty() and not quiet

    def __call__(self, phase: str, done: int, total: int) -> None:
        if phase == "wait":
            sys.stderr.write("Another build of this book is running; this one starts when it is done.\n")
        if not self.on or phase == "wait":
            return
        bar = ""
        if total > 1:
            filled = round(24 * done / total)
            bar = f" [{'#' * filled}{'.' * (24 - filled)}] {done}/{total}"
        sys.stderr.write(f"\r\x1b[K{self._WORDS.get(phase, phase)}{bar}")
        sys.stderr.flush()

    def close(self) -> None:
        if self.on:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
