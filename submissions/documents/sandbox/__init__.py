"""Inspection of one file in a process of its own, which knows nothing of the portal.

A file of a few kilobytes can keep a reader busy for hours or unpack to gigabytes. Here that costs only
the child of a lookout (:mod:`submissions.documents.sandbox.lookout`), which the system ends when its time
is up; the pages go on being served. A verdict that never came counts as one.
"""

from typing import Final

FINE: Final = "fine"
BROKEN: Final = "broken"
PROTECTED: Final = "protected"
ACTIVE: Final = "active"
PROGRAM: Final = "program"
COMPLEX: Final = "complex"
TOO_LARGE: Final = "too_large"
