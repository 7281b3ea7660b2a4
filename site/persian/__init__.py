"""Persian digits, text, dates, identifiers and working time. Knows no other app and no table."""
