"""Spreadsheets that people bring: the file, its headings, its cells."""
