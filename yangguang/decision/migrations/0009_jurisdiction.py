"""管辖争议、指定管辖、移送管辖."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.jurisdiction.sql import PLACES
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0010_joinder'),
        ('decision', '0008_contested'),
        ('record', '0008_passkeys'),
        ('registry', '0006_names_from_above'),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseHandover',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('organ', models.CharField(max_length=100, verbose_name='接受移送的机关')),
                ('reason', models.TextField(verbose_name='移送的理由和依据')),
                ('materials', models.JSONField(verbose_name='移送材料')),
                ('on', models.DateField(verbose_name='移送日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='案件移送函')),
            ],
            options={
                'verbose_name': '移送管辖',
                'verbose_name_plural': '移送管辖',
            },
        ),
        migrations.CreateModel(
            name='HandoverReply',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('accepted', models.BooleanField(verbose_name='接受移送')),
                ('instrument', models.CharField(max_length=100, verbose_name='回执或者文书')),
                ('reason', models.TextField(blank=True, verbose_name='不接受的理由')),
                ('on', models.DateField(verbose_name='收到日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('handover', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='reply', to='decision.casehandover', verbose_name='移送')),
            ],
            options={
                'verbose_name': '移送答复',
                'verbose_name_plural': '移送答复',
            },
        ),
        migrations.CreateModel(
            name='JurisdictionDispute',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('other', models.CharField(max_length=100, verbose_name='对方机关')),
                ('other_scope', models.TextField(blank=True, db_collation='C', verbose_name='对方机关的位置')),
                ('kind', models.CharField(choices=[('both', '都认为自己有管辖权'), ('neither', '都认为自己没有管辖权')], max_length=7, verbose_name='争议')),
                ('facts', models.TextField(verbose_name='争议情况')),
                ('on', models.DateField(verbose_name='发生日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '管辖争议',
                'verbose_name_plural': '管辖争议',
            },
        ),
        migrations.CreateModel(
            name='JurisdictionDesignation',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('ours', models.BooleanField(verbose_name='指定本案机关管辖')),
                ('organ', models.CharField(max_length=100, verbose_name='指定的机关')),
                ('instrument', models.CharField(max_length=100, verbose_name='通知书文号')),
                ('reason', models.TextField(verbose_name='理由')),
                ('on', models.DateField(verbose_name='指定日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='指定管辖通知书')),
                ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='designation', to='decision.jurisdictiondispute', verbose_name='管辖争议')),
            ],
            options={
                'verbose_name': '指定管辖',
                'verbose_name_plural': '指定管辖',
            },
        ),
        migrations.CreateModel(
            name='JurisdictionReferral',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('superior', models.CharField(max_length=100, verbose_name='共同的上一级行政机关')),
                ('superior_scope', models.TextField(blank=True, db_collation='C', verbose_name='共同上级的位置')),
                ('opinion', models.TextField(verbose_name='本机关的意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('dispute', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='decision.jurisdictiondispute', verbose_name='管辖争议')),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='报请书')),
            ],
            options={
                'verbose_name': '报请指定管辖',
                'verbose_name_plural': '报请指定管辖',
            },
        ),
        migrations.CreateModel(
            name='JurisdictionTalk',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('result', models.CharField(choices=[('ours', '由本机关管辖'), ('theirs', '由对方机关管辖'), ('failed', '协商不成')], max_length=6, verbose_name='结果')),
                ('text', models.TextField(verbose_name='协商情况')),
                ('on', models.DateField(verbose_name='协商日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('dispute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='talks', to='decision.jurisdictiondispute', verbose_name='管辖争议')),
            ],
            options={
                'verbose_name': '管辖协商',
                'verbose_name_plural': '管辖协商',
            },
        ),
        *fact_table("decision_jurisdictiondispute"),
        *fact_table("decision_jurisdictiontalk"),
        *fact_table("decision_jurisdictionreferral"),
        *fact_table("decision_jurisdictiondesignation"),
        *fact_table("decision_casehandover"),
        *fact_table("decision_handoverreply"),
        PLACES,
    ]
