"""Inspection of one file as a program of its own: ``-m submissions.documents.sandbox KIND SECONDS``.

It reads the file from its standard input and prints one word. A file of a few kilobytes can keep a
reader busy for hours or unpack to gigabytes. Here that costs only this process, which the system
ends when its time is up; the pages go on being served. So nothing else of the portal is imported,
and a verdict that never came counts as one.
"""

from typing import Final

FINE: Final = "fine"
BROKEN: Final = "broken"
PROTECTED: Final = "protected"
ACTIVE: Final = "active"
PROGRAM: Final = "program"
COMPLEX: Final = "complex"
TOO_LARGE: Final = "too_large"
