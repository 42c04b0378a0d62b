"""The files of the theme in `build/`: ours, and a project's own over them; checks of the latter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, TemplateSyntaxError, nodes

from slidegloss.base.diagnostics import Code, Diagnostic, diagnostic
from slidegloss.base.patterns import lazy
from slidegloss.base.resources import theme_dir
from slidegloss.templating.environment import TemplateFault, template_problem
from slidegloss.templating.lean import lean
from slidegloss.templating.themewords import borrowed_words, has_words, words_file

_OURS = "theme/"
"""Where templates of a project find ours, also those that theirs take the place of."""
_PAGES = frozenset({"base.html", "main.html", f"{_OURS}main.html"})
"""What a theme template of a project extends to be a page like ours."""
_EXTENDS = lazy(r"""(?<=\{%)([+-]?\s*extends\s+)(["'])([^"']+)\2""")


def theme_files(user_dir: Path | None = None, languages: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the files of `build/theme/`: our overrides, and over them those of the user's own `theme.custom_dir`.

    For `languages` that Material has no words for, there are those of a language near to them, or English ones.

    Theirs that extend Material's `base.html`, as its documentation says, extend our `main.html`, which does so, too; one
    that extends its own name means ours of this name.
    """
    folder = theme_dir()
    ours = {words_file(lang): borrowed_words(lang) for lang in languages if not has_words(lang)}
    ours |= {name: lean(name, data) for name, data in _read(folder).items() if not name.startswith("licenses/")}
    theirs = _read(user_dir) if user_dir else {}
    templates = {name: data for name, data in theirs.items() if name.endswith(".html")}
    if not templates:
        return ours | theirs
    kept = {f"{_OURS}{name}": data for name, data in ours.items() if name.endswith(".html")}
    return ours | kept | theirs | {name: _on_ours(name, data) for name, data in templates.items()}


def _on_ours(name: str, template: bytes) -> bytes:
    ours = {"base.html": f"{_OURS}main.html", name: f"{_OURS}{name}"}
    text = template.decode("utf-8", errors="surrogateescape")
    chained = _EXTENDS.sub(lambda said: f"{said[1]}{said[2]}{ours.get(said[3], said[3])}{said[2]}", text)
    return chained.encode("utf-8", errors="surrogateescape")


def _read(folder: Path) -> dict[str, bytes]:
    base = folder.resolve()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.resolve().is_relative_to(base)
    }


def check_theme(folder: Path, root: Path) -> tuple[Diagnostic, ...]:
    """Return a warning for each block in which a theme template of a project (below `folder`) leaves out what is ours.

    Raises TemplateFault for the first that Jinja cannot read. These are run by the engine, whose own words would name
    neither the author's file nor the line.
    """
    reader, found = _theme_reader(), list[Diagnostic]()
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(root).as_posix()
        try:
            tree = reader.parse(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            raise TemplateFault(template_problem(name, error.lineno, error.message or "", "")) from error
        except UnicodeDecodeError as error:
            raise TemplateFault(
                template_problem(name, 1, f"not valid UTF-8: {error.reason}", "save it as UTF-8")
            ) from error
        for block in _without_ours(tree):
            message = f"{{% block {block.name} %}} leaves out what slidegloss puts there"
            hint = "write {{ super() }} in the block, where that shall stand"
            found.append(diagnostic(Code.TEMPLATE_BLOCK, name, block.lineno, 1, message, hint))
    return tuple(found)


def _without_ours(tree: nodes.Template) -> Iterator[nodes.Block]:
    """Yield blocks of a page that ours fill, and that this template fills with something else."""
    extends = tree.find(nodes.Extends)
    base = extends.template.value if extends and isinstance(extends.template, nodes.Const) else None
    for block in tree.find_all(nodes.Block) if base in _PAGES else ():
        called = (call.node for call in block.find_all(nodes.Call))
        kept = any(isinstance(name, nodes.Name) and name.name == "super" for name in called)
        if not kept and block.name in _our_blocks():
            yield block


@cache
def _our_blocks() -> frozenset[str]:
    """Return the blocks of a page that ours fill; some they only empty, and a title of the window is anybody's to choose."""
    page = _theme_reader().parse((theme_dir() / "main.html").read_text(encoding="utf-8"))
    return frozenset(
        block.name
        for block in page.find_all(nodes.Block)
        if block.name != "htmltitle"
        and (block.find(nodes.Include) or any(text.data.strip() for text in block.find_all(nodes.TemplateData)))
    )


def _theme_reader() -> Environment:
    return Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
