import django.db.models.deletion
import yangguang.trail.ids
from django.db import migrations, models

from yangguang.trail.sql import fact_table

PEOPLE = [
    ("party", "当事人"), ("interviewee", "被询问人"), ("present", "现场人员"), ("receiver", "收件人"),
    ("witness", "见证人"), ("officer", "执法人员"), ("recorder", "记录人"), ("unit", "承办机构"),
    ("legal", "法制审核人员"), ("head", "负责人"),
]
WAYS = [("pad", "当面手写签名"), ("refused", "拒绝签名"), ("passkey", "通行密钥签名")]


def by():
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="registry.officer", verbose_name="经办人")


def head():
    return [
        ("id", models.UUIDField(default=yangguang.trail.ids.uuid7, editable=False, primary_key=True, serialize=False, verbose_name="编号")),
        ("at", models.DateTimeField(verbose_name="发生时间")),
        ("scope", models.TextField(db_collation="C", verbose_name="所属机关")),
    ]


class Migration(migrations.Migration):
    """Passkeys of people, and documents signed with them."""

    dependencies = [("record", "0007_verifying"), ("registry", "0006_names_from_above")]

    operations = [
        migrations.CreateModel(
            name="Passkey",
            fields=[
                *head(),
                ("officer_key", models.UUIDField(db_index=True, verbose_name="持有人编号")),
                ("label", models.CharField(max_length=60, verbose_name="名称")),
                ("credential", models.TextField(unique=True, verbose_name="凭证编号")),
                ("cose", models.TextField(verbose_name="公钥原文")),
                ("key", models.JSONField(verbose_name="公钥")),
                ("rp", models.CharField(max_length=253, verbose_name="所属网域")),
                ("origin", models.CharField(max_length=300, verbose_name="登记网址")),
                ("challenge", models.CharField(max_length=64, verbose_name="登记凭证")),
                ("client_data", models.TextField(verbose_name="登记应答")),
                ("attestation", models.TextField(verbose_name="登记证明")),
                ("by", by()),
            ],
            options={"verbose_name": "通行密钥", "verbose_name_plural": "通行密钥"},
        ),
        migrations.CreateModel(
            name="PasskeyRevoked",
            fields=[
                *head(),
                ("reason", models.CharField(max_length=200, verbose_name="理由")),
                ("by", by()),
                ("passkey", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="revoked", to="record.passkey", verbose_name="通行密钥")),
            ],
            options={"verbose_name": "通行密钥停用", "verbose_name_plural": "通行密钥停用"},
        ),
        migrations.RemoveConstraint(model_name="signature", name="signature_or_refusal"),
        migrations.AlterField(model_name="signature", name="how", field=models.CharField(choices=WAYS, max_length=7, verbose_name="方式")),
        migrations.AlterField(model_name="signature", name="who", field=models.CharField(choices=PEOPLE, max_length=11, verbose_name="身份")),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("how", "pad"), ("image__isnull", False), ("reason", "")),
                    models.Q(("how", "refused"), ("image__isnull", True), models.Q(("reason", ""), _negated=True)),
                    models.Q(("how", "passkey"), ("image__isnull", True), ("reason", ""), ("witness", "")),
                    _connector="OR",
                ),
                name="signature_or_refusal",
            ),
        ),
        migrations.CreateModel(
            name="Assertion",
            fields=[
                *head(),
                ("statement", models.TextField(verbose_name="所签内容")),
                ("client_data", models.TextField(verbose_name="浏览器应答")),
                ("authenticator", models.TextField(verbose_name="设备应答")),
                ("value", models.TextField(verbose_name="签名值")),
                ("count", models.BigIntegerField(verbose_name="设备计数")),
                ("by", by()),
                ("passkey", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="assertions", to="record.passkey", verbose_name="通行密钥")),
                ("signature", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="assertion", to="record.signature", verbose_name="签名")),
            ],
            options={"verbose_name": "通行密钥签名值", "verbose_name_plural": "通行密钥签名值"},
        ),
        *fact_table("record_passkey"),
        *fact_table("record_passkeyrevoked"),
        *fact_table("record_assertion"),
    ]
