"""`yangguang vault …`: whether the kept bytes are still the bytes that were kept."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from yangguang.lawbook.models import Edition
from yangguang.record.custody.models import Extract
from yangguang.record.models import Derivative, Item, Received
from yangguang.record.retention import queries as retention
from yangguang.record.uploads import actions, queries
from yangguang.record.uploads.models import VaultFinding
from yangguang.registry.access import within
from yangguang.registry.models import RegisterImport
from yangguang.vault import store
from yangguang.vault.errors import VaultError

OK, WRONG, BAD_CALL = 0, 1, 2
OWNER = "owner"  # sees every body's rows
BATCH = 1000
What = VaultFinding.What


def add_to(subparsers: Any) -> None:
    vault = subparsers.add_parser("vault", help="存证文件：逐件核对")
    does = vault.add_subparsers(dest="vault_action", required=True, metavar="动作")
    scrub = does.add_parser("scrub", help="读出每一件存证文件，核对它仍是存入时的内容，并且案卷所记的都在")
    scrub.add_argument("--share", default="1/1", metavar="几/几", help="只读这一份，例如 1/7；每件文件只属于一份")
    scrub.add_argument("--record", action="store_true", help="把结果写入留痕，异常列在“存证巡检”页")
    scrub.add_argument("--json", action="store_true", help="以 JSON 输出，每行一项发现")
    scrub.set_defaults(run=_scrub)


@dataclass(frozen=True)
class Owner:
    """Whose file an object is: a person has to find the case, not a number of 64 digits."""

    scope: str
    item: str
    dossier: str
    title: str


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
            print(f"存证核对通过：案卷、法规库和导入所记的 {_many()} 件文件都在，内容都是存入时的内容")
        else:
            print(f"存证核对通过：第 {args.share} 份读出 {count['objects']} 件，都在，内容都是存入时的内容")
    return WRONG if found else OK


def _read(share: tuple[int, int], args: argparse.Namespace) -> tuple[list[store.Fault], dict[str, int]]:
    found, count = [], {"objects": 0, "bytes": 0}
    for fault in store.scrub(_expected(), share, count):
        found.append(fault)
        of = _owners(fault.digest)
        if args.json:
            rows = [{"item": one.item, "dossier": one.dossier, "title": one.title} for one in of]
            said = {"what": fault.what, "digest": fault.digest, "message": fault.message, "items": rows}
            print(json.dumps(said, ensure_ascii=False))
        else:
            belongs = "；".join(f"{one.dossier}“{one.title}”（{one.item}）" for one in of)
            print(f"[{fault.what}] {fault.message}" + (f"，涉及：{belongs}" if belongs else ""))
    return found, count


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
            for of in {one.scope: one for one in _owners(digest) or [Owner("", "", "无主文件", digest[:12])]}.values()
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


def _expected() -> Iterator[str]:
    """Each digest the files and the editions of the law name, once."""
    yield from Edition.objects.using(OWNER).order_by("digest").values_list("digest", flat=True)
    yield from RegisterImport.objects.using(OWNER).order_by("digest").values_list("digest", flat=True).distinct()
    gone = set(retention.destroyed(OWNER))  # lawfully, with a tombstone
    for model in (Item, Received, Derivative, Extract):
        rows = (
            model.objects.using(OWNER).exclude(digest="").order_by("digest").values_list("digest", flat=True).distinct()
        )
        yield from (digest for digest in rows.iterator(BATCH) if digest not in gone)


def _many() -> int:
    models = (Item, RegisterImport, Received, Derivative)
    kept: set[str] = set()
    for model in models:
        kept.update(model.objects.using(OWNER).exclude(digest="").values_list("digest", flat=True).distinct())
    return len(kept) + Edition.objects.using(OWNER).count()


def _owners(digest: str) -> list[Owner]:
    rows = Item.objects.using(OWNER).filter(digest=digest).select_related("dossier").order_by("at", "id")
    got = Received.objects.using(OWNER).filter(digest=digest).select_related("by").order_by("at", "id")
    made = Derivative.objects.using(OWNER).filter(digest=digest)
    taken = RegisterImport.objects.using(OWNER).filter(digest=digest).order_by("id")
    editions = Edition.objects.using(OWNER).filter(digest=digest)
    return [
        *(Owner(row.scope, row.ref, row.dossier.title, row.title) for row in rows),
        *(Owner(row.scope, row.ref, f"{row.by.name}收存的文件", row.name) for row in got),
        *(Owner(row.scope, row.ref, "播放件", row.parent_digest[:12]) for row in made),
        *(Owner(row.scope, row.ref, "导入文件", str(row)) for row in taken),
        *(Owner(row.scope, row.ref, "法规库", str(row)) for row in editions),
    ]
