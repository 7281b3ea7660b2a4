"""Sessions that are open keep their cookies; the database keeps digests of these from here on."""

import base64
import hashlib

from django.db import migrations

TABLES = ("django_session", "usersessions_usersession")


def digest_of(cookie: str) -> str:
    """As ``signin.session_store`` makes it at the time of this migration."""
    return ("$" + base64.urlsafe_b64encode(hashlib.sha256(cookie.encode()).digest()).decode())[:40]


def keep_digests(apps, schema_editor) -> None:
    """One after the other; what is a digest already stays."""
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT session_key FROM {table} WHERE session_key NOT LIKE '$%'")
            keys = [(digest_of(key), key) for (key,) in cursor.fetchall()]
            cursor.executemany(f"UPDATE {table} SET session_key = %s WHERE session_key = %s", keys)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_claimed_by"),
        ("sessions", "0001_initial"),
        ("usersessions", "0001_initial"),
    ]

    # Back again everybody signs in anew: what a digest was made of cannot be told.
    operations = [migrations.RunPython(keep_digests, migrations.RunPython.noop)]
