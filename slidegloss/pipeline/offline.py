"""The offline edition: the verified site as one zip, or one page with everything it needs as one HTML file."""

from __future__ import annotations

import base64
import mimetypes
import re
from collections.abc import Mapping
from html import escape, unescape
from itertools import chain
from pathlib import Path, PurePosixPath
from posixpath import dirname, normpath
from urllib.parse import unquote, urljoin

from slidegloss.base.diagnostics import Code, Diagnostic, Severity, diagnostic
from slidegloss.verification.verify import verify
from slidegloss.write.archive import write_zip

MAIL_LIMIT = 25 * 1024 * 1024
"""Bytes; the largest attachment that the big mail services take."""

_DROPPED = re.compile(
    r"\.map$|(^|/)assets/javascripts/(lunr|workers)/|(^|/)sitemap\.xml(\.gz)?$|(^|/)404\.html$"
    r"|^(robots\.txt|CNAME|\.nojekyll|_headers)$|(^|/)\.(git|DS_Store)|(^|/)assets/images/social/|^previews/.*\.png$"
)
"""What only a server needs, and what the theme brings along and our pages never load."""
README: Mapping[str, str] = {
    "en": "{name} {version}\n\nOpen index.html in a browser. Nothing needs to be installed and no network is used;\n"
    "search, language switch and figures work as they do online. Keep the files of this folder together.\n",
    "zh": "{name} {version}\n\n用浏览器打开 index.html 即可，不需要安装任何软件，也不使用网络；\n"
    "搜索、语言切换和插图与在线版相同。请不要把本文件夹中的文件分开存放。\n",
}


def offline_files(site: Path) -> tuple[str, ...]:
    """Return the files of a site that the offline edition holds: POSIX, relative, sorted."""
    paths = (file.relative_to(site).as_posix() for file in site.rglob("*") if file.is_file())
    return tuple(sorted(path for path in paths if not _DROPPED.search(path)))


def make_zip(site: Path, out: Path, name: str, version: str) -> tuple[Path | None, tuple[Diagnostic, ...]]:
    """Write `<name>-<version>.zip` into the folder `out`; a site with faults is refused.

    The archive has one top folder and depends on the bytes of the site only: sorted, without dates, the same permissions
    everywhere. Returns its path, or None and what is wrong with the site.
    """
    files = offline_files(site)
    problems = verify(site, files=files)
    if any(problem.severity is Severity.ERROR for problem in problems):
        return None, problems
    top = archive_name(name, version)
    readme = "README.txt" if "README.txt" not in files else "README-offline.txt"
    target = out / f"{top}.zip"
    held = ((f"{top}/{path}", (site / path).read_bytes()) for path in files)
    write_zip(target, chain(held, [(f"{top}/{readme}", readme_text(name, version))]))
    return target, problems


def archive_name(name: str, version: str) -> str:
    """Return the name of the offline edition, fit for every file system."""
    return re.sub(r"[^\w.+-]+", "-", f"{name}-{version}").strip("-.") or "site"


def readme_text(name: str, version: str) -> bytes:
    """Return README.txt in every language we have, in a form that old Windows editors read (BOM, CRLF)."""
    text = "\n----\n\n".join(words.format(name=name, version=version) for words in README.values())
    return text.replace("\n", "\r\n").encode("utf-8-sig")


# --- one page as one file ---------------------------------------------------------------------------------------------

