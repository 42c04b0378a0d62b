"""The configs that are derived for MkDocs, and running MkDocs, ProperDocs or Zensical on them.

MkDocs, ProperDocs and Zensical all read the same `mkdocs.<lang>.yml`; what only one of them understands is a key that
the others ignore (`theme.variant` keeps Zensical on the look that our overrides are written for).
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from slidegloss.base.languages import html_lang, language_name, same
from slidegloss.base.namedtuples import NamedTuple
from slidegloss.base.parallel import cores
from slidegloss.base.patterns import lazy
from slidegloss.base.urls import edition_prefix, markdown_path
from slidegloss.config.options import Engine
from slidegloss.html.context import esc, esc_name
from slidegloss.model import NavItem
from slidegloss.templating.themewords import theme_language, theme_words
from slidegloss.write.site import Part, remove_strangers

if TYPE_CHECKING:
    from slidegloss.engine.press import Press
    from slidegloss.engine.proofs import Shown
    from slidegloss.verification.looks import Looks

EPOCH = "315532800"
"""1980-01-01 in seconds: the date of everything built, unless SOURCE_DATE_EPOCH says another; zip files start there."""

FEATURES = (
    *("content.code.copy", "navigation.footer", "navigation.indexes", "navigation.path", "navigation.top"),
    *("search.highlight", "search.share", "toc.follow", "toc.integrate"),
)

WORDS_SCRIPT = "assets/words.js"
"""What hands scripts their words, one file for all pages of an edition."""
_SCRIPT_WORDS = ("reader_", "figure_")
"""How the words begin that scripts in the page show (reader.js, figures.js)."""

_PASSED_ON = (
    *("site_description", "site_author", "copyright", "repo_url", "repo_name"),
    *("extra_css", "extra_javascript"),
)
_PRINTED_AS_IS = frozenset({"site_description", "site_author", "repo_url", "repo_name"})
"""Texts that the theme prints without escaping them; the copyright line is HTML by MkDocs' rules."""
_VALIDATION = {
    "nav": {"omitted_files": "ignore", "not_found": "warn", "absolute_links": "warn"},
    "links": dict.fromkeys(("not_found", "anchors", "absolute_links", "unrecognized_links"), "warn"),
}
"""Pages without an entry in the navigation are normal (each paper has one); everything else is a mistake of ours."""
_TERMINAL_COLOUR = lazy(r"\x1b\[[0-9;]*m")


class EngineResult(NamedTuple):
    """How one edition's build went; `log` is all that the engine said."""

    engine: Engine
    lang: str
    ok: bool
    log: str


# --- config -----------------------------------------------------------------------------------------------------------


def derived_config(
    user: Mapping[str, Any],
    lang: str,
    languages: Sequence[str],
    nav: Sequence[NavItem],
    *,
    site_name: str,
    words: Mapping[str, str],
) -> dict[str, Any]:
    """Return the MkDocs config of one edition, as it is written to `build/mkdocs.<lang>.yml`.

    `user` is the project's own mkdocs.yml. Its names, theme settings, `extra`, `extra_css` and `extra_javascript` are kept;
    plugins, extensions and hooks are dropped, because the pages need none. `words` is the edition's table of words.
    """
    says = theme_words(words)
    site_url = str(user.get("site_url") or "")
    if site_url and not site_url.endswith("/"):
        site_url += "/"
    config: dict[str, Any] = {"site_name": esc(site_name)}
    if site_url:
        config["site_url"] = esc(site_url) + edition_prefix(lang, languages)
    for key in _PASSED_ON:
        if value := user.get(key):
            config[key] = esc(value) if isinstance(value, str) and key in _PRINTED_AS_IS else value
    config |= {
        "docs_dir": lang,
        "site_dir": f"html/{lang}",
        "use_directory_urls": False,
        "theme": _theme(user.get("theme"), lang, says),
        "plugins": [],  # search has its own index and worker
        "markdown_extensions": [
            "attr_list",
            {"toc": {"permalink": True, "permalink_title": says["permalink"], "toc_depth": 4}},
        ],
        "validation": _VALIDATION,
        "extra": _extra(user.get("extra"), lang, languages, site_url, says),
    }
    config["extra"]["slidegloss"] |= _tongues(nav, lang)
    return config | ({"nav": entries} if (entries := _nav(nav)) else {})


