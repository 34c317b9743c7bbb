"""The ground: the cluster, the roles, the settings, the command, and the supervisor that owns them."""

import contextlib
import hashlib
import hmac
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection, connections
from django.template import Context, Template

from tests import migrated
from yangguang.site import embedded, env, supervisor

ROOT = Path(__file__).resolve().parents[1]
YANGGUANG = [sys.executable, "-P", "-m", "yangguang.site.cli"]


def yangguang(home: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"YANGGUANG_HOME": str(home)} | settings
    return subprocess.run([*YANGGUANG, *arguments], env=environment, capture_output=True, text=True, timeout=120)


# ------------------------------------------------------------------------------------------ what unit tests stand on


@pytest.mark.django_db
def test_unit_tests_run_as_the_web_role():
    with connection.cursor() as cursor:
        cursor.execute("select session_user, rolsuper, rolbypassrls from pg_roles where rolname = current_user")
        assert cursor.fetchone() == ("yg_web", False, False)
    assert connections["portal"] is connections["default"]


def test_a_fresh_database_has_the_three_roles(fresh_database):
    for alias, role in {"default": "yg_web", "owner": "yg_owner", "portal": "yg_portal"}.items():
        with connections[alias].cursor() as cursor:
            cursor.execute("select current_user, current_database()")
            assert cursor.fetchone() == (role, fresh_database.name)


def test_no_role_of_ours_stands_above_the_rules(fresh_database):
    with fresh_database.connect() as admin:
        rows = admin.execute(
            "select rolname, rolsuper or rolbypassrls or rolcreatedb or rolcreaterole or rolreplication, rolcanlogin"
            " from pg_roles where rolname like 'yg_%' order by 1"
        ).fetchall()
        assert rows == [("yg_owner", False, True), ("yg_portal", False, True), ("yg_web", False, True)]
        assert not admin.execute("select 1 from pg_auth_members m where m.member::regrole::text like 'yg_%'").fetchone()


def test_the_portal_role_cannot_write_or_read_what_is_not_granted(fresh_database):
    with connections["portal"].cursor() as cursor, pytest.raises(ProgrammingError):
        cursor.execute("select * from django_session")


def test_sessions_work_for_the_web_role(fresh_database):
    with connections["default"].cursor() as cursor:
        cursor.execute("insert into django_session values ('k', 'd', now())")
        cursor.execute("delete from django_session")


def test_the_network_is_off():
    with socket.socket() as outward, pytest.raises(RuntimeError, match="测试不得访问网络"):
        outward.connect(("192.0.2.1", 80))


@pytest.mark.parametrize("text", ["{{ nothing }}", "{{ nothing.more }}"])
def test_an_undefined_template_variable_fails(text):
    with pytest.raises(BaseException, match="nothing"):
        Template(text).render(Context({}))


# ------------------------------------------------------------------------------------------------------ the settings


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("YG_N", "abc", lambda: env.number("YG_N", 1)),
        ("YG_N", "-1", lambda: env.number("YG_N", 1)),
        ("YG_N", "70000", lambda: env.number("YG_N", 1, 1, 65535)),
        ("YG_F", "maybe", lambda: env.flag("YG_F")),
        ("YG_D", "mysql://x/y", lambda: env.database("YG_D", "yg_web")),
        ("YG_D", "postgresql://x:port/y", lambda: env.database("YG_D", "yg_web")),
    ],
)
def test_a_wrong_setting_is_named_and_never_replaced(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match=f"配置错误：环境变量 {name}"):
        read()


