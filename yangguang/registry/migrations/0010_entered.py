"""One question for who a person is, as what, and where: the account is read with its officer, body and roles."""

from django.db import migrations

from yangguang.registry import sql


class Migration(migrations.Migration):
    dependencies = [("registry", "0009_unit_head")]
    operations = [sql.ENTERED]
