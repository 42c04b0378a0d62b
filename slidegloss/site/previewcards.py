"""Draws the pictures of link previews: 1200 × 630 pixels, without a network and without the machine's fonts.

The font comes out of an installed package (`vendor.card_font`: Latin, Greek, Cyrillic, Chinese, Japanese, Korean), so
that the same Pillow draws the same bytes everywhere. What the font lacks, an emoji say, is left out of the picture.
"""

from __future__ import annotations

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path

import PIL
from PIL import Image, ImageDraw, ImageFont, features

from slidegloss.base.parallel import map_items
from slidegloss.kept.owner import seal
from slidegloss.pages.preview import Card
from slidegloss.site.vendor import card_font
from slidegloss.write.files import write_shared
from slidegloss.write.site import remove_strangers

WIDTH, HEIGHT = 1200, 630
"""What the big services ask for."""
_RECIPE = 1
"""Raise it when the same card is to be drawn otherwise."""
_INK, _SOFT, _PAPER, _GLOSS, _LINE = "#22313a", "#586871", "#fdfcf9", "#b23a22", "#d9dcd8"
"""As in the theme's style sheet."""
_LEFT, _TOP, _FOOT = 72, 140, 534
_ROOM = WIDTH - 2 * _LEFT
_GAP = 48
_TITLE_SIZES = (76, 66, 56, 48, 40)
_COLOURS = 128
_HAN, _CLOSING = r"\u2e80-\U0010ffff", "[，。、；：？！）》」』”’…]*"
_PIECE = re.compile(rf"[{_HAN}]{_CLOSING}|[“‘《（「]+[{_HAN}]?|[^\s{_HAN}/-]*[/-]+|[^\s{_HAN}/-]+{_CLOSING}|\s+")
"""Where a line may break: at spaces, hyphens and around Chinese characters, but not before what closes a phrase."""
_QUOTES = re.compile(r"[“”](?=[!-~])|(?<=[!-~])[“”]")
_QUOTE = re.compile(r"[‘’](?=[!-~])|(?<=[!-~])[‘’]")
"""The font has the wide quotation marks of Chinese only; beside Latin letters straight ones look better."""

Font = ImageFont.FreeTypeFont


def draw_cards(
    cards: Mapping[str, Card], files: Mapping[str, Path], folder: Path, jobs: int = 0
) -> Mapping[str, bytes]:
    """Return the cards as PNG by their path in the site; `files` says where a site's pictures lie.

    What was drawn before comes out of `folder`, a cache; what no card uses any more leaves it.
    """
    if not cards:
        return {}
    font = card_font()
    # the folder may have come with a repository: a secret of the user's tells what we drew
    recipe = (
        seal("previews"),
        _RECIPE,
        PIL.__version__,
        features.version("freetype2"),
        hashlib.sha256(font.read_bytes()).hexdigest(),
    )
    names = {path: f"{_key(card, files, recipe)}.png" for path, card in cards.items()}
    jobs_by_name = {name: cards[path] for path, name in names.items() if not (folder / name).is_file()}
    fresh = map_items(lambda item: draw(item[1], files, font), list(jobs_by_name.items()), jobs)
    for name, data in zip(jobs_by_name, fresh, strict=True):
        write_shared(folder / name, data)  # whoever finds it takes it for whole
    remove_strangers(folder, frozenset(names.values()))
    return {path: (folder / name).read_bytes() for path, name in names.items()}


def draw_card(card: Card, files: Mapping[str, Path]) -> bytes:
    """Return one card as PNG; `files` says where a site's pictures lie."""
    return draw(card, files, card_font())


