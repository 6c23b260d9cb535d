"""Words of currencies and units in printed figures, and the units that each may mean.

A word has a size, which is read like a scale word (`600W` is 0.6 in a row of kW), and a dimension,
which the unit of the row must share.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

from thesisbook.data.units import UNITS, Unit, is_currency

# Further words of print for a currency, each with its usual one; 元 may be any.
_ALSO = {"RMB": "人民币", "人民币元": "人民币", "￥": "¥", "港币": "港元", "美金": "美元"}
_ANY_CURRENCY = "元"
_MONEY = ("money", "per_share")
_TIMES = ("multiple", "ratio")

# Words that name one unit and so have its size.
_OF_UNIT: dict[str, str] = {
    word: unit
    for unit, words in (
        ("W", "W 瓦"),
        ("kW", "kW 千瓦"),
        ("MW", "MW 兆瓦"),
        ("nm", "nm 纳米"),
        ("mm2", "mm² mm2"),
        ("GB", "GB"),
        ("TB", "TB"),
        ("GB_per_s", "GB/s"),
        ("TB_per_s", "TB/s"),
        ("GHz", "GHz"),
        ("TFLOPS", "TFLOPS TFlops"),
        ("PFLOPS", "PFLOPS PFlops P"),
        ("EFLOPS", "EFLOPS EFlops"),
        ("TOPS", "TOPS"),
        ("minutes", "分钟 minutes"),
        ("hours", "小时 hours"),
        ("days", "天 日 days 个交易日 业务日"),
        ("months", "个月 月 months"),
    )
    for word in words.split()
}

# Words that name a dimension but no size.
_OF_DIMENSION: dict[str, tuple[str, ...]] = {
    **{
        word: dimensions
        for dimensions, words in (
            (("shares",), "股 股份 shares"),
            (("per_share",), "每股"),
            (_TIMES, "倍 times x X ×"),
            (("persons", "count"), "人 名 位 people persons employees"),
            (("tokens", "count"), "tokens 个token token"),
            (("years", "year"), "年 余年 years"),
            (
                ("count",),
                "家 家公司 companies 项 项专利 件 patents 个 个客户 客户 customers 单 张 张卡 卡 "
                "cards 片 颗 枚 块 units chips 款 种 轮 rounds 次 笔 份 台 部 套 条 类 核 通道 "
                "channels 个节点 节点 nodes 服务器 servers",
            ),
        )
        for word in words.split()
    },
    "per share": ("per_share",),
}
UNIT_WORDS: tuple[str, ...] = (*_OF_UNIT, *_OF_DIMENSION)

# Scale words that turn a number into a ratio.
PERCENT = ("percentage points", "per cent", "percent", "百分点", "%", "％", "成")


@cache
def currency_words() -> dict[str, tuple[str, ...]]:
    """Words before or after a figure that name a currency, and the currencies each may mean.

    They are the code, the names and the signs of every currency in use; `$`, `dollars` and the like
    may mean several. Of an empty tuple any currency may be meant.
    """
    words: dict[str, tuple[str, ...]] = {}
    for word, code in _usual_words():
        if word not in UNIT_WORDS and code not in words.get(word, ()):
            words[word] = (*words.get(word, ()), code)
    return {**words, **{word: words[usual] for word, usual in _ALSO.items()}, _ANY_CURRENCY: ()}


def _usual_words() -> Iterator[tuple[str, str]]:
    """Each usual word of each currency that is tender somewhere, with its code."""
    from babel import Locale  # noqa: PLC0415 - only where prints are read
    from babel.core import get_global  # noqa: PLC0415
    from babel.numbers import get_currency_name  # noqa: PLC0415

    english, chinese, dollar = Locale("en"), Locale("zh"), ("$", "dollars")
    issued = (row for rows in get_global("territory_currencies").values() for row in rows)
    for code in sorted({code for code, _, until, tender in issued if tender and until is None}):
        if not is_currency(code):
            continue
        yield code, code
        yield chinese.currencies.get(code, code), code
        name = get_currency_name(code, count=2, locale=english)
        signs = {locale.currency_symbols.get(code, code) for locale in (english, chinese)}
        for word in (name, name.split()[-1], *sorted(signs)):  # `dollars` of every country
            yield word, code
        if any(word.endswith(dollar) for word in (name, *signs)):
            yield "$", code


def size_of(word: str) -> Decimal | None:
    """Size of a unit word in the smallest unit of its family; None if it names no size."""
    if word in _OF_UNIT:
        return UNITS[_OF_UNIT[word]].scale
    # A multiple may stand in a row of percent: twice is 200%.
    return Decimal(1) if _OF_DIMENSION.get(word) == _TIMES else None


def currency_of(unit: Unit) -> str:
    """The currency of money in this unit, of a price or of the money an exchange rate gives."""
    found = re.match(r"[A-Z]{3}(?=_|$)", unit.code)
    return found[0] if found and unit.dimension in (*_MONEY, "exchange_rate") else ""


def misfit(words: Iterable[str], unit: Unit) -> str:
    """Why a word of the printed text does not fit the unit of the row; None if it fits."""
    for word in words:
        if word in currency_words():
            if not currency_of(unit):
                return f"the print says {word}, a word of money, and the row is in {unit.code}"
            meant = " or ".join(currency_words()[word])
            if meant and currency_of(unit) not in currency_words()[word]:
                return f"the print says {word}, a word of {meant}, and the row is in {unit.code}"
        elif word in _OF_UNIT:
            own = _OF_UNIT[word]
            if UNITS[own].canonical != unit.canonical:
                return f"the print says {word}, a word of {own}, and the row is in {unit.code}"
        elif word in PERCENT:
            if unit.dimension != "ratio":
                return f"the print says {word}, a word of a ratio, and the row is in {unit.code}"
        elif word in _OF_DIMENSION and not {unit.dimension, unit.canonical} & {
            *_OF_DIMENSION[word]
        }:
            meant = " or ".join(_OF_DIMENSION[word])
            return f"the print says {word}, a word of {meant}, and the row is in {unit.code}"
    return ""
