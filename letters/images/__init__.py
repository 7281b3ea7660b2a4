"""Images on letters: emblem, letterhead, signatures and stamps; private, frozen, never deleted."""
