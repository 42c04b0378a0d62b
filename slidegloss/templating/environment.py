"""The Jinja2 environment of page templates: a sandbox, with faults of a project's own templates as diagnostics.

A project may bring templates of its own. They run in Jinja's sandbox (no way from a value to Python's inside), they are
read from inside the project only, and a fault in one of them is a message with its file and line, not a traceback.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

import jinja2.compiler
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.resources import templates_dir, user_cache
from slidegloss.templating.compiled import CompiledTemplates

PAGES = "templates/pages"
"""Folder of a project's own page templates, each in place of the one of the same name."""


class TemplateFault(Exception):  # noqa: N818 - it is turned into a message
    """A template of the project cannot be used; nothing can be published."""

    def __init__(self, problem: Diagnostic) -> None:
        """Keep what is wrong, and where."""
        super().__init__(problem.message)
        self.problem = problem

    def __reduce__(self) -> tuple[type[TemplateFault], tuple[Diagnostic]]:
        """Let it cross from a worker process to this one."""
        return TemplateFault, (self.problem,)


class _OwnTemplates(FileSystemLoader):
    """A project's templates; a symbolic link that leads out of the project is as if it were not there."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / PAGES)
        self.root = root.resolve()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            text, path, fresh = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            message = f"not valid UTF-8: {error.reason} at byte {error.start}"
            raise TemplateFault(template_problem(f"{PAGES}/{template}", 1, message, "save it as UTF-8")) from None
        if not Path(path).resolve().is_relative_to(self.root):
            raise TemplateNotFound(template)
        return text, path, fresh


class _Templates(ImmutableSandboxedEnvironment):
    """An environment that tells faults of the project's templates from faults of ours."""

    own_root: Path | None = None

    def getattr(self, obj: object, attribute: str) -> Any:  # noqa: ANN401 - as in Jinja
        """Return an attribute; a page's own parts are finished text, and thousands: they need no look at whether they are safe."""
        if attribute in getattr(type(obj), "_fields", ()):
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        try:
            super().handle_exception(source)
        except TemplateFault:
            raise
        except Exception as error:
            if self.own_root and (problem := _explained(error, self.own_root)):
                raise TemplateFault(problem) from error
            raise


_SYNTAX: Mapping[str, Any] = {
    "autoescape": False,
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "comment_start_string": "{##",
    "comment_end_string": "##}",
}
"""`{#` is not a comment because generated Markdown uses it for heading ids."""


def environment(root: Path | None = None, *, kept: bool = True) -> Environment:
    """Return the template environment of a project; its own templates come first, those of slidegloss after them.

    Templates see values only: author text is never read as a template. Those that were compiled once for this user
    (`compile_ours`) are `kept`.
    """
    own = root if root is not None and (root / PAGES).is_dir() else None
    ours = FileSystemLoader([templates_dir() / "pages", templates_dir()])
    made = _Templates(
        loader=ChoiceLoader([_OwnTemplates(own), ours]) if own else ours,
        undefined=StrictUndefined,
        auto_reload=False,  # an environment is for one build
        bytecode_cache=_compiled() if kept else None,
        **_SYNTAX,
    )
    made.own_root = own
    return made


def _compiled() -> CompiledTemplates:
    compiler = Path(str(jinja2.compiler.__file__)).stat()  # another version of Jinja has another one
    look = f"{compiler.st_size} {compiler.st_mtime_ns} {sorted(_SYNTAX.items())}"
    return CompiledTemplates(user_cache() / "vendor" / "pages.bin", look)


def compile_ours(made: Environment) -> None:
    """Compile all page templates that come with slidegloss, and store them compiled.

    A project's own templates are compiled when they are used, for they may be faulty.
    """
    if isinstance(made, _Templates) and made.own_root is None:
        for path in (templates_dir() / "pages").iterdir():
            made.get_template(path.name)
        if isinstance(made.bytecode_cache, CompiledTemplates):
            made.bytecode_cache.write()


def _explained(error: Exception, root: Path) -> Diagnostic | None:
    """Say what is wrong with a template of the project; None when the fault is in none of them."""
    import traceback  # noqa: PLC0415 - for faults only

    places = [(frame.filename, frame.lineno or 1) for frame in traceback.extract_tb(error.__traceback__)]
    if isinstance(error, TemplateSyntaxError) and error.filename:
        places.append((error.filename, error.lineno))
    folder = root / PAGES
    own = [(Path(name), line) for name, line in places if Path(name).is_relative_to(folder)]
    if not own:
        return None
    path, line = own[-1]
    what = error.message if isinstance(error, TemplateSyntaxError) else str(error)
    if isinstance(error, TemplateNotFound):
        what = f"there is no template {error.name}"
    hint = f"start again from the template of this name in {templates_dir().name}/pages of slidegloss"
    return template_problem(path.relative_to(root).as_posix(), line, what or type(error).__name__, hint)


def template_problem(path: str, line: int, message: str, hint: str) -> Diagnostic:
    """Return what is wrong with a template, on one line."""
    return diagnostic(Code.TEMPLATE_ERROR, path, line, 1, " ".join(message.split()), hint)
