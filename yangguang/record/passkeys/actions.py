"""Register a passkey, end it, sign with it."""

from datetime import datetime

from yangguang.registry.access import roles_of_person
from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action

from .. import actions as record
from .. import queries as dossiers
from ..models import Item
from ..signing import actions as signing
from ..signing.models import Signature
from . import ceremony, queries
from .ceremony import BadPasskey, Site
from .models import Assertion, Passkey, PasskeyRevoked

SHORTEST_REASON = 2
MOST_KEYS = 10  # of one person: a phone, a computer, a spare; more is a mistake


@action("record.register_passkey", kind="key")
def register(*, by: Officer, at: datetime, label: str, answer: str, challenge: bytes, site: Site) -> Passkey:
    """登记通行密钥: the device proves that it holds the private half by answering our challenge.

    **Raises** BadPasskey.
    """
    if not label.strip():
        raise BadPasskey("没有填写名称", mend="例如“办公室电脑”，便于以后辨认", field="label")
    trail.lock(f"passkeys:{by.key}")
    if len(queries.valid(by, site.rp)) >= MOST_KEYS:
        raise BadPasskey(f"有效的通行密钥已有 {MOST_KEYS} 把", mend="先停用不再使用的", field="label")
    made = ceremony.made(answer, challenge, site)
    if Passkey.objects.filter(credential=made.credential).exists():
        raise BadPasskey("这把通行密钥已经登记过", mend="无须再次登记")
    return Passkey.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        officer_key=by.key,
        label=label.strip(),
        credential=made.credential,
        cose=made.cose,
        key=made.key,
        rp=site.rp,
        origin=site.origin,
        challenge=challenge.hex(),
        client_data=made.client_data,
        attestation=made.attestation,
    )


@action("record.revoke_passkey", kind="key")
def revoke(*, by: Officer, at: datetime, passkey: Passkey, reason: str) -> PasskeyRevoked:
    """停用通行密钥: by its holder or a head of the body; what was signed before stays.  **Raises** BadPasskey."""
    head = by.scope == passkey.scope and "head" in roles_of_person(by.key)
    if by.key != passkey.officer_key and not head:
        raise BadPasskey("通行密钥只能由本人或者本机关负责人停用", mend=f"请由 {passkey.by.name} 或者负责人办理")
    trail.lock(passkey.chain)
    if PasskeyRevoked.objects.filter(passkey=passkey).exists():
        raise BadPasskey(f"通行密钥“{passkey.label}”已经停用", mend="无须再次办理")
    if len(reason.strip()) < SHORTEST_REASON:
        raise BadPasskey("没有写明停用的理由", mend="例如“手机遗失”“人员调离”", field="reason")
    return PasskeyRevoked.objects.create(by=by, at=at, scope=passkey.scope, passkey=passkey, reason=reason.strip())


def standings(by: Officer, item: Item) -> list[str]:
    """As whom a person may sign a document of the body: who handles the case, and who had to say something to it."""
    if by.scope != item.scope:
        return []
    matter, roles = dossiers.matter(item.dossier), roles_of_person(by.key)
    if matter is None or by.key in matter.keepers:
        found = [Signature.Who.OFFICER, Signature.Who.RECORDER] if "officer" in roles else []
    else:
        heads = matter.unit()
        found = [Signature.Who.UNIT] if (by.key in heads if heads else "officer" in roles) else []
    found += [Signature.Who.LEGAL] if "reviewer" in roles else []
    found += [Signature.Who.HEAD] if "head" in roles else []
    return [who.value for who in found]


@action("record.sign_by_passkey", kind="evidence", on="item")
def sign(*, by: Officer, at: datetime, item: Item, who: str, nonce: str, answer: str, site: Site) -> Signature:
    """用通行密钥签名: in one's own name, over the digest of exactly this document.

    **Raises** BadPasskey, NotKeeper, Archived, NotSignable, NotSaid.
    """
    if who not in standings(by, item):
        raise signing.NotSaid(
            f"{by.name}不能以这一身份签署本件", mend="承办人、记录人、法制审核人员和负责人各签各的", field="who"
        )
    record.not_archived(item.dossier, item.step)
    record.not_closed(item.dossier)
    signing.may_be_signed(item, who, by.name)
    key = Passkey.objects.filter(officer_key=by.key, credential=ceremony.credential_of(answer)).first()
    if key is None:
        raise BadPasskey("这不是您登记的通行密钥", mend="先在“通行密钥”页登记这台设备")
    trail.lock(key.chain)
    if said := queries.ended(Passkey.objects.select_related("revoked").get(pk=key.pk)):
        raise BadPasskey(f"通行密钥“{key.label}”{said}", mend="改用其他通行密钥，或者重新登记")
    told = ceremony.statement(
        document=item.digest, item=str(item.pk), name=by.name, nonce=nonce, officer=str(by.key), who=who
    )
    made = ceremony.signed(answer, told, site, key.cose, queries.used(key))
    signature = Signature.objects.create(
        by=by, at=at, scope=item.scope, item=item, digest=item.digest, who=who, name=by.name, how="passkey"
    )
    Assertion.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        signature=signature,
        passkey=key,
        statement=told,
        client_data=made.client_data,
        authenticator=made.authenticator,
        value=made.value,
        count=made.count,
    )
    return signature
