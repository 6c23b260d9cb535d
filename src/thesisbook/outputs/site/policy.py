"""The content security policy of each page, written after all of its scripts are known."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

SCRIPT = re.compile(
    r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL | re.IGNORECASE
)
META = re.compile(r'\s*<meta http-equiv="Content-Security-Policy"[^>]*>')
HEAD = re.compile(r"<head>")
# Left in the text of a page by an extension of the book builder that is off here.
DEAD = re.compile(
    r"<script[^>]*type=\"text/x-thebe-config\"[^>]*>.*?</script>\s*"
    r"|<script>\s*kernelName\s*=[^<]*</script>\s*",
    re.DOTALL,
)


def inline_hashes(page: str) -> list[str]:
    """`'sha256-...'` of every inline script of `page`, sorted, each once."""
    hashes = set()
    for match in SCRIPT.finditer(page):
        attributes = match["attributes"]
        if re.search(r"\bsrc=", attributes) or "ld+json" in attributes or not match["body"].strip():
            continue
        digest = hashlib.sha256(match["body"].encode("utf-8")).digest()
        hashes.add(f"'sha256-{base64.b64encode(digest).decode('ascii')}'")
    return sorted(hashes)


def policy(page: str) -> str:
    """The policy of `page`: its own files, its own inline scripts by hash, nothing else."""
    scripts = " ".join(["'self'", *inline_hashes(page)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'none'; "
        "form-action 'self'; base-uri 'none'; object-src 'none'"
    )


def sealed(page: str) -> str:
    """`page` without dead scripts and with its policy as first word of the head."""
    page = DEAD.sub("", META.sub("", page))
    return HEAD.sub(
        f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{policy(page)}">', page, 1
    )


def seal(path: Path) -> None:
    """Rewrite the page at `path` in place if its sealed form differs."""
    page = path.read_text(encoding="utf-8")
    new = sealed(page)
    if new != page:
        path.write_text(new, encoding="utf-8", newline="\n")
