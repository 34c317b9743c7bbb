from django.db import migrations, models

STATES = [
    ("receiving", "传输中"),
    ("verifying", "正在核验"),
    ("kept", "已收存"),
    ("repeated", "已有同一文件"),
    ("refused", "未收存"),
    ("expired", "已过期"),
]


class Migration(migrations.Migration):
    """The choices of a state; the table stays as it is."""

    dependencies = [("record", "0006_signing")]

    operations = [
        migrations.AlterField(
            model_name="transfer",
            name="state",
            field=models.CharField(choices=STATES, default="receiving", max_length=9, verbose_name="状态"),
        ),
    ]
