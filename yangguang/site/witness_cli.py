"""`yangguang witness …`: `init`, `run` and `status` on the witness's own machine, `ask` on the log's."""

import argparse
import datetime
import importlib
import os
import signal
import sys
import threading
from pathlib import Path

import django

from yangguang.site import embedded, env
from yangguang.trail import note, witness, witness_http

OK, WRONG = 0, 1


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser("witness", help="见证：由另一机关运行，为日志的检查点签名")
    actions = parser.add_subparsers(dest="witness_action", required=True, metavar="动作")

    init = actions.add_parser("init", help="建立见证方：密钥和空的见证记录")
    init.add_argument("name", metavar="名称", help="见证方名称，例如 sfj.xinyang.example/witness；不含空格和加号")
    init.set_defaults(func=_init)

    trust = actions.add_parser("trust", help="登记一部日志：它的公钥（每行一个）")
    trust.add_argument("vkey", nargs="+", metavar="公钥或文件")
    trust.set_defaults(func=_trust)

    run = actions.add_parser("run", help="运行见证服务（常驻）")
    run.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听的地址，默认 127.0.0.1")
    run.add_argument("--port", type=int, default=8700, metavar="端口", help="监听的端口，默认 8700")
    run.set_defaults(func=_run)

    status = actions.add_parser("status", help="列出公钥和见证过的日志")
    status.set_defaults(func=_status)

    ask = actions.add_parser("ask", help="在日志一方：现在就请见证规则中的各方签名")
    ask.set_defaults(func=_ask)
    for each in (init, trust, run, status):
        each.add_argument("--dir", type=Path, metavar="目录", help="见证方的目录，默认 YANGGUANG_HOME 下的 witness/")


def _folder(args: argparse.Namespace) -> Path:
    return args.dir or env.home() / "witness"


def _init(args: argparse.Namespace) -> int:
    try:
        made = witness.found(_folder(args), args.name)
    except (witness.NotReady, note.BadNote, OSError) as error:
        print(f"没有建立：{error}", file=sys.stderr)
        return WRONG
    print("\n".join(made.vkeys))
    return OK


def _trust(args: argparse.Namespace) -> int:
    try:
        known = {key.vkey for keys in witness.opened(_folder(args)).logs.values() for key in keys}
        given = [line for one in args.vkey for line in _lines(one)]
        new = [note.Verifier.parse(line) for line in given if line.strip() not in known]
    except (witness.NotReady, note.BadNote, OSError, UnicodeDecodeError) as error:
        print(f"没有登记：{error}", file=sys.stderr)
        return WRONG
    path = _folder(args) / witness.LOGS
    text = path.read_text("utf-8") + "".join(f"{key.vkey}\n" for key in new)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, "utf-8")
    temporary.replace(path)
    print(f"登记了 {len(new)} 个公钥。")
    return OK


def _lines(given: str) -> list[str]:
    path = Path(given)
    text = path.read_text("utf-8") if "+" not in given or path.is_file() else given
    return [line for line in text.split("\n") if line.strip()]


def _run(args: argparse.Namespace) -> int:
    try:
        following = witness.following(_folder(args))
        server = witness_http.server(args.host, args.port, following)
    except (witness.NotReady, OSError, OverflowError) as error:
        print(f"见证服务没有启动：{error}", file=sys.stderr)
        return WRONG
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"见证服务在 http://{args.host}:{server.server_port}/ ，登记了 {len(following().logs)} 部日志。", flush=True)
    with server:
        server.serve_forever()
    return OK


def _status(args: argparse.Namespace) -> int:
    try:
        here = witness.opened(_folder(args))
        states = list(here.states())
    except (witness.NotReady, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return WRONG
    print("\n".join(here.vkeys))
    for origin, size, root, at in states:
        moment = datetime.datetime.fromtimestamp(at, datetime.UTC).astimezone()
        print(f"{origin}  {size} 条  根 {note.b64(root)}  {moment:%Y-%m-%d %H:%M:%S %z}")
    for origin in here.logs.keys() - {state[0] for state in states}:
        print(f"{origin}  还没有见证过")
    return OK


def _ask(args: argparse.Namespace) -> int:
    # Only this one needs the site: the machine of a witness has neither settings nor a database.
    env.home().mkdir(parents=True, exist_ok=True)
    django.setup()
    ours = importlib.import_module("yangguang.site.log_cli")
    with embedded.available(env.home(), "yangguang witness"):
        return ours.ask_now()
