import django.db.models.deletion
from django.db import migrations, models

import yangguang.trail.ids
from yangguang.trail.sql import ERASURE, fact_table


class Migration(migrations.Migration):
    dependencies = [("trail", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name='Anchor',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('size', models.BigIntegerField(verbose_name='叶数')),
                ('digest', models.CharField(max_length=64, verbose_name='检查点摘要')),
                ('checkpoint', models.TextField(verbose_name='检查点')),
                ('authority', models.TextField(verbose_name='时间戳机构')),
                ('token', models.BinaryField(verbose_name='时间戳')),
                ('stated_at', models.DateTimeField(verbose_name='时间戳所载时间')),
            ],
            options={
                'verbose_name': '可信时间戳锚定',
                'verbose_name_plural': '可信时间戳锚定',
            },
        ),
        migrations.CreateModel(
            name='ErasureOrder',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('line', models.TextField(db_collation='C', verbose_name='链')),
                ('clause', models.TextField(verbose_name='依据条款')),
                ('ground', models.TextField(verbose_name='依据原文')),
                ('reason', models.TextField(verbose_name='理由')),
                ('columns', models.JSONField(default=list, verbose_name='一并清空的字段')),
                ('entry_erased', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='trail.entry', verbose_name='待清除的留痕')),
            ],
            options={
                'verbose_name': '清除申请',
                'verbose_name_plural': '清除申请',
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('line', models.TextField(db_collation='C', verbose_name='链')),
                ('remains', models.JSONField(verbose_name='清除后保留的内容')),
                ('entry_erased', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='trail.entry', verbose_name='清除的留痕')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='trail.erasureorder', verbose_name='清除申请')),
            ],
            options={
                'verbose_name': '清除',
                'verbose_name_plural': '清除',
            },
        ),
        *fact_table("trail_erasureorder"),
        *fact_table("trail_erasure"),
        *fact_table("trail_anchor"),
        ERASURE,
    ]
