"""`yangguang case …`: a case file as a package that proves itself, and the check of one."""

import argparse
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from yangguang.casework.models import CaseState
from yangguang.record.models import Archive, Dossier
from yangguang.record.package import actions, bag, verify
from yangguang.registry.access import within
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused
from yangguang.trail.sequencer import await_leaf, integrate_now
from yangguang.vault.errors import VaultError

OK, WRONG = 0, 1
PATIENCE = 5.0  # seconds another sequencer may take to log the export


def add_to(subparsers: Any) -> None:
    case = subparsers.add_parser("case", help="案卷：导出能自证的案卷包、核对案卷包")
    actions_ = case.add_subparsers(dest="case_action", required=True, metavar="动作")
    package = actions_.add_parser("package", help="把一件案子的案卷、留痕和证明写成一个文件夹")
    package.add_argument("case", metavar="案件", help="案号、归档号或者案件编号（UUID）")
    package.add_argument("-o", "--out", required=True, metavar="目录", help="写入的目录；案卷包是其中的一个新文件夹")
    package.add_argument("--purpose", default="在命令行导出案卷包", metavar="事由", help="导出事由，记入留痕")
    package.add_argument("--recipient", default="", metavar="单位", help="接收单位，记入留痕")
    package.set_defaults(run=_package)
    check = actions_.add_parser("verify", help="用本程序自己的核对程序核对一个案卷包")
    check.add_argument("folder", metavar="目录", help="案卷包目录")
    check.add_argument("--policy", metavar="文件", help="从包外取得的信任文件（日志公钥、见证人）")
    check.set_defaults(run=_verify, database=False)


def _package(args: argparse.Namespace) -> int:
    try:
        with within(""):
            dossier = _dossier(args.case)
            export = actions.export_package(
                by=None, at=timezone.now(), dossier=dossier, purpose=args.purpose, recipient=args.recipient
            )
            entry = trail.entry_of(export)
        integrate_now()
        if entry is None or await_leaf(entry.pk, PATIENCE) is None:
            raise trail.NotLogged("导出记录还没有汇入公开日志", mend="检查定序进程（yangguang log）后再试")
        with within(""):
            top = bag.write(bag.build(export), Path(args.out))
    except (Refused, VaultError) as error:
        print(f"不能导出：{error.message}" + (f"。{error.mend}" if error.mend else ""), file=sys.stderr)
        return WRONG
    except OSError as error:
        print(f"不能写入 {error.filename or args.out}：{error.strerror}", file=sys.stderr)
        return WRONG
    print(f"案卷包：{top}")
    print(f"材料 {export.files} 件，留痕 {export.count} 条；核对码 {export.head[:16]}")
    print(f"核对：python3 -I '{top / 'verify.py'}' --policy 信任文件")
    return OK


class Unknown(Refused):
    """No such case, or more than one."""


def _dossier(asked: str) -> Dossier:
    """The file of a case by its number, its archive number or its id.  **Raises** Unknown."""
    text = asked.strip().removeprefix("case:")
    try:
        key: UUID | None = UUID(text)
    except ValueError:
        key = None
    if "\0" in text or not text:
        raise Unknown("案件编号不能为空，也不能有控制字符", mend="写案号、归档号或者案件编号")
    if key is not None:
        found = list(Dossier.objects.filter(subject=f"case:{key}"))
    else:
        numbered = CaseState.objects.filter(number=text).values_list("case__dossier_id", flat=True)
        archived = Archive.objects.filter(archive_no=text).values_list("dossier_id", flat=True)
        found = list(Dossier.objects.filter(pk__in={*numbered, *archived}).order_by("at"))
    if not found:
        raise Unknown(f"没有案件“{asked}”", mend="写案号（如“青立案〔2026〕1号”）、归档号或者案件编号")
    if len(found) > 1:
        which = "；".join(f"{one.title}（{one.subject.removeprefix('case:')}）" for one in found[:5])
        raise Unknown(f"“{asked}”有 {len(found)} 件：{which}", mend="改用括号中的案件编号")
    return found[0]


def _verify(args: argparse.Namespace) -> int:
    return verify.main([args.folder, *(["--policy", args.policy] if args.policy else [])])
