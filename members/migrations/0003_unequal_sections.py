from django.db import migrations

# SQLite's triggers do not wait for the end of a transaction; its foreign keys do. A count whose sections
# do not make it up has a row here (members/sql/sqlite/guard.sql), and what that row refers to is never
# there: so the transaction is not kept until the row is gone.
TABLE = """
CREATE TABLE members_unequalsections (
    count_id integer NOT NULL PRIMARY KEY CHECK (count_id > 0),
    nowhere integer NOT NULL DEFAULT 0 REFERENCES members_unequalsections (count_id) DEFERRABLE INITIALLY DEFERRED
)
"""


def on_sqlite(sql):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == 'sqlite':
            schema_editor.execute(sql)

    return run


class Migration(migrations.Migration):

    dependencies = [
        ('members', '0002_parts_questions_months_publications'),
    ]

    operations = [
        migrations.RunPython(on_sqlite(TABLE), on_sqlite("DROP TABLE members_unequalsections")),
    ]
