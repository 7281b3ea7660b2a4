"""WeasyPrint set up once, and Persian text in what it prints."""
