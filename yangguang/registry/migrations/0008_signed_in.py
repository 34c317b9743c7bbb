from django.db import migrations

from yangguang.registry.sql import SIGNED_IN


class Migration(migrations.Migration):

    dependencies = [("registry", "0007_followed_and_entrusted")]

    operations = [SIGNED_IN]
