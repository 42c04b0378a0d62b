"""TeX in bibliographies: accents and commands to Unicode, and plain text to TeX that BibTeX and biber read."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306", ".": "\u0307", '"': "\u0308",
    "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_COMMANDS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å", "AA": "Å", "l": "ł", "L": "Ł",
    "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ", "ng": "ŋ", "textendash": "–",
    "textemdash": "—", "textquoteright": "’", "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”",
    "ldots": "…", "dots": "…", "textellipsis": "…", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textbar": "|", "textless": "<", "textgreater": ">", "textunderscore": "_", "copyright": "©", "textregistered": "®",
    "texttrademark": "™", "textdegree": "°", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε",
    "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
    "ell": "ℓ", "infty": "∞", "times": "×", "cdot": "·", "pm": "±", "leq": "≤", "geq": "≥", "approx": "≈", "star": "*",
    "ast": "*", "rightarrow": "→", "to": "→", "pounds": "£", "S": "§", "P": "¶",
}  # fmt: skip
_STYLES = r"\\(?:emph|textit|textbf|textrm|textsc|texttt|textsf|text|mathrm|mathbf|mathcal|mkbibquote|url|href|mbox|enquote|uppercase|hbox)\s*(?=\{)|\\(?:em|it|bf|rm|sc|tt|relax|noopsort)(?![A-Za-z])\s?"
_ACCENT = re.compile(r"\\([`'^~=.\"])\s?(?:\{\s?(\\?[A-Za-zıȷ])\s?\}|(\\[ij](?![A-Za-z])|[A-Za-z]))")
_LETTER_ACCENT = re.compile(r"\\([uvHrdckb])\s?\{\s?(\\?[A-Za-z])\s?\}|\\([uvHrdckb])\s+(\\?[A-Za-z])(?![A-Za-z])")
_COMMAND = re.compile(r"\\([A-Za-z]{1,20})(?:\{\}|\s(?=\S)|(?![A-Za-z]))")
_ESCAPED = re.compile(r"\\([&%$#_{} ,@])")


def _accented(mark: str, letter: str) -> str:
    letter = {"\\i": "i", "\\j": "j", "ı": "i", "ȷ": "j"}.get(letter, letter.lstrip("\\"))
    return unicodedata.normalize("NFC", letter + _ACCENTS[mark])


def from_latex(text: str) -> str:
    r"""Turn a BibTeX value into plain text: `M{\\"u}ller` becomes `Müller`; unknown commands stay as written."""
    if not ("\\" in text or "{" in text or "$" in text or "~" in text or "--" in text or "``" in text):
        return " ".join(text.split())
    text = re.sub(_STYLES, "", text)
    text = _ACCENT.sub(lambda m: _accented(m[1], m[2] or m[3]), text)
    text = _LETTER_ACCENT.sub(lambda m: _accented(m[1] or m[3], m[2] or m[4]), text)
    # what an escape stands for must not be read as TeX again: it waits as a private character
    text = _ESCAPED.sub(lambda m: "" if m[1] == "," else _waiting(m[1]), text)
    text = _COMMAND.sub(lambda m: _waiting(_COMMANDS[m[1]]) if m[1] in _COMMANDS else m[0], text)
    text = text.replace("~", "\u00a0")
    text = re.sub(r"\$([^$\n]{1,200}?)\$", r"\1", text)
    text = text.replace("---", "—").replace("--", "–").replace("``", "“").replace("''", "”")
    text = re.sub(r"[{}]", "", text)
    return " ".join(text.translate(_BACK).split())


_MARKUP = "\\{}$&%#_~^"
_AWAY = {ord(char): 0xE000 + number for number, char in enumerate(_MARKUP)}
_BACK = {value: key for key, value in _AWAY.items()}


def _waiting(text: str) -> str:
    return text.translate(_AWAY)


_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%", "#": r"\#", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_ESCAPES = str.maketrans(_SPECIAL)


def to_latex(text: str) -> str:
    """Escape what TeX would take for markup; letters of all scripts stay as they are (the file is UTF-8)."""
    text = " ".join(text.split()).translate(_ESCAPES)
    return text.replace("--", "-{}-").replace("``", "`{}`").replace("''", "'{}'")
