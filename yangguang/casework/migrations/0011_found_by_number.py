"""A case is found by its whole number, or the whole number of one of its papers, at once."""

from django.db import migrations, models

from yangguang.casework import sql


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_joinder"), ("record", "0012_repairs_loans_dockings")]
    operations = [
        migrations.AddIndex(
            model_name="casestate",
            index=models.Index(
                condition=models.Q(("number", ""), _negated=True), fields=["number"], name="casework_state_number"
            ),
        ),
        sql.FOUND_BY_NUMBER,
    ]
