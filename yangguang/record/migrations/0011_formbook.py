import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):
    """The compilations of forms a body takes over."""

    dependencies = [("record", "0010_numbered"), ("registry", "0006_names_from_above")]

    operations = [
        migrations.CreateModel(
            name="FormSet",
            fields=[
                ("id", models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name="编号")),
                ("at", models.DateTimeField(verbose_name="发生时间")),
                ("scope", models.TextField(db_collation="C", verbose_name="所属机关")),
                ("system", models.CharField(choices=[("province", "省（自治区、直辖市）"), ("line", "本系统"), ("own", "本机关")], max_length=8, verbose_name="来源")),
                ("title", models.CharField(max_length=200, verbose_name="汇编名称")),
                ("issuer", models.CharField(max_length=100, verbose_name="制定机关")),
                ("source", models.CharField(max_length=200, verbose_name="文件依据")),
                ("forms", models.JSONField(verbose_name="样式")),
                ("digest", models.CharField(max_length=64, verbose_name="文件摘要值")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.officer", verbose_name="经办人")),
            ],
            options={"verbose_name": "采用的文书样式汇编", "verbose_name_plural": "采用的文书样式汇编"},
        ),
        *fact_table("record_formset"),
    ]
