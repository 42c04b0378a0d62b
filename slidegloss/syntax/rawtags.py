"""Which tags and attributes of an author's HTML are kept, and what the obsolete ones become."""

from __future__ import annotations

import re
from functools import lru_cache

from slidegloss.base.patterns import lazy

_WORDS = str.split

BLOCK_TAGS = frozenset(
    _WORDS(
        "address article aside blockquote caption center col colgroup dd details div dl dt figcaption figure footer h1 h2 h3"
        " h4 h5 h6 header hr li main nav ol p pre section summary table tbody td tfoot th thead tr ul"
    )
)
"""Kept tags that may not stand inside a paragraph."""

INLINE_TAGS = frozenset(
    _WORDS(
        "a abbr b bdi bdo big br cite code del dfn em font i ins kbd mark q rp rt ruby s samp small span strike strong sub sup"
        " tt u var wbr time"
    )
)
MEDIA_TAGS = frozenset({"audio", "iframe", "img", "source", "track", "video"})
"""Replaced by our own markup, after their file was looked up."""
VOID_TAGS = frozenset(_WORDS("area base br col embed hr img input link meta param source track wbr"))
SILENT_TAGS = frozenset(
    _WORDS("script style form iframe body html head svg math object embed noscript frameset applet")
)
"""Not kept; even a bare one is an element, not text in angle brackets."""
OTHER_TAGS = frozenset(
    _WORDS(
        "acronym area base basefont bgsound button canvas data datalist dialog dir fieldset frame hgroup input keygen label"
        " legend link map marquee menu meta meter nobr noembed noframes optgroup option output param picture plaintext"
        " portal progress search select slot template textarea title xmp"
    )
)
"""HTML elements that are not kept either; without attributes they are most likely meant as text: `<input>`."""
KNOWN_TAGS = BLOCK_TAGS | INLINE_TAGS | MEDIA_TAGS | SILENT_TAGS | OTHER_TAGS

BOOLEAN = frozenset(
    _WORDS(
        "open reversed controls autoplay loop muted playsinline allowfullscreen hidden disabled checked nowrap async defer"
        " noshade compact itemscope download selected readonly required multiple markdown"
    )
)
"""Attributes that stand without a value; others without one are words of a sentence."""
QUIET = frozenset(
    _WORDS(
        "class rel target loading decoding width height name id frameborder allowfullscreen webkitallowfullscreen size"
        " mozallowfullscreen allow scrolling border controls preload autoplay loop muted playsinline poster type noshade"
        " referrerpolicy crossorigin srcset sizes alt align framespacing markdown"
    )
)
"""Attributes whose absence loses nothing of the content; not worth a message."""
HOLDS_TEXT = (INLINE_TAGS - {"a", "ins", "del"}) | frozenset(_WORDS("h1 h2 h3 h4 h5 h6 pre summary"))
"""Tags in which no block may stand."""
SHOWN = {"input": ("value", "placeholder"), "iframe": ("srcdoc",), "option": ("label",), "optgroup": ("label",)}
"""Attributes of tags that are not kept whose text readers would have seen."""
PARENTS = {
    "li": ("ul", "ol"), "dt": ("dl",), "dd": ("dl",), "summary": ("details",), "figcaption": ("figure",),
    "rt": ("ruby",), "rp": ("ruby",), "caption": ("table",),
}  # fmt: skip
"""Tags that are valid only inside others."""
OPTIONAL_END = frozenset(_WORDS("p li dt dd td th tr tbody thead tfoot colgroup rt rp"))
RENAMED = {"center": "div", "font": "span", "tt": "code", "strike": "s", "big": "span"}
"""Obsolete tags and what stands for them."""
EXTRA_CLASS = {"center": "sg-center", "big": "sg-big"}

ATTRIBUTES: dict[str, frozenset[str]] = {
    "*": frozenset({"title", "lang", "dir"}),
    "a": frozenset({"href", "name", "id"}),
    "abbr": frozenset(),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"start", "reversed", "type"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}
"""Attributes kept as written, by tag."""

