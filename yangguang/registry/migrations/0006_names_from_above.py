from django.db import migrations
from django.db.migrations.operations import RunSQL


class Migration(migrations.Migration):
    """Who wrote a fact is read with it, also where the writer belongs to a body above.

    Without it a join to the writer hides the fact itself: a legal hold, a mark, an answer of the county would vanish for
    the township it binds.  The row of an officer holds name, post and what the public register shows anyway.
    """

    dependencies = [("registry", "0005_exams")]

    operations = [
        RunSQL(
            """
            create policy registry_officer_above on registry_officer for select to yg_web
                using (starts_with((select current_setting('app.lo', true)), scope));
            """,
            "drop policy registry_officer_above on registry_officer;",
        )
    ]
