"""Look whether the addresses that a built site links to still answer.

    python .ci/check_links.py _build/html

An address that is gone (404, 410, no such host) is a fault, told with the pages that link to it.
One
that refuses programs or does not answer in time is only named: that is no proof.
"""

from __future__ import annotations

import re
import socket
import sys
import urllib.error
import urllib.request
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

LINK = re.compile(r'<a [^>]*href="(https?://[^"]+)"')
GONE = (404, 410)
SECONDS = 20
AGENT = "Mozilla/5.0 (link check of a report; reads no content)"


def addresses(site: Path) -> dict[str, list[str]]:
    """Each outside address that pages link to, without its fragment, and those pages."""
    found: dict[str, set[str]] = defaultdict(set)
    for page in sorted(site.rglob("*.html")):
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            found[unescape(link).partition("#")[0]].add(page.relative_to(site).as_posix())
    return {address: sorted(pages) for address, pages in sorted(found.items())}


def answer(address: str) -> str:
    """Empty if the address answers, `gone: ...` if it is gone, else why that is not known."""
    said = ""
    for method in ("HEAD", "GET"):  # some servers know no HEAD
        request = urllib.request.Request(address, method=method, headers={"User-Agent": AGENT})
        try:
            with urllib.request.urlopen(request, timeout=SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            said = f"gone: {error.code}" if error.code in GONE else f"answers {error.code}"
        except urllib.error.URLError as error:
            unknown = isinstance(error.reason, socket.gaierror)
            return "gone: no such host" if unknown else f"no answer: {error.reason}"
        except (OSError, ValueError) as error:
            return f"no answer: {error}"
    return said


def main(site: Path, found: Mapping[str, Iterable[str]]) -> int:
    """Print what does not answer; 1 if anything is gone."""
    with ThreadPoolExecutor(8) as pool:
        answers = dict(zip(found, pool.map(answer, found), strict=True))
    for address, said in answers.items():
        if said:
            print(f"{address}: {said} ({', '.join(list(found[address])[:3])})")
    gone = [address for address, said in answers.items() if said.startswith("gone")]
    print(f"{len(found)} addresses, {len(gone)} gone")
    return 1 if gone else 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("give the folder of a built site, for example _build/html")
    folder = Path(sys.argv[1])
    linked = addresses(folder)
    if not linked:
        sys.exit(
            f"{folder}: found no page with an outside address; give the folder of a built site"
        )
    sys.exit(main(folder, linked))
