from django.db import migrations, models

from yangguang.registry.portal_sql import WHAT_THE_PORTAL_SEES


class Migration(migrations.Migration):

    dependencies = [
        ('registry', '0002_in_depth'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicBody',
            fields=[
                ('key', models.UUIDField(primary_key=True, verbose_name='编号')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('kind', models.CharField(max_length=12, verbose_name='类型')),
                ('uscc', models.CharField(max_length=18, verbose_name='统一社会信用代码')),
                ('region', models.CharField(max_length=12, verbose_name='行政区划代码')),
                ('pack', models.CharField(max_length=80, verbose_name='适用规则包')),
                ('address', models.CharField(max_length=200, verbose_name='地址')),
                ('phone', models.CharField(max_length=40, verbose_name='办公电话')),
                ('office_hours', models.CharField(max_length=100, verbose_name='办公时间')),
                ('duties', models.TextField(verbose_name='职责')),
                ('authority', models.TextField(verbose_name='权限')),
                ('complaint_phone', models.CharField(max_length=40, verbose_name='投诉举报电话')),
                ('complaint_way', models.CharField(max_length=200, verbose_name='投诉举报方式')),
                ('website', models.CharField(max_length=200, verbose_name='网址')),
                ('reconsideration', models.CharField(max_length=100, verbose_name='复议机关')),
                ('court', models.CharField(max_length=100, verbose_name='管辖法院')),
            ],
            options={
                'verbose_name': '公开的执法主体',
                'verbose_name_plural': '公开的执法主体',
                'db_table': 'registry_public_body',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='PublicOfficer',
            fields=[
                ('number', models.CharField(max_length=40, primary_key=True, verbose_name='证号')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('post', models.CharField(max_length=60, verbose_name='职务')),
                ('unit', models.CharField(max_length=100, verbose_name='所在机构')),
                ('kinds', models.JSONField(verbose_name='执法种类')),
                ('service_matters', models.TextField(verbose_name='服务事项')),
                ('covers', models.JSONField(verbose_name='执法领域')),
                ('valid_from', models.DateField(verbose_name='有效期自')),
                ('valid_to', models.DateField(verbose_name='有效期至')),
                ('standing', models.CharField(max_length=10, verbose_name='证件状态')),
                ('body_key', models.UUIDField(verbose_name='所属主体编号')),
                ('body_name', models.CharField(max_length=100, verbose_name='所属主体')),
                ('pack', models.CharField(max_length=80, verbose_name='适用规则包')),
            ],
            options={
                'verbose_name': '公开的执法人员',
                'verbose_name_plural': '公开的执法人员',
                'db_table': 'registry_public_officer',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='PublicPower',
            fields=[
                ('key', models.UUIDField(primary_key=True, verbose_name='编号')),
                ('code', models.CharField(max_length=40, verbose_name='事项编码')),
                ('national_code', models.CharField(max_length=40, verbose_name='国家基本目录编码')),
                ('name', models.CharField(max_length=200, verbose_name='事项名称')),
                ('kind', models.CharField(max_length=24, verbose_name='行为种类')),
                ('field', models.CharField(max_length=40, verbose_name='领域')),
                ('basis', models.JSONField(verbose_name='法律依据')),
                ('instrument', models.CharField(max_length=200, verbose_name='赋权依据')),
                ('published_on', models.DateField(verbose_name='公布日期')),
                ('discretion', models.JSONField(verbose_name='裁量基准')),
                ('guide', models.JSONField(verbose_name='服务指南')),
                ('delegation', models.CharField(max_length=200, verbose_name='省级赋权决定')),
                ('delegation_published_on', models.DateField(null=True, verbose_name='省级赋权决定公布日期')),
                ('delegated_from', models.CharField(max_length=100, verbose_name='原实施部门')),
                ('body_key', models.UUIDField(verbose_name='实施主体编号')),
                ('body_name', models.CharField(max_length=100, verbose_name='实施主体')),
                ('pack', models.CharField(max_length=80, verbose_name='适用规则包')),
            ],
            options={
                'verbose_name': '公开的执法事项',
                'verbose_name_plural': '公开的执法事项',
                'db_table': 'registry_public_power',
                'managed': False,
            },
        ),
        migrations.CreateModel(
            name='PublicDevice',
            fields=[
                ('key', models.UUIDField(primary_key=True, verbose_name='编号')),
                ('place', models.CharField(max_length=200, verbose_name='设置地点')),
                ('published_on', models.DateField(verbose_name='公布日期')),
                ('body_key', models.UUIDField(verbose_name='设置主体编号')),
                ('body_name', models.CharField(max_length=100, verbose_name='设置主体')),
            ],
            options={
                'verbose_name': '公开的监控设备设置地点',
                'verbose_name_plural': '公开的监控设备设置地点',
                'db_table': 'registry_public_device',
                'managed': False,
            },
        ),
        WHAT_THE_PORTAL_SEES,
    ]
