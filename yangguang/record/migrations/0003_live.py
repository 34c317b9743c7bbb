import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.record.live.sql import EXPLAINED_BEFORE_ARCHIVING
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0002_uploads'),
        ('registry', '0004_tables'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeviceKey',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('officer_key', models.UUIDField(db_index=True, verbose_name='持有人编号')),
                ('label', models.CharField(max_length=60, verbose_name='设备名称')),
                ('public_key', models.CharField(max_length=64, unique=True, verbose_name='公钥')),
                ('challenge', models.CharField(max_length=64, verbose_name='登记凭证')),
                ('signature', models.CharField(max_length=128, verbose_name='持有证明')),
                ('device_key', models.UUIDField(blank=True, null=True, verbose_name='装备编号')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('device', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.device', verbose_name='登记的装备')),
            ],
            options={
                'verbose_name': '设备密钥',
                'verbose_name_plural': '设备密钥',
            },
        ),
        migrations.CreateModel(
            name='DeviceKeyEnd',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reason', models.CharField(max_length=200, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('key', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='record.devicekey', verbose_name='设备密钥')),
            ],
            options={
                'verbose_name': '设备密钥停用',
                'verbose_name_plural': '设备密钥停用',
            },
        ),
        migrations.CreateModel(
            name='Recording',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('step', models.CharField(max_length=30, verbose_name='环节')),
                ('event', models.CharField(blank=True, max_length=40, verbose_name='记录事项')),
                ('medium', models.CharField(choices=[('video', '录像'), ('audio', '录音')], max_length=5, verbose_name='形式')),
                ('mime', models.CharField(max_length=60, verbose_name='格式')),
                ('title', models.CharField(max_length=200, verbose_name='题名')),
                ('note', models.CharField(blank=True, max_length=400, verbose_name='证明对象')),
                ('place', models.CharField(max_length=200, verbose_name='地点')),
                ('officer_key', models.UUIDField(db_index=True, verbose_name='录制人编号')),
                ('nonce', models.CharField(max_length=64, verbose_name='开始凭证')),
                ('nonce_size', models.BigIntegerField(verbose_name='开始凭证的日志大小')),
                ('began_ms', models.BigIntegerField(verbose_name='设备开始时间')),
                ('offset_ms', models.BigIntegerField(verbose_name='设备时钟偏差')),
                ('opening', models.TextField(verbose_name='开始声明')),
                ('genesis', models.CharField(max_length=64, verbose_name='链首')),
                ('signature', models.CharField(max_length=128, verbose_name='开始签名')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='record.dossier', verbose_name='案卷')),
                ('key', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recordings', to='record.devicekey', verbose_name='设备密钥')),
            ],
            options={
                'verbose_name': '现场录制',
                'verbose_name_plural': '现场录制',
                'indexes': [models.Index(fields=['dossier', '-at'], name='recording_of_dossier')],
            },
        ),
        migrations.CreateModel(
            name='LiveLink',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False, verbose_name='序号')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('kind', models.CharField(max_length=8, verbose_name='种类')),
                ('seq', models.PositiveIntegerField(verbose_name='序')),
                ('t', models.BigIntegerField(verbose_name='设备时间')),
                ('n', models.PositiveIntegerField(verbose_name='字节数')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='摘要值')),
                ('prev', models.CharField(max_length=64, verbose_name='前一环')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('signature', models.CharField(max_length=128, verbose_name='签名')),
                ('digest', models.CharField(max_length=64, verbose_name='链头')),
                ('received_at', models.DateTimeField(verbose_name='收到时间')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='record.recording', verbose_name='现场录制')),
            ],
            options={
                'verbose_name': '录制链环',
                'verbose_name_plural': '录制链环',
                'constraints': [models.UniqueConstraint(fields=('recording', 'seq'), name='live_link_once')],
            },
        ),
        migrations.CreateModel(
            name='LiveHead',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('seq', models.PositiveIntegerField(verbose_name='链环数')),
                ('digest', models.CharField(max_length=64, verbose_name='链头')),
                ('size_bytes', models.BigIntegerField(verbose_name='字节数')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.recording', verbose_name='现场录制')),
            ],
            options={
                'verbose_name': '录制链头',
                'verbose_name_plural': '录制链头',
            },
        ),
        migrations.CreateModel(
            name='LiveGap',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('kind', models.CharField(choices=[('pause', '暂停'), ('stall', '没有画面'), ('offline', '离线'), ('unended', '没有结束标记')], max_length=8, verbose_name='种类')),
                ('after', models.PositiveIntegerField(verbose_name='在第几环之后')),
                ('started_at', models.DateTimeField(verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(verbose_name='结束时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('recording', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='record.recording', verbose_name='现场录制')),
            ],
            options={
                'verbose_name': '录制间断',
                'verbose_name_plural': '录制间断',
            },
        ),
        migrations.CreateModel(
            name='LiveEnd',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('how', models.CharField(choices=[('stopped', '录制人结束'), ('unended', '没有结束标记')], max_length=8, verbose_name='如何结束')),
                ('seq', models.PositiveIntegerField(verbose_name='链环数')),
                ('segments', models.PositiveIntegerField(verbose_name='段数')),
                ('digest', models.CharField(max_length=64, verbose_name='链头')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('item', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='收存的材料')),
                ('recording', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='record.recording', verbose_name='现场录制')),
            ],
            options={
                'verbose_name': '录制结束',
                'verbose_name_plural': '录制结束',
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('step', models.CharField(max_length=30, verbose_name='环节')),
                ('event', models.CharField(blank=True, max_length=40, verbose_name='记录事项')),
                ('started_at', models.DateTimeField(blank=True, null=True, verbose_name='开始时间')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='结束时间')),
                ('reason', models.CharField(max_length=400, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='explanations', to='record.dossier', verbose_name='案卷')),
                ('gap', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='explanation', to='record.livegap', verbose_name='录制间断')),
            ],
            options={
                'verbose_name': '间断说明',
                'verbose_name_plural': '间断说明',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('started_at__isnull', True)), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='explanation_in_order')],
            },
        ),
        *fact_table("record_devicekey"),
        *fact_table("record_devicekeyend"),
        *fact_table("record_recording"),
        *fact_table("record_livelink"),
        *fact_table("record_livehead"),
        *fact_table("record_livegap"),
        *fact_table("record_liveend"),
        *fact_table("record_explanation"),
        EXPLAINED_BEFORE_ARCHIVING,
    ]
