"""`yangguang registry …`: registers as files, from the command line of the machine itself.

Whoever stands here administers the machine: the trail says `system`, and the reach is the whole deployment unless
`--under` narrows it.
"""

import argparse
import sys
from datetime import date
from pathlib import Path

from django.utils import timezone

from yangguang.registry import access, actions, forms
from yangguang.registry.actions.bodies import SCOPE
from yangguang.registry.models import Body
from yangguang.registry.queries import in_force
from yangguang.registry.tables import reading, runs, writing
from yangguang.registry.tables.book import Hand
from yangguang.registry.tables.checking import Terms, check
from yangguang.registry.tables.known import EVERY
from yangguang.trail.errors import Refused
from yangguang.training import tables as _bank  # noqa: F401  adds the bank to the tables
from yangguang.vault.errors import VaultError

OK, REFUSED = 0, 1
SLUGS = "、".join(f"{slug}（{table.title}）" for slug, table in EVERY.items())


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("registry", help="登记簿：下载模板、导入、导出（XLSX、CSV）")
    does = parser.add_subparsers(dest="registry_action", required=True, metavar="动作")

    template = does.add_parser("template", help="写出空白模板")
    template.add_argument("register", choices=EVERY, metavar="登记簿", help=SLUGS)
    template.add_argument("file", type=Path, metavar="文件", help="以 .xlsx 或者 .csv 结尾")
    template.set_defaults(run=_template, database=False)

    take = does.add_parser("import", help="核对一个文件；加 --apply 才登记")
    take.add_argument("register", choices=EVERY, metavar="登记簿", help=SLUGS)
    take.add_argument("file", type=Path, metavar="文件")
    take.add_argument("--apply", action="store_true", help="核对之后登记能登记的行；不加则只核对，什么也不写")
    take.add_argument("--under", default="", metavar="位置", help="只在这一主体及其下级之内，例如 41.15.21/；默认全部")
    take.add_argument("--from", dest="on", type=_day, metavar="日期", help="行里没有写生效日期的自哪一天起，默认今天")
    take.add_argument("--reason", default="批量导入", metavar="事由", help="行里没有写变更说明的按此登记")
    take.add_argument("--errors", type=Path, metavar="文件", help="把错误清单写到这个 CSV 文件")
    take.set_defaults(run=_import)

    export = does.add_parser("export", help="导出某一天有效的登记")
    export.add_argument("register", choices=EVERY, metavar="登记簿", help=SLUGS)
    export.add_argument("file", type=Path, metavar="文件", help="以 .xlsx 或者 .csv 结尾")
    export.add_argument("--on", type=_day, metavar="日期", help="截至哪一天，默认今天")
    export.add_argument("--under", default="", metavar="位置", help="只导出这一主体及其下级；默认全部")
    export.add_argument("--private", metavar="用途", help="连同公民身份号码等个人信息一起导出，须写明用途，记入留痕")
    export.set_defaults(run=_export)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("应写作 2026-11-20 的样子") from error


def _form(path: Path) -> str:
    return path.suffix.lower().removeprefix(".")


def _refused(error: Refused | VaultError) -> int:
    print(f"{error.message}{'。' + error.mend if error.mend else ''}。", file=sys.stderr)
    return REFUSED


def _write(path: Path, content: bytes) -> bool:
    try:
        path.write_bytes(content)
    except OSError as error:
        print(f"不能写入 {path}（{error.strerror}）。", file=sys.stderr)
        return False
    return True


def _template(args: argparse.Namespace) -> int:
    if (form := _form(args.file)) not in writing.MEDIA:
        print("文件名应以 .xlsx 或者 .csv 结尾。", file=sys.stderr)
        return REFUSED
    if not _write(args.file, writing.template(EVERY[args.register], form)):
        return REFUSED
    print(f"模板已写到 {args.file}")
    return OK


class NoSuchPlace(Refused):
    """Nothing is registered there: a slip of the pen would otherwise read as an empty register."""


def _hand(under: str, coming: bool = False) -> Hand:
    """Under one body its rows need not name it.  **Shape** `coming`: the place may be one that the file registers.

    **Raises** NoSuchPlace.
    """
    if not under:
        return Hand("", None)
    there = Body.objects.filter(scope__startswith=under).exists() or (coming and SCOPE.fullmatch(under))
    if not (under.endswith("/") and there):
        raise NoSuchPlace(
            f"没有位置为“{under}”的执法主体",
            mend="位置以“/”结尾，例如 41.15.21/qingshan/；已登记的用 yangguang registry export bodies 导出，见“位置”一列",
        )
    return Hand(under, None, in_force(Body, timezone.localdate()).filter(scope=under).first())


def _import(args: argparse.Namespace) -> int:
    table, at, on = EVERY[args.register], forms.now(), args.on or timezone.localdate()
    try:
        data = args.file.read_bytes()
    except OSError as error:
        print(f"不能读取 {args.file}（{error.strerror}）。", file=sys.stderr)
        return REFUSED
    try:
        with access.within(args.under):
            hand = _hand(args.under, table.slug == "bodies")
            if not args.apply:
                report = check(table, reading.read(data), hand, Terms(at, on, args.reason))
            else:
                run, report = runs.take(table, data, args.file.name, hand, at, on, args.reason)
        counts = report.counts
        print(_counted("核对", counts))
        for fault in report.faults[:20]:
            print(f"  第 {fault.row} 行 {fault.column or '整行'}：{fault.why}{'。' + fault.mend if fault.mend else ''}")
        if len(report.faults) > 20:
            print(f"  另有 {len(report.faults) - 20} 处")
        if args.errors and not _write(args.errors, writing.errors(report.faults)):
            return REFUSED
        if not args.apply:
            return REFUSED if counts["refused"] else OK
        while True:
            with access.within(args.under):  # each five hundred rows are a transaction of their own
                if runs.step(run, hand, forms.now()) is None:
                    break
        with access.within(args.under):
            told = runs.progress(run)
    except (Refused, VaultError) as error:
        return _refused(error)
    print(_counted("登记", told["counts"]))
    checked = {fault.row for fault in report.faults}
    for one in told["refusals"]:
        if one["row"] not in checked:
            print(f"  第 {one['row']} 行 {one['field'] or '整行'}：{one['why']}")
    return REFUSED if told["counts"]["refused"] else OK


def _counted(what: str, counts: dict[str, int]) -> str:
    return (
        f"{what}：新登记 {counts['fresh']} 行，新版本 {counts['changed']} 行，没有变化 {counts['same']} 行，"
        f"不能登记 {counts['refused']} 行"
    )


def _export(args: argparse.Namespace) -> int:
    table, on = EVERY[args.register], args.on or timezone.localdate()
    if (form := _form(args.file)) not in writing.MEDIA:
        print("文件名应以 .xlsx 或者 .csv 结尾。", file=sys.stderr)
        return REFUSED
    private = args.private is not None
    try:
        with access.within(args.under):
            content, many = writing.export(table, _hand(args.under), on, form, private)
            actions.export(
                by=None, at=forms.now(), scope=args.under, register=table.slug, on=on, form=form, rows=many,
                private=private, purpose=args.private or "",
            )  # fmt: skip
            if not _write(args.file, content):
                return REFUSED
    except Refused as error:
        return _refused(error)
    print(f"{table.title} {on} 有效的 {many} 行已写到 {args.file}{'' if private else '（不含公民身份号码）'}")
    return OK