_TAG_ATTRS = r"""(?:[^>"']|"[^"]*"|'[^']*')*"""
_LINK_TAG = re.compile(rf"<link\b{_TAG_ATTRS}>", re.IGNORECASE)
_SCRIPT = re.compile(rf"<script\b({_TAG_ATTRS})>(.*?)</script\s*>", re.IGNORECASE | re.DOTALL)
_SOURCE = re.compile(rf"<(?:img|source|video|audio|track|image|use|input)\b{_TAG_ATTRS}>", re.IGNORECASE)
_POLICY_TAG = re.compile(rf"<meta\b(?=[^>]*Content-Security-Policy){_TAG_ATTRS}>\s*")
_ANCHOR = re.compile(rf"<a\b{_TAG_ATTRS}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\s([\w:-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_CSS_URL = re.compile(r"""url\(\s*("[^"]*"|'[^']*'|[^)"'\s]+)\s*\)""", re.IGNORECASE)
_CSS_IMPORT = re.compile(r"""@import\s+(?:url\()?\s*["']?([^"')\s;]+)["']?\)?[^;]*;""", re.IGNORECASE)

_REMOVED = (
    r'<div\b[^>]*\bdata-md-component="sidebar"[^>]*\bdata-md-type="navigation"',
    r'<div\b[^>]*\bdata-md-component="search"',
    r'<nav\b[^>]*\bclass="md-tabs',
    r'<nav\b[^>]*\bclass="md-footer__inner',
    r'<label\b[^>]*\bfor="__search"',
    r'<div\b[^>]*\bclass="md-header__option"',  # the languages; the palette is a form
    r'<label\b[^>]*\bfor="__drawer"',
)
"""Ways to other pages, which a page on its own does not have."""
_NO_SCRIPTS = re.compile(r"search-worker|search-ui|iframe-worker")


def single_file(site: Path, page: str, *, online: str = "") -> tuple[str, tuple[Diagnostic, ...]]:
    """Return a page of the site as HTML that needs no other file: styles, scripts, fonts and figures inside.

    Links to other pages lead to `online`, the site's address, when there is one, and are plain text otherwise. A file
    larger than `MAIL_LIMIT` gives a warning.
    """
    packer = _Packer(site, page, online)
    html = packer.pack((site / page).read_text(encoding="utf-8"))
    size = len(html.encode("utf-8"))
    problems = list(packer.problems)
    if size > MAIL_LIMIT:
        message = f"the page with its figures takes {size / 1024 / 1024:.1f} MB, mail services refuse more than 25 MB"
        problems.append(diagnostic(Code.OFFLINE_LARGE, page, 0, 0, message, "split the note into several decks"))
    return html, tuple(problems)


class _Packer:
    """Puts the files that one page uses into it."""

    def __init__(self, site: Path, page: str, online: str) -> None:
        self.site = site
        self.page = page
        self.online = online
        self.problems: list[Diagnostic] = []
        self.late: list[str] = []
        """Deferred scripts: inside a page they run where they stand, so they stand at its end."""

    def pack(self, html: str) -> str:
        html = _POLICY_TAG.sub("", html)  # scripts and styles are about to move into the page
        for start in _REMOVED:
            html = remove_elements(html, start)
        html = _LINK_TAG.sub(self._link, html)
        html = _SOURCE.sub(self._source, html)
        html = _ANCHOR.sub(self._anchor, html)
        html = _SCRIPT.sub(self._script, html)
        head, body, tail = html.rpartition("</body>")
        return f"{head}{''.join(self.late)}{body}{tail}"

    def _path(self, address: str, base: str | None = None) -> str:
        folder = dirname(self.page if base is None else base)
        return normpath(f"{folder}/{unquote(address.partition('#')[0].partition('?')[0])}".lstrip("/"))

    def _read(self, path: str) -> bytes | None:
        file = self.site / path
        if path.startswith("..") or not file.is_file():
            self.problems.append(
                diagnostic(Code.SITE_BROKEN_LINK, self.page, 0, 0, f"{path} is not in the site", "build the site again")
            )
            return None
        return file.read_bytes()

    def _data_uri(self, address: str, base: str | None = None) -> str | None:
        if not _is_file(address):
            return None
        path = self._path(address, base)
        data = self._read(path)
        if data is None:
            return None
        mime = {".woff2": "font/woff2", ".webp": "image/webp"}.get(PurePosixPath(path).suffix) or (
            mimetypes.guess_type(path, strict=False)[0] or "application/octet-stream"
        )
        return f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"

    def _style(self, path: str) -> str:
        data = self._read(path)
        if data is None:
            return ""
        css = data.decode("utf-8", "replace")
        css = _CSS_IMPORT.sub(lambda hit: self._style(self._path(hit[1], path)) if _is_file(hit[1]) else hit[0], css)
        return _CSS_URL.sub(
            lambda hit: f'url("{uri}")' if (uri := self._data_uri(hit[1].strip("\"'"), path)) else hit[0], css
        )

    def _link(self, hit: re.Match[str]) -> str:
        attributes = _attributes(hit[0])
        rel, href = attributes.get("rel", ""), attributes.get("href", "")
        if not _is_file(href):
            return hit[0]
        if rel == "stylesheet":
            media = f' media="{escape(attributes["media"])}"' if "media" in attributes else ""
            css = self._style(self._path(href)).replace("</style", "<\\/style")
            return f"<style{media}>{css}</style>"
        if "icon" in rel and (uri := self._data_uri(href)):
            return f'<link rel="{escape(rel)}" href="{uri}">'
        return ""  # next and previous page, feeds

    def _source(self, hit: re.Match[str]) -> str:
        tag = re.sub(r"""\s(?:srcset|sizes|loading)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""", "", hit[0])

        def inside(found: re.Match[str]) -> str:
            if found[1].lower() not in {"src", "poster", "href", "xlink:href"}:
                return found[0]
            uri = self._data_uri(unescape(found[2].strip("\"'")))
            return f' {found[1]}="{uri}"' if uri else found[0]

        return _ATTRIBUTE.sub(inside, tag)

    def _anchor(self, hit: re.Match[str]) -> str:
        attributes = _attributes(hit[0])
        href = attributes.get("href", "")
        if not _is_file(href):
            return hit[0]
        _, sharp, anchor = href.partition("#")
        if "sg-zoom" in attributes.get("class", "").split():
            new = ' href="#"'  # figures.js shows the figure that is in the page already
        elif sharp and self._path(href) == self.page:
            new = f' href="#{escape(anchor)}"'
        elif self.online:
            new = f' href="{escape(urljoin(self.online.rstrip("/") + "/" + self.page, href))}"'
        else:
            new = ""
        return _ATTRIBUTE.sub(lambda found: new if found[1].lower() == "href" else found[0], hit[0])

    def _script(self, hit: re.Match[str]) -> str:
        attributes = _attributes(hit[1])
        src = attributes.get("src", "")
        if not src or not _is_file(src):
            return hit[0]
        if _NO_SCRIPTS.search(src):
            return ""
        data = self._read(self._path(src))
        if data is None:
            return ""
        code = re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", data.decode("utf-8", "replace"))
        code = re.sub(r"<(?=/script|!--)", r"\\x3c", code, flags=re.IGNORECASE)
        kind = f' type="{escape(attributes["type"])}"' if "type" in attributes else ""
        script = f"<script{kind}>{code}</script>"
        if re.search(r"\sdefer\b", hit[1]):
            self.late.append(script)
            return ""
        return script


def _is_file(address: str) -> bool:
    return bool(address) and address[0] not in "#?" and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", address)


def _attributes(tag: str) -> dict[str, str]:
    return {name.lower(): unescape(value.strip("\"'")) for name, value in _ATTRIBUTE.findall(tag)}


def remove_elements(html: str, start: str) -> str:
    """Remove every element whose start tag matches the regular expression `start`, with all it holds."""
    pieces: list[str] = []
    at = 0
    while found := re.compile(start).search(html, at):
        pieces.append(html[at : found.start()])
        at = _end_of(html, found.start())
    return "".join((*pieces, html[at:]))


def _end_of(html: str, start: int) -> int:
    name = re.match(r"<([a-zA-Z][\w-]*)", html[start : start + 40])
    depth = 0
    for tag in _same_name(name[1] if name else "div").finditer(html, start):
        depth += -1 if tag[0][1] == "/" else 1
        if depth == 0:
            return tag.end()
    return len(html)


def _same_name(name: str) -> re.Pattern[str]:
    return re.compile(rf"</?{name}\b{_TAG_ATTRS}>", re.IGNORECASE)
