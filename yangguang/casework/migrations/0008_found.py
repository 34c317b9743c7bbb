from django.db import migrations, models

from yangguang.casework.sql import FOUND


class Migration(migrations.Migration):
    """Cases found by words, by kind and by the month they were opened in, among a million."""

    dependencies = [("casework", "0007_tally"), ("record", "0010_numbered")]

    operations = [
        *FOUND,
        migrations.AddIndex(
            "casestate", models.Index(fields=["kind", "-moved_at", "-case"], name="casework_state_kind_moved")
        ),
        migrations.AddIndex("casestate", models.Index(fields=["opened_on", "scope"], name="casework_state_opened")),
    ]
