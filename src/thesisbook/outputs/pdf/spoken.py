"""Formulas in words, for those who hear the PDF: MathML read aloud."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

__all__ = ["spoken_formula"]

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta",
    "λ": "lambda", "μ": "mu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "ω": "omega", "Δ": "change in", "Σ": "sigma", "Π": "pi",
}  # fmt: skip
SIGNS = {
    "=": "equals", "+": "plus", "-": "minus", "−": "minus", "×": "times", "·": "times",
    "⋅": "times", "∗": "times", "*": "times", "/": "over", "≈": "is about", "≤": "is at most",
    "≥": "is at least", "<": "is less than", ">": "is greater than", "≠": "is not equal to",
    "∑": "the sum", "∏": "the product", "∫": "the integral", "→": "to", "∞": "infinity",
    "(": "open bracket", ")": "close bracket", "[": "open bracket", "]": "close bracket",
    "{": "open brace", "}": "close brace", "|": "bar", "…": "and so on", "⋯": "and so on",
    "%": "percent", "&": "", "∈": "in", "′": "prime",
}  # fmt: skip
LARGE = ("∑", "∏", "∫")


def spoken_formula(root: Element) -> str:
    """The formula of a MathML tree in English words, as a reader says it aloud."""
    words = re.sub(r"\s+", " ", _say(root)).strip()
    return re.sub(r"(?:\s*,)*\s*([,.;])", r"\1", words)


def _say(element: Element) -> str:
    saying = SAYINGS.get(element.tag)
    return saying(element) if saying else _all(element)


def _all(element: Element) -> str:
    return " ".join(_say(child) for child in element)


def _word(element: Element) -> str:
    text = (element.text or "").replace("\u00a0", " ")
    return " ".join(SIGNS.get(char, GREEK.get(char, char)) for char in _units(text))


def _units(text: str) -> list[str]:
    """Signs one by one, names and numbers whole."""
    return re.findall(r"[A-Za-z][\w ]*|[\d.,]*\d|\S", html.unescape(text).replace("\\", ""))


def _base(element: Element) -> tuple[str, bool]:
    """A base in words, and whether it is a sum or the like, which has limits."""
    return _say(element), html.unescape("".join(element.itertext())).strip() in LARGE


def _space(element: Element) -> str:
    """A wide space parts two formulas; a thin one is nothing to hear."""
    return "," if float(re.sub(r"[a-z]+$", "", element.get("width") or "0") or 0) >= 1 else ""


def _below(element: Element) -> str:
    base, large = _base(element[0])
    return f"{base} over {_say(element[1])} of" if large else f"{base} sub {_say(element[1])}"


def _above(element: Element) -> str:
    base, exponent = _say(element[0]), _say(element[1])
    return f"{base} squared" if exponent == "2" else f"{base} to the power of {exponent}"


def _both(element: Element) -> str:
    base, large = _base(element[0])
    low, high = _say(element[1]), _say(element[2])
    if large:
        return f"{base} from {low} to {high} of"
    return f"{base} sub {low} to the power of {high}"


def _accent(element: Element) -> str:
    return f"{_say(element[0])} with {_say(element[1])} above"


SAYINGS = {
    "mi": _word,
    "mn": _word,
    "mo": _word,
    "mtext": lambda e: html.unescape(e.text or "").replace("\\", "").replace("&", " and "),
    "mspace": _space,
    "mfrac": lambda e: f"the fraction {_say(e[0])}, over {_say(e[1])}, end of fraction",
    "msqrt": lambda e: f"the square root of {_all(e)}, end of root",
    "mroot": lambda e: f"the root of order {_say(e[1])} of {_say(e[0])}, end of root",
    "msub": _below,
    "munder": _below,
    "msup": _above,
    "msubsup": _both,
    "munderover": _both,
    "mover": _accent,
    "mtr": lambda e: f"{_all(e)};",
}
