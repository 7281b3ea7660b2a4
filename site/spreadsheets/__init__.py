"""Tables that people bring from a spreadsheet: the file, its headings, its cells."""
