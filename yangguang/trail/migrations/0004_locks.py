from django.db import migrations

from yangguang.trail.sql import LOCKS


class Migration(migrations.Migration):

    dependencies = [("trail", "0003_erasures_told")]

    operations = [LOCKS]
