"""`yangguang rebuild`: make the projections again from the facts, or prove them equal."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from yangguang.catalogue.before import actions
from yangguang.portal.finding import index
from yangguang.registry import access
from yangguang.site.rebuild import differences

OK, WRONG = 0, 1


def add_to(subparsers: Any) -> None:
    parser = subparsers.add_parser("rebuild", help="由事实和留痕重建案件进度、公开的决定、存证索引和公开检索")
    parser.add_argument("--check", action="store_true", help="只核对，不写入；有不符时以 1 退出")
    parser.add_argument("--json", action="store_true", help="每行一个 JSON 对象")
    parser.set_defaults(run=rebuild)


def rebuild(args: argparse.Namespace) -> int:
    count = 0
    for found in differences(mend=not args.check):
        count += 1
        print(json.dumps(asdict(found), ensure_ascii=False, default=str) if args.json else found.message)
    if not args.check:
        with access.within(""):
            actions.fill_words(anew=True)
        index.renew(anew=True)  # the public search: made of what is published, it is no fact and never compared
    if not args.json:
        if not count:
            print("案件进度、未了职责、公开的决定、存证索引与事实一致")
        else:
            print(f"{count} 行与事实不符" + ("（未改动）" if args.check else "，已改正"))
    return WRONG if count and args.check else OK
