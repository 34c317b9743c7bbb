"""Files handed to another body of this system: read by that body while the handover stands, answered by it."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.decision.handed.sql import ALSO_READ, ANSWERED_BY_THE_RECEIVER, OPENED
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0010_joinder'),
        ('decision', '0010_inspection'),
        ('inspection', '0001_initial'),
        ('record', '0012_repairs_loans_dockings'),
        ('registry', '0009_unit_head'),
    ]

    operations = [
        migrations.CreateModel(
            name='HandedFile',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('receiver', models.TextField(db_collation='C', db_index=True, verbose_name='接受机关的位置')),
                ('title', models.CharField(max_length=300, verbose_name='案件')),
                ('items', models.JSONField(verbose_name='移送的材料')),
                ('withheld', models.JSONField(verbose_name='没有移送的材料')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('handover', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='handed', to='decision.casehandover', verbose_name='移送')),
            ],
            options={
                'verbose_name': '移送的案卷',
                'verbose_name_plural': '移送的案卷',
                'constraints': [models.CheckConstraint(condition=models.Q(('receiver', models.F('scope')), _negated=True), name='handed_to_another_body')],
            },
        ),
        migrations.CreateModel(
            name='HandedAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('accepted', models.BooleanField(verbose_name='接受移送')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('clue', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='handed', to='inspection.clue', verbose_name='登记的线索')),
                ('handed', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='decision.handedfile', verbose_name='移送的案卷')),
            ],
            options={
                'verbose_name': '移送的答复',
                'verbose_name_plural': '移送的答复',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted', True), ('clue__isnull', False)), models.Q(('accepted', False), ('clue__isnull', True)), _connector='OR'), name='handed_taken_in_as_a_clue')],
            },
        ),
        *fact_table("decision_handedfile"),
        *fact_table("decision_handedanswer"),
        OPENED,
        *ALSO_READ,
        ANSWERED_BY_THE_RECEIVER,
    ]
