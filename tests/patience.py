"""How long a story waits for what must come: far longer than it takes, also on a busy machine.

Nobody waits this long unless the story is about to fail.
"""

PATIENCE = 90  # seconds
