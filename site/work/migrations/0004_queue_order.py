from django.db import migrations


class Migration(migrations.Migration):
    """Four workers look for what is due five times a second, among thousands of rows of others."""

    dependencies = [
        ("work", "0003_gateways"),
        ("django_q", "0019_alter_task_options_alter_ormq_key_alter_ormq_lock_and_more"),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX work_queue_order ON django_q_ormq (key, lock)",
            "DROP INDEX work_queue_order",
        )
    ]
