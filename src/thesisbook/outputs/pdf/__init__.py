"""The print edition: the book's single HTML page as a tagged PDF, set by Typst."""

from thesisbook.outputs.pdf.compile import write_pdf, write_prints
from thesisbook.outputs.pdf.markup import PdfError
from thesisbook.outputs.pdf.meta import PdfMeta

__all__ = ["PdfError", "PdfMeta", "write_pdf", "write_prints"]