def _key(card: Card, files: Mapping[str, Path], recipe: tuple[object, ...]) -> str:
    picture = files.get(card.picture)
    shown = hashlib.sha256(picture.read_bytes()).hexdigest() if picture else ""
    return hashlib.sha256(repr((recipe, card, shown)).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def draw(card: Card, files: Mapping[str, Path], font_file: Path) -> bytes:
    """Return a card as PNG."""
    drawing = _Drawing(font_file)
    font, canvas = drawing.font, drawing.canvas
    canvas.rectangle((0, 0, WIDTH, 84), fill=_INK)
    canvas.rectangle((0, 84, WIDTH, 91), fill=_GLOSS)
    drawing.write((_LEFT, 22), _clipped(card.above, font(34), _ROOM), 34, _PAPER)
    _foot(drawing, card)
    figure = _figure(files.get(card.picture))
    if figure is None:
        bottom = _title(drawing, card.title, (_ROOM, 220))
        lines = _wrapped(card.words, font(32), _ROOM)
        space = (_FOOT - 12 - (bottom + 24)) // 44
        for number, line in enumerate(_limited(lines, space, font(32), _ROOM)):
            drawing.write((_LEFT, bottom + 24 + 44 * number), line, 32, _SOFT)
    elif figure.width > 2 * figure.height:  # a wide one stands below the title
        bottom = _title(drawing, card.title, (_ROOM, 150))
        _paste(drawing, figure, (_LEFT, bottom + 20, WIDTH - _LEFT, _FOOT - 24))
    else:
        half = (_ROOM - _GAP) // 2
        _title(drawing, card.title, (half, _FOOT - 24 - _TOP))
        _paste(drawing, figure, (_LEFT + half + _GAP, _TOP, WIDTH - _LEFT, _FOOT - 24))
    out = io.BytesIO()
    reduced = drawing.image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    reduced.save(out, "PNG")
    return out.getvalue()


class _Drawing:
    """A card while it is drawn, and its font in all sizes."""

    def __init__(self, font_file: Path) -> None:
        self.image = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
        self.canvas = ImageDraw.Draw(self.image)
        self.font = cache(partial(_font, font_file))

    def write(self, place: tuple[int, int], text: str, size: int, colour: str, weight: int = 0) -> None:
        self.canvas.text(place, text, font=self.font(size), fill=colour, stroke_width=weight)


def _font(path: Path, size: int) -> Font:
    # the basic layout depends on nothing but the font; the other needs libraries that not every machine has
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


# --- text -------------------------------------------------------------------------------------------------------------


def _title(drawing: _Drawing, text: str, room: tuple[int, int]) -> int:
    """Write the title as large as `room` (width, height) allows; returns where it ends."""
    font, (width, height) = drawing.font, room
    for size in _TITLE_SIZES:
        step = size * 5 // 4
        lines = _wrapped(text, font(size), width)
        whole = all(font(size).getlength(piece) <= width for piece in _PIECE.findall(_shown(text, font(size))))
        if whole and len(lines) * step <= height:
            break
    for number, line in enumerate(_limited(lines, height // step, font(size), width)):
        drawing.write((_LEFT, _TOP + step * number), line, size, _INK, 1)
    return _TOP + step * min(len(lines), height // step)


def _foot(drawing: _Drawing, card: Card) -> None:
    left, font, canvas = _LEFT, drawing.font, drawing.canvas
    if card.badge or card.facts:
        canvas.line((_LEFT, _FOOT, WIDTH - _LEFT, _FOOT), fill=_LINE, width=2)
    if badge := _clipped(card.badge, font(28), 420):
        right = left + round(font(28).getlength(badge)) + 40
        canvas.rounded_rectangle((left, _FOOT + 22, right, _FOOT + 70), 24, fill=_GLOSS)
        drawing.write((left + 20, _FOOT + 28), badge, 28, _PAPER)
        left = right + 24
    if card.facts:
        drawing.write((left, _FOOT + 28), _clipped(card.facts, font(28), WIDTH - _LEFT - left), 28, _SOFT)


def _shown(text: str, font: Font) -> str:
    """Return what the font can draw of a text, with spaces for the rest."""
    text = _QUOTE.sub("'", _QUOTES.sub('"', unicodedata.normalize("NFC", text)))
    file = Path(str(font.path))
    lacking = {sign for sign in set(text) if not sign.isspace() and not _has(file, sign)}
    return " ".join("".join(" " if sign in lacking else sign for sign in text).split())


@lru_cache(maxsize=20_000)
def _has(path: Path, sign: str) -> bool:
    font = _probe(path)
    return sign.isprintable() and font.getmask(sign).getbbox() != (0, 0) and bytes(font.getmask(sign)) != _box(path)


@lru_cache(maxsize=4)
def _probe(path: Path) -> Font:
    return _font(path, 24)


@lru_cache(maxsize=4)
def _box(path: Path) -> bytes:
    """Return what the font draws for a sign that it lacks; no font has the last of all code points."""
    return bytes(_probe(path).getmask("\U0010ffff"))


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    lines, line = [], ""
    for piece in _pieces(_shown(text, font), font, width):
        if font.getlength(line + piece.rstrip()) <= width:
            line += piece
        else:
            lines.append(line.rstrip())
            line = piece.lstrip()
    return [line for line in (*lines, line.rstrip()) if line]


def _pieces(text: str, font: Font, width: int) -> Iterator[str]:
    for piece in _PIECE.findall(text):
        if font.getlength(piece) <= width:
            yield piece
        else:  # one word wider than the card
            yield from piece


def _limited(lines: Sequence[str], count: int, font: Font, width: int) -> list[str]:
    if len(lines) <= count:
        return list(lines)
    return [*lines[: count - 1], _clipped(f"{lines[count - 1]} {lines[count]}", font, width)] if count > 0 else []


def _clipped(text: str, font: Font, width: int) -> str:
    text = _shown(text, font)
    if font.getlength(text) <= width:
        return text
    text = text.rstrip("…")
    while text and font.getlength(f"{text}...") > width:
        text = text[:-1]
    return f"{text.rstrip()}..."  # this font's own sign stands at half height, as it should in Chinese alone


# --- figure -----------------------------------------------------------------------------------------------------------


def _figure(path: Path | None) -> Image.Image | None:
    if path is None:
        return None
    with Image.open(path) as found:
        found.draft("RGB", (_ROOM, HEIGHT))
        if found.mode in {"RGBA", "LA", "P", "PA"}:
            over = found.convert("RGBA")
            under = Image.new("RGBA", over.size, "white")
            return Image.alpha_composite(under, over).convert("RGB")
        return found.convert("RGB")


def _paste(drawing: _Drawing, figure: Image.Image, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    scale = min((right - left - 4) / figure.width, (bottom - top - 4) / figure.height, 2)
    width, height = max(1, round(figure.width * scale)), max(1, round(figure.height * scale))
    small = figure.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=2)
    x, y = left + (right - left - width) // 2, top + (bottom - top - height) // 2
    drawing.canvas.rectangle((x - 2, y - 2, x + width + 1, y + height + 1), fill="white", outline=_LINE, width=2)
    drawing.image.paste(small, (x, y))
