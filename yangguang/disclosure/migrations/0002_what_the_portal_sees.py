"""The places of the masks beside the text; the portal's role sees entries of what is shown, and whether a decision stands."""

from django.db import migrations, models

from yangguang.disclosure.sql import ONLY_WHAT_IS_SHOWN, STANDING


class Migration(migrations.Migration):

    dependencies = [
        ("disclosure", "0001_initial"),
        ("decision", "0001_initial"),
        ("trail", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="publicdecision",
            name="marks",
            field=models.JSONField(default=list, verbose_name="隐去处"),
        ),
        ONLY_WHAT_IS_SHOWN,
        STANDING,
    ]