def test_a_server_needs_all_three_connections(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://yg_web@db/yangguang")
    with pytest.raises(SystemExit, match="DATABASE_OWNER_URL"):
        env.database("DATABASE_OWNER_URL", "yg_owner")


def test_a_connection_survives_its_url(monkeypatch):
    monkeypatch.setenv("YG_D", env.url("yg_web", "p@ss/w:rd %+?&#", "/run/with space", 5432, "阳光"))
    read = env.database("YG_D", "yg_web")
    assert (read["USER"], read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == (
        "yg_web", "p@ss/w:rd %+?&#", "/run/with space", "5432", "阳光",
    )  # fmt: skip
    assert "+" not in urllib.parse.urlsplit(os.environ["YG_D"]).query  # libpq does not read + as a space


def test_secrets_are_kept_and_private(tmp_path):
    made = env.secret("some_key", tmp_path)
    assert env.secret("some_key", tmp_path) == made and len(made) >= 48
    assert (tmp_path / "secrets" / "some_key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700


# ------------------------------------------------------------------------------------------------------- the cluster


@pytest.fixture
def home() -> Iterator[Path]:
    """A home with a space and Chinese in its name, where the server's user can go (pytest's own folders are closed)."""
    with tempfile.TemporaryDirectory(prefix="yg-home-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "执法 home"


@pytest.fixture
def own(home):
    """A cluster of this test's own."""
    server = embedded.Cluster(home, durable=False)
    yield server
    server.stop()


def test_committed_rows_survive_kill_9_of_the_server(own):
    own.start()
    with own.connect("yangguang", "yg_owner") as owner:
        owner.execute("create table kept as select generate_series(1, 1000) as n")
        os.kill(own.process.pid, signal.SIGKILL)
        own.process.wait()
    own.start()
    with own.connect("yangguang", "yg_owner") as owner:
        assert owner.execute("select count(*) from kept").fetchone() == (1000,)


def test_a_server_left_by_a_killed_parent_is_ended_first(own):
    own.start()
    left = own.process
    own.process = None  # as if another process of ours had started it and been killed
    own.start()
    assert left.wait(5) == 0 and own.alive()


def test_a_pid_file_that_names_a_stranger_is_no_server(own):
    own.start()
    own.stop()
    (own.data / "postmaster.pid").write_text(f"{os.getpid()}\n{own.data}\n0\n5432\n\n\n0 0\nready\n")
    (own.sockets / ".s.PGSQL.5432.lock").write_text(f"{os.getpid()}\n{own.data}\n0\n5432\n{own.sockets}\n")
    own.start()
    assert own.alive()


def test_data_of_another_version_are_never_touched(own, monkeypatch):
    own.start()
    own.stop()
    (own.data / "PG_VERSION").write_text("14\n")
    with pytest.raises(embedded.ClusterError, match=r"属于 PostgreSQL 14.*不会自动升级"):
        own.start()


def test_a_wrong_program_folder_is_named(monkeypatch, home):
    monkeypatch.setenv("PG_BIN", "/nowhere")
    with pytest.raises(embedded.ClusterError, match="PG_BIN=/nowhere"):
        embedded.Cluster(home).start()


def test_a_long_path_gets_a_short_socket_folder(home):
    home = home.parent / ("很长的目录" * 8)
    server = embedded.Cluster(home, durable=False)
    server.start()
    try:
        short = env.sockets(home)
        assert len(str(short)) < 40 and short.stat().st_mode & 0o777 == 0o700
        server.connect("yangguang", "yg_web").close()
    finally:
        server.stop()
    assert not short.exists()


def test_lost_passwords_are_said(own):
    own.start()
    own.stop()
    (own.home / "secrets" / "db_postgres").write_text("other")
    with pytest.raises(embedded.ClusterError, match="secrets"):
        own.start()
    assert not own.alive()


ASKING = """
import django, sys
django.setup()
from django.db import connection
from django.core.signals import request_started, request_finished
print("ready", flush=True)
for line in sys.stdin:
    request_started.send(None)
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    request_finished.send(None)
    print("answered", flush=True)
"""


def test_pooled_connections_survive_a_restart_of_the_database(own):
    own.start()
    environment = os.environ | {"YANGGUANG_HOME": str(own.home), "YANGGUANG_POOL": "4"}
    command = [sys.executable, "-P", "-c", ASKING]
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdout.readline() == "ready\n"
        for crash in (False, True, True):
            if crash:
                os.kill(own.process.pid, signal.SIGKILL)
                own.process.wait()
                own.start()
            asking.stdin.write("ask\n")
            asking.stdin.flush()
            assert asking.stdout.readline() == "answered\n"


def test_a_home_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    done = yangguang(tmp_path / "file", "run", PORT=str(free_port()))
    assert done.returncode == 1 and "Traceback" not in done.stderr and str(tmp_path / "file") in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 会降低数据库进程的权限")
def test_as_root_the_server_runs_as_somebody_else(own):
    own.start()
    assert own.data.stat().st_uid != 0 and Path(f"/proc/{own.process.pid}").stat().st_uid != 0


@pytest.mark.skipif(os.geteuid() != 0, reason="只有 root 会遇到别人进不去的目录")
def test_a_closed_folder_above_the_home_is_left_closed(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    server = embedded.Cluster(closed / "home", durable=False)
    try:
        server.start()
        assert server.base.is_relative_to(embedded.SYSTEM_HOME)
        assert closed.stat().st_mode & 0o777 == 0o700
        assert env.sockets(closed / "home").is_relative_to(embedded.SYSTEM_HOME)
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", server.base], check=True)


def test_one_owner_at_a_time(home):
    with embedded.owning(home, "第一个"):
        with pytest.raises(embedded.Busy, match=r"第一个，pid \d+"), embedded.owning(home, "第二个"):
            raise AssertionError
        assert "第一个" in embedded.holder(home)
    assert embedded.holder(home) == ""


# ------------------------------------------------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "用法"),
        (["--help"], 0, "migrate"),
        (["--version"], 0, "yangguang 0."),
        (["nonsense"], 2, "未知命令“nonsense”"),
        (["db", "nonsense"], 2, "参数错误"),
        (["db", "url", "nobody"], 2, "参数错误"),
        (["db", "stop"], 0, "没有在运行"),
    ],
)
def test_the_command_says_what_it_wants(home, arguments, code, said):
    done = yangguang(home, *arguments)
    assert done.returncode == code and said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_alone_in_the_background(home):
    try:
        assert "已启动" in yangguang(home, "db", "start").stdout
        again = yangguang(home, "db", "start")
        assert again.returncode == 1 and "正被另一个进程使用" in again.stderr
        url = yangguang(home, "db", "url", "yg_owner").stdout.strip()
        with psycopg.connect(url) as owner:
            assert owner.execute("select current_user").fetchone() == ("yg_owner",)
        assert "已升级" in yangguang(home, "migrate").stdout
        assert "已是最新" in yangguang(home, "migrate").stdout
    finally:
        stopped = yangguang(home, "db", "stop")
    assert stopped.returncode == 0 and "已停止" in stopped.stdout
    assert embedded.holder(home) == ""


# ----------------------------------------------------------------------------------------------------- the supervisor


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """`yangguang run` in a home of its own."""

    def __init__(self, home: Path, **settings: str):
        self.home, self.port = home, free_port()
        home.mkdir(parents=True, exist_ok=True)
        self.log = home / f"said-{self.port}.log"
        self.settings = {"PORT": str(self.port), "YANGGUANG_DEMO": "0", "YANGGUANG_WORKERS": "1"} | settings
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(
                [*YANGGUANG, "run"],
                env=os.environ | {"YANGGUANG_HOME": str(home)} | self.settings,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_for(self, text: str) -> None:
        until(lambda: text in self.said or self.process.poll() is not None, lambda: f"没有等到“{text}”：{self.said}")
        assert text in self.said

    def family(self) -> set[int]:
        """The processes that belong to this home or port."""
        found = set()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != self.process.pid:
                try:
                    words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
                    ours = f"YANGGUANG_HOME={self.home}\0" in (entry / "environ").read_bytes().decode(errors="replace")
                except OSError:
                    continue
                if ours or any(str(self.home) in word for word in words):
                    found.add(int(entry.name))
        return found

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def until(true, complain, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, complain()
        time.sleep(0.05)


@contextlib.contextmanager
def run_in(home: Path) -> Iterator[Running]:
    if sys.platform != "linux":
        pytest.skip("进程检查使用 /proc")
    site = Running(home)
    try:
        site.wait_for("阳光执法已启动")
        yield site
    finally:
        site.kill()
        until(lambda: not site.family(), lambda: f"遗留进程 {site.family()}", 20)


@pytest.fixture
def first_run(home: Path) -> Iterator[Running]:
    """Started in an empty home: it makes and migrates its database first."""
    with run_in(home) as site:
        yield site


@pytest.fixture
def migrated_home(home: Path, cluster: embedded.Cluster) -> Path:
    """A home that was started before: a copy of the cluster the tests keep."""
    home.mkdir(parents=True)
    kept = migrated.Cache(ROOT, home)
    kept.secrets()
    kept.copy()
    return home


@pytest.fixture
def running(migrated_home: Path) -> Iterator[Running]:
    with run_in(migrated_home) as site:
        yield site


def test_the_site_stops_without_leaving_anything(first_run):
    running = first_run
    assert running.family()
    busy = yangguang(running.home, "run", PORT=str(free_port()))
    assert busy.returncode == 1 and "yangguang run，pid" in busy.stderr
    taken = yangguang(running.home.parent / "other", "run", PORT=str(running.port))
    assert taken.returncode == 1 and f"端口 {running.port} 不能使用" in taken.stderr
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(20) == 0
    assert not running.family()
    assert not (running.home / "db/data/postmaster.pid").exists()


def test_the_site_survives_kill_9_of_each_of_its_processes(running):
    server = embedded.Cluster(running.home)
    os.kill(server._noted_pid(), signal.SIGKILL)
    running.wait_for("数据库已恢复")
    server.connect("yangguang", "yg_web").close()
    web = next(pid for pid in running.family() if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.killpg(os.getpgid(web), signal.SIGKILL)
    running.wait_for("网站进程中断，重新启动")
    until(lambda: answers(running.port), lambda: running.said)


def test_kill_9_of_the_supervisor_ends_its_children(running):
    running.process.kill()
    running.process.wait()
    until(lambda: not running.family(), lambda: f"遗留进程 {running.family()}", 20)
    again = Running(running.home)
    try:
        again.wait_for("阳光执法已启动")
        again.process.send_signal(signal.SIGTERM)
        assert again.process.wait(20) == 0
    finally:
        again.kill()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def test_a_half_loaded_demonstration_is_begun_again(home):
    server = embedded.Cluster(home, durable=False)
    server.start()
    try:
        with server.connect("yangguang", "yg_owner") as owner:
            owner.execute("create table half (n int)")
        (home / supervisor.LOADING).write_text("")
        site = supervisor.Supervisor.__new__(supervisor.Supervisor)
        site.home, site.cluster = home, server
        site._forget_half_a_demo()
        with server.connect("yangguang", "yg_owner") as owner:
            assert owner.execute("select to_regclass('half')").fetchone() == (None,)
        assert not (home / supervisor.LOADING).exists()
    finally:
        server.stop()


# ------------------------------------------------------------------------------------------------ what a browser gets


def test_the_real_server_serves_static_files_with_their_types(live_site):
    for path, kind in {
        "vendor/bootstrap/bootstrap.min.css": "text/css",
        "vendor/noble-hashes/sha2.js": "text/javascript",
        "django_htmx/htmx-2.min.js": "text/javascript",
    }.items():
        with urllib.request.urlopen(f"{live_site.url}/static/{path}") as answer:
            assert answer.headers["content-type"].startswith(kind) and answer.read(10)
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(f"{live_site.url}/static/../secrets/secret_key")
    refused.value.close()


@pytest.mark.browser
def test_the_modules_that_verify_the_log_run_in_the_browser(live_site, page):
    page.goto(f"{live_site.url}/static/vendor/bootstrap/LICENSE")
    found = page.evaluate(
        """async () => {
            const { sha256 } = await import('/static/vendor/noble-hashes/sha2.js');
            const { hmac } = await import('/static/vendor/noble-hashes/hmac.js');
            const { bytesToHex } = await import('/static/vendor/noble-hashes/utils.js');
            const ed25519 = await import('/static/vendor/noble-ed25519/index.js');
            const text = new TextEncoder().encode('阳光');
            return [bytesToHex(sha256(text)), bytesToHex(hmac(sha256, text, text)), typeof ed25519.verifyAsync];
        }"""
    )
    text = "阳光".encode()
    assert found == [hashlib.sha256(text).hexdigest(), hmac.digest(text, text, "sha256").hex(), "function"]


# ------------------------------------------------------------------------------------------------------------ run.py


def test_run_py_names_its_commands():
    done = subprocess.run([sys.executable, ROOT / "run.py", "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2 and "setup | run | test" in done.stderr


def test_run_py_refuses_what_it_would_not_heed():
    done = subprocess.run([sys.executable, ROOT / "run.py", "run", "--port", "8105"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--port 8105" in done.stderr
    assert "PORT" in done.stderr


def test_the_locks_hold_hashes_and_no_address():
    for name in ("requirements", "requirements-dev", "requirements-embedded", "requirements-node"):
        text = (ROOT / f"{name}.txt").read_text(encoding="utf-8")
        pins = [line for line in text.splitlines() if "==" in line]
        assert pins and "://" not in text
        assert text.count("--hash=sha256:") >= len(pins)
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text(encoding="utf-8")


def test_every_requirement_says_where_it_is_used():
    for path in ROOT.glob("requirements*.in"):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith(("#", "-")) and path.stem != "requirements-node":
                assert "#" in line or path.stem == "requirements-embedded", f"{path.name}: {line}"
