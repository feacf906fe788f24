"""No two users have the same mail address, which is kept in small letters."""

from django.db import migrations, models
from django.db.models.functions import Lower


def in_small_letters(apps, schema_editor):
    users = apps.get_model("ledarna", "User").objects.using(schema_editor.connection.alias)
    users.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("ledarna", "0006_shared_cache")]

    operations = [
        migrations.RunPython(in_small_letters, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(("email", ""), _negated=True),
                name="user_email_unique",
                violation_error_message="Somebody else has this mail address.",
            ),
        ),
    ]
