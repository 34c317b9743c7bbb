"""After a backup was put back, before anything is signed: is this database as new as what the world was told?"""

from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS

from yangguang.trail import asking, edge, note
from yangguang.trail.check import reader, verify_log
from yangguang.trail.keys import log_keys
from yangguang.trail.models import Checkpoint, Pending
from yangguang.trail.sequencer import RESTORE, Damaged, RolledBack, not_behind
from yangguang.trail.tlog import BadProof


def checked(mirror: str | None = None) -> list[str]:
    """What was compared, line by line.

    **Raises:** RolledBack, Damaged, asking.Silent: the sequencer would not sign, and says why.
    """
    keys = log_keys()
    last = Checkpoint.objects.using(DEFAULT_DB_ALIAS).order_by("-size").first()
    size = last.size if last else 0
    told = [f"数据库    {size} 条，另有 {Pending.objects.using(DEFAULT_DB_ALIAS).count()} 条待入日志"]
    if last:
        try:
            root = edge.tree(DEFAULT_DB_ALIAS, size).root()
            signed = note.parse_tip(note.open_note(last.note, keys.verifiers).text)
        except (BadProof, note.BadNote) as error:
            raise Damaged(f"数据库中的日志不完整：{error}", mend=RESTORE) from error
        if (signed.size, signed.root) != (size, root):
            raise Damaged(f"数据库中的日志与它签署的检查点（{size} 条）不符", mend=RESTORE)
    shown = not_behind(keys, last)
    told.append(f"公开日志  {shown.size} 条，与数据库相符" if shown else f"公开日志  没有（{settings.LOG_DIR}）")
    told += [f"见证      {line}" for line in asking.not_forking(asking.policy(), keys)] or ["见证      未设见证方"]
    if mirror:
        told.append(_mirror(mirror, size, keys.verifiers))
    return told


def _mirror(place: str, size: int, verifiers: tuple[note.Verifier, ...]) -> str:
    report = verify_log(reader(place), verifiers)
    if not report.ok:
        raise Damaged(f"镜像 {place} 核验不通过：{'；'.join(report.problems)}", mend="请换一个镜像")
    if report.size > size:
        raise RolledBack(
            f"镜像已有 {report.size} 条，数据库只有 {size} 条：缺第 {size} 至 {report.size - 1} 条，拒绝签署",
            mend=RESTORE,
        )
    if report.size and note.b64(edge.tree(DEFAULT_DB_ALIAS, report.size).root()) != report.root:
        raise RolledBack(f"镜像的前 {report.size} 条与数据库不是同一部日志，拒绝签署", mend=RESTORE)
    where = Path(place).name if "://" not in place else place
    return f"镜像      {report.size} 条（{where}），与数据库相符"
