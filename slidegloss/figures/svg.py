"""SVG made safe: what can run code or call another host goes, drawing stays.

The file is read with expat and written anew, so that a browser sees exactly what was judged. Element and attribute names
are those of SVG 2 (W3C).
"""

from __future__ import annotations

import re
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from slidegloss.base.namedtuples import NamedTuple

SVG: Final = "http://www.w3.org/2000/svg"
_XLINK: Final = "http://www.w3.org/1999/xlink"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_MAX_CHARS: Final = 20_000_000

# Dropped with all they hold.
_BANNED: Final = frozenset({
    "script", "foreignobject", "iframe", "object", "embed", "audio", "video", "canvas", "handler", "listener", "html",
    "body", "link", "meta", "base",
})  # fmt: skip
_ANIMATIONS: Final = frozenset({"set", "animate", "animatetransform", "animatemotion"})
_URL = re.compile(r"url\(\s*(['\"]?)\s*(.*?)\s*\1\s*(?:\)|\Z)", re.IGNORECASE | re.DOTALL)
"""An address in a style; the end of the style closes one, too (CSS Syntax 3, 4.3.6)."""
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpe?g|gif|webp|avif);base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE)
_DATA_FONT = re.compile(
    r"data:(?:font/|application/(?:x-)?font)[\w.+-]*;[^,]*base64,[A-Za-z0-9+/=\s]*\Z", re.IGNORECASE
)
_LENGTH = re.compile(
    r"\s*\+?(\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*(px|pt|pc|mm|cm|in|em|rem|ex|q)?\s*\Z", re.IGNORECASE
)
_PIXELS: Final = {
    "": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0,
    "em": 16.0, "rem": 16.0, "ex": 8.0, "q": 96 / 101.6,
}  # fmt: skip


class CleanSvg(NamedTuple):
    """A safe SVG: its bytes (UTF-8), its size in CSS pixels (0 when unknown), and what was removed, in words."""

    data: bytes
    width: int
    height: int
    removed: tuple[str, ...]


class BrokenSvgError(ValueError):
    """The file is not well-formed XML, not an SVG, or expands beyond reason."""


def sanitise(data: bytes) -> CleanSvg:
    """Return `data` without scripts, event handlers, external references, entities and foreign content.

    Raises `BrokenSvgError` with a message for the author.
    """
    writer = _Writer()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.namespace_prefixes = False
    parser.ordered_attributes = True
    parser.buffer_text = True
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    parser.StartDoctypeDeclHandler = writer.doctype
    parser.EntityDeclHandler = writer.entity
    parser.ProcessingInstructionHandler = writer.instruction
    try:
        parser.Parse(data, True)  # noqa: FBT003 - the C function takes no keyword
    except expat.ExpatError as error:
        message = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise BrokenSvgError(message) from error
    except (ValueError, LookupError) as error:  # an encoding that expat cannot read, or our own refusal
        raise BrokenSvgError(str(error)) from error
    return writer.result()


