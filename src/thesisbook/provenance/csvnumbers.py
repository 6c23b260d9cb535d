"""Whether a number as shown in a table is one of those in the table's CSV."""

from __future__ import annotations

import re
from bisect import bisect_left

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
SHOWN = re.compile(r"\d[\d,]*(?:\.\d+)?")
# A table may show the data in percent, thousands, hundred millions or billions, or the reverse.
SCALES = (1.0, 100.0, 1e3, 1e6, 1e-2, 1e-3, 1e-6, 1e4)


class CsvNumbers:
    """The numbers of one CSV text, by size."""

    def __init__(self, text: str) -> None:
        self.text = text
        # a comma separates cells here, not thousands
        self.values = sorted(abs(float(found)) for found in NUMBER.findall(text))

    def holds(self, token: str, around: str) -> bool:
        """Whether the data hold `token`, exactly or rounded to the last digit shown.

        `around` is the text of its cell: words of a cell are looked for as a whole.
        """
        if token in self.text or around.strip() in self.text:
            return True
        match = SHOWN.search(token)
        if match is None:
            return False
        shown = match[0].replace(",", "")
        decimals = len(shown.partition(".")[2])
        tolerance = 0.5000001 * 10.0**-decimals
        return any(self._near(float(shown) / scale, tolerance / scale) for scale in SCALES)

    def _near(self, value: float, tolerance: float) -> bool:
        at = bisect_left(self.values, value - tolerance)
        return at < len(self.values) and self.values[at] <= value + tolerance