def words_script(words: Mapping[str, str]) -> str:
    """Return the script that hands reader.js and figures.js those of an edition's words that they show."""
    shown = {key: text for key, text in sorted(words.items()) if key.startswith(_SCRIPT_WORDS)}
    text = json.dumps(shown, ensure_ascii=False, separators=(",", ":"))
    safe = text.replace("</", "<\\/")  # it would end a script that is inlined, as the single-file edition does
    return f"slideglossWords={safe}\n"


def config_text(config: Mapping[str, Any]) -> str:
    """Return a config as YAML, the same bytes for the same config."""
    faster = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(dict(config), Dumper=faster, allow_unicode=True, sort_keys=False, width=120))


def _theme(user: object, lang: str, says: Mapping[str, str]) -> dict[str, Any]:
    settings = dict(user) if isinstance(user, Mapping) else {}
    for ours in ("name", "custom_dir", "language", "locale", "font", "variant"):
        settings.pop(ours, None)
    wanted = settings.pop("features", None) or ()
    features = sorted({*FEATURES, *wanted} - {"navigation.instant", "navigation.instant.prefetch"})
    theme: dict[str, Any] = {
        "name": "material",
        "custom_dir": "theme",
        "variant": "classic",
        "language": theme_language(lang),
        "font": False,
        "logo": "assets/logo.svg",
        "favicon": "assets/favicon.svg",
        "palette": [
            _palette("(prefers-color-scheme)", "", "material/brightness-auto", says["theme_auto"]),
            _palette("(prefers-color-scheme: light)", "default", "material/brightness-7", says["theme_light"]),
            _palette("(prefers-color-scheme: dark)", "slate", "material/brightness-4", says["theme_dark"]),
        ],
    }
    icons = settings.get("icon")
    if isinstance(icons, Mapping) and icons.get("logo") and "logo" not in settings:
        del theme["logo"]  # Material prefers an image over an icon, the user asked for the icon
    return {**theme, **settings, "features": features}


def _palette(media: str, scheme: str, icon: str, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"media": media, "toggle": {"icon": icon, "name": name}}
    if scheme:
        entry["scheme"] = scheme
    return entry | {"primary": "custom", "accent": "custom"}


def _extra(user: object, lang: str, languages: Sequence[str], site_url: str, says: Mapping[str, str]) -> dict[str, Any]:
    extra = dict(user) if isinstance(user, Mapping) else {}
    extra.pop("slidegloss", None)
    extra.setdefault("homepage", "index.html")  # a link to the folder would show its listing on file://
    # Material hides its search on file:// unless a script of this name stands in for workers
    extra["polyfills"] = ["assets/iframe-worker.js", *_scripts(extra.get("polyfills"))]
    extra["alternate"] = True  # shows what partials/alternate.html makes of it
    extra["slidegloss"] = {
        "lang": html_lang(lang),
        "root": "" if lang == languages[0] else "../",
        "site_url": site_url,
        "editions": [
            {
                "lang": html_lang(other),
                "name": language_name(other),
                "prefix": edition_prefix(other, languages),
                "here": other == lang,
            }
            for other in languages
        ],
        "words": {key: esc(text) for key, text in says.items()},  # the theme prints them as they are
    }
    return extra


def _scripts(given: object) -> list[object]:
    return list(given) if isinstance(given, list) else []


def _tongues(nav: Sequence[NavItem], lang: str) -> dict[str, Any]:
    """Return what says in which language titles in the navigation are, as attributes.

    That is one for its list, by the language of most titles, if it is not the edition's; and those of titles in others.
    """
    spoken = {
        esc_name(entry.title): entry.lang if entry.lang and not same(entry.lang, lang) else lang
        for item in nav
        for entry in item.entries()
    }
    counted = Counter(spoken.values())
    most = max(counted, key=lambda tongue: (counted[tongue], tongue == lang), default=lang)
    others = {title: _lang_attr(tongue) for title, tongue in spoken.items() if tongue != most}
    return {"tongue": "" if most == lang else _lang_attr(most), "tongues": others}


def _lang_attr(lang: str) -> str:
    return f' lang="{html_lang(lang)}"'


def _nav(items: Iterable[NavItem]) -> list[dict[str, Any]]:
    """Turn the navigation into MkDocs' form; drafts have no page and so no entry."""
    entries: list[dict[str, Any]] = []
    for item in items:
        source = markdown_path(item.site_path) if item.site_path else ""
        below, title = _nav(item.children), esc_name(item.title)
        if below and source:
            # an index page becomes the section's own link, any other page its first entry
            below.insert(0, {title: source})
        if below:
            entries.append({title: below})
        elif source:
            entries.append({title: source})
    return entries


# --- build tree -------------------------------------------------------------------------------------------------------


