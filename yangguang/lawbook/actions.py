"""Writes of the law book."""

import io
from datetime import datetime

from django.utils import timezone

from yangguang.policy import editions, packs, texts
from yangguang.policy.answers import Citation
from yangguang.policy.packs import Pack
from yangguang.registry import queries as registry
from yangguang.registry.models import Officer, Qualification
from yangguang.trail.actions import action, lock
from yangguang.trail.errors import Refused
from yangguang.vault import store

from . import queries
from .models import Edition, SignOff


class NotALawyer(Refused):
    """签认规则须有国家统一法律职业资格."""


class WordsChanged(Refused):
    """The rule is not any more what the lawyer read."""


def keep(*, at: datetime, scope: str, pack: Pack) -> None:
    """Keep this edition if it is not kept yet; two at once keep it once."""
    if queries.kept(pack.version):
        return
    lock(f"law:{pack.id}")
    if not queries.kept(pack.version):
        adopt(by=None, at=at, scope=scope, pack=pack)


@action("lawbook.adopt", kind="registry")
def adopt(*, by: Officer | None, at: datetime, scope: str, pack: Pack) -> Edition:
    """采用法条包版本: its files go into the vault, so that nobody can say later that the rules were others."""
    held = store.put(io.BytesIO(editions.archive(pack)))
    return Edition.objects.create(
        at=at,
        scope=scope,
        pack=pack.id,
        title=pack.title,
        version=pack.version,
        digest=held.digest,
        size_bytes=held.size_bytes,
        layers=list(pack.chain),
    )


LAWYERS = "CN-PEN-58.2"  # who judges of the law for an agency has passed the state's legal exam


def clauses(layer: str, rule: texts.RuleText | None) -> list[Citation]:
    """The clauses a refusal to sign stands on: who may judge of the law, and those the rule itself quotes."""
    pack = packs.load(layer)
    return [pack.clause(code) for code in dict.fromkeys([LAWYERS, *(rule.clauses if rule else ())])]


@action("lawbook.sign", kind="registry", milestone=True)
def sign(*, by: Officer, at: datetime, layer: str, key: str, digest: str, opinion: str, note: str = "") -> SignOff:
    """签认规则: a lawyer has read the words with this digest and agrees or objects.

    **Raises** NotALawyer, WordsChanged (the rule was edited meanwhile), Refused (an objection without its reason).
    """
    rule = texts.rules(layer).get(key)
    because = clauses(layer, rule)
    held = registry.qualification(by, timezone.localdate(at))
    if held is None or held.kind != Qualification.Kind.LEGAL_PROFESSIONAL:
        raise NotALawyer(
            f"{by.name}没有登记国家统一法律职业资格，不能签认规则",
            because=because,
            mend="由取得法律职业资格的人员签认；已取得的，先登记资格证书",
        )
    if rule is None:
        raise Refused(f"法条包 {layer} 没有规则“{key}”", because=because, mend="从规则清单中选取", field="key")
    if rule.digest != digest:
        raise WordsChanged(
            "这条规则在您打开页面之后改过", because=because, mend="重新阅读现在的文字后再签认", field="digest"
        )
    if opinion == SignOff.Opinion.OBJECTED and not note.strip():
        raise Refused("有异议须写明理由", because=because, mend="写明哪一处、依据哪一条", field="note")
    return SignOff.objects.create(
        at=at,
        by=by,
        scope=by.scope,
        layer=layer,
        key=key,
        digest=digest,
        words=rule.words,
        opinion=opinion,
        note=note.strip(),
        name=by.name,
        qualification=held.number,
        on=timezone.localdate(at),
    )
