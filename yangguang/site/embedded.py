"""The embedded PostgreSQL: a private cluster under the home folder, run as a direct child of whoever starts it.

Why a direct child: pg_ctl would hand the server to process 1, which in a container may never reap it, and the next
start then takes the dead server for a living one.  Why dropped privileges: PostgreSQL refuses to run as root.
"""

import ctypes
import fcntl
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from yangguang.site import env
from yangguang.site.programs import Binaries, ClusterError, binaries

PORT = 5432  # only names the socket file: the server does not listen on the network
SOCKET_LIMIT = 107  # bytes of sockaddr_un.sun_path without its final zero
ROLES = ("yg_owner", "yg_web", "yg_portal")
DATABASE = "yangguang"
SYSTEM_HOME = Path("/var/lib/yangguang")
SHORT = Path("/tmp")  # noqa: S108  only ever through mkdtemp


# ------------------------------------------------------------------------------------------------------- who runs it


def _may(uid: int | None, test: str, path: Path) -> bool:
    """Whether that user passes `test -r|-w|-x path`, asked of the system itself and so including every parent."""
    return subprocess.run(["test", test, path], **_as(uid)).returncode == 0


def _as(uid: int | None) -> dict:
    if uid is None:
        return {}
    return {"user": uid, "group": pwd.getpwuid(uid).pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """In the child, after the change of user: a fast stop should our process vanish without a word (kill -9)."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGINT)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


# ------------------------------------------------------------------------------------------------------- the cluster


class Cluster:
    """One data folder and, between `start` and `stop`, its server."""

    def __init__(self, home: Path, *, durable: bool = True):
        self.home = home
        self.durable = durable
        self.process: subprocess.Popen | None = None
        self.uid: int | None = None

    # where things lie

    @property
    def base(self) -> Path:
        """`home/db`, unless root's home cannot be entered by the server's user; then the folder noted in db.path."""
        note = self.home / "db.path"
        return Path(note.read_text(encoding="utf-8")) if note.exists() else self.home / "db"

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "server.log"

    @property
    def sockets(self) -> Path:
        return env.sockets(self.home)

    def connect(self, database: str = "postgres", role: str = "postgres") -> psycopg.Connection:
        password = env.secret(f"db_{role}", self.home)
        return psycopg.connect(
            host=str(self.sockets), port=PORT, user=role, password=password, dbname=database, autocommit=True
        )

    def url(self, role: str, database: str = DATABASE) -> str:
        return env.url(role, env.secret(f"db_{role}", self.home), str(self.sockets), PORT, database)

    # starting

    def start(self) -> None:
        """Bring the server up, making the cluster, the roles and the database where they are missing."""
        self._settle()
        wanted = (self.data / "PG_VERSION").read_text().strip() if (self.data / "PG_VERSION").exists() else None
        programs = self._executable(binaries(int(wanted) if wanted else None))
        if wanted is None:
            self._initialise(programs)
        self._clear_the_way()
        self._launch(programs)
        try:
            self._provide()
        except BaseException:
            self.stop()
            raise

    def _settle(self) -> None:
        """Choose the user, the data folder and the socket folder, and make them."""
        self.home.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            self.home.chmod(self.home.stat().st_mode | 0o011)
            owner = self.data.stat().st_uid if self.data.exists() else 0
            self.uid = owner or pwd.getpwnam("nobody").pw_uid
        self._own(self.base)
        if self.uid is not None and not _may(self.uid, "-w", self.base):
            if self.data.exists():
                raise ClusterError(f"数据库用户（uid {self.uid}）无法进入 {self.base}，请检查上级目录的权限。")
            SYSTEM_HOME.mkdir(parents=True, exist_ok=True)
            SYSTEM_HOME.chmod(0o711)
            shelter = Path(tempfile.mkdtemp(prefix="db-", dir=SYSTEM_HOME))
            self.base.rmdir()
            (self.home / "db.path").write_text(str(shelter), encoding="utf-8")
            self._own(shelter)
        self._settle_sockets()
        if self.data.exists() and self.data.stat().st_uid not in (self.uid, os.geteuid()):
            raise ClusterError(f"{self.data} 属于另一个用户（uid {self.data.stat().st_uid}），请用该用户或 root 运行。")

    def _settle_sockets(self) -> None:
        note = self.home / "run.path"
        folder = self.home / "run" if self.base == self.home / "db" else self.base / "run"
        if len(os.fsencode(str(folder))) + len(f"/.s.PGSQL.{PORT}") > SOCKET_LIMIT:
            # A path this long does not fit into a socket address: a short folder of a name nobody can guess ahead.
            old = Path(note.read_text(encoding="utf-8")) if note.exists() else None
            folder = old if old and old.is_dir() else Path(tempfile.mkdtemp(prefix="yg-", dir=SHORT))
        if folder != self.home / "run":
            note.write_text(str(folder), encoding="utf-8")
        else:
            note.unlink(missing_ok=True)
        self._own(folder)

    def _own(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.uid is not None:
            os.chown(folder, self.uid, -1)
            folder.chmod(0o700)

    def _executable(self, programs: Binaries) -> Binaries:
        """The programs where the server's user can run them: copied out if they lie under a closed home."""
        if self.uid is None or _may(self.uid, "-x", programs.folder / "postgres"):
            return programs
        if not programs.trees:
            raise ClusterError(f"数据库用户（uid {self.uid}）无法执行 {programs.folder}/postgres。")
        digest = hashlib.sha256(str(programs.folder).encode()).hexdigest()[:8]
        copy = self.base / f"programs-{programs.major}-{digest}"
        root = Path(os.path.commonpath(programs.trees))
        if not copy.exists():
            half = Path(tempfile.mkdtemp(prefix="half-", dir=self.base))
            for tree in programs.trees:
                shutil.copytree(tree, half / tree.relative_to(root), symlinks=True)
            half.chmod(0o755)
            half.rename(copy)
        return Binaries(copy / programs.folder.relative_to(root), programs.major)

    def _initialise(self, programs: Binaries) -> None:
        if self.uid is None:
            try:
                pwd.getpwuid(os.geteuid())
            except KeyError:
                raise ClusterError(
                    f"uid {os.geteuid()} 在系统中没有用户记录，initdb 无法运行；请用 DATABASE_URL 指向已有的服务器。"
                ) from None
        shutil.rmtree(self.base / "making", ignore_errors=True)
        locale = ["--locale=C.UTF-8"]
        if programs.major >= 17:
            # Independent of the C library's collation versions, so no index breaks at a system upgrade.
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        with tempfile.NamedTemporaryFile("w", dir=self.base, prefix="pw-") as password:
            password.write(env.secret("db_postgres", self.home))
            password.flush()
            if self.uid is not None:
                os.chown(password.name, self.uid, -1)
            command = [str(programs.folder / "initdb"), "-D", str(self.base / "making"), "-U", "postgres", "-E", "UTF8"]
            command += locale
            command += ["-A", "scram-sha-256", f"--pwfile={password.name}", "--no-instructions"]
            if not self.durable:
                command += ["--no-sync"]
            made = subprocess.run(command, capture_output=True, text=True, cwd="/", env=_plain_env(), **_as(self.uid))
        if made.returncode:
            raise ClusterError(f"建立数据库目录失败：{made.stderr.strip() or made.stdout.strip()}")
        (self.base / "making").rename(self.data)

    def _clear_the_way(self) -> None:
        """End a server left behind by a killed parent, and forget the pid file of a dead one.

        Safe because the caller holds the home's lock: nobody else of ours owns a server on this folder.
        """
        pid = self._noted_pid()
        if pid is not None and self._is_our_server(pid):
            os.kill(pid, signal.SIGINT)
            deadline = time.monotonic() + 30
            while self._is_our_server(pid):
                if time.monotonic() > deadline:
                    raise ClusterError(f"上次遗留的数据库进程（pid {pid}）在 30 秒内没有停止，请手工结束它后重试。")
                time.sleep(0.05)
        # A dead server's files name a pid that may be a zombie or, after a restart of the machine, a stranger; PostgreSQL
        # would take either for a living server and refuse to start.
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (self.sockets / name).unlink(missing_ok=True)

    def _noted_pid(self) -> int | None:
        try:
            return abs(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _is_our_server(self, pid: int) -> bool:
        """Whether that process is alive (not a zombie) and a server working in our data folder."""
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return False
        proc = Path(f"/proc/{pid}")
        if not proc.exists():
            return sys.platform != "linux"
        try:
            state = (proc / "stat").read_text().rpartition(")")[2].split()[0]
            return state not in "ZX" and (proc / "cwd").readlink() == self.data.resolve()
        except (FileNotFoundError, ProcessLookupError):
            return False

    def _launch(self, programs: Binaries) -> None:
        options = {
            "listen_addresses": "",
            "port": str(PORT),
            "unix_socket_directories": _quoted(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100",
            "logging_collector": "off",
            # The log must never hold a party's data: no failing rows, no statement texts.
            "log_error_verbosity": "terse",
            "log_min_error_statement": "panic",
        }
        if not self.durable:
            # Survives the death of the server, as tests need, but not of the machine.
            options |= {"fsync": "off", "full_page_writes": "off"}
        command = [str(programs.folder / "postgres"), "-D", str(self.data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        if self.log.exists() and self.log.stat().st_size > 10 * 2**20:
            self.log.replace(self.log.with_suffix(".old.log"))
        deadline = time.monotonic() + 60
        while True:
            with open(self.log, "ab") as log:
                start = log.tell()
                self.process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    cwd="/",
                    env=_plain_env(),
                    start_new_session=True,  # Ctrl-C is ours to hand on, in the right order
                    preexec_fn=_die_with_parent,
                    **_as(self.uid),
                )
            if self._ready(deadline):
                return
            with open(self.log, "rb") as log:
                log.seek(start)
                said = log.read().decode(errors="replace").strip()
            # After a kill -9 the old server's children need a moment to leave its shared memory.
            if "shared memory" not in said or time.monotonic() > deadline:
                raise ClusterError(f"数据库没有启动，日志 {self.log}：\n{said[-2000:]}")
            time.sleep(0.1)

    def _ready(self, deadline: float) -> bool:
        """Whether the server reported itself ready; False when it ended instead."""
        assert self.process is not None
        while self.process.poll() is None:
            try:
                lines = (self.data / "postmaster.pid").read_text().splitlines()
            except FileNotFoundError:
                lines = []
            if len(lines) >= 8 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                self.stop()
                raise ClusterError(f"数据库在 60 秒内没有就绪，日志 {self.log}。")
            time.sleep(0.01)
        return False

    def _provide(self) -> None:
        """Make the three roles and the database; set the passwords again, should the secrets have been changed."""
        try:
            admin = self.connect()
        except psycopg.OperationalError as error:
            raise ClusterError(
                f"数据库拒绝管理员登录：{error}。若 {self.home}/secrets 被删除过，请从备份恢复该目录。"
            ) from error
        with admin:
            have = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
            for role in ROLES:
                verb = "ALTER" if role in have else "CREATE"
                admin.execute(
                    sql.SQL(
                        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
                    ).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(env.secret(f"db_{role}", self.home)))
                )
            admin.execute("ALTER ROLE yg_portal SET default_transaction_read_only = on")
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                self.create_database(DATABASE, admin=admin)

    def create_database(self, name: str, template: str = "template0", admin: psycopg.Connection | None = None) -> None:
        """A database owned by yg_owner that only our roles may enter; `template` must have no connections."""
        if admin is None:
            with self.connect() as own:
                return self.create_database(name, template, own)
        names = {"db": sql.Identifier(name), "template": sql.Identifier(template)}
        admin.execute(sql.SQL("CREATE DATABASE {db} OWNER yg_owner TEMPLATE {template}").format(**names))
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {db} FROM PUBLIC").format(**names))
        admin.execute(sql.SQL("GRANT CONNECT ON DATABASE {db} TO yg_web, yg_portal").format(**names))

    def drop_database(self, name: str) -> None:
        with self.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    # stopping

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """A fast stop: open transactions are rolled back, everything committed is on disk."""
        if self.process is None:
            return
        for sign, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)):
            if self.process.poll() is None:
                self.process.send_signal(sign)
            try:
                self.process.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue
        self.process = None
        if self.sockets.parent == SHORT:
            shutil.rmtree(self.sockets, ignore_errors=True)


def _plain_env() -> dict[str, str]:
    """The environment without PG* variables, which would quietly change what initdb and postgres do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _quoted(folder: Path) -> str:
    return '"' + str(folder).replace('"', '""') + '"'


# ----------------------------------------------------------------------------------------------- one owner at a time


class Busy(ClusterError):
    """Another process owns this home."""

    def __init__(self, home: Path, holder: str):
        super().__init__(f"{home} 正被另一个进程使用（{holder}）。请先停止它，或用 YANGGUANG_HOME 指定另一个目录。")


@contextmanager
def owning(home: Path, purpose: str) -> Iterator[None]:
    """Hold the home's lock; the kernel frees it however this process ends."""
    home.mkdir(parents=True, exist_ok=True)
    with open(home / "lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(home, holder(home)) from None
        lock.truncate(0)
        lock.write(f"{purpose}，pid {os.getpid()}")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def holder(home: Path) -> str:
    """Who holds the lock, in words with its pid; empty when nobody does."""
    try:
        with open(home / "lock", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return lock.read() or "正在启动的进程"
    except FileNotFoundError:
        pass
    return ""


@contextmanager
def available(home: Path, purpose: str) -> Iterator[None]:
    """A database for one command: the server named by DATABASE_URL, or the running cluster, or one for its length."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    cluster = Cluster(home)
    try:
        with owning(home, purpose):
            cluster.start()
            try:
                yield
            finally:
                cluster.stop()
    except Busy:
        _await(cluster)
        yield


def _await(cluster: Cluster) -> None:
    """Wait until the cluster another process is starting lets us in."""
    deadline = time.monotonic() + 30
    while True:
        try:
            cluster.connect(DATABASE, "yg_web").close()
            return
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise ClusterError(f"{cluster.home} 的数据库由另一进程管理，但 30 秒内连接不上：{error}") from error
            time.sleep(0.1)
