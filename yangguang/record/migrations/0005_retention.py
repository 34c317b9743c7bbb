import django.db.models.deletion
from django.db import migrations, models

import yangguang.trail.ids
from yangguang.record.retention.sql import NEVER_EARLY
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0004_custody'),
    ]

    operations = [
        migrations.CreateModel(
            name='DestructionProposal',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('due_on', models.DateField(verbose_name='保管期满日')),
                ('ground', models.CharField(max_length=400, verbose_name='销毁依据')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.dossier', verbose_name='案卷')),
            ],
            options={
                'verbose_name': '销毁鉴定',
                'verbose_name_plural': '销毁鉴定',
            },
        ),
        migrations.CreateModel(
            name='DestructionAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('approved', models.BooleanField(verbose_name='同意销毁')),
                ('opinion', models.CharField(max_length=400, verbose_name='意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.dossier', verbose_name='案卷')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='record.destructionproposal', verbose_name='销毁鉴定')),
            ],
            options={
                'verbose_name': '销毁审批',
                'verbose_name_plural': '销毁审批',
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('ground', models.CharField(max_length=40, verbose_name='事由')),
                ('document', models.CharField(max_length=200, verbose_name='依据的文书')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.dossier', verbose_name='案卷')),
            ],
            options={
                'verbose_name': '保全',
                'verbose_name_plural': '保全',
            },
        ),
        migrations.CreateModel(
            name='HoldLifted',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reason', models.CharField(max_length=400, verbose_name='解除理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.dossier', verbose_name='案卷')),
                ('hold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='lifted', to='record.hold', verbose_name='保全')),
            ],
            options={
                'verbose_name': '解除保全',
                'verbose_name_plural': '解除保全',
            },
        ),
        migrations.CreateModel(
            name='Tombstone',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('ground', models.CharField(max_length=400, verbose_name='销毁依据')),
                ('witness', models.CharField(max_length=60, verbose_name='监销人')),
                ('destroyed', models.JSONField(verbose_name='销毁清册')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tombstone', to='record.dossier', verbose_name='案卷')),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='tombstone', to='record.destructionproposal', verbose_name='销毁鉴定')),
            ],
            options={
                'verbose_name': '销毁记录',
                'verbose_name_plural': '销毁记录',
            },
        ),
        *fact_table("record_hold"),
        *fact_table("record_holdlifted"),
        *fact_table("record_destructionproposal"),
        *fact_table("record_destructionanswer"),
        *fact_table("record_tombstone"),
        NEVER_EARLY,
    ]
