"""The words that scripts show on a page in another language than English, as a script of their own.

A script asks `say("...")` (`static/words.js`, `whatif/runtime.js`); what it may ask is read from
the scripts themselves, what is answered from the package's words.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from thesisbook.exhibits.translation import own_words
from thesisbook.outputs import whatif
from thesisbook.provenance.receipt_store import json_text

#: The English of a call of `say`, as a JavaScript literal.
ASKED = re.compile(r'\bsay\(\s*("(?:[^"\\\n]|\\.)*")')


def file_of(language: str) -> str:
    """The name of the script in `_static`; empty where the package has no words."""
    return f"words-{language}.js" if own_words(language) else ""


def asked() -> list[str]:
    """All that scripts say, in English, each once, sorted."""
    paths = [*(Path(__file__).parent / "static").glob("*.js")]
    paths += Path(whatif.__file__).parent.rglob("*.js")
    literals = [one for path in paths for one in ASKED.findall(path.read_text(encoding="utf-8"))]
    return sorted({json.loads(literal) for literal in literals})


def write(static: Path, language: str) -> str:
    """Write the script into `static`, if there is one for `language`; its text."""
    name, known = file_of(language), own_words(language)
    if not name:
        return ""
    # white space at the ends of an English word is not in the table
    told = {one: known[" ".join(one.split())] for one in asked()}
    text = f"window.WORDS={json_text(told)};\n"
    (static / name).write_text(text, encoding="utf-8", newline="\n")
    return text
