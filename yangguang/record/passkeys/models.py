"""Passkeys of people, their end, and what was signed with one."""

from django.db import models

from yangguang.registry.models import Signed


class Passkey(Signed):
    """通行密钥: the public half of a key that one person's device made and never gives away.

    **Shape** `credential`: its name, base64url; `cose`: the public key as the device gave it, hex; `key`: the same key
    in plain, {alg, x, y} or {alg, n, e} in hex, as the offline verifiers read it; `client_data`, `attestation`: what the
    device answered when it was registered.
    """

    officer_key = models.UUIDField("持有人编号", db_index=True)
    label = models.CharField("名称", max_length=60)
    credential = models.TextField("凭证编号", unique=True)
    cose = models.TextField("公钥原文")
    key = models.JSONField("公钥")
    rp = models.CharField("所属网域", max_length=253)
    origin = models.CharField("登记网址", max_length=300)
    challenge = models.CharField("登记凭证", max_length=64)
    client_data = models.TextField("登记应答")
    attestation = models.TextField("登记证明")

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥"

    @property
    def chain(self) -> str:
        return f"passkey:{self.pk}"

    def __str__(self) -> str:
        return self.label


class PasskeyRevoked(Signed):
    """停用通行密钥: from now on nothing is signed with it; what was signed before stays."""

    passkey = models.OneToOneField(Passkey, models.PROTECT, verbose_name="通行密钥", related_name="revoked")
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥停用"

    @property
    def chain(self) -> str:
        return f"passkey:{self.passkey_id}"


class Assertion(Signed):
    """通行密钥的签名值: every byte that somebody needs to verify the signature without us.

    **Shape** `statement`: canonical JSON of exactly what was signed, its SHA-256 the challenge; `client_data`: the
    browser's words around the challenge; `authenticator`, `value`: base64url; `count`: the device's own counter.
    """

    signature = models.OneToOneField("record.Signature", models.PROTECT, verbose_name="签名", related_name="assertion")
    passkey = models.ForeignKey(Passkey, models.PROTECT, verbose_name="通行密钥", related_name="assertions")
    statement = models.TextField("所签内容")
    client_data = models.TextField("浏览器应答")
    authenticator = models.TextField("设备应答")
    value = models.TextField("签名值")
    count = models.BigIntegerField("设备计数")

    class Meta:
        verbose_name = verbose_name_plural = "通行密钥签名值"

    @property
    def chain(self) -> str:
        return self.signature.chain
