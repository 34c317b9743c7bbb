import django.db.models.deletion
from django.db import migrations, models

from yangguang.duty.sql import STILL_OPEN
from yangguang.trail.sql import scoped_table


class Migration(migrations.Migration):
    """The duties that are open, kept beside all that ever were."""

    dependencies = [("duty", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="OpenDuty",
            fields=[
                (
                    "duty",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="open",
                        serialize=False,
                        to="duty.duty",
                        verbose_name="职责",
                    ),
                ),
                ("scope", models.TextField(db_collation="C", verbose_name="所属机关")),
                ("rule", models.CharField(max_length=40, verbose_name="规则")),
                ("subject", models.CharField(max_length=60, verbose_name="事项")),
                ("due_on", models.DateField(verbose_name="到期日")),
            ],
            options={
                "verbose_name": "未了职责",
                "verbose_name_plural": "未了职责",
                "indexes": [
                    models.Index(fields=["scope", "due_on"], name="duty_open_scope"),
                    models.Index(fields=["due_on", "scope"], name="duty_open_due"),
                ],
            },
        ),
        *scoped_table("duty_openduty", web="SELECT"),
        STILL_OPEN,
    ]
