"""What every test stands on: a throw-away PostgreSQL, the real database roles, no network, no silent warnings.

Unit tests run as the web role inside a transaction that is rolled back, so row-level security and grants hold in them.
Tests that need committed rows, several roles or the real server take `fresh_database`, `live_site` or `live_county`:
a clone of a migrated template costs a few dozen milliseconds.
"""

import contextlib
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from tests import migrated

ROOT = Path(__file__).parent
HOME = Path(tempfile.mkdtemp(prefix="yg-test-", dir="/tmp"))  # short: a socket's path has to fit into 107 bytes

MIGRATED = migrated.Cache(ROOT, HOME)
MIGRATED.secrets()  # before the settings make others: a copied cluster knows its roles by these

# The tests start our command some two hundred times: what is compiled once is kept, also where the environment would not.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Before the settings are read.  A test never touches a database somebody named in the environment.
for _name in ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_PORTAL_URL", "PUBLIC_URL", "PORT", "HOST"):
    os.environ.pop(_name, None)
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "yangguang.site.settings",
    "YANGGUANG_HOME": str(HOME),
    "YANGGUANG_POOL": "0",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright runs a loop in this thread; the tests themselves are synchronous
}

import django  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402

from yangguang.record import media  # noqa: E402
from yangguang.record.documents import rendering  # noqa: E402
from yangguang.site import database, embedded  # noqa: E402

django.setup()  # a stage's own conftest may name its models, and is read before pytest-django would set Django up

from tests.kept import SHELF  # noqa: E402  reads the models

TEMPLATE = "yg_template"
UNIT = embedded.DATABASE
ALIASES = {"default": "yg_web", "portal": "yg_portal", "owner": "yg_owner"}
# The same engine without windows needs half the processor; where it is not installed the whole browser does as well.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_FRILLS = (  # the address bar's own pages, two for each window; the list replaces Playwright's, so that is repeated
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,PreloadTopChromeWebUI,AvoidUnnecessaryBeforeUnloadCheckSync,"
    "DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,"
    "ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,TcpPortRandomizationWin,OptimizationHints,"
    "NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch"
)


def pytest_configure(config: pytest.Config) -> None:
    settings.DATABASES  # noqa: B018  reads the settings, so that pytest-django sets Django up
    settings.PASSWORD_HASHERS = ["tests.hashers.CheapArgon2", *settings.PASSWORD_HASHERS[1:]]
    socket.socket.connect = _only_here(socket.socket.connect)  # type: ignore[method-assign]
    socket.socket.connect_ex = _only_here(socket.socket.connect_ex)  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True, optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """A worker inherits our environment and would read the settings before its own conftest: give it none of ours."""
    for name in ("DJANGO_SETTINGS_MODULE", "YANGGUANG_HOME"):
        os.environ.pop(name, None)


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(HOME, ignore_errors=True)


# -------------------------------------------------------------------------------------------------- network is off


class NetworkUsed(RuntimeError):
    """A test tried to leave this machine."""


def _only_here(connect: Callable) -> Callable:
    def guarded(self: socket.socket, address):  # type: ignore[no-untyped-def]
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise NetworkUsed(f"测试不得访问网络：{address}")
        return connect(self, address)

    return guarded


# -------------------------------------------------------------------------------------------- what is left out, why


def chromium() -> str | None:
    chosen = os.environ.get("CHROMIUM")
    return chosen or next(filter(None, map(shutil.which, CHROMIUM)), None)


def flags() -> list[str]:
    """What every Chromium of the tests is started with."""
    # As root Chromium cannot build its own sandbox; the pages it opens here are only ours.
    return [f"--disable-features={NO_FRILLS}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]


# Files that try one rule on a great many inputs, each at the cost of a whole case: every third input of each test is
# tried by default, all with `make test ARGS=--all`.
MANY_INPUTS = {
    "test_course", "test_course_random", "test_documents", "test_every_store", "test_finishing", "test_live", "test_package",
    "test_register_pages", "test_sides", "test_tus",
}  # fmt: skip
THIRD = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="also the inputs that are otherwise left to every third")


def _every_third(config: pytest.Config, items: list[pytest.Item]) -> None:
    seen: dict[str, int] = {}
    kept, left = [], []
    for item in items:
        if item.path.stem in MANY_INPUTS and "[" in item.nodeid:
            test = item.nodeid.partition("[")[0]
            seen[test] = seen.get(test, -1) + 1
            if seen[test] % THIRD:
                left.append(item)
                continue
        kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    named = any("::" in str(one) for one in config.args)  # who names a test wants that test
    if not named and not config.getoption("--all") and not config.getoption("keyword"):
        _every_third(config, items)
    _longest_first(items)
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: facts cannot be emptied between tests; take the fixture `fresh_database` instead"
            )
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


SLOW = {"browser", "live_site", "live_county", "live_county_site", "fresh_database"}  # fixtures of few, long tests
LONG = {"test_access", "test_mutants", "test_queries_bounded", "test_bad_addresses", "test_arithmetic", "test_tables"}


