"""The typefaces of the pages: Latin inside the style sheet but for rare letters, Chinese cut to
what is used."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

from thesisbook.exhibits import theme
from thesisbook.provenance.kept import Kept

SOURCE = "NotoSansSC-Regular.ttf"
CHINESE = "fonts/han-{}.woff"  # of what it holds: the books of a site have one each, or share it
RANGE = "U+2E80-9FFF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF"
# Inside the style sheet a face is there at the first paint, and no line moves when it comes. That
# need not wait for accented letters, which are rare and in files of their own.
LATIN = {"400": ("400", "normal"), "700": ("700", "normal"), "400-italic": ("400", "italic")}
LETTERS = "U+00C0-00D6, U+00D8-00F6, U+00F8-1FFF"
RANGES = ((0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFFEF))


def characters(texts: Iterable[str]) -> list[int]:
    """Code points of Chinese characters and punctuation in `texts`, sorted."""
    used = {ord(character) for text in texts for character in set(text)}
    return sorted(point for point in used if any(low <= point <= high for low, high in RANGES))


def write_latin(static: Path) -> Path:
    """`fonts.css` with the Latin faces of `static/fonts` inside it; files of letters stay."""
    rules = []
    for name, (weight, style) in LATIN.items():
        path = static / "fonts" / f"thesis-sans-{name}.woff2"
        face = base64.b64encode(path.read_bytes()).decode("ascii")
        rules.append(_face(weight, style, "block", f"data:font/woff2;base64,{face}"))
        path.unlink()
        letters = f"fonts/thesis-sans-{name}-ext.woff2"
        rules.append(_face(weight, style, "swap", letters, f"unicode-range:{LETTERS};"))
    target = static / "fonts.css"
    target.write_text("".join(rules), encoding="ascii", newline="\n")
    return target


def _face(weight: str, style: str, display: str, address: str, only: str = "") -> str:
    return (
        f'@font-face{{font-family:"Thesis Sans";font-weight:{weight};font-style:{style};'
        f'font-display:{display};{only}src:url("{address}") format("woff2")}}\n'
    )


def write(texts: Iterable[str], static: Path, kept: Kept) -> Path | None:
    """The Chinese font below `static`, named in `fonts.css`; None where no page has Chinese."""
    points = characters(texts)
    for earlier in static.glob(CHINESE.format("*")):
        earlier.unlink()
    if not points:
        return None
    font = kept.each("font", [points], lambda asked: [cut(each) for each in asked])[0]
    target = static / CHINESE.format(hashlib.sha256(font).hexdigest()[:8])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(font)
    address = target.relative_to(static).as_posix()
    with (static / "fonts.css").open("a", encoding="ascii", newline="\n") as sheet:
        sheet.write(
            '@font-face{font-family:"Book Han";font-weight:400;font-display:swap;'
            f'src:url("{address}") format("woff");unicode-range:{RANGE}}}\n'
        )
    return target


def cut(points: Sequence[int]) -> bytes:
    """The Chinese face with these code points only.

    Same characters, same bytes: no time stamp is written into the font.
    """
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(theme.FONT_FOLDER / SOURCE, recalcTimestamp=False, lazy=True)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 13, 14]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()
