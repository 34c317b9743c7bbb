"""Random inspections, each of a matter of the list in force."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('trail', '0001_initial'),
        ('catalogue', '0003_pilot'),
        ('inspection', '0002_activities'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clue',
            name='source',
            field=models.CharField(choices=[('inspection', '日常检查'), ('random', '随机抽查'), ('report', '投诉举报'), ('transfer', '其他机关移送'), ('assigned', '上级交办'), ('monitoring', '监测发现')], max_length=12, verbose_name='来源'),
        ),
        migrations.CreateModel(
            name='RandomMatter',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('subject', models.CharField(max_length=60, unique=True, verbose_name='线索或者活动')),
                ('line', models.PositiveIntegerField(verbose_name='清单的行')),
                ('matter', models.CharField(max_length=400, verbose_name='抽查事项')),
                ('on', models.DateField(verbose_name='抽查日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.listversion', verbose_name='随机抽查事项清单')),
            ],
            options={
                'verbose_name': '随机抽查的事项',
                'verbose_name_plural': '随机抽查的事项',
            },
        ),
        *fact_table("inspection_randommatter"),
    ]
