"""The code on every paper that left the house leads to the progress of its matter."""

from django.db import migrations

from yangguang.disclosure.sql import PROGRESS_BY_EVERY_CODE


class Migration(migrations.Migration):

    dependencies = [("disclosure", "0004_withholding"), ("decision", "0007_corrected")]

    operations = [PROGRESS_BY_EVERY_CODE]
