"""变更承办人, and who handles a case as the database reads it."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.casework.sql import HANDED_OVER
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0005_answered_by_a_head'),
        ('record', '0001_initial'),
        ('registry', '0006_names_from_above'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandlerChange',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('handler1_key', models.UUIDField(verbose_name='主办人员编号')),
                ('handler2_key', models.UUIDField(verbose_name='协办人员编号')),
                ('reason', models.CharField(max_length=400, verbose_name='变更理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('certificate1', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.certificate', verbose_name='主办人员执法证')),
                ('certificate2', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.certificate', verbose_name='协办人员执法证')),
                ('handler1', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='主办人员')),
                ('handler2', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='协办人员')),
            ],
            options={
                'verbose_name': '变更承办人',
                'verbose_name_plural': '变更承办人',
            },
        ),
        migrations.AddField(
            model_name='casestate',
            name='handlers',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.handlerchange', verbose_name='变更承办人'),
        ),
        migrations.AddConstraint(
            model_name='handlerchange',
            constraint=models.CheckConstraint(condition=models.Q(('handler1_key', models.F('handler2_key')), _negated=True), name='handlerchange_two_officers'),
        ),
        migrations.CreateModel(
            name='RecusalDecision',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('person_key', models.UUIDField(verbose_name='人员编号')),
                ('how', models.CharField(choices=[('apply', '当事人申请回避'), ('self', '本人自行回避'), ('order', '负责人指令回避')], max_length=5, verbose_name='提出方式')),
                ('applicant', models.CharField(max_length=100, verbose_name='申请人')),
                ('applied_on', models.DateField(verbose_name='提出日期')),
                ('reason', models.CharField(max_length=400, verbose_name='申请理由')),
                ('granted', models.BooleanField(verbose_name='是否回避')),
                ('grounds', models.CharField(max_length=400, verbose_name='决定的理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='决定书')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='被申请回避的人员')),
            ],
            options={
                'verbose_name': '回避决定',
                'verbose_name_plural': '回避决定',
            },
        ),
        *fact_table("casework_handlerchange"),
        *fact_table("casework_recusaldecision"),
        *HANDED_OVER,
    ]
