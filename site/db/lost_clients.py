"""A host that has lost its power lets go what it had locked in PostgreSQL.

Nothing tells the server that such a client is gone: it keeps the transaction and its locks until
it asks after it, by default after two hours, and the other hosts wait at each row.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Seconds, for this connection, as the server counts them; in all some twenty.
NOTICE = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3;
SET tcp_user_timeout = '15s'
"""


def have_loss_noticed(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Have the server ask after this host on a new connection; listens to ``connection_created``."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(NOTICE)
