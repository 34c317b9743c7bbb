"""What people found when evaluating a file (案卷评查)."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_standing'),
        ('registry', '0005_exams'),
    ]

    operations = [
        migrations.CreateModel(
            name='Finding',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('item', models.CharField(max_length=20, verbose_name='评查项')),
                ('title', models.CharField(max_length=100, verbose_name='评查项名称')),
                ('because', models.JSONField(verbose_name='依据')),
                ('verdict', models.CharField(choices=[('passed', '符合'), ('failed', '不符合'), ('na', '不适用')], max_length=6, verbose_name='结论')),
                ('breaches', models.PositiveSmallIntegerField(default=0, verbose_name='不符合几处')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='评查意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '评查意见',
                'verbose_name_plural': '评查意见',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('breaches__gt', 0), ('verdict', 'failed'), models.Q(('note', ''), _negated=True)), models.Q(models.Q(('verdict', 'failed'), _negated=True), ('breaches', 0)), _connector='OR'), name='finding_says_what')],
            },
        ),
        *fact_table("casework_finding"),
    ]
