"""The party without an account: the letter box, what was handed in, who looked, and the functions that are the door."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.party.sql import DOOR
from yangguang.trail.sql import fact_table, plain_table, scoped_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_standing'),
        ('decision', '0001_initial'),
        ('record', '0006_signing'),
        ('registry', '0005_exams'),
    ]

    operations = [
        migrations.CreateModel(
            name='PartyTry',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='序号')),
                ('code', models.CharField(db_index=True, max_length=64, verbose_name='编码摘要')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
            ],
            options={
                'verbose_name': '当事人查询的错误尝试',
                'verbose_name_plural': '当事人查询的错误尝试',
            },
        ),
        migrations.CreateModel(
            name='PartyPost',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(db_index=True, verbose_name='收到时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('kind', models.CharField(max_length=10, verbose_name='种类')),
                ('data', models.JSONField(verbose_name='内容')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '当事人来件（待入链）',
                'verbose_name_plural': '当事人来件（待入链）',
            },
        ),
        migrations.CreateModel(
            name='PartySession',
            fields=[
                ('token', models.CharField(max_length=64, primary_key=True, serialize=False, verbose_name='令牌摘要')),
                ('at', models.DateTimeField(verbose_name='打开时间')),
                ('until', models.DateTimeField(db_index=True, verbose_name='失效时间')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '当事人查询会话',
                'verbose_name_plural': '当事人查询会话',
            },
        ),
        migrations.CreateModel(
            name='PartySubmission',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('kind', models.CharField(choices=[('statement', '陈述申辩'), ('hearing', '要求听证'), ('address', '送达地址确认')], max_length=10, verbose_name='种类')),
                ('data', models.JSONField(verbose_name='内容')),
                ('due', models.DateField(blank=True, null=True, verbose_name='期限届满日')),
                ('late', models.BooleanField(default=False, verbose_name='逾期')),
                ('because', models.JSONField(default=list, verbose_name='依据')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_submissions', to='casework.case', verbose_name='案件')),
                ('notice', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decision.notice', verbose_name='针对的告知')),
            ],
            options={
                'verbose_name': '当事人提交',
                'verbose_name_plural': '当事人提交',
            },
        ),
        migrations.CreateModel(
            name='PartyAcceptance',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='处理说明')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='入卷文书')),
                ('statement', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='decision.statement', verbose_name='陈述申辩')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='acceptance', to='decision.partysubmission', verbose_name='当事人提交')),
            ],
            options={
                'verbose_name': '当事人提交收入案卷',
                'verbose_name_plural': '当事人提交收入案卷',
            },
        ),
        migrations.CreateModel(
            name='PartyReading',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('hour', models.DateTimeField(verbose_name='时段')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_readings', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='文书')),
            ],
            options={
                'verbose_name': '当事人查阅',
                'verbose_name_plural': '当事人查阅',
                'indexes': [models.Index(fields=['scope', 'at'], name='party_reading_when')],
                'constraints': [models.UniqueConstraint(fields=('case', 'item', 'hour'), name='party_reading_once_an_hour', nulls_distinct=False)],
            },
        ),
        migrations.AddIndex(
            model_name='partysubmission',
            index=models.Index(fields=['scope', 'at'], name='party_submission_when'),
        ),
        *plain_table("decision_partysession", web=""),
        *plain_table("decision_partytry", web=""),
        *scoped_table("decision_partypost", web="SELECT, DELETE"),
        *fact_table("decision_partysubmission"),
        *fact_table("decision_partyacceptance"),
        *fact_table("decision_partyreading"),
        DOOR,
    ]
