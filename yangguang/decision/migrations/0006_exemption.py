"""不予行政处罚: asked for by the handlers, decided by a head who never handled the case."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.sql import NO_EXEMPTION_BY_WHO_HANDLED_IT
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0006_handlers'),
        ('decision', '0005_outward'),
        ('record', '0008_passkeys'),
        ('registry', '0006_names_from_above'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExemptionRequest',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reason', models.CharField(choices=[('minor', '违法行为轻微并及时改正，没有造成危害后果'), ('first_time', '初次违法且危害后果轻微并及时改正'), ('no_fault', '有证据足以证明没有主观过错'), ('under_14', '违法时不满十四周岁'), ('incapable', '在不能辨认或者不能控制自己行为时有违法行为'), ('limitation', '违法行为在法定期限内未被发现'), ('not_established', '违法事实不能成立')], max_length=16, verbose_name='不予处罚的情形')),
                ('ended_on', models.DateField(blank=True, null=True, verbose_name='违法行为终了之日')),
                ('facts', models.TextField(verbose_name='查明的事实')),
                ('why', models.TextField(verbose_name='理由')),
                ('education', models.TextField(blank=True, verbose_name='教育内容')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '不予处罚意见',
                'verbose_name_plural': '不予处罚意见',
            },
        ),
        migrations.CreateModel(
            name='ExemptionAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('approved', models.BooleanField(verbose_name='不予行政处罚')),
                ('opinion', models.CharField(max_length=400, verbose_name='意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='不予行政处罚决定书')),
                ('number', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.number', verbose_name='文书号')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='decision.exemptionrequest', verbose_name='不予处罚意见')),
            ],
            options={
                'verbose_name': '不予处罚决定',
                'verbose_name_plural': '不予处罚决定',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved', True), ('item__isnull', False), ('number__isnull', False)), models.Q(('approved', False), ('item__isnull', True), ('number__isnull', True)), _connector='OR'), name='exemption_written_where_approved')],
            },
        ),
        *fact_table("decision_exemptionrequest"),
        *fact_table("decision_exemptionanswer"),
        *NO_EXEMPTION_BY_WHO_HANDLED_IT,
    ]
