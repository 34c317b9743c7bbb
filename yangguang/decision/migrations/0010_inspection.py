"""查阅案卷: the list a handler prepared, the head's answer, what the party's door may read of them."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.party.inspection.sql import POST, READ
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0010_joinder'),
        ('decision', '0009_jurisdiction'),
        ('registry', '0009_unit_head'),
    ]

    operations = [
        migrations.AlterField(
            model_name='partysubmission',
            name='kind',
            field=models.CharField(choices=[('statement', '陈述申辩'), ('hearing', '要求听证'), ('address', '送达地址确认'), ('inspect', '查阅、复制案卷材料')], max_length=10, verbose_name='种类'),
        ),
        migrations.CreateModel(
            name='InspectionDraft',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('rows', models.JSONField(verbose_name='查阅清单')),
                ('opinion', models.TextField(verbose_name='承办人意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspection_drafts', to='decision.partysubmission', verbose_name='查阅申请')),
            ],
            options={
                'verbose_name': '拟定查阅清单',
                'verbose_name_plural': '拟定查阅清单',
            },
        ),
        migrations.CreateModel(
            name='InspectionAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('outcome', models.CharField(choices=[('granted', '同意，按拟定的清单提供'), ('refused', '不予提供'), ('returned', '退回承办人重新拟定')], max_length=8, verbose_name='答复')),
                ('ground', models.CharField(blank=True, max_length=200, verbose_name='不予提供的理由')),
                ('opinion', models.TextField(verbose_name='答复意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='inspection_answers', to='decision.partysubmission', verbose_name='查阅申请')),
                ('draft', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='decision.inspectiondraft', verbose_name='拟定的清单')),
            ],
            options={
                'verbose_name': '答复查阅申请',
                'verbose_name_plural': '答复查阅申请',
                'constraints': [models.UniqueConstraint(condition=models.Q(('outcome', 'returned'), _negated=True), fields=('submission',), name='inspection_answered_once')],
            },
        ),
        *fact_table("decision_inspectiondraft"),
        *fact_table("decision_inspectionanswer"),
        POST,
        READ,
    ]
