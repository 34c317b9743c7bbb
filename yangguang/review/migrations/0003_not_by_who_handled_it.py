"""Whoever ever handled a case does not review it."""

from django.db import migrations

from yangguang.review.sql import NOT_BY_WHO_HANDLED_IT


class Migration(migrations.Migration):

    dependencies = [
        ("casework", "0006_handlers"),
        ("review", "0002_depth"),
    ]

    operations = [*NOT_BY_WHO_HANDLED_IT]