_VALUES = {
    "dir": lazy(r"ltr|rtl|auto"),
    "lang": lazy(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"),
    "span": lazy(r"[1-9]\d{0,2}"),
    "colspan": re.compile(r"[1-9]\d{0,2}"),
    "rowspan": re.compile(r"\d{1,3}"),
    "value": re.compile(r"-?\d{1,6}"),
    "start": re.compile(r"-?\d{1,6}"),
    "type": lazy(r"[1aAiI]"),
    "scope": lazy(r"col|row|colgroup|rowgroup"),
    "open": re.compile(r".*"),
    "reversed": re.compile(r".*"),
    "title": re.compile(r"(?s).*"),
    "datetime": lazy(r"[0-9TZ:+\-. PTHMSWD]{1,40}"),
}

_PALETTE = {
    "red": (220, 0, 0),
    "orange": (255, 140, 0),
    "yellow": (240, 220, 0),
    "green": (0, 140, 0),
    "teal": (0, 140, 140),
    "blue": (0, 0, 220),
    "purple": (130, 0, 130),
    "pink": (240, 120, 170),
    "brown": (140, 70, 20),
    "gray": (128, 128, 128),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
}
"""The colours that stylesheets know as `sg-color-<name>`."""
_ALIASES = {
    "grey": "gray", "darkred": "red", "crimson": "red", "tomato": "red", "firebrick": "red", "lime": "green",
    "darkgreen": "green", "seagreen": "green", "olive": "green", "navy": "blue", "darkblue": "blue", "cyan": "teal",
    "aqua": "teal", "skyblue": "blue", "royalblue": "blue", "dodgerblue": "blue", "steelblue": "blue", "violet": "purple",
    "magenta": "pink", "fuchsia": "pink", "hotpink": "pink", "deeppink": "pink", "darkorange": "orange", "gold": "yellow",
    "maroon": "brown", "silver": "gray", "indigo": "purple", "darkgray": "gray", "lightgray": "gray",
}  # fmt: skip
_HEX = lazy(r"#?([0-9a-f]{6}|[0-9a-f]{3})")
_RGB = lazy(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})[^)]*\)")


@lru_cache(maxsize=256)
def colour_class(value: str) -> str:
    """Return the class of the palette colour nearest to an author's colour, or an empty string."""
    value = value.strip().lower()
    name = _ALIASES.get(value, value)
    if name in _PALETTE:
        return f"sg-color-{name}"
    if found := _HEX.fullmatch(value):
        digits = found[1] if len(found[1]) == 6 else "".join(c * 2 for c in found[1])
        wanted = tuple(int(digits[i : i + 2], 16) for i in (0, 2, 4))
    elif found := _RGB.fullmatch(value):
        wanted = tuple(int(part) for part in found.groups())
    else:
        return ""
    best = min(_PALETTE, key=lambda key: sum((a - b) ** 2 for a, b in zip(_PALETTE[key], wanted, strict=True)))
    return f"sg-color-{best}"


_ALIGN = frozenset({"left", "center", "right", "justify"})


def presentational(tag: str, name: str, value: str) -> list[str] | None:
    """Map a presentational attribute to classes; None when it is not one that we can map."""
    lowered = value.strip().lower()
    if name == "align" and lowered in _ALIGN:
        return [f"sg-{lowered}"] if lowered != "justify" else []
    if name == "color" and tag == "font":
        css = colour_class(value)
        return [css] if css else None
    if name == "style":
        return _style(value)
    if tag in {"table", "td", "th", "tr", "col"} and name in {
        "width",
        "height",
        "border",
        "cellpadding",
        "cellspacing",
        "valign",
    }:
        return []  # layout of tables is the stylesheet's: nothing of the content goes
    return None


_SHOWN = {
    ("display", "block"),
    ("display", "inline-block"),
    ("display", "inline"),
    ("display", "flex"),
    ("text-align", "initial"),
}
_LAYOUT = lazy(
    r"(?:margin|padding|border)(?:-[a-z-]+)?|(?:max-|min-)?(?:width|height)|float|clear|zoom|line-height|vertical-align|box-sizing"
    r"|(?:page-)?break-(?:after|before|inside)|overflow(?:-[xy])?|text-indent|letter-spacing|box-shadow|gap|flex(?:-[a-z]+)?"
    r"|(?:justify|align)-[a-z]+|font-(?:size|family)|object-fit"
)
"""What a page's layout is made of, which is the stylesheet's; nothing of the content goes with it."""


def _style(value: str) -> list[str] | None:
    """Map a `style` made only of colours, alignment, plain weights and layout; None for anything else."""
    classes = []
    for declaration in filter(None, (part.strip() for part in value.lower().split(";"))):
        name, _, wanted = (part.strip() for part in declaration.partition(":"))
        if name == "color" and (css := colour_class(wanted)):
            classes.append(css)
        elif name == "text-align" and wanted in _ALIGN:
            classes.append(f"sg-{wanted}")
        elif name == "font-weight" and wanted in {"bold", "700"}:
            classes.append("sg-bold")
        elif name == "text-decoration" and wanted == "underline":
            classes.append("sg-underline")
        elif not _LAYOUT.fullmatch(name) and (name, wanted) not in _SHOWN:
            return None
    return classes


def kept(tag: str, name: str, value: str) -> bool:
    """Tell whether an attribute is kept as written."""
    allowed = name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, frozenset())
    pattern = _VALUES.get(name)
    return allowed and pattern is not None and pattern.fullmatch(value.strip()) is not None