class _Writer:
    """Takes expat's events and writes what is allowed."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self.chars = 0
        self.removed: dict[str, None] = {}
        self.skipping = 0
        self.open: list[str] = []
        self.style: list[str] | None = None
        self.size = (0, 0)

    def result(self) -> CleanSvg:
        body = "".join(self.out)
        return CleanSvg(body.encode("utf-8"), *self.size, tuple(self.removed))

    def doctype(self, _name: str, _system: str | None, _public: str | None, has_subset: bool) -> None:  # noqa: FBT001
        # A plain public DOCTYPE is harmless and common, so only an internal subset is worth a word.
        if has_subset:
            self.removed["DOCTYPE with declarations"] = None

    def entity(self, name: str, _parameter: bool, value: str | None, *_more: object) -> None:  # noqa: FBT001
        if value is None:
            self.removed[f"external entity &{name};"] = None
        elif "&" in value or "%" in value or len(value) > 4096:
            message = f"the entity &{name}; expands into other entities"
            raise BrokenSvgError(message)

    def instruction(self, target: str, _data: str) -> None:
        self.removed[f"<?{target}?>"] = None

    def start(self, name: str, attributes: list[str]) -> None:
        space, _, local = name.rpartition(" ")
        if self.skipping:
            self.skipping += 1
            return
        if not self.open:
            if local.lower() != "svg" or space not in {SVG, ""}:
                message = f"the outermost element is <{local}>, not <svg>"
                raise BrokenSvgError(message)
            self.open.append("svg")
            self._write(f'<svg xmlns="{SVG}" xmlns:xlink="{_XLINK}"{self._root_attributes(attributes)}>')
            return
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        if space not in {SVG, ""}:  # editors' own data (Inkscape, Sketch): never drawn
            self.skipping = 1
            if local.lower() in _BANNED:
                self.removed[f"<{local}>"] = None
            return
        lowered = local.lower()
        if lowered in _BANNED or (lowered in _ANIMATIONS and self._animates_code(pairs)):
            self.removed[f"<{local}>"] = None
            self.skipping = 1
            return
        self.open.append(local)
        self._write(f"<{local}{self._attributes(local, pairs)}>")
        if lowered == "style":
            self.style = []

    def end(self, _name: str) -> None:
        if self.skipping:
            self.skipping -= 1
            return
        local = self.open.pop()
        if self.style is not None and local.lower() == "style":
            css, self.style = "".join(self.style), None
            self._write(escape(self._css(css, "<style>")))
        self._write(f"</{local}>")

    def text(self, data: str) -> None:
        if self.skipping:
            return
        if self.style is not None:
            self.style.append(data)
        else:
            self._write(escape(data))

    def _write(self, text: str) -> None:
        self.chars += len(text)
        if self.chars > _MAX_CHARS:
            message = "its entities expand to more than 20 MB"
            raise BrokenSvgError(message)
        self.out.append(text)

    def _root_attributes(self, attributes: list[str]) -> str:
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        values = dict(pairs)
        width, height = _pixels(values.get("width", "")), _pixels(values.get("height", ""))
        box = [
            float(part) for part in re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", values.get("viewBox", ""))
        ]
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            ratio = box[2] / box[3]
            if width and not height:
                height = width / ratio
            elif height and not width:
                width = height * ratio
            elif not width:
                width, height = box[2], box[3]
        elif width and height:  # without a viewBox the large view could not scale the drawing
            pairs.append(("viewBox", f"0 0 {width:g} {height:g}"))
        self.size = (_whole(width), _whole(height))
        return self._attributes("svg", pairs)

    def _attributes(self, element: str, pairs: list[tuple[str, str]]) -> str:
        kept = []
        for name, value in pairs:
            space, _, local = name.rpartition(" ")
            if space not in {"", _XLINK, _XML, SVG}:
                continue
            safe = self._value(element, local, value)
            if safe is not None:
                prefix = {_XLINK: "xlink:", _XML: "xml:"}.get(space, "")
                kept.append(f" {prefix}{local}={quoteattr(safe)}")
        return "".join(dict.fromkeys(kept))

    def _value(self, element: str, name: str, value: str) -> str | None:
        lowered = name.lower()
        if lowered.startswith("on"):
            self.removed[f"{name}=…"] = None
            return None
        if lowered in {"href", "src", "base", "from", "to", "by", "values", "action", "formaction"}:
            if lowered not in {"href", "src", "base"} and not re.search(
                r"script\s*:|data:|//", _squeezed(value), re.IGNORECASE
            ):
                return value
            if value.strip().startswith("#") or (element.lower() != "a" and _DATA_IMAGE.match(value.strip())):
                return value
            self.removed[f"{name}={_brief(value)}"] = None
            return None
        if lowered == "style" or "(" in value or "\\" in value:
            return self._css(value, name)
        return value

    def _css(self, css: str, where: str) -> str:
        # An escaped letter can spell any of the words looked for below (`u\rl(`), so a style sheet that has one goes.
        plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
        if re.search(r"\\[0-9a-zA-Z]", plain) or re.search(
            r"expression\s*\(|javascript:|-moz-binding|behavior\s*:", plain, re.IGNORECASE
        ):
            self.removed[f"styles with escapes or code in {where}"] = None
            return ""
        if re.search(r"@import", plain, re.IGNORECASE):
            self.removed["@import"] = None
            plain = re.sub(r"@import[^;]*(?:;|\Z)", "", plain, flags=re.IGNORECASE)
        if re.search(r"image-set\s*\(|@namespace|\bsrc\s*\(", plain, re.IGNORECASE):
            self.removed[f"external styles in {where}"] = None
            return ""
        return _URL.sub(self._url, plain) if "(" in plain else plain

    def _url(self, match: re.Match[str]) -> str:
        target = match[2].strip()
        if target.startswith("#") or _DATA_IMAGE.match(target) or _DATA_FONT.match(target):
            return match[0]
        self.removed[f"url({_brief(target)})"] = None
        return "none"

    @staticmethod
    def _animates_code(pairs: list[tuple[str, str]]) -> bool:
        target = next(
            (value.lower().strip() for name, value in pairs if name.rpartition(" ")[2].lower() == "attributename"), ""
        )
        return target.startswith("on") or target.rpartition(":")[2] in {"href", "src", "style"}


def _pixels(length: str) -> float:
    match = _LENGTH.match(length)
    if match is None:
        return 0.0
    unit = (match[2] or "").lower()
    number = length.strip()[: len(length.strip()) - len(unit)] if unit else length.strip()
    return float(number) * _PIXELS[unit]


def _whole(value: float) -> int:
    return max(1, round(value)) if 0 < value < 1e7 else 0


def _squeezed(value: str) -> str:
    return re.sub(r"[\s\x00-\x20]", "", value)


def _brief(value: str) -> str:
    text = " ".join(value.split())
    return text if len(text) <= 60 else text[:57] + "…"
