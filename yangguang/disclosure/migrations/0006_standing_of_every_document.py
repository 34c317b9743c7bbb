"""Whoever holds a paper learns that what it decided no longer stands: of a penalty and of everything else."""

from django.db import migrations

from yangguang.disclosure.sql import STANDING_OF_EVERY_DOCUMENT


class Migration(migrations.Migration):

    dependencies = [("disclosure", "0005_progress_by_every_code"), ("decision", "0008_contested")]

    operations = [STANDING_OF_EVERY_DOCUMENT]
