"""Builds for the development server, in a process of its own.

There a build may use all cores (beside the server's threads no process can be forked), pages are served without waiting
for it, and what was read and imported for one build is there for the next. Where processes cannot be forked, builds run
in the server's own.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import traceback
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import WorkerError, can_fork
from slidegloss.config.options import Options, UnknownLanguage
from slidegloss.engine.mkdocsbuild import read_ahead
from slidegloss.engine.run import EngineResult
from slidegloss.incremental.glance import glance
from slidegloss.model import Deck
from slidegloss.pipeline.built import Memory
from slidegloss.pipeline.phases import build
from slidegloss.write.files import write_built
from slidegloss.write.lock import locked
from slidegloss.write.refusals import Refused


class Outcome(NamedTuple):
    """How a build ended, as far as the server tells."""

    site: Path | None
    diagnostics: Sequence[Diagnostic]
    failures: Sequence[EngineResult]
    pages: Mapping[str, str] | None
    """Source path → site path of every note; None when the notes could not be read."""
    place: tuple[str, str]
    """Site path and slide anchor of what has changed since the build before; empty when that is no slide."""
    refused: OSError | Refused | None = None
    """Why there was no build."""


class Glimpse(NamedTuple):
    """The pages of one note that were made before the build."""

    page: str
    """Its path in an edition."""
    anchor: str
    """Of the slide that has changed; empty when that is no slide."""


class Builder:
    """Builds one project as often as it is asked to."""

    def __init__(self, source: Path, options: Options) -> None:
        """Start the process, but no build."""
        self._here = _Here(source, options)
        self._pipe: Connection | None = None
        if can_fork():
            context = multiprocessing.get_context("fork")
            self._pipe, there = context.Pipe()
            self._process = context.Process(target=_answer, args=(self._here, there, self._pipe), daemon=True)
            self._process.start()
            there.close()

    def build(self) -> Outcome:
        """Build the project as it is now; raises what the build raises."""
        return self._ask("build")  # type: ignore[no-any-return]  # what the method of `_Here` returns

    def glance(self, path: Path) -> Glimpse | None:
        """Make the pages of a note that has changed, if they can be made before the rest; None when they cannot."""
        return self._ask("glance", path)  # type: ignore[no-any-return]

    def _ask(self, what: str, *arguments: object) -> Any:  # noqa: ANN401 - what the methods of `_Here` return
        if self._pipe is None:
            return getattr(self._here, what)(*arguments)
        try:
            self._pipe.send((what, arguments))
            fine, value = self._pipe.recv()
        except (EOFError, BrokenPipeError):
            message = "the building process ended before it was done (was it killed, or out of memory?)"
            raise WorkerError(message) from None
        if fine:
            return value
        raise value if isinstance(value, (OSError, Refused)) else WorkerError(value)

    def stop(self) -> None:
        """End the process, after the build that it may be at."""
        if self._pipe is not None:
            self._pipe.close()
            self._process.join()


class _Here:
    """The builds themselves, in whichever process."""

    def __init__(self, source: Path, options: Options) -> None:
        self.source = source
        self.options = options
        self.decks: Sequence[Deck] = ()
        self.seen: dict[str, Deck] = {}
        """Decks as they were shown since the last build."""
        self.memory = Memory()

    def build(self) -> Outcome:
        kept = self.memory.kept
        try:
            built = build(self.source, self.options, memory=self.memory)
        except UnknownLanguage as error:  # the settings listed it when the server started
            problem = diagnostic(Code.CONFIG_VALUE, error.path, message=str(error), hint=error.hint)
            return Outcome(None, (problem,), (), None, ("", ""))
        if built.site is None:
            self.memory.last = None
        if built.book is None:
            return Outcome(built.site, built.diagnostics, built.failures, None, ("", ""))
        # with other settings or templates all notes are new, and what they said before is kept no longer
        place = edited_place(self.decks, built.book.decks) if self.memory.kept is kept else ("", "")
        self.seen = {}
        self.decks = built.book.decks
        pages = {deck.source_path: deck.site_path for deck in built.book.decks}
        return Outcome(built.site, built.diagnostics, built.failures, pages, place)

    def glance(self, path: Path) -> Glimpse | None:
        last, out = self.memory.last, self.options.out
        if last is None or out is None or not path.is_relative_to(last.loaded.config.root):
            return None
        with locked(last.folder):
            found = glance(path.relative_to(last.loaded.config.root).as_posix(), last)
        if found is None:
            return None
        deck, pages = found
        for name, html in pages.items():
            write_built(out / name, html)
        before = self.seen.get(deck.source_path)
        place = edited_place([before] if before else self.decks, [deck])
        self.seen[deck.source_path] = deck
        return Glimpse(deck.site_path, place[1])

    def ready(self) -> None:
        """Use the time until the next change."""
        last = self.memory.last
        if last is not None:
            read_ahead(last.folder, [edition.lang for edition in last.editions])


def _answer(here: _Here, pipe: Connection, others_end: Connection) -> None:
    """Build whenever asked, until the other end of the pipe is closed."""
    others_end.close()
    gc.disable()  # as in `build`; here what is left over is found between two builds
    try:
        while True:
            what, arguments = pipe.recv()
            answer: tuple[bool, object]
            try:
                answer = (True, getattr(here, what)(*arguments))
            except (OSError, Refused) as error:
                answer = (False, error)
            except Exception:  # noqa: BLE001 - passed on to the server, which raises it
                answer = (False, traceback.format_exc())
            pipe.send(answer)
            if what == "build":
                here.ready()
                gc.collect()
    except (EOFError, ConnectionError, KeyboardInterrupt):
        return


def edited_place(before: Sequence[Deck], after: Sequence[Deck]) -> tuple[str, str]:
    """Return (site path, slide anchor) of the first slide that two readings of a book do not have in common."""
    known = {deck.source_path: deck for deck in before}
    for deck in after:
        old = known.get(deck.source_path)
        with contextlib.suppress(OSError):  # another build has cleared what it said, which it no longer says
            if old is None or old is deck or old == deck:
                continue
            slides = {slide.anchor: slide for slide in old.slides}
            for slide in deck.slides:
                earlier = slides.get(slide.anchor)
                if earlier is None or _text(earlier) != _text(slide):
                    return deck.site_path, slide.anchor
        return deck.site_path, ""
    return "", ""


def _text(slide: Any) -> str:  # noqa: ANN401 - a Slide; spans are left out, they shift with every line above
    return repr((slide.title and slide.title.source, [_bare(block) for block in slide.blocks]))


def _bare(value: Any) -> Any:  # noqa: ANN401
    if hasattr(value, "_fields") and type(value).__name__ != "Span":
        return tuple(_bare(part) for name, part in zip(value._fields, value, strict=True) if name != "span")
    return tuple(_bare(part) for part in value) if isinstance(value, tuple) else value
