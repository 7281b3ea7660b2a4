"""WeasyPrint's set-up, and Persian text in PDFs."""
