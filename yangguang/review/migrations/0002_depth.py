"""Assignment, collegial panels, counsel, dissent and oversight of reviews."""

import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.review.sql import NOT_BY_A_HANDLER
from yangguang.trail.sql import fact_table


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0003_standing'),
        ('record', '0006_signing'),
        ('registry', '0005_exams'),
        ('review', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('reviewer_key', models.UUIDField(db_index=True, verbose_name='审核人员编号')),
                ('reviewer_name', models.CharField(max_length=40, verbose_name='审核人员姓名')),
                ('how', models.CharField(choices=[('even', '按工作量分派'), ('taken', '本人领办'), ('chosen', '负责人分派'), ('designated', '上级指定')], max_length=10, verbose_name='方式')),
                ('load', models.PositiveSmallIntegerField(verbose_name='当时在审件数')),
                ('reason', models.CharField(blank=True, max_length=400, verbose_name='说明')),
                ('by_name', models.CharField(max_length=40, verbose_name='分派人')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='审核人员')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '审核分派',
                'verbose_name_plural': '审核分派',
            },
        ),
        migrations.CreateModel(
            name='Breach',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('ground', models.CharField(max_length=20, verbose_name='事由')),
                ('text', models.CharField(max_length=1000, verbose_name='情况')),
                ('shown', models.CharField(blank=True, max_length=400, verbose_name='卷内记载')),
                ('persons', models.JSONField(verbose_name='责任人员')),
                ('because', models.JSONField(verbose_name='依据')),
                ('by_name', models.CharField(max_length=60, verbose_name='提出人')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='breaches', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '审核责任追究',
                'verbose_name_plural': '审核责任追究',
            },
        ),
        migrations.CreateModel(
            name='BreachEnd',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('result', models.CharField(choices=[('found', '属实，已追究责任'), ('unfounded', '不属实'), ('passed_on', '移送任免机关、监察机关')], max_length=10, verbose_name='结果')),
                ('text', models.CharField(max_length=1000, verbose_name='查明的情况和处理')),
                ('by_name', models.CharField(max_length=60, verbose_name='办结人')),
                ('breach', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='review.breach', verbose_name='责任追究')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
            ],
            options={
                'verbose_name': '审核责任追究办结',
                'verbose_name_plural': '审核责任追究办结',
            },
        ),
        migrations.CreateModel(
            name='CounselOpinion',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('asked_on', models.DateField(verbose_name='征询日期')),
                ('given_on', models.DateField(verbose_name='出具日期')),
                ('agrees', models.BooleanField(verbose_name='同意拟作出的决定')),
                ('opinion', models.CharField(max_length=4000, verbose_name='意见')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('counsel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.counsel', verbose_name='法律顾问、公职律师')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='意见书')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counsel_opinions', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '法律顾问意见',
                'verbose_name_plural': '法律顾问意见',
            },
        ),
        migrations.CreateModel(
            name='Engagement',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('counsel_key', models.UUIDField(verbose_name='法律顾问编号')),
                ('officer_key', models.UUIDField(db_index=True, verbose_name='人员编号')),
                ('valid_from', models.DateField(verbose_name='聘期自')),
                ('valid_to', models.DateField(verbose_name='聘期至')),
                ('terms', models.CharField(max_length=400, verbose_name='聘请的范围')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('counsel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.counsel', verbose_name='法律顾问、公职律师')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='登录人员')),
            ],
            options={
                'verbose_name': '聘请参加审核',
                'verbose_name_plural': '聘请参加审核',
            },
        ),
        migrations.CreateModel(
            name='Leave',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('officer_key', models.UUIDField(db_index=True, verbose_name='人员编号')),
                ('from_on', models.DateField(verbose_name='自')),
                ('to_on', models.DateField(verbose_name='至')),
                ('reason', models.CharField(max_length=200, verbose_name='事由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='人员')),
            ],
            options={
                'verbose_name': '审核人员请假',
                'verbose_name_plural': '审核人员请假',
            },
        ),
        migrations.CreateModel(
            name='LeaveEnd',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('on', models.DateField(verbose_name='返岗日期')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('leave', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='end', to='review.leave', verbose_name='请假')),
            ],
            options={
                'verbose_name': '审核人员销假',
                'verbose_name_plural': '审核人员销假',
            },
        ),
        migrations.CreateModel(
            name='Objection',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('text', models.CharField(max_length=4000, verbose_name='异议和理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('review', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='objection', to='review.review', verbose_name='审核意见')),
            ],
            options={
                'verbose_name': '对审核意见的异议',
                'verbose_name_plural': '对审核意见的异议',
            },
        ),
        migrations.CreateModel(
            name='Coordination',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('result', models.CharField(choices=[('revise', '按审核意见修改，提出新的一稿重新送审'), ('again', '提出新的一稿，另行分派人员重新审核')], max_length=10, verbose_name='结果')),
                ('text', models.CharField(max_length=4000, verbose_name='协调的情况')),
                ('attendees', models.JSONField(verbose_name='参加人员')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='协调记录')),
                ('objection', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='coordination', to='review.objection', verbose_name='异议')),
            ],
            options={
                'verbose_name': '意见不一致的协调',
                'verbose_name_plural': '意见不一致的协调',
            },
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('group_key', models.UUIDField(verbose_name='领导小组编号')),
                ('group_name', models.CharField(max_length=100, verbose_name='领导小组')),
                ('members', models.JSONField(verbose_name='成员')),
                ('quorum', models.PositiveSmallIntegerField(verbose_name='法定人数')),
                ('majority', models.CharField(max_length=20, verbose_name='表决规则')),
                ('chair', models.CharField(max_length=40, verbose_name='主持人')),
                ('place', models.CharField(max_length=200, verbose_name='地点')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='panel', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '合议审核',
                'verbose_name_plural': '合议审核',
            },
        ),
        migrations.CreateModel(
            name='Minutes',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('outcome', models.CharField(choices=[('passed', '通过'), ('revise', '修改后再审'), ('refused', '不通过'), ('transfer', '移送')], max_length=10, verbose_name='结论')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='会议记录')),
                ('panel', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='minutes', to='review.panel', verbose_name='合议')),
            ],
            options={
                'verbose_name': '合议记录',
                'verbose_name_plural': '合议记录',
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('referred_to', models.CharField(max_length=100, verbose_name='移请的机构')),
                ('reason', models.CharField(max_length=1000, verbose_name='理由')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='移请函')),
                ('submission', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='referral', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '移请审核',
                'verbose_name_plural': '移请审核',
            },
        ),
        migrations.CreateModel(
            name='Remark',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('text', models.CharField(max_length=1000, verbose_name='意见')),
                ('by_name', models.CharField(max_length=60, verbose_name='提出人')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('submission', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='remarks', to='review.submission', verbose_name='送审')),
            ],
            options={
                'verbose_name': '对审核的监督意见',
                'verbose_name_plural': '对审核的监督意见',
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name='编号')),
                ('at', models.DateTimeField(verbose_name='发生时间')),
                ('scope', models.TextField(db_collation='C', verbose_name='所属机关')),
                ('member', models.CharField(max_length=40, verbose_name='成员')),
                ('member_key', models.UUIDField(blank=True, null=True, verbose_name='人员编号')),
                ('vote', models.CharField(choices=[('passed', '通过'), ('revise', '修改后再审'), ('refused', '不通过'), ('transfer', '移送')], max_length=10, verbose_name='表决')),
                ('view', models.CharField(max_length=1000, verbose_name='意见')),
                ('draft_digest', models.CharField(max_length=64, verbose_name='所审稿摘要值')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.officer', verbose_name='经办人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='casework.case', verbose_name='案件')),
                ('panel', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='review.panel', verbose_name='合议')),
                ('paper', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='record.item', verbose_name='签字原件')),
            ],
            options={
                'verbose_name': '合议表决',
                'verbose_name_plural': '合议表决',
            },
        ),
        migrations.AddIndex(
            model_name='breach',
            index=models.Index(fields=['scope', 'at'], name='review_brea_scope_e24bd1_idx'),
        ),
        migrations.AddConstraint(
            model_name='engagement',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__gte', models.F('valid_from'))), name='engagement_days'),
        ),
        migrations.AddConstraint(
            model_name='leave',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__gte', models.F('from_on'))), name='leave_days'),
        ),
        migrations.AddConstraint(
            model_name='vote',
            constraint=models.UniqueConstraint(fields=('panel', 'member'), name='vote_once'),
        ),
        *fact_table("review_assignment"),
        *fact_table("review_leave"),
        *fact_table("review_leaveend"),
        *fact_table("review_referral"),
        *fact_table("review_panel"),
        *fact_table("review_vote"),
        *fact_table("review_minutes"),
        *fact_table("review_engagement"),
        *fact_table("review_counselopinion"),
        *fact_table("review_objection"),
        *fact_table("review_coordination"),
        *fact_table("review_remark"),
        *fact_table("review_breach"),
        *fact_table("review_breachend"),
        *NOT_BY_A_HANDLER,
    ]
