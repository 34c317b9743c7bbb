from django.db import migrations, models

from yangguang.casework.sql import TALLY
from yangguang.trail.sql import scoped_table


class Migration(migrations.Migration):
    """How many cases stand where, kept with them; and the latest of many bodies by an index."""

    dependencies = [("casework", "0006_handlers"), ("registry", "0008_signed_in")]

    operations = [
        migrations.CreateModel(
            name="CaseTally",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False, verbose_name="序号")),
                ("scope", models.TextField(db_collation="C", verbose_name="所属机关")),
                ("kind", models.CharField(max_length=24, verbose_name="行为种类")),
                ("step", models.CharField(max_length=30, verbose_name="当前环节")),
                ("ended", models.BooleanField(verbose_name="已结案")),
                ("n", models.IntegerField(verbose_name="件数")),
            ],
            options={
                "verbose_name": "案件件数",
                "verbose_name_plural": "案件件数",
                "indexes": [models.Index(fields=["scope"], name="casework_tally_scope")],
            },
        ),
        migrations.AddIndex(
            "casestate", models.Index(fields=["-moved_at", "-case"], name="casework_state_moved")
        ),
        migrations.AddIndex(
            "casestate", models.Index(fields=["step", "-moved_at", "-case"], name="casework_state_step_moved")
        ),
        *scoped_table("casework_casetally", web="SELECT"),
        *TALLY,
    ]
