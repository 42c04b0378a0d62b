"""What becomes of a picture's bytes: types, colours, sizes, and bytes that are not what they claim."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from slidegloss.figures.convert import convert
from slidegloss.figures.settings import FigureSettings
from slidegloss.figures.sniff import is_misnamed, sniff
from slidegloss.figures.ssim import similarity
from slidegloss.figures.svg import BrokenSvgError, sanitise

SETTINGS = FigureSettings()


def drawing(width: int = 64, height: int = 48, mode: str = "RGB") -> Image.Image:
    """Noise in blurred squares: neither trivial to code nor made of few colours."""
    rng = random.Random(5)
    small = Image.frombytes("RGB", (16, 12), rng.randbytes(16 * 12 * 3))
    return small.resize((width, height), Image.Resampling.BICUBIC).convert(mode)


def line_art(width: int = 400, height: int = 300) -> Image.Image:
    picture = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(picture)
    for step in range(0, width, 20):
        draw.line((step, 0, width - step, height), fill=("black", "red", "blue")[step % 3])
    return picture


def coded(picture: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def codes(result) -> list[str]:
    return [problem.code.slug for problem in result.problems]


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("PNG", "png", {}),
        ("JPEG", "jpeg", {}),
        ("WEBP", "webp", {}),
        ("WEBP", "webp", {"lossless": True}),
        ("GIF", "gif", {}),
        ("BMP", "bmp", {}),
        ("TIFF", "tiff", {}),
        ("AVIF", "avif", {}),
    ],
)
def test_type_and_size_come_from_the_bytes(kind, name, options):
    found = sniff(coded(drawing(70, 50), kind, **options))
    assert (found.type, found.width, found.height, found.animated) == (name, 70, 50, False)


def test_alpha_webp_tells_its_size():
    assert sniff(coded(drawing(70, 50).convert("RGBA"), "WEBP"))[:3] == ("webp", 70, 50)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "empty"),
        (b"<!DOCTYPE html><html><svg>", "text"),
        ("只是文字".encode(), "text"),
        (bytes(range(256)) * 4, "other"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\x1aE\xdf\xa3....", "webm"),
        (b"OggS....", "ogv"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic"),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "mp4"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- x -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
        ("<svg/>".encode("utf-16"), "svg"),
        (b"RIFF\0\0\0\0WAVE", "wav"),
        (b"RIFF\0\0\0\0AVI ", "other"),
        (b"ID3\x03\0", "mp3"),
        (b"\xff\xfb\x90d", "mp3"),
        (b"fLaC....", "flac"),
        (b"OggS" + bytes(24) + b"\1vorbis", "oga"),
        (b"OggS" + bytes(24) + b"\x80theora", "ogv"),
        (b"\0\0\0\x20ftypM4A \0\0\0\0isommp42", "m4a"),
    ],
)
def test_other_types(head, name):
    assert sniff(head).type == name


def test_every_cut_of_a_head_is_survived():
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"):
        data = coded(drawing(), kind)
        for end in range(min(len(data), 200)):
            sniff(data[:end])


def test_a_jpeg_called_png_is_misnamed_and_jpg_is_not():
    found = sniff(coded(drawing(), "JPEG"))
    assert is_misnamed(found, "a.png")
    assert not is_misnamed(found, "a.JPG")
    assert not is_misnamed(found, "without-extension")


def test_a_photo_becomes_a_smaller_webp_that_looks_the_same():
    source = drawing(600, 400)
    data = coded(source, "JPEG", quality=97)
    result = convert(data, SETTINGS)
    output = result.outputs[-1]
    assert (result.kind, result.mime, output.extension) == ("raster", "image/jpeg", "webp")
    assert len(output.data) < len(data)
    assert similarity(opened(data), opened(output.data)) >= SETTINGS.min_ssim


def test_noise_is_coded_better_than_the_setting_asks_for():
    rng = random.Random(1)
    data = coded(Image.frombytes("RGB", (128, 128), rng.randbytes(128 * 128 * 3)), "PNG")
    output = convert(data, FigureSettings(quality=30)).outputs[-1]
    shown = opened(output.data if output.data is not None else data)
    assert similarity(opened(data), shown) >= SETTINGS.min_ssim


def test_line_art_is_coded_without_loss():
    source = line_art()
    output = convert(coded(source, "PNG"), SETTINGS).outputs[-1]
    assert output.extension == "webp"
    assert opened(output.data).convert("RGB").tobytes() == source.tobytes()


def test_what_would_grow_stays_as_it_is():
    source = drawing(64, 64)
    result = convert(coded(source, "WEBP", quality=20), SETTINGS)
    assert [(one.data, one.extension) for one in result.outputs] == [(None, "webp")]


def test_narrower_variants_are_made_where_they_pay():
    result = convert(coded(drawing(1100, 550), "JPEG", quality=97), SETTINGS)
    assert [(one.width, one.height) for one in result.outputs] == [(480, 240), (800, 400), (1100, 550)]
    assert [opened(one.data).size for one in result.outputs] == [(480, 240), (800, 400), (1100, 550)]
    assert [one.width for one in convert(coded(drawing(600, 60), "JPEG", quality=97), SETTINGS).outputs] == [600]


def test_exif_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6
    result = convert(coded(drawing(60, 20), "JPEG", exif=exif), SETTINGS)
    assert (result.width, result.height) == (20, 60)
    shown = opened(result.outputs[-1].data)
    assert shown.size == (20, 60)
    assert not shown.getexif()


def test_cmyk_becomes_rgb_even_if_it_grows():
    result = convert(coded(Image.new("CMYK", (40, 40), (0, 255, 255, 0)), "JPEG", quality=10), SETTINGS)
    red, green, blue = opened(result.outputs[-1].data).convert("RGB").getpixel((20, 20))
    assert red > 180
    assert green < 70
    assert blue < 70


def test_16_bit_grey_keeps_its_tones():
    deep = Image.new("I;16", (32, 32))
    deep.putdata([x * 2000 for x in range(32)] * 32)
    output = convert(coded(deep, "PNG"), SETTINGS).outputs[-1]
    shown = opened(output.data).convert("L")
    assert abs(shown.getpixel((31, 5)) - 62000 / 257) < 5
    assert abs(shown.getpixel((8, 5)) - 16000 / 257) < 5


def test_a_colour_profile_is_applied():
    swapped = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for tag in (b"rXYZ", b"gXYZ"):  # a made-up space in which red is green
        assert tag in swapped
    red, green = swapped.index(b"rXYZ"), swapped.index(b"gXYZ")
    swapped[red : red + 4], swapped[green : green + 4] = b"gXYZ", b"rXYZ"
    result = convert(coded(Image.new("RGB", (32, 32), (200, 0, 0)), "PNG", icc_profile=bytes(swapped)), SETTINGS)
    shown = opened(result.outputs[-1].data).convert("RGB").getpixel((9, 9))
    assert shown[1] > 150 > shown[0]


def test_a_damaged_colour_profile_does_no_harm():
    result = convert(coded(drawing(), "PNG", icc_profile=b"no profile at all"), SETTINGS)
    assert result.outputs
    assert not result.problems


def test_transparency_is_kept_and_noted():
    see_through = drawing().convert("RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize(see_through.size))
    result = convert(coded(see_through, "PNG"), SETTINGS)
    assert result.transparent
    assert convert(coded(drawing().convert("RGBA"), "PNG"), SETTINGS).transparent is False
    shown = result.outputs[-1]
    assert shown.data is None or opened(shown.data).mode == "RGBA"


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_animations_stay_as_they_are(kind):
    frames = [Image.new("RGB", (600, 40), colour) for colour in ("red", "green", "blue")]
    data = coded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    result = convert(data, SETTINGS)
    assert [one.data for one in result.outputs] == [None]
    assert (result.width, result.kind) == (600, "gif" if kind == "GIF" else "raster")


def test_tiff_and_bmp_are_converted():
    for kind in ("TIFF", "BMP"):
        assert convert(coded(drawing(), kind), SETTINGS).outputs[-1].extension == "webp"


def png_head(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.filterwarnings("ignore")  # as `prepare` does
@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "figure-empty", "0 bytes"),
        (b"<html>404 not found</html>", "figure-unsupported", "holds text"),
        (png_head(60_000, 60_000), "figure-oversized", "60,000 × 60,000 px"),
        (png_head(60, 60), "figure-broken", "PNG"),
        (b"\xff\xd8\xff\xe0rubbish", "figure-broken", "JPEG"),
        (b"II*\0rubbish", "figure-broken", "TIFF"),
        (b"GIF89a", "", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", "figure-broken", "line 1"),
    ],
)
def test_bad_bytes_are_a_message(data, code, words):
    result = convert(data, SETTINGS)
    assert codes(result) == ([code] if code else [])
    if code:
        assert result.outputs == ()
        assert words in result.problems[0].message


@pytest.mark.parametrize(
    ("data", "extension", "words"),
    [(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heic", "HEIC"), (b"%PDF-1.7\n", "pdf", "no picture")],
)
def test_what_browsers_do_not_show_is_a_message_and_a_file_to_open(data, extension, words):
    result = convert(data, SETTINGS)
    assert (result.kind, [(one.data, one.extension) for one in result.outputs]) == ("other", [(None, extension)])
    assert codes(result) == ["figure-unsupported"]
    assert words in result.problems[0].message


def test_a_file_that_is_cut_off_is_shown_as_far_as_it_goes():
    data = coded(drawing(600, 400), "JPEG")
    result = convert(data[: len(data) // 2], SETTINGS)
    assert codes(result) == ["figure-broken"]
    assert [one.data for one in result.outputs] == [None]


def test_a_text_bomb_in_a_png_is_refused():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 70_000_000, zip=True)
    result = convert(coded(drawing(), "PNG", pnginfo=info), SETTINGS)
    assert codes(result) in ([], ["figure-broken"])


@pytest.mark.filterwarnings("ignore")  # as `prepare` does
def test_random_damage_never_raises():
    rng = random.Random(3)
    for kind in ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP"):
        data = coded(drawing(), kind)
        for _ in range(12):
            damaged = bytearray(data)
            for _ in range(8):
                damaged[rng.randrange(len(damaged))] = rng.randrange(256)
            convert(bytes(damaged), SETTINGS)


def test_large_figures_are_reported_and_still_shown():
    result = convert(coded(Image.new("RGB", (900, 10), "navy"), "PNG"), FigureSettings(max_side=800, max_bytes=50))
    assert codes(result) == ["figure-oversized", "figure-oversized"]
    assert result.outputs


SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 40 20' {}>{}</svg>"
)


@pytest.mark.parametrize(
    "part",
    [
        "<script>alert(1)</script>",
        "<rect width='1' height='1' onclick='alert(1)'/>",
        "<rect OnLoad='alert(1)'/>",
        "<image href='https://evil.example/x.png'/>",
        "<image xlink:href='//evil.example/x.png'/>",
        "<use href='other.svg#a'/>",
        "<a href='javascript:alert(1)'><text>x</text></a>",
        "<a href='java&#10;script:alert(1)'><text>x</text></a>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>evil</body></foreignObject>",
        "<style>@import 'https://evil.example/x.css';</style>",
        "<style>rect { fill: url(https://evil.example/x) }</style>",
        "<style>rect { fill: u\\72l(https://evil.example/x) }</style>",
        "<rect style='fill: url(\"https://evil.example/x\")'/>",
        "<rect style='fill: u\\rl(https://evil.example/x)'/>",
        "<rect fill='ur\\l(https://evil.example/x)'/>",
        "<style>@im\\port 'https://evil.example/x.css';</style>",
        "<rect style='fill: url(https://evil.example/x'/>",
        "<rect style='fill: url( \"https://evil.example/x'/>",
        "<style>rect { fill: url(https://evil.example/x</style>",
        "<rect fill='url(https://evil.example/x#a)'/>",
        "<set attributeName='href' to='javascript:alert(1)'/>",
        "<animate attributeName='xlink:href' values='javascript:alert(1)'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zz4='/>",
        "<h:script xmlns:h='http://www.w3.org/1999/xhtml'>alert(1)</h:script>",
    ],
)
def test_an_svg_loses_what_runs_or_calls_others(part):
    clean = sanitise(SVG.format("", part + "<circle r='3'/>").encode())
    text = clean.data.decode().lower()
    for banned in ("script", "alert", "evil", "onclick", "onload", "other.svg", "svg+xml", "@import"):
        assert banned not in text, text
    assert "<circle" in text
    assert clean.removed


def test_drawing_stays():
    body = (
        "<defs><linearGradient id='g'><stop offset='0' stop-color='red'/></linearGradient></defs>"
        "<rect fill='url(#g)' transform='translate(1 2)' style='stroke:#000;fill:url(#g)'/><use xlink:href='#g'/>"
        "<text xml:space='preserve'>光流 &lt; 3 &amp; more</text><style>.a{fill:red} .b\\:c{fill:url(#g)}</style>"
        "<image href='data:image/png;base64,AAAA'/>"
    )
    clean = sanitise(SVG.format("", body).encode())
    text = clean.data.decode()
    assert clean.removed == ()
    for part in (
        'fill="url(#g)"',
        "光流 &lt; 3 &amp; more",
        ".a{fill:red}",
        'xlink:href="#g"',
        "linearGradient",
        "AAAA",
    ):
        assert part in text
    assert sanitise(clean.data).data == clean.data


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ("", (40, 20)),
        ("width='80'", (80, 40)),
        ("width='2in' height='1in'", (192, 96)),
        ("width='100%' height='100%'", (40, 20)),
        ("width='10em' height='5em'", (160, 80)),
    ],
)
def test_an_svg_has_a_size(attributes, size):
    assert sanitise(SVG.format(attributes, "").encode())[1:3] == size


def test_entities_are_expanded_once_and_bombs_refused():
    plain = b"<!DOCTYPE svg [<!ENTITY ink 'red'>]><svg xmlns='http://www.w3.org/2000/svg'><rect fill='&ink;'/></svg>"
    clean = sanitise(plain)
    assert b'fill="red"' in clean.data
    assert b"ENTITY" not in clean.data
    assert clean.removed
    outside = (
        b"<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg xmlns='http://www.w3.org/2000/svg'>&x;</svg>"
    )
    assert b"root" not in sanitise(outside).data
    bomb = b"<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><svg xmlns='http://www.w3.org/2000/svg'>&b;</svg>"
    with pytest.raises(BrokenSvgError, match="expands into other entities"):
        sanitise(bomb)
