"""Only a head answers what is put before a head."""

from django.db import migrations

from yangguang.casework.sql import ANSWERED_BY_A_HEAD


class Migration(migrations.Migration):

    dependencies = [
        ("casework", "0004_rubric"),
        ("registry", "0006_names_from_above"),
    ]

    operations = [*ANSWERED_BY_A_HEAD]
