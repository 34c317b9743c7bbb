"""公告送达, and 重大行政处罚决定备案; whoever ever handled a case does not decide it."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.sql import NOT_BY_WHO_HANDLED_IT
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0006_handlers'),
        ('decision', '0004_depth'),
        ('record', '0001_initial'),
        ('registry', '0006_names_from_above'),
    ]

    operations = [
        migrations.CreateModel(
            name='Announcement',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('published_on', models.DateField(verbose_name='公告日期')),
                ('channel', models.CharField(max_length=200, verbose_name='公告方式')),
                ('reason', models.CharField(max_length=400, verbose_name='公告送达的原因')),
                ('due_on', models.DateField(verbose_name='视为送达之日')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='announcements', to='record.item', verbose_name='所送文书')),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='送达公告')),
            ],
            options={
                'verbose_name': '公告送达',
                'verbose_name_plural': '公告送达',
            },
        ),
        migrations.CreateModel(
            name='PenaltyFiling',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('filing_with', models.CharField(max_length=100, verbose_name='备案机关')),
                ('on', models.DateField(verbose_name='报备日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='filing', to='decision.decision', verbose_name='处罚决定')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='备案表')),
            ],
            options={
                'verbose_name': '重大处罚备案',
                'verbose_name_plural': '重大处罚备案',
            },
        ),
        migrations.CreateModel(
            name='FilingReceipt',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('number', models.CharField(max_length=60, verbose_name='回执文号')),
                ('on', models.DateField(verbose_name='收到日期')),
                ('opinion', models.CharField(blank=True, max_length=400, verbose_name='备案审查意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('filing', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='receipt', to='decision.penaltyfiling', verbose_name='备案')),
            ],
            options={
                'verbose_name': '备案回执',
                'verbose_name_plural': '备案回执',
            },
        ),
        *fact_table("decision_announcement"),
        *fact_table("decision_penaltyfiling"),
        *fact_table("decision_filingreceipt"),
        *NOT_BY_WHO_HANDLED_IT,
    ]
