import django.db.models.deletion
from django.db import migrations, models

from yangguang.trail.sql import plain_table


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_pilot"),
    ]

    operations = [
        migrations.CreateModel(
            name="PolicyWords",
            fields=[
                (
                    "release",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="words",
                        serialize=False,
                        to="catalogue.policyrelease",
                        verbose_name="制度文件公布",
                    ),
                ),
                ("text", models.TextField(blank=True, verbose_name="文字")),
                ("why", models.CharField(blank=True, max_length=200, verbose_name="没有读出的")),
            ],
            options={
                "verbose_name": "制度文件的文字",
                "verbose_name_plural": "制度文件的文字",
            },
        ),
        *plain_table("catalogue_policywords", web="SELECT, INSERT, UPDATE", portal="SELECT"),
    ]
