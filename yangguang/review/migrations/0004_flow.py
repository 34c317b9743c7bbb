"""本单位审核工作流程."""

import django.db.models.deletion
from django.db import migrations, models

import yangguang.trail.ids
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ("registry", "0009_unit_head"),
        ("review", "0003_not_by_who_handled_it"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReviewFlow",
            fields=[
                ("id", models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name="编号")),
                ("at", models.DateTimeField(verbose_name="发生时间")),
                ("scope", models.TextField(db_collation="C", verbose_name="所属机关")),
                ("instrument", models.CharField(max_length=200, verbose_name="流程文件名称、文号")),
                ("from_on", models.DateField(verbose_name="施行日期")),
                ("assigns", models.CharField(choices=[("even", "按工作量自动分派，审核人员可以领办"), ("head", "由本机关负责人分派")], max_length=4, verbose_name="分派")),
                ("assign_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="分派时限（工作日）")),
                ("counsel", models.BooleanField(verbose_name="法律顾问、公职律师必须参加")),
                ("opinion_days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="出具意见时限（工作日）")),
                ("materials", models.JSONField(verbose_name="送审必备的文书")),
                ("by", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.officer", verbose_name="经办人")),
            ],
            options={
                "verbose_name": "审核工作流程",
                "verbose_name_plural": "审核工作流程",
                "indexes": [models.Index(fields=["scope", "at"], name="review_flow_scope")],
            },
        ),
        *fact_table("review_reviewflow"),
    ]
