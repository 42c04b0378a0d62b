from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont

from slidegloss.site import vendor


@pytest.fixture(scope="module")
def font_path(tmp_path_factory):
    return vendor.maths_font(tmp_path_factory.mktemp("cache"))


def test_the_maths_font_is_small_and_can_lay_out_formulas(font_path):
    assert font_path.stat().st_size < 350_000
    font = TTFont(io.BytesIO(font_path.read_bytes()))
    assert font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs, "brackets and roots must be able to grow"
    assert font["MATH"].table.MathConstants.AxisHeight.Value > 0
    characters = font.getBestCmap()
    wanted = "xπ∑∫√∇∂≤≠→⇒⟨⟩‖ℝℓ𝔼𝒩𝐱𝑥𝛼⊙⊕∈∉∀∃⋯⋮⋱⏟\u0302\u20d7\u2061"
    assert [char for char in wanted if ord(char) not in characters] == []
    assert all(code in characters for code in range(0x1D538, 0x1D550) if chr(code).isalpha())
    assert "OFL" in font["name"].getDebugName(14)


def test_the_font_is_cached_and_the_same_every_time(tmp_path, monkeypatch):
    # a few of its characters take a twentieth of the time, by the same way
    monkeypatch.setattr(vendor, "_MATHS_RANGES", ((0x0020, 0x007E), (0x2200, 0x222B), (0x1D44E, 0x1D454)))
    one, again = vendor.maths_font(tmp_path / "one"), vendor.maths_font(tmp_path / "other")
    assert (again.name, again.read_bytes()) == (one.name, one.read_bytes())
    stamp = again.stat().st_mtime_ns
    assert vendor.maths_font(tmp_path / "other").stat().st_mtime_ns == stamp


def test_mermaid_is_the_real_script():
    text = vendor.mermaid_script().read_text(encoding="utf-8")
    assert 'globalThis["mermaid"]' in text
    assert int(text.partition('version:"11.')[2].partition(".")[0]) >= 10, "older ones have known holes"


def test_only_what_is_needed_and_never_without_a_licence(tmp_path, font_path):
    assert vendor.vendor_files(tmp_path, maths=False, mermaid=False) == {}
    assert set(vendor.vendor_files(font_path.parent, maths=True, mermaid=True)) == {
        "assets/vendor/mermaid.LICENSE.txt",
        "assets/vendor/mermaid.min.js",
        "assets/vendor/stix-two-math.LICENSE.txt",
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
