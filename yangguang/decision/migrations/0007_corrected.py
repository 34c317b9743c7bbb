"""A corrected notice is told by its newest version; the code on every paper leads the party to its case."""

from django.db import migrations

from yangguang.decision.sql import CORRECTED


class Migration(migrations.Migration):

    dependencies = [("decision", "0006_exemption"), ("record", "0009_versions")]

    operations = CORRECTED
