"""Take a whole case file out: first the line that says so, then the bytes."""

from datetime import datetime

from yangguang.registry.models import Officer
from yangguang.trail import actions as trail
from yangguang.trail.actions import action
from yangguang.trail.errors import Refused

from ..models import Dossier
from . import bag
from .models import PackageExport

SHORTEST = 2


class NoPurpose(Refused):
    """A file leaves only for a stated purpose.  QS-3.2.2j, QS-3.2.3c."""


@action("record.export_package")
def export_package(
    *, by: Officer | None, at: datetime, dossier: Dossier, purpose: str, recipient: str = ""
) -> PackageExport:
    """导出案卷包: who takes it, for what, and how far the trail reached.  **Clause** QS-3.2.2j, QS-3.2.3c.

    **Raises** NoPurpose, bag.NotWhole.
    """
    if len(purpose.strip()) < SHORTEST:
        raise NoPurpose("没有写明导出事由", mend="写明为什么导出、给谁使用，例如“向县档案馆移交”", field="purpose")
    trail.lock(dossier.subject)
    chain = bag.entries(dossier.subject)
    there = [one for one in bag.kept(dossier) if not one.gone]
    return PackageExport.objects.create(
        by=by,
        at=at,
        scope=dossier.scope,
        dossier=dossier,
        chain_exported=dossier.subject,
        purpose=purpose.strip(),
        recipient=recipient.strip(),
        head=bytes(chain[-1].commitment).hex(),
        count=len(chain),
        files=len(there),
        size_bytes=sum(one.item.size_bytes for one in there),
        keys=bag.reached(chain),
    )
