"""The model for a page that asks "what if": one JavaScript module written from the graph."""

from thesisbook.outputs.whatif.model_js import model_module

__all__ = ["model_module"]
