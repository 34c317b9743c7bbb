"""How far a matter has come, for whoever was handed its code."""

from django.db import migrations

from yangguang.disclosure.sql import PROGRESS


class Migration(migrations.Migration):

    dependencies = [
        ("disclosure", "0002_what_the_portal_sees"),
        ("casework", "0001_initial"),
        ("decision", "0001_initial"),
        ("registry", "0001_initial"),
    ]

    operations = [PROGRESS]
