"""The register's search: keys of the numbers that are there, and on PostgreSQL a trigram index."""

import logging

from django.db import ProgrammingError, migrations, transaction

logger = logging.getLogger(__name__)
AT_ONCE = 2000
INDEX = "contract_holder_trigrams"


def write_keys(apps, schema_editor):
    from submissions.models.contract import number_key

    contracts = apps.get_model("submissions", "Contract").objects.using(
        schema_editor.connection.alias
    )
    without = contracts.filter(number_key="").order_by("pk")
    after = 0
    while some := list(without.filter(pk__gt=after)[:AT_ONCE]):
        for contract in some:
            contract.number_key = number_key(contract.number)
        contracts.bulk_update(some, ["number_key"])
        after = some[-1].pk


def index_trigrams(apps, schema_editor):
    """Making the extension takes rights that a hosted database may not give: search works without."""
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            # Without a list of pending entries: nobody's search pays for an import.
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS {INDEX} ON submissions_contract "
                "USING gin (holder_key gin_trgm_ops) WITH (fastupdate = off)"
            )
    except ProgrammingError as refused:
        logger.warning(
            "The trigram index of the register was not made (%s). An administrator of the "
            "database may run: CREATE EXTENSION pg_trgm; then migrate submissions back and forth.",
            str(refused).strip(),
        )


def drop_trigrams(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("submissions", "0004_register")]

    operations = [
        migrations.RunPython(write_keys, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(index_trigrams, drop_trigrams),
    ]