def _longest_first(items: list[pytest.Item]) -> None:
    """The files with real servers and browsers first: left to the end, the other processors would wait for them."""
    slow = {item.path for item in items if SLOW & set(getattr(item, "fixturenames", ()))}
    items.sort(key=lambda item: 0 if item.path in slow else 1 if item.path.stem in LONG else 2)


COUNTY = {"tests/test_tampering.py", "yangguang/site/tests/test_demo.py"}  # one worker: it loads the county once


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):  # type: ignore[no-untyped-def]
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return "county" if file in COUNTY else file

    return ByFile(config, log)


NO_CHROMIUM = "没有找到 Chromium（apt install chromium，或用 CHROMIUM 指明其路径），浏览器测试未运行"


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:  # type: ignore[no-untyped-def]
    left_out = [report for report in terminalreporter.stats.get("skipped", []) if NO_CHROMIUM in str(report.longrepr)]
    if left_out:
        terminalreporter.write_line(f"{len(left_out)} 个浏览器测试未运行：{NO_CHROMIUM}", yellow=True)


# ---------------------------------------------------------------------------------------------------- the database


@pytest.fixture(scope="session")
def cluster(django_test_environment: None, django_db_blocker) -> Iterator[embedded.Cluster]:  # type: ignore[no-untyped-def]
    """The throw-away server: nothing is flushed to disk, everything is removed at the end.

    It holds a template migrated as the owner; the unit tests' database and every fresh one are its copies.  A cluster
    migrated by the same migrations is kept from run to run and copied (`tests/migrated.py`).
    """
    server = embedded.Cluster(HOME, durable=False)

    def make() -> None:
        server.start()
        try:
            server.create_database(TEMPLATE)
            with django_db_blocker.unblock(), _pointed_at(TEMPLATE):
                database.migrate()
            server.drop_database(UNIT)
            server.create_database(UNIT, TEMPLATE)
        finally:
            server.stop()

    with embedded.owning(HOME, "pytest"):
        MIGRATED.fetch(make)
        server.start()
        SHELF.begin(server, TEMPLATE)
        try:
            yield server
        finally:
            SHELF.end()
            server.stop()


@pytest.fixture(scope="session")
def django_db_setup(cluster: embedded.Cluster) -> None:
    """The unit tests' database lies ready in the cluster."""


@contextlib.contextmanager
def _pointed_at(name: str) -> Iterator[None]:
    """The three connections of this process on another database."""
    before = connections["default"].settings_dict["NAME"]
    try:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        yield
    finally:
        for alias in ALIASES:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = before


@pytest.fixture(autouse=True)
def _portal_reads_what_the_test_wrote(request: pytest.FixtureRequest, _django_db_marker: None) -> Iterator[None]:
    """In a rolled-back test the portal shares the test's connection; its own role is tested on a fresh database."""
    if request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
    elif "db" in request.fixturenames:
        request.getfixturevalue("db")
    else:
        yield
        return
    own = connections["portal"]
    connections["portal"] = connections["default"]
    try:
        with SHELF.lent(set(request.fixturenames), request.getfixturevalue("monkeypatch")):
            yield
    finally:
        connections["portal"] = own


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Iterator[None]:
    try:
        return (yield)
    finally:
        SHELF.give_back()


@pytest.fixture(autouse=True)
def _nobody_guessed_before() -> None:
    """What one test looked up in vain does not count against the next."""
    cache.clear()


# ------------------------------------------------------------------------------------------- typeset each thing once

REAL = {"test_documents", "test_media", "test_demo_media"}  # these prove that the same inputs give the same bytes
_typeset: dict = {}
_probed: dict = {}


@pytest.fixture(autouse=True)
def _same_inputs_same_bytes(request: pytest.FixtureRequest) -> Iterator[None]:
    """Stories render the same twenty documents over and over; what is kept here is what would be made again."""
    if request.module.__name__.rpartition(".")[2] in REAL:
        yield
        return
    compile_, work = rendering._compile, media._work

    def typeset(it, normal, faces, inputs, on, **options):  # type: ignore[no-untyped-def]
        key = (it.hash, faces.key, tuple(sorted(inputs.items())), on, str(options))
        if key not in _typeset:
            _typeset[key] = compile_(it, normal, faces, inputs, on, **options)
        return _typeset[key]

    def probed(what: str, path: str, *rest: str) -> bytes:
        key = (what, Path(path).read_bytes(), *rest)
        if key not in _probed:
            _probed[key] = work(what, path, *rest)
        return _probed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "_compile", typeset)
        patch.setattr(media, "_work", probed)
        yield


# ------------------------------------------------------------------------- databases that really commit, real servers


