"""并案、分案: asked for, answered by a head who never handled the case, and what one case took over from the other."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.casework.joinder.sql import NOT_BY_WHO_HANDLED_IT
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0009_unitopinion'),
        ('record', '0008_passkeys'),
        ('registry', '0006_names_from_above'),
    ]

    operations = [
        migrations.CreateModel(
            name='JoinderRequest',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('what', models.CharField(choices=[('join', '并案'), ('sever', '分案')], max_length=5, verbose_name='事项')),
                ('cause', models.CharField(blank=True, max_length=200, verbose_name='分案后的案由')),
                ('ground', models.CharField(max_length=100, verbose_name='情形')),
                ('reason', models.TextField(verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joins_asked', to='casework.case', verbose_name='并入的案件')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.party', verbose_name='分案后的当事人')),
            ],
            options={
                'verbose_name': '并案分案意见',
                'verbose_name_plural': '并案分案意见',
            },
        ),
        migrations.CreateModel(
            name='JoinderAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('approved', models.BooleanField(verbose_name='批准')),
                ('joined', models.BooleanField(verbose_name='并入另案')),
                ('opinion', models.CharField(max_length=400, verbose_name='意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='审批表')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case', verbose_name='另一案件')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='casework.joinderrequest', verbose_name='并案分案意见')),
            ],
            options={
                'verbose_name': '并案分案决定',
                'verbose_name_plural': '并案分案决定',
            },
        ),
        migrations.CreateModel(
            name='TakenOver',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('items', models.JSONField(verbose_name='引用的材料')),
                ('steps', models.JSONField(verbose_name='引用的环节')),
                ('since', models.DateField(verbose_name='期限起算日')),
                ('answer', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='casework.joinderanswer', verbose_name='并案分案决定')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='given_over', to='casework.case', verbose_name='来源案件')),
                ('paper', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='审批表')),
            ],
            options={
                'verbose_name': '引用另案材料',
                'verbose_name_plural': '引用另案材料',
            },
        ),
        migrations.AddConstraint(
            model_name='joinderrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('other__isnull', False), ('party__isnull', True), ('what', 'join')), models.Q(('other__isnull', True), ('party__isnull', False), ('what', 'sever')), _connector='OR'), name='joinder_of_another_or_with_a_party'),
        ),
        migrations.AddConstraint(
            model_name='joinderrequest',
            constraint=models.CheckConstraint(condition=models.Q(('other', models.F('case')), _negated=True), name='joinder_not_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='joinderanswer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('approved', True), ('item__isnull', False), ('other__isnull', False)), models.Q(('approved', False), ('item__isnull', True), ('other__isnull', True)), _connector='OR'), name='joinder_written_where_approved'),
        ),
        *fact_table("casework_joinderrequest"),
        *fact_table("casework_joinderanswer"),
        *fact_table("casework_takenover"),
        *NOT_BY_WHO_HANDLED_IT,
    ]
