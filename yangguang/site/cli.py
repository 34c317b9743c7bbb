"""The `yangguang` command.  Each subcommand says whether it needs Django and a database; only then are they set up."""

import argparse
import importlib
import importlib.util
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import NoReturn

import django
from django.core.management import call_command
from django.db import connections

import yangguang
from yangguang.site import embedded, env, supervisor

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yangguang.site.settings")


@dataclass(frozen=True)
class Command:
    """One subcommand: its line in the help, the module whose `add_to` makes its parser, and what it stands on."""

    title: str
    module: str
    django: bool = False


OWN = "yangguang.site.cli"
COMMANDS = {
    "run": Command("启动数据库、网站和日志定序进程，Ctrl-C 全部停止", OWN),
    "web": Command("只启动网站（数据库须已可用）", OWN),
    "db": Command("内置数据库：start、stop、url", OWN),
    "migrate": Command("把数据库升级到当前程序的结构", OWN, django=True),
    "prepare": Command("升级数据库、收集静态文件，首次运行时装入演示数据", OWN, django=True),
    "demo": Command("装入可重现的合成县数据", "yangguang.site.demo_cli", django=True),
    "law": Command("查询与检验法规包", "yangguang.site.law_cli"),
    "docs": Command("由规则包、动作和测试生成参考文档", "yangguang.site.docs_cli"),
    "log": Command("透明日志：定序、核验", "yangguang.site.log_cli", django=True),
    "witness": Command("见证：由另一机关运行，为日志的检查点签名", "yangguang.site.witness_cli"),
    "registry": Command("登记簿：下载模板、导入、导出（XLSX、CSV）", "yangguang.site.registry_cli", django=True),
    "changes": Command("把名录的变动登记为更新职责", "yangguang.site.changes_cli", django=True),
    "rebuild": Command("由事实重建进度与公开索引，或者核对一致（--check）", "yangguang.site.rebuild_cli", django=True),
    "audit": Command("用数据库的行重算每一条留痕承诺", "yangguang.site.log_cli", django=True),
    "case": Command("案卷：导出能自证的案卷包、核对案卷包", "yangguang.site.case_cli", django=True),
    "record": Command("音像记录：采集站导入、播放件、清理", "yangguang.site.record_cli", django=True),
    "vault": Command("存证文件：逐件核对仍是存入时的内容", "yangguang.site.vault_cli", django=True),
}
WITHOUT_DATABASE = {("log", "verify")}


