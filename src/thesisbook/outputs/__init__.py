"""What the book gives away beside the site: workbook and print edition."""
