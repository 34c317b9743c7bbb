"""A code leads to the newest version of its document; an export says how far the trail of every key reached."""

from django.db import migrations, models

from yangguang.record.sql import LATER, REVEAL_NEWEST


class Migration(migrations.Migration):

    dependencies = [("record", "0008_passkeys")]

    operations = [
        migrations.AddField(
            model_name="packageexport",
            name="keys",
            field=models.JSONField(default=list, verbose_name="密钥和录制的留痕"),
        ),
        REVEAL_NEWEST,
        LATER,
    ]
