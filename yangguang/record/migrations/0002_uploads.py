import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table, scoped_table


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0001_initial'),
        ('registry', '0004_tables'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Scrub',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('share', models.CharField(max_length=9, verbose_name='份额')),
                ('store', models.CharField(max_length=20, verbose_name='存储')),
                ('began_at', models.DateTimeField(verbose_name='开始时间')),
                ('objects_read', models.PositiveIntegerField(verbose_name='读出件数')),
                ('bytes_read', models.BigIntegerField(verbose_name='读出字节数')),
                ('faults', models.PositiveIntegerField(verbose_name='异常件数')),
                ('healed', models.PositiveIntegerField(verbose_name='恢复件数')),
            ],
            options={
                'verbose_name': '存证巡检',
                'verbose_name_plural': '存证巡检',
            },
        ),
        migrations.CreateModel(
            name='VaultFinding',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='摘要值')),
                ('what', models.CharField(choices=[('missing', '丢失'), ('damaged', '内容被改变'), ('healed', '已恢复')], max_length=7, verbose_name='发现')),
                ('about', models.CharField(max_length=300, verbose_name='涉及')),
                ('scrub', models.CharField(max_length=9, verbose_name='巡检份额')),
            ],
            options={
                'verbose_name': '存证异常',
                'verbose_name_plural': '存证异常',
            },
        ),
        migrations.CreateModel(
            name='Derivative',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('parent_digest', models.CharField(db_index=True, max_length=64, verbose_name='原件摘要值')),
                ('digest', models.CharField(blank=True, max_length=64, verbose_name='摘要值')),
                ('mime', models.CharField(blank=True, max_length=60, verbose_name='格式')),
                ('size_bytes', models.BigIntegerField(default=0, verbose_name='字节数')),
                ('how', models.JSONField(default=dict, verbose_name='制作方法')),
                ('why', models.CharField(blank=True, max_length=400, verbose_name='未能制作的原因')),
            ],
            options={
                'verbose_name': '播放件',
                'verbose_name_plural': '播放件',
                'constraints': [models.UniqueConstraint(fields=('scope', 'parent_digest'), name='derivative_once')],
            },
        ),
        migrations.CreateModel(
            name='Received',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('by_key', models.UUIDField(db_index=True, verbose_name='收存人编号')),
                ('source', models.CharField(choices=[('browser', '浏览器上传'), ('station', '采集站导入')], max_length=7, verbose_name='来源')),
                ('device_key', models.UUIDField(blank=True, db_index=True, null=True, verbose_name='设备编号')),
                ('name', models.CharField(max_length=200, verbose_name='原文件名')),
                ('medium', models.CharField(max_length=5, verbose_name='形式')),
                ('mime', models.CharField(max_length=60, verbose_name='格式')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='摘要值')),
                ('part_root', models.CharField(max_length=64, verbose_name='分段摘要树根')),
                ('size_bytes', models.BigIntegerField(verbose_name='字节数')),
                ('taken_at', models.DateTimeField(blank=True, null=True, verbose_name='文件自带时间')),
                ('meta', models.JSONField(default=dict, verbose_name='技术信息')),
                ('clock', models.JSONField(default=dict, verbose_name='设备时钟')),
                ('sidecar', models.JSONField(default=dict, verbose_name='随附信息')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.device', verbose_name='设备')),
            ],
            options={
                'verbose_name': '收到的文件',
                'verbose_name_plural': '收到的文件',
            },
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='不归入的理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='卷内材料')),
                ('received', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='placement', to='record.received', verbose_name='收到的文件')),
            ],
            options={
                'verbose_name': '归入',
                'verbose_name_plural': '归入',
            },
        ),
        migrations.CreateModel(
            name='Transfer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('by_key', models.UUIDField(db_index=True, verbose_name='上传人编号')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('size_bytes', models.BigIntegerField(verbose_name='字节数')),
                ('declared', models.CharField(blank=True, max_length=64, verbose_name='发送方给出的摘要值')),
                ('state', models.CharField(choices=[('receiving', '传输中'), ('kept', '已收存'), ('repeated', '已有同一文件'), ('refused', '未收存'), ('expired', '已过期')], default='receiving', max_length=9, verbose_name='状态')),
                ('message', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('began_at', models.DateTimeField(verbose_name='开始时间')),
                ('expires_at', models.DateTimeField(db_index=True, verbose_name='过期时间')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='上传人')),
                ('received', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.received', verbose_name='收到的文件')),
            ],
            options={
                'verbose_name': '传输',
                'verbose_name_plural': '传输',
            },
        ),
        migrations.AddConstraint(
            model_name='received',
            constraint=models.UniqueConstraint(fields=('by_key', 'digest'), name='received_once_each'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('item__isnull', False), ('reason', '')), models.Q(('item__isnull', True), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='placed_or_set_aside'),
        ),
        *fact_table("record_received"),
        *fact_table("record_placement"),
        *fact_table("record_derivative"),
        *fact_table("record_vaultfinding"),
        *fact_table("record_scrub", scope=False),  # counts only: every body may know that the store is read
        *scoped_table("record_transfer", "SELECT, INSERT, UPDATE"),
    ]
