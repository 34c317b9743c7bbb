import django.db.models.deletion
from django.db import migrations, models

import yangguang.trail.ids
from yangguang.record.custody.sql import RELEASE_APPROVED
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0003_live'),
        ('registry', '0001_initial'),
        ('trail', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeviceIssue',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('device_key', models.UUIDField(db_index=True, verbose_name='设备编号')),
                ('holder_key', models.UUIDField(db_index=True, verbose_name='领用人编号')),
                ('purpose', models.CharField(max_length=200, verbose_name='用途')),
                ('back_by', models.DateField(blank=True, null=True, verbose_name='约定归还日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('device', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.device', verbose_name='设备')),
                ('holder', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='领用人')),
            ],
            options={
                'verbose_name': '设备领用',
                'verbose_name_plural': '设备领用',
            },
        ),
        migrations.CreateModel(
            name='DeviceReturn',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('state', models.CharField(choices=[('sound', '完好'), ('faulty', '有故障'), ('damaged', '损坏'), ('lost', '遗失')], max_length=8, verbose_name='设备状况')),
                ('uploaded', models.BooleanField(verbose_name='记录已全部收存')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('issue', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='returned', to='record.deviceissue', verbose_name='领用')),
            ],
            options={
                'verbose_name': '设备归还',
                'verbose_name_plural': '设备归还',
            },
        ),
        migrations.CreateModel(
            name='Extract',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('parent_digest', models.CharField(max_length=64, verbose_name='原件摘要值')),
                ('kind', models.CharField(choices=[('clip', '片段'), ('masked', '遮挡副本')], max_length=6, verbose_name='种类')),
                ('from_ms', models.BigIntegerField(blank=True, null=True, verbose_name='起点（毫秒）')),
                ('to_ms', models.BigIntegerField(blank=True, null=True, verbose_name='终点（毫秒）')),
                ('starts_ms', models.BigIntegerField(blank=True, null=True, verbose_name='实际起点（毫秒）')),
                ('digest', models.CharField(db_index=True, max_length=64, verbose_name='摘要值')),
                ('size_bytes', models.BigIntegerField(verbose_name='字节数')),
                ('mime', models.CharField(max_length=60, verbose_name='格式')),
                ('note', models.CharField(max_length=400, verbose_name='说明')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='extracts', to='record.item', verbose_name='原件')),
            ],
            options={
                'verbose_name': '副本',
                'verbose_name_plural': '副本',
            },
        ),
        migrations.CreateModel(
            name='PackageExport',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('chain_exported', models.CharField(max_length=60, verbose_name='事项链')),
                ('purpose', models.CharField(max_length=200, verbose_name='事由')),
                ('recipient', models.CharField(blank=True, max_length=200, verbose_name='接收单位')),
                ('head', models.CharField(max_length=64, verbose_name='末条承诺值')),
                ('count', models.PositiveIntegerField(verbose_name='事件数')),
                ('files', models.PositiveIntegerField(verbose_name='文件数')),
                ('size_bytes', models.BigIntegerField(verbose_name='字节数')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='导出人')),
                ('dossier', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='record.dossier', verbose_name='案卷')),
            ],
            options={
                'verbose_name': '案卷包导出',
                'verbose_name_plural': '案卷包导出',
            },
        ),
        migrations.CreateModel(
            name='PaperLink',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('pages', models.JSONField(verbose_name='页码对应')),
                ('place', models.CharField(max_length=200, verbose_name='纸质原件存放处')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scans', to='record.item', verbose_name='文书')),
                ('scan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scan_of', to='record.item', verbose_name='扫描件')),
            ],
            options={
                'verbose_name': '纸质原件扫描',
                'verbose_name_plural': '纸质原件扫描',
            },
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reader_key', models.UUIDField(verbose_name='查阅人编号')),
                ('hour', models.DateTimeField(verbose_name='时段')),
                ('how', models.CharField(choices=[('view', '查看'), ('copy', '下载')], max_length=4, verbose_name='方式')),
                ('keeper', models.BooleanField(verbose_name='本案承办人')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='record.item', verbose_name='材料')),
            ],
            options={
                'verbose_name': '查阅',
                'verbose_name_plural': '查阅',
            },
        ),
        migrations.CreateModel(
            name='ReleaseRequest',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                ('manner', models.CharField(choices=[('provide', '提供给单位或者个人'), ('publish', '向社会公开')], max_length=7, verbose_name='方式')),
                ('recipient', models.CharField(max_length=200, verbose_name='接收者或者公开渠道')),
                ('ground', models.CharField(max_length=400, verbose_name='理由和依据')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('extract', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='record.extract', verbose_name='副本')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='record.item', verbose_name='材料')),
            ],
            options={
                'verbose_name': '对外提供申请',
                'verbose_name_plural': '对外提供申请',
            },
        ),
        migrations.CreateModel(
            name='ReleaseExport',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('digest', models.CharField(max_length=64, verbose_name='摘要值')),
                ('recipient', models.CharField(max_length=200, verbose_name='实际接收者')),
                ('means', models.CharField(max_length=200, verbose_name='交付方式')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='export', to='record.releaserequest', verbose_name='申请')),
            ],
            options={
                'verbose_name': '对外提供交付',
                'verbose_name_plural': '对外提供交付',
            },
        ),
        migrations.CreateModel(
            name='ReleaseAnswer',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('approved', models.BooleanField(verbose_name='同意')),
                ('opinion', models.CharField(max_length=400, verbose_name='意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='answer', to='record.releaserequest', verbose_name='申请')),
            ],
            options={
                'verbose_name': '对外提供审批',
                'verbose_name_plural': '对外提供审批',
            },
        ),
        migrations.CreateModel(
            name='CallUp',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('about', models.CharField(choices=[('party', '相对人'), ('case', '案件')], max_length=5, verbose_name='调阅对象')),
                ('named', models.CharField(max_length=300, verbose_name='对象名称')),
                ('purpose', models.CharField(max_length=60, verbose_name='用途')),
                ('reason', models.CharField(max_length=400, verbose_name='具体事由')),
                ('dossiers', models.JSONField(verbose_name='案卷')),
                ('items', models.PositiveIntegerField(verbose_name='材料件数')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('dossier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='callups', to='record.dossier', verbose_name='案卷')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.party', verbose_name='相对人')),
            ],
            options={
                'verbose_name': '调阅',
                'verbose_name_plural': '调阅',
                'indexes': [models.Index(fields=['scope', 'at'], name='callup_when')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('about', 'party'), ('dossier__isnull', True), ('party__isnull', False)), models.Q(('about', 'case'), ('dossier__isnull', False), ('party__isnull', True)), _connector='OR'), name='callup_about_one')],
            },
        ),
        migrations.AddIndex(
            model_name='deviceissue',
            index=models.Index(fields=['scope', 'at'], name='device_issue_when'),
        ),
        migrations.AddConstraint(
            model_name='extract',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('from_ms__isnull', True), ('kind', 'masked'), ('to_ms__isnull', True)), models.Q(('from_ms__gte', 0), ('kind', 'clip'), ('to_ms__gt', models.F('from_ms'))), _connector='OR'), name='extract_range'),
        ),
        migrations.AddIndex(
            model_name='packageexport',
            index=models.Index(fields=['scope', 'at'], name='package_export_when'),
        ),
        migrations.AddIndex(
            model_name='reading',
            index=models.Index(fields=['scope', 'at'], name='reading_when'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(fields=('item', 'reader_key', 'hour', 'how'), name='reading_once_an_hour'),
        ),
        migrations.AddIndex(
            model_name='releaserequest',
            index=models.Index(fields=['scope', 'at'], name='release_when'),
        ),
        *fact_table("record_deviceissue"),
        *fact_table("record_devicereturn"),
        *fact_table("record_reading"),
        *fact_table("record_callup"),
        *fact_table("record_extract"),
        *fact_table("record_releaserequest"),
        *fact_table("record_releaseanswer"),
        *fact_table("record_releaseexport"),
        *fact_table("record_paperlink"),
        *fact_table("record_packageexport"),
        RELEASE_APPROVED,
    ]
