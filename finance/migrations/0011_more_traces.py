from django.db import migrations

from finance.migrations._traces import first_traces

# As they were when this migration was written.
TRACED = {
    'project': ('code',),
    'costcenter': ('code',),
    'attachment': ('voucher_id', 'line', 'sha256', 'content_type', 'size', 'uploaded_by', 'uploaded_at', 'name',),
    'attest': ('voucher_id', 'by', 'at', 'content',),
    'draftedit': ('voucher_id', 'by', 'at',),
    'attestrule': ('limit',),
    'anchor': ('fiscal_year_id', 'sequence', 'digest', 'at', 'by', 'note',),
}


class Migration(migrations.Migration):

    dependencies = [
        ('finance', '0010_sie_imports'),
    ]

    operations = [migrations.RunPython(first_traces(TRACED), migrations.RunPython.noop)]
