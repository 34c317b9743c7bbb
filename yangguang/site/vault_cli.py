"""`yangguang vault …`: whether the kept bytes are still the bytes that were kept."""

import argparse
import json
import sys
from typing import Any

from django.utils import timezone

from yangguang.record.uploads import actions, queries, storing
from yangguang.record.uploads.models import VaultFinding
from yangguang.registry.access import within
from yangguang.site import kept
from yangguang.vault import store
from yangguang.vault.errors import VaultError

OK, WRONG, BAD_CALL = 0, 1, 2
OWNER = "owner"  # sees every body's rows
What = VaultFinding.What


def add_to(subparsers: Any) -> None:
    vault = subparsers.add_parser("vault", help="存证文件：逐件核对")
    does = vault.add_subparsers(dest="vault_action", required=True, metavar="动作")
    scrub = does.add_parser("scrub", help="读出每一件存证文件，核对它仍是存入时的内容，并且案卷所记的都在")
    scrub.add_argument("--share", default="1/1", metavar="几/几", help="只读这一份，例如 1/7；每件文件只属于一份")
    scrub.add_argument("--record", action="store_true", help="把结果写入留痕，异常列在“存证巡检”页")
    scrub.add_argument("--json", action="store_true", help="以 JSON 输出，每行一项发现")
    scrub.set_defaults(run=_scrub)
    rules = does.add_parser("rules", help="对照存储规则（格式、份数、地点、核对、迁移），不符合的逐条列出")
    rules.add_argument("--json", action="store_true", help="以 JSON 输出，每行一条规则")
    rules.set_defaults(run=_rules)
    copy = does.add_parser("copy", help="把存证文件补齐到 VAULT_COPIES 所列的各处，逐件重新计算摘要值，并记入留痕")
    copy.set_defaults(run=_copy)


def _scrub(args: argparse.Namespace) -> int:
    try:
        share = store.share_of(args.share)
        began = timezone.now()
        found, count = _read(share, args)
    except VaultError as error:
        print(f"{error.message}。{error.mend}", file=sys.stderr)
        return BAD_CALL
    if args.record:
        _record(args.share, share, began, found, count)
    if not args.json:
        if found:
            print(f"存证文件有 {len(found)} 项不符。请从备份恢复：内容与文件名（SHA-256）相符的副本放回原处即可。")
        elif share == (1, 1):
            print(
                f"存证核对通过：案卷、法规库、登记和公示所记的 {len(set(kept.expected(OWNER)))} 件文件都在，内容都是存入时的内容"
            )
        else:
            print(f"存证核对通过：第 {args.share} 份读出 {count['objects']} 件，都在，内容都是存入时的内容")
    return WRONG if found else OK


def _rules(args: argparse.Namespace) -> int:
    with within(""):
        found = storing.report("", timezone.now())
    for one in found:
        if args.json:
            said = {"rule": one.code, "met": one.met, "asks": one.asks, "found": one.found, "rows": list(one.rows)}
            print(json.dumps(said, ensure_ascii=False))
            continue
        print(f"[{'符合' if one.met else '不符合'}] {one.title}：{one.asks}。{one.found}")
        for row in one.rows:
            print(f"    {row}")
    return OK if all(one.met for one in found) else WRONG


def _copy(args: argparse.Namespace) -> int:
    places = store.copies()
    if not places:
        print("没有设置副本的地点。请在 VAULT_COPIES 写明文件夹，多处用冒号隔开", file=sys.stderr)
        return BAD_CALL
    bad = 0
    for place in places:
        began, count = timezone.now(), dict[str, int]()
        faults = list(store.copy_to(place, count))
        with within(""):
            actions.note_scrub(
                at=timezone.localtime().replace(microsecond=0),
                began_at=began,
                share=queries.COPY,
                store_name=storing.name_of(place),
                objects_read=count["objects"],
                bytes_read=count["bytes"],
                faults=len(faults),
                findings=[],
                copied=count["copied"],
            )
        for fault in faults:
            print(fault.message)
        print(f"{place.folder}：有 {count['objects']} 件，这次补 {count['copied']} 件，没有复制 {len(faults)} 件")
        bad += len(faults)
    return WRONG if bad else OK


def _read(share: tuple[int, int], args: argparse.Namespace) -> tuple[list[store.Fault], dict[str, int]]:
    found: dict[store.Fault, None] = {}
    count = {"objects": 0, "bytes": 0}
    for fault in store.scrub(kept.expected(OWNER), share, count):
        if fault in found:  # several rows name it: it is lost once
            continue
        found[fault] = None
        of = kept.owners(fault.digest, OWNER)
        if args.json:
            rows = [{"item": one.item, "dossier": one.dossier, "title": one.title} for one in of]
            said = {"what": fault.what, "digest": fault.digest, "message": fault.message, "items": rows}
            print(json.dumps(said, ensure_ascii=False))
        else:
            belongs = "；".join(f"{one.dossier}“{one.title}”（{one.item}）" for one in of)
            print(f"[{fault.what}] {fault.message}" + (f"，涉及：{belongs}" if belongs else ""))
    return list(found), count


def _one_a_body(digest: str) -> list[kept.Owner]:
    found = {one.scope: one for one in kept.owners(digest, OWNER)}
    return list(found.values()) or [kept.Owner("", "", "无主文件", digest[:12])]


def _record(name: str, share: tuple[int, int], began: Any, found: list[store.Fault], count: dict[str, int]) -> None:
    """The reading as facts: what is newly wrong of each body, and what was wrong and is sound again."""
    now_bad = {fault.digest: fault.what for fault in found if fault.what != "stray"}
    with within(""):
        before = {
            (one.scope, one.digest): one for one in queries.all_known_faults() if store.in_share(one.digest, share)
        }
        findings = [
            actions.Finding(of.scope, digest, what, f"{of.dossier}“{of.title}”")
            for digest, what in now_bad.items()
            for of in _one_a_body(digest)
            if (known := before.get((of.scope, digest))) is None or known.what != what
        ]
        findings += [
            actions.Finding(one.scope, one.digest, What.HEALED, one.about)
            for one in before.values()
            if one.digest not in now_bad
        ]
        actions.note_scrub(
            at=timezone.localtime().replace(microsecond=0),
            began_at=began,
            share=name,
            store_name=store.backend().name,
            objects_read=count["objects"],
            bytes_read=count["bytes"],
            faults=len(found),
            findings=findings,
        )
