"""The page that asks "what if": the model as JavaScript, the page's script, the reader's file."""

from thesisbook.outputs.whatif.bundle import (
    FILE,
    EditedModel,
    refuse_edited,
    script,
    scripts,
    write_script,
)
from thesisbook.outputs.whatif.model_js import model_module

__all__ = [
    "FILE",
    "EditedModel",
    "model_module",
    "refuse_edited",
    "script",
    "scripts",
    "write_script",
]
