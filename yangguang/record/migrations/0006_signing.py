import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0005_retention'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Signature',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('digest', models.CharField(max_length=64, verbose_name='所签文书的摘要值')),
                ('who', models.CharField(choices=[('party', '当事人'), ('interviewee', '被询问人'), ('present', '现场人员'), ('receiver', '收件人'), ('witness', '见证人'), ('officer', '执法人员'), ('recorder', '记录人')], max_length=11, verbose_name='身份')),
                ('name', models.CharField(max_length=60, verbose_name='姓名')),
                ('how', models.CharField(choices=[('pad', '当面手写签名'), ('refused', '拒绝签名')], max_length=7, verbose_name='方式')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='拒绝签名的情况')),
                ('witness', models.CharField(blank=True, max_length=60, verbose_name='见证人')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('image', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='签名笔迹')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signatures', to='record.item', verbose_name='文书')),
            ],
            options={
                'verbose_name': '签名',
                'verbose_name_plural': '签名',
                'constraints': [
                    models.UniqueConstraint(fields=('item', 'who', 'name'), name='signature_once'),
                    models.CheckConstraint(condition=models.Q(models.Q(('how', 'pad'), ('image__isnull', False), ('reason', '')), models.Q(('how', 'refused'), ('image__isnull', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='signature_or_refusal'),
                ],
            },
        ),
        *fact_table("record_signature"),
    ]
