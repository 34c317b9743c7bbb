from django.db import migrations

from yangguang.trail.sql import ERASURES_TOLD


class Migration(migrations.Migration):
    """What the public learns of erasures: where in the log, on which clause, when; no reason, no name, no word."""

    dependencies = [("trail", "0002_witness")]

    operations = [ERASURES_TOLD]
