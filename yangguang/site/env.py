"""Typed settings from the environment: a value that is set but wrong stops the start with a sentence, never a default."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit


class BadSetting(SystemExit):
    """An environment variable that cannot be used."""

    def __init__(self, name: str, why: str):
        super().__init__(f"配置错误：环境变量 {name} {why}")


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    raw = os.environ.get(name)
    if raw is None:
        return default
    if raw.lower() in {"1", "true", "yes", "on"}:
        return True
    if raw.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise BadSetting(name, f"应为 1 或 0，现为“{raw}”")


def number(name: str, default: int, low: int = 0, high: int = 2**31) -> int:
    raw = os.environ.get(name)
    if raw is None or raw == "":
        return default
    if not raw.isdigit() or not low <= int(raw) <= high:
        raise BadSetting(name, f"应为 {low} 至 {high} 的整数，现为“{raw}”")
    return int(raw)


def names(name: str, default: list[str]) -> list[str]:
    raw = os.environ.get(name)
    return [part.strip() for part in raw.split(",") if part.strip()] if raw else default


def home() -> Path:
    """The one folder that holds everything this installation owns: database, evidence, keys, secrets."""
    return Path(os.environ.get("YANGGUANG_HOME") or Path(__file__).resolve().parents[2] / "var").resolve()


def secret(name: str, folder: Path | None = None) -> str:
    """A secret from the environment, or one made once and kept under var/secrets with mode 0600."""
    if value := os.environ.get(name.upper()):
        return value
    path = (folder or home()) / "secrets" / name
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(name.upper(), f"未设置，且 {path} 不可读（{error.strerror}）") from error
    value = secrets.token_urlsafe(48)
    try:
        with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600), encoding="ascii") as out:
            out.write(value)
    except FileExistsError:  # another process of this installation made it in the same moment
        return path.read_text(encoding="ascii").strip()
    return value


def sockets(folder: Path | None = None) -> Path:
    """Where the embedded cluster's socket lies: `run`, or the folder noted in run.path when that path is too long."""
    folder = folder or home()
    note = folder / "run.path"
    return Path(note.read_text(encoding="utf-8")) if note.exists() else folder / "run"


def url(role: str, password: str, host: str, port: int, name: str) -> str:
    """The opposite of `database`: one connection as a URL that fits into an environment variable."""
    where = urlencode({"host": host, "port": port}, quote_via=quote)
    return f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@/{quote(name, safe='')}?{where}"


def database(name: str, role: str) -> dict:
    """Django's dictionary for one connection: a URL from the environment, else the embedded cluster's socket.

    Shape: `postgresql://user:password@host:port/db?host=/socket/folder`.
    """
    given = os.environ.get(name)
    if given is None and name != "DATABASE_URL" and os.environ.get("DATABASE_URL"):
        raise BadSetting(name, "未设置：既已用 DATABASE_URL 指定服务器，三个角色的连接须一并给出")
    if not given:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "yangguang",
            "USER": role,
            "PASSWORD": secret(f"db_{role}"),
            "HOST": str(sockets()),
            "PORT": "5432",  # named, or libpq would take PGPORT from the environment
        }
    parts = urlsplit(given)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(name, "应以 postgresql:// 开头")
    query = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError as error:
        raise BadSetting(name, "端口不是数字") from error
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "yangguang",
        "USER": unquote(parts.username or role),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(port or query.get("port") or ""),
    }
