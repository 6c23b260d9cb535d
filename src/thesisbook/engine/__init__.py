"""The build: check, chapters, site, print and workbook, for any set of parameters."""