def site_parts(build_dir: Path, languages: Sequence[str]) -> tuple[Part, ...]:
    """Return what `write.assemble` puts together: each edition's HTML, and `build/shared/`, which they have in common.

    The site shares their files where the file system allows it: `run` and `run_all` write new ones, never into old ones.
    """
    editions = [Part(build_dir / "html" / lang, edition_prefix(lang, languages), link=True) for lang in languages]
    shared = build_dir / "shared"
    return (*editions, Part(shared, link=True)) if shared.is_dir() else tuple(editions)


# --- engines ----------------------------------------------------------------------------------------------------------


_HARMLESS = ("Warning: anchor does not exist",)
"""What Zensical says of `#tag=a`, too, which a script of the page reads; the anchors of the finished site are verified."""


def run(engine: Engine, build_dir: Path, lang: str) -> EngineResult:
    """Build one edition from `build/mkdocs.<lang>.yml` into `build/html/<lang>/`; a warning is a failure."""
    # Zensical's own --strict cannot tell warnings apart
    strict = () if engine is Engine.ZENSICAL else ("--strict",)
    command = [sys.executable, "-P", "-m", engine.value, "build", *strict, "-f", f"mkdocs.{lang}.yml"]
    # a published site may share its files, and not every program makes new ones
    remove_strangers(build_dir / "html" / lang, ())
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        command,
        cwd=build_dir,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    log = _TERMINAL_COLOUR.sub("", done.stdout)  # Zensical colours its messages letter by letter, terminal or not
    warned = any(line.startswith("Warning:") and line.rstrip() not in _HARMLESS for line in log.splitlines())
    return EngineResult(engine, lang, done.returncode == 0 and not warned, log)


def load(engine: Engine) -> None:
    """Load the program of an engine that runs in this process, which takes a while."""
    if engine is Engine.MKDOCS:
        with _as_engine():
            import slidegloss.engine.mkdocsbuild  # noqa: F401, PLC0415 - see above


def make_press(engine: Engine, build_dir: Path, languages: Sequence[str], looks: Looks, cache: Path) -> Press | None:
    """Return what makes the HTML of a page as soon as its Markdown is written, where the engine can; `run_all` follows.

    The configs and the theme of the editions are in `build_dir` already. What pages say of others is noted in `looks`.
    """
    if engine is not Engine.MKDOCS:
        return None
    with _as_engine():
        from slidegloss.engine import press  # noqa: PLC0415 - MkDocs takes long to import

        return press.make_press(build_dir, languages, looks, cache)


def run_all(
    engine: Engine,
    build_dir: Path,
    languages: Sequence[str],
    jobs: int = 0,
    cache: Path | None = None,
    shown: Mapping[str, Mapping[str, Shown]] | None = None,
) -> tuple[EngineResult, ...]:
    """Build all editions on all cores (`jobs` processes at a time; 0: as many as there are cores).

    MkDocs is driven through its API, which gives the same pages in a fraction of the time; the others run as programs.
    `cache` is a folder for what all projects of a user have in common (by default each project has its own). `shown` are
    pages, by language and path, that a press made before.
    """
    if engine is not Engine.MKDOCS:
        with ThreadPoolExecutor(max_workers=cores(jobs)) as pool:
            return tuple(pool.map(lambda lang: run(engine, build_dir, lang), languages))
    with _as_engine():
        from slidegloss.engine.mkdocsbuild import build_editions  # noqa: PLC0415 - MkDocs takes long to import

        said = build_editions(build_dir, languages, jobs, cache, shown or {})
    return tuple(EngineResult(engine, lang, not log, log) for lang, log in said.items())


def run_pages(
    build_dir: Path, pages: Mapping[str, Sequence[str]], cache: Path
) -> Mapping[tuple[str, str], bytes] | None:
    """Build some pages of editions by MkDocs' API; `pages` are paths of Markdown by language, and so are those returned.

    None when that is not enough (`mkdocsbuild.show_page`).
    """
    with _as_engine():
        from slidegloss.engine.mkdocsbuild import show_pages  # noqa: PLC0415 - MkDocs takes long to import

        return show_pages(build_dir, pages, cache)


@contextlib.contextmanager
def _as_engine() -> Iterator[None]:
    """Have the environment of an engine in this process: MkDocs and Material read theirs when they are imported and later."""
    wanted, before = _environment(), dict(os.environ)
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name in wanted.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _environment() -> dict[str, str]:
    return {
        "SOURCE_DATE_EPOCH": EPOCH,
        **os.environ,
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
    }
