"""Executable equity research: facts, model, exhibits, book."""