class Parser(argparse.ArgumentParser):
    """argparse with its complaints led by a Chinese word and exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(2, f"参数错误：{message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    argv = list(sys.argv[1:] if argv is None else argv)
    if not argv or argv[0] in ("-h", "--help"):
        print(_help())
        return 0 if argv else 2
    if argv[0] in ("-V", "--version"):
        print(f"yangguang {yangguang.__version__}")
        return 0
    name = argv[0]
    command = COMMANDS.get(name)
    if command is None or importlib.util.find_spec(command.module) is None:
        print(f"未知命令“{name}”。可用的命令：{'、'.join(_known())}。", file=sys.stderr)
        return 2
    try:
        return _run(name, command, argv)
    except embedded.ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        if not str(error.filename or "").startswith(str(env.home())):
            raise
        why = f"不能使用 {error.filename}（{error.strerror}）"
        print(f"{why}。请检查 YANGGUANG_HOME={env.home()} 的属主与权限。", file=sys.stderr)
        return 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader of our output went away; so may we
        return 1
    except KeyboardInterrupt:
        return 130


def _run(name: str, command: Command, argv: list[str]) -> int:
    if command.django:
        env.home().mkdir(parents=True, exist_ok=True)
        django.setup()
    # By name, because a module that holds models cannot be imported before Django is set up.
    module = importlib.import_module(command.module)
    parser = Parser(prog="yangguang", description="阳光执法")
    module.add_to(parser.add_subparsers(dest="command", required=True, metavar="命令"))
    args = parser.parse_args(argv)
    with ExitStack() as standing:
        if command.django and getattr(args, "database", True) and tuple(argv[:2]) not in WITHOUT_DATABASE:
            standing.enter_context(embedded.available(env.home(), f"yangguang {name}"))
        handler: Callable[[argparse.Namespace], int | None] = getattr(args, "run", None) or args.func
        return handler(args) or 0


def _known() -> list[str]:
    return [name for name, command in COMMANDS.items() if importlib.util.find_spec(command.module)]


def _help() -> str:
    lines = ["用法：yangguang 命令 [选项]        （yangguang 命令 --help 查看选项）", ""]
    lines += [f"  {name:<9} {COMMANDS[name].title}" for name in _known()]
    lines += ["", "设置见 docs/reference/settings.md；数据在 YANGGUANG_HOME（默认程序目录下的 var/）。"]
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------------ own commands


def add_to(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    for name, handler in (("run", run), ("web", web), ("migrate", migrate), ("prepare", prepare)):
        subparsers.add_parser(name, help=COMMANDS[name].title).set_defaults(run=handler)
    choices = subparsers.add_parser("db", help=COMMANDS["db"].title).add_subparsers(required=True, metavar="动作")
    choices.add_parser("start", help="在后台启动内置数据库").set_defaults(run=db_start)
    choices.add_parser("stop", help="停止后台的内置数据库").set_defaults(run=db_stop)
    choices.add_parser("hold", help="在前台运行内置数据库，直到收到停止信号").set_defaults(run=db_hold)
    url = choices.add_parser("url", help="打印连接地址（含口令）")
    url.add_argument("role", nargs="?", default="yg_web", choices=[*embedded.ROLES, "postgres"])
    url.set_defaults(run=db_url)


def run(args: argparse.Namespace) -> int:
    return supervisor.run()


def web(args: argparse.Namespace) -> int:
    """Become the web server, so that whoever started us holds its process."""
    command = supervisor.web_command()
    os.execv(command[0], command)  # noqa: S606


def migrate(args: argparse.Namespace) -> int:
    database = importlib.import_module("yangguang.site.database")
    waiting = database.pending()
    database.migrate()
    print(f"数据库已升级，执行了 {len(waiting)} 个迁移。" if waiting else "数据库结构已是最新。")
    return 0


def prepare(args: argparse.Namespace) -> int:
    """Everything between a started database and a web server that can answer."""
    migrate(args)
    call_command("collectstatic", interactive=False, verbosity=0)
    if env.flag("YANGGUANG_DEMO", default=not os.environ.get("DATABASE_URL")) and _is_empty():
        # The supervisor loads the demonstration while the site already answers; the marker goes when it is whole.
        (env.home() / supervisor.LOADING).write_text("演示数据装载中；此文件还在说明没有装完。\n", encoding="utf-8")
    return 0


def _is_empty() -> bool:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select not exists (select 1 from trail_entry)")
        return cursor.fetchone()[0]


# --------------------------------------------------------------------------------------------- the embedded database


def db_start(args: argparse.Namespace) -> int:
    if os.environ.get("DATABASE_URL"):
        print("已设置 DATABASE_URL，不使用内置数据库。", file=sys.stderr)
        return 1
    home = env.home()
    home.mkdir(parents=True, exist_ok=True)
    said = home / "db.log"
    with open(said, "wb") as log:
        command = [sys.executable, "-P", "-m", OWN, "db", "hold"]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    while "就绪" not in said.read_text(encoding="utf-8"):
        if process.poll() is not None:
            print(said.read_text(encoding="utf-8").strip(), file=sys.stderr)
            return 1
        time.sleep(0.05)
    print(f"内置数据库已启动（pid {process.pid}）。")
    return 0


def db_hold(args: argparse.Namespace) -> int:
    cluster = embedded.Cluster(env.home())
    ending, bell = supervisor.listen()
    with embedded.owning(cluster.home, "yangguang db"):
        try:
            cluster.start()
            print("就绪", flush=True)
            while not ending:
                select.select([bell], [], [], 1)
                if not ending and not cluster.alive():
                    cluster.start()
        finally:
            cluster.stop()
    return 0


def db_stop(args: argparse.Namespace) -> int:
    holder = embedded.holder(env.home())
    found = re.fullmatch(r"yangguang db，pid (\d+)", holder)
    if found is None:
        print(f"内置数据库由 {holder} 管理，请在那里停止它。" if holder else "内置数据库没有在运行。", file=sys.stderr)
        return 1 if holder else 0
    os.kill(int(found[1]), signal.SIGTERM)
    while embedded.holder(env.home()) == holder:
        time.sleep(0.05)
    print("内置数据库已停止。")
    return 0


def db_url(args: argparse.Namespace) -> int:
    named = {"yg_web": "DATABASE_URL", "yg_owner": "DATABASE_OWNER_URL", "yg_portal": "DATABASE_PORTAL_URL"}
    given = os.environ.get(named.get(args.role, ""))
    print(given or embedded.Cluster(env.home()).url(args.role))
    return 0


if __name__ == "__main__":
    sys.exit(main())
