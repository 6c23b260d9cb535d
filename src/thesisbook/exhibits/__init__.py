"""Figures, tables, named numbers and receipts: what a chapter calls. Computes no quantity."""

from thesisbook.exhibits import charts, tables
from thesisbook.exhibits.report import Report

__all__ = ["Report", "charts", "tables"]
