"""`yangguang vault …`: whether the kept bytes are still the bytes that were kept."""

import argparse
import json
from collections.abc import Iterator
from typing import Any

from yangguang.lawbook.models import Edition
from yangguang.record.models import Item
from yangguang.registry.models import RegisterImport
from yangguang.vault import store

OK, WRONG = 0, 1
OWNER = "owner"  # sees every body's rows
BATCH = 1000


def add_to(subparsers: Any) -> None:
    vault = subparsers.add_parser("vault", help="存证文件：逐件核对")
    actions = vault.add_subparsers(dest="vault_action", required=True, metavar="动作")
    scrub = actions.add_parser("scrub", help="读出每一件存证文件，核对它仍是存入时的内容，并且案卷所记的都在")
    scrub.add_argument("--json", action="store_true", help="以 JSON 输出，每行一项发现")
    scrub.set_defaults(run=_scrub)


def _scrub(args: argparse.Namespace) -> int:
    count = 0
    for fault in store.scrub(_expected()):
        count += 1
        of = _items(fault.digest)
        if args.json:
            found = {"what": fault.what, "digest": fault.digest, "message": fault.message, "items": of}
            print(json.dumps(found, ensure_ascii=False))
        else:
            belongs = "；".join(f"{one['dossier']}“{one['title']}”（{one['item']}）" for one in of)
            print(f"[{fault.what}] {fault.message}" + (f"，涉及：{belongs}" if belongs else ""))
    if not args.json:
        if count:
            print(f"存证文件有 {count} 项不符。请从备份恢复：内容与文件名（SHA-256）相符的副本放回原处即可。")
        else:
            print(f"存证核对通过：案卷、法规库和导入所记的 {_many()} 件文件都在，内容都是存入时的内容")
    return WRONG if count else OK


def _expected() -> Iterator[str]:
    """Each digest the files and the editions of the law name, once."""
    yield from Edition.objects.using(OWNER).order_by("digest").values_list("digest", flat=True)
    yield from RegisterImport.objects.using(OWNER).order_by("digest").values_list("digest", flat=True).distinct()
    rows = Item.objects.using(OWNER).order_by("digest").values_list("digest", flat=True).distinct()
    yield from rows.iterator(BATCH)


def _many() -> int:
    kept = [model.objects.using(OWNER).values("digest").distinct().count() for model in (Item, RegisterImport)]
    return sum(kept) + Edition.objects.using(OWNER).count()


def _items(digest: str) -> list[dict[str, str]]:
    """Whose file it is: a person has to find the case, not a number of 64 digits."""
    rows = Item.objects.using(OWNER).filter(digest=digest).select_related("dossier").order_by("at", "id")
    taken = RegisterImport.objects.using(OWNER).filter(digest=digest).order_by("id")
    editions = Edition.objects.using(OWNER).filter(digest=digest)
    return [
        *({"item": row.ref, "dossier": row.dossier.title, "title": row.title} for row in rows),
        *({"item": row.ref, "dossier": "导入文件", "title": str(row)} for row in taken),
        *({"item": row.ref, "dossier": "法规库", "title": str(row)} for row in editions),
    ]
