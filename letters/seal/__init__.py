"""The seal of a letter (PAdES), the authorities behind it, and the look at what it says of a file."""
