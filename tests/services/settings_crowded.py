"""The portal for a server that is kept busy: little patience with who only reads, and with a lock."""

from tests.services.settings_served import *  # noqa: F403

WAIT_OF_READERS = 0.3
PAGE_LOCK_SECONDS = 3
WAIT_AT_STANDSTILL = 1.5
