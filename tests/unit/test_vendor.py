from __future__ import annotations

import io
import re
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from slidegloss.site import vendor


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def fonts(cache):
    return vendor.maths_fonts(cache)


def read(path):
    return TTFont(io.BytesIO(path.read_bytes()))


def missing(text, font):
    return [char for char in text if ord(char) not in font.getBestCmap()]


def test_the_maths_font_is_small_and_can_lay_out_formulas(fonts):
    path = fonts["stix-two-math.woff2"]
    assert path.stat().st_size < 200_000
    font = read(path)
    assert font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs, "brackets and roots must be able to grow"
    assert font["MATH"].table.MathConstants.AxisHeight.Value > 0
    assert missing("xπ∑∫√∇∂≤≠→⇒⟨⟩‖ℝℓℒ𝐱𝟏𝑥𝚤𝛼𝛉⊙⊕∈∉∀∃⋯⋮⋱⏟\u0302\u20d7\u2061 ", font) == []
    assert "OFL" in font["name"].getDebugName(14)


def test_alphabets_that_few_formulas_use_are_a_font_of_their_own(fonts):
    path = fonts["stix-two-math-letters.woff2"]
    assert path.stat().st_size < 90_000
    font = read(path)
    assert "MATH" not in font, "Firefox would lay formulas out by it, without its knowing an operator"
    assert missing("𝔼𝒩𝓛𝔤𝒙𝜽𝖠𝙰𝟙", font) == []
    assert all(code in font.getBestCmap() for code in range(0x1D538, 0x1D550) if chr(code).isalpha())
    assert "OFL" in font["name"].getDebugName(14)


def test_browsers_load_the_second_font_for_just_the_characters_that_it_has(cache, fonts):
    css = vendor.vendor_files(cache, maths=True, mermaid=False)["assets/vendor/stix-two-math.css"].decode()
    first, second = css.split("@font-face")[1:]
    assert "stix-two-math.woff2" in first
    assert "unicode-range" not in first
    assert "stix-two-math-letters.woff2" in second
    ranges = [(int(a, 16), int(b, 16)) for a, b in re.findall(r"U\+([0-9A-F]+)-([0-9A-F]+)", second)]
    named = {code for first, last in ranges for code in range(first, last + 1)}
    one, other = (set(read(path).getBestCmap()) for path in fonts.values())
    assert other <= named, "they would be looked for in the first font, in vain"
    assert not named & one, "the second font would be loaded for them"
    letters = {code for code in range(0x1D400, 0x1D800) if unicodedata.category(chr(code)) != "Cn"}
    assert letters <= one | other


def test_fonts_are_cached_and_the_same_every_time(tmp_path, monkeypatch):
    # a few of its characters take a twentieth of the time, by the same way
    monkeypatch.setattr(vendor, "_MATHS_RANGES", ((0x0020, 0x007E), (0x2200, 0x222B), (0x1D44E, 0x1D454)))
    monkeypatch.setattr(vendor, "_LETTER_RANGES", ((0x1D538, 0x1D539),))
    one, again = vendor.maths_fonts(tmp_path / "one"), vendor.maths_fonts(tmp_path / "other")
    assert [(path.name, path.read_bytes()) for path in one.values()] == [
        (path.name, path.read_bytes()) for path in again.values()
    ]
    assert vendor.maths_fonts_to_make(tmp_path / "one") == []
    gone = one["stix-two-math-letters.woff2"]
    gone.unlink()
    assert len(vendor.maths_fonts_to_make(tmp_path / "one")) == 1
    assert vendor.maths_fonts(tmp_path / "one") == one
    assert gone.is_file()


def test_mermaid_is_the_real_script():
    text = vendor.mermaid_script().read_text(encoding="utf-8")
    assert 'globalThis["mermaid"]' in text
    assert int(text.partition('version:"11.')[2].partition(".")[0]) >= 10, "older ones have known holes"


def test_only_what_is_needed_and_never_without_a_licence(tmp_path, cache):
    assert vendor.vendor_files(tmp_path, maths=False, mermaid=False) == {}
    assert set(vendor.vendor_files(cache, maths=True, mermaid=True)) == {
        "assets/vendor/mermaid.LICENSE.txt",
        "assets/vendor/mermaid.min.js",
        "assets/vendor/stix-two-math.LICENSE.txt",
        "assets/vendor/stix-two-math-letters.woff2",
        "assets/vendor/stix-two-math.css",
        "assets/vendor/stix-two-math.woff2",
    }


def test_a_broken_installation_is_said_plainly(monkeypatch):
    monkeypatch.setattr(vendor, "_MERMAID", ("mermaidx", "mermaidx/assets/gone.js"))
    with pytest.raises(vendor.AssetMissingError, match=r"mermaidx .* holds no mermaidx/assets/gone\.js"):
        vendor.mermaid_script()
    monkeypatch.setattr(vendor, "_MERMAID", ("no-such-package-of-ours", "x"))
    with pytest.raises(vendor.AssetMissingError, match="is not installed"):
        vendor.mermaid_script()
