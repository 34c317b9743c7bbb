"""Key pilot units, and what each unit pilots."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('trail', '0001_initial'),
        ('catalogue', '0002_before'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyUnit',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('since', models.DateField(verbose_name='自何日起')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('unit', models.CharField(blank=True, max_length=60, verbose_name='方案中的名称')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body', verbose_name='执法主体')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
            ],
            options={
                'verbose_name': '重点试点单位',
                'verbose_name_plural': '重点试点单位',
                'indexes': [models.Index(fields=['scope', 'since'], name='catalogue_k_scope_e204a3_idx')],
            },
        ),
        migrations.CreateModel(
            name='PilotChoice',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('since', models.DateField(verbose_name='自何日起')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('kinds', models.JSONField(verbose_name='试点的执法行为')),
                ('body', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body', verbose_name='执法主体')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
            ],
            options={
                'verbose_name': '试点种类',
                'verbose_name_plural': '试点种类',
                'indexes': [models.Index(fields=['scope', 'since'], name='catalogue_p_scope_7eb7da_idx')],
            },
        ),
        migrations.AlterField(
            model_name='policyapproval',
            name='on',
            field=models.DateField(verbose_name='审核日期'),
        ),
        migrations.AlterField(
            model_name='policydocument',
            name='body',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body', verbose_name='编制机关'),
        ),
        migrations.AlterField(
            model_name='policyrelease',
            name='digest',
            field=models.CharField(max_length=64, verbose_name='摘要值'),
        ),
        migrations.AlterField(
            model_name='policyrelease',
            name='on',
            field=models.DateField(verbose_name='公开日期'),
        ),
        migrations.AlterField(
            model_name='preapproval',
            name='approved',
            field=models.BooleanField(verbose_name='同意'),
        ),
        migrations.AlterField(
            model_name='predraft',
            name='body',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.body', verbose_name='编制机关'),
        ),
        *fact_table("catalogue_keyunit"),
        *fact_table("catalogue_pilotchoice"),
    ]
