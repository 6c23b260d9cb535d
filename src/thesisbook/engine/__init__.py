"""Build books: check, chapters, site, print edition and workbook, for any set of parameters."""
