"""The table of the cache that all processes share: failed sign-ins, and codes that were used."""

from django.core.management import call_command
from django.db import migrations


def make_table(apps, schema_editor):
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("ledarna", "0005_document_permissions")]

    operations = [migrations.RunPython(make_table, migrations.RunPython.noop)]