@dataclass
class Database:
    """A migrated database of one test's own; Django's three aliases point at it while the fixture lives."""

    name: str
    cluster: embedded.Cluster
    home: Path

    def url(self, role: str) -> str:
        return self.cluster.url(role, self.name)

    def connect(self, role: str = "postgres") -> psycopg.Connection:
        """A connection of its own as `role` (postgres, yg_owner, yg_web, yg_portal), committing each statement."""
        return self.cluster.connect(self.name, role)

    @property
    def env(self) -> dict[str, str]:
        """The environment in which our commands use this database and a home of its own."""
        return os.environ | {
            "DATABASE_URL": self.url("yg_web"),
            "DATABASE_PORTAL_URL": self.url("yg_portal"),
            "DATABASE_OWNER_URL": self.url("yg_owner"),
            "YANGGUANG_HOME": str(self.home),
        }

    def run(self, *arguments: str, check: bool = True, **options) -> subprocess.CompletedProcess[str]:  # type: ignore[no-untyped-def]
        """`yangguang …` on this database, as a person would type it."""
        command = [sys.executable, "-P", "-m", "yangguang.site.cli", *arguments]
        options = {"capture_output": True, "text": True, "timeout": 600, "cwd": ROOT} | options
        done = subprocess.run(command, env=self.env, **options)
        if check and done.returncode:
            raise AssertionError(f"yangguang {' '.join(arguments)} → {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done


_numbers = itertools.count(1)


@contextlib.contextmanager
def _clone(cluster: embedded.Cluster, template: str, blocker, home: Path) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    name = f"yg_fresh_{next(_numbers)}"
    cluster.create_database(name, template)
    try:
        with blocker.unblock(), _pointed_at(name):
            yield Database(name, cluster, home)
    finally:
        cluster.drop_database(name)


@pytest.fixture
def fresh_database(cluster, django_db_setup, django_db_blocker, tmp_path: Path) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    """An empty, migrated database of this test's own: transactions commit, each alias has its real role."""
    with _clone(cluster, TEMPLATE, django_db_blocker, tmp_path / "home") as fresh:
        yield fresh


@pytest.fixture(scope="session")
def county_template(cluster, django_db_setup) -> Database:  # type: ignore[no-untyped-def]
    """The small synthetic county, loaded once; `live_county` copies it."""
    cluster.create_database("yg_county", TEMPLATE)
    made = Database("yg_county", cluster, HOME / "county")
    made.run("demo", "load", "--cases", "20", "--seed", "1")
    return made


@pytest.fixture
def live_county(cluster, county_template: Database, django_db_blocker, tmp_path: Path) -> Iterator[Database]:  # type: ignore[no-untyped-def]
    """A database of this test's own holding the synthetic county, with its vault and keys."""
    shutil.copytree(county_template.home, tmp_path / "home", symlinks=True)
    with _clone(cluster, county_template.name, django_db_blocker, tmp_path / "home") as fresh:
        yield fresh


@dataclass
class Site:
    """The real web server on a database of the test's own."""

    database: Database
    url: str
    process: subprocess.Popen[bytes]
    log: Path = field(repr=False)

    def kill(self) -> None:
        """kill -9, as a power failure would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def serving(on: Database, log: Path) -> Iterator[Site]:
    """Run `yangguang web` on `on` until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = on.env | {"PORT": str(port), "HOST": "127.0.0.1", "YANGGUANG_POOL": "4", "YANGGUANG_WORKERS": "1"}
    _collect_static(on.home)
    with open(log, "ab") as out:
        command = [sys.executable, "-P", "-m", "yangguang.site.cli", "web"]
        process = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=ROOT, start_new_session=True)
    site = Site(on, f"http://127.0.0.1:{port}", process, log)
    try:
        _await(site)
        yield site
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                site.kill()


def _collect_static(home: Path) -> None:
    """The static files, collected once for all sites of this run."""
    once = Path(settings.STATIC_ROOT)
    if not once.exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    home.mkdir(parents=True, exist_ok=True)
    if not (home / "static").exists():
        (home / "static").symlink_to(once)


def _await(site: Site) -> None:
    deadline = time.monotonic() + 60
    while site.process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(site.url, timeout=5).close()
            return
        except urllib.error.HTTPError as error:
            error.close()
            return  # it answers; what it answers is the test's business
        except OSError:
            time.sleep(0.05)
    raise AssertionError(f"网站没有启动：\n{site.log.read_text(errors='replace')[-4000:]}")


@pytest.fixture
def live_site(fresh_database: Database, tmp_path: Path) -> Iterator[Site]:
    """The real server on an empty database."""
    with serving(fresh_database, tmp_path / "web.log") as site:
        yield site


@pytest.fixture
def live_county_site(live_county: Database, tmp_path: Path) -> Iterator[Site]:
    """The real server on the synthetic county."""
    with serving(live_county, tmp_path / "web.log") as site:
        yield site


# ---------------------------------------------------------------------------------------------------------- browser


@pytest.fixture(scope="session")
def browser():  # type: ignore[no-untyped-def]
    """Debian's Chromium; a test that takes it carries the marker `browser`."""
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        chrome = running.chromium.launch(executable_path=chromium(), args=flags())
        yield chrome
        chrome.close()


@pytest.fixture
def page(browser):  # type: ignore[no-untyped-def]
    """A new person at a new computer: own cookies, Chinese, Shanghai time; any script error fails the test."""
    context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    context.close()
    assert not errors, f"页面脚本出错：{errors}"
