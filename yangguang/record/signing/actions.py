"""Take a signature, or note that it was refused."""

import io
from datetime import datetime

from django.utils import timezone

from yangguang.registry.models import Officer
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused
from yangguang.vault import store

from .. import queries
from ..actions import may_add, not_archived
from ..models import Item
from . import strokes
from .models import Signature

# Who signs in front of the officers; a unit, a reviewer and a head sign in their own name only, with a passkey.
BEFORE_US = ("party", "interviewee", "present", "receiver", "witness", "officer", "recorder")


class NotSignable(Refused):
    """What is to be signed is no document, is not its newest version, or bears this signature already."""


class NotSaid(Refused):
    """A name, a reason or a witness is missing."""


@action("record.sign", kind="evidence", on="item")
def sign(*, by: Officer, at: datetime, item: Item, who: str, name: str, stroke: str) -> Signature:
    """当面签名: the strokes of a pad, kept beside the document and bound to its digest.

    **Raises** NotKeeper, Archived, NotSignable, NotSaid, BadStrokes.
    """
    name = _may_sign(by, item, who, name)
    picture = strokes.clean(stroke)
    kept = store.put(io.BytesIO(picture))
    image = Item.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        dossier=item.dossier,
        step=item.step,
        event="signature",
        medium=Item.Medium.PHOTO,
        title=f"{name}在《{item.title}》上的签名笔迹"[:300],
        digest=kept.digest,
        size_bytes=kept.size_bytes,
        mime="image/png",
        name="signature.png",
        on=timezone.localdate(at),
        meta={"signature_of": item.digest},
    )
    return Signature.objects.create(
        by=by, at=at, scope=item.scope, item=item, digest=item.digest, who=who, name=name, how="pad", image=image
    )


@action("record.refuse_signature", on="item")
def refuse_signature(
    *, by: Officer, at: datetime, item: Item, who: str, name: str, reason: str, witness: str
) -> Signature:
    """注明拒绝签名: what happened and before whom.

    **Raises** NotKeeper, Archived, NotSignable, NotSaid.
    """
    name = _may_sign(by, item, who, name)
    if len(reason.strip()) < 5:
        raise NotSaid("拒绝签名的，应当写明情况", mend="写明当事人怎样表示、怎样告知，有无录像", field="reason")
    if witness.strip() == name:
        raise NotSaid(
            "见证人不能是拒绝签名的本人", mend="填写在场的见证人；没有见证人的留空，并在情况中写明录像", field="witness"
        )
    return Signature.objects.create(
        by=by,
        at=at,
        scope=item.scope,
        item=item,
        digest=item.digest,
        who=who,
        name=name,
        how="refused",
        reason=reason.strip(),
        witness=witness.strip(),
    )


def _may_sign(by: Officer, item: Item, who: str, name: str) -> str:
    not_archived(item.dossier, item.step)
    may_add(by, item.dossier)
    if who not in BEFORE_US:
        labels = "、".join(Signature.Who(one).label for one in BEFORE_US)
        raise NotSaid("没有选择签名人的身份", mend=f"可选：{labels}", field="who")
    return may_be_signed(item, who, name)


def may_be_signed(item: Item, who: str, name: str) -> str:
    """The name without blanks.  **Raises** NotSignable, NotSaid."""
    if not item.code:
        raise NotSignable("只有本系统制作的文书可以当面签名", mend="纸质原件请扫描后收存")
    newest = queries.versions(item)[-1]
    if newest.pk != item.pk:
        raise NotSignable("这份文书已有更正后的版本，不能再在旧版上签名", mend="请在最新的版本上签名")
    if not (name := name.strip()):
        raise NotSaid("没有填写签名人的姓名", mend="按身份证件填写", field="name")
    if Signature.objects.filter(item=item, who=who, name=name).exists():
        raise NotSignable(f"{name}已经在这份文书上签名或者注明拒绝签名", mend="无须重复办理", field="name")
    return name
