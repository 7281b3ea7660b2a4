"""Keys that seal the audit trail, each by the id that its seals name."""

from django.conf import settings

# The id of AUDIT_KEY, under which everything was sealed before keys had ids.
FIRST = ""


class KeyMissing(Exception):
    """A seal names a key that the settings do not hold."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        name = f"«{key_id}» of AUDIT_KEYS" if key_id else "AUDIT_KEY"
        super().__init__(f"The trail was sealed with the key {name}, which is not there.")


def newest_id() -> str:
    """The id of the key that seals from now on: the first of AUDIT_KEYS, else AUDIT_KEY."""
    return next(iter(settings.AUDIT_KEYS), FIRST)


def key_of(key_id: str) -> bytes:
    """The key of this id. Raises KeyMissing."""
    key = settings.AUDIT_KEY if key_id == FIRST else settings.AUDIT_KEYS.get(key_id)
    if not key:
        raise KeyMissing(key_id)
    return str(key).encode()
