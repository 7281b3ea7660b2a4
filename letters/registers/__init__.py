"""The secretariats and their registers: numbers, what comes in, what becomes of a letter, prints."""
