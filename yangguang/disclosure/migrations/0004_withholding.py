"""Decisions kept from the public, each on a law."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('trail', '0001_initial'),
        ('casework', '0001_initial'),
        ('catalogue', '0003_pilot'),
        ('decision', '0001_initial'),
        ('disclosure', '0003_progress'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Withholding',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('basis', models.CharField(max_length=400, verbose_name='法律、法规及条款')),
                ('reason', models.CharField(max_length=400, verbose_name='理由')),
                ('line', models.PositiveIntegerField(blank=True, null=True, verbose_name='清单的行')),
                ('because', models.JSONField(verbose_name='依据')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('issuance', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withholding', to='decision.issuance', verbose_name='决定书')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalogue.listversion', verbose_name='决定公开清单')),
            ],
            options={
                'verbose_name': '不予公开',
                'verbose_name_plural': '不予公开',
                'constraints': [models.CheckConstraint(condition=models.Q(('basis__contains', '《'), ('basis__contains', '条')), name='withheld_by_law')],
            },
        ),
        *fact_table("disclosure_withholding"),
    ]
