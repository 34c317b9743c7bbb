"""Call up everything about one party or one case: the purpose first.  **Clause** QS-3.2.3b, QS-3.2.3c, QS-3.2.3e."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from yangguang.registry.models import Officer, Party
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ...models import Dossier
from ..models import CallUp

SHORTEST = 4


class NoPurpose(Refused):
    """Records are called up for one of the purposes of the rules, with the matter named.  QS-3.2.3c."""


@action("record.call_up")
def call_up(
    *,
    by: Officer,
    at: datetime,
    about: Party | Dossier,
    purpose: str,
    reason: str,
    allowed: Iterable[str],
    dossiers: Iterable[UUID],
    items: int,
) -> CallUp:
    """调阅全部记录: what was found is written down with it.  **Raises** NoPurpose.

    **Shape** `allowed`: the purposes that the caller's rules know.
    """
    known = list(allowed)
    if purpose not in known:
        raise NoPurpose("没有选择调阅用途", mend=f"可选：{'、'.join(known)}", field="purpose")
    if len(reason.strip()) < SHORTEST:
        raise NoPurpose("没有写明具体事由", mend="写明为哪件事调阅，例如“核查当事人的投诉”", field="reason")
    party = about if isinstance(about, Party) else None
    dossier = about if isinstance(about, Dossier) else None
    return CallUp.objects.create(
        by=by,
        at=at,
        scope=by.scope,
        about=CallUp.About.PARTY if party else CallUp.About.CASE,
        party=party,
        dossier=dossier,
        named=party.name if party else dossier.title if dossier else "",
        purpose=purpose,
        reason=reason.strip(),
        dossiers=[str(one) for one in dossiers],
        items=items,
    )
