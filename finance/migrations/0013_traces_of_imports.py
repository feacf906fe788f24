from django.db import migrations

from finance.migrations._traces import first_traces

# As they were when this migration was written.
TRACED = {
    'importedbalance': ('fiscal_year_id', 'account_id', 'closing',),
    'sieimport': ('sha256', 'at', 'by', 'file_name',),
}


class Migration(migrations.Migration):

    dependencies = [
        ('finance', '0012_entry'),
    ]

    operations = [migrations.RunPython(first_traces(TRACED), migrations.RunPython.noop)]
