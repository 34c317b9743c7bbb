"""verify.html: the verifier as one page that needs no network, no server and no library beside it."""

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders

VENDOR = "vendor/noble-hashes"
MODULES = (  # in the order of their imports
    f"{VENDOR}/_u64.js",
    f"{VENDOR}/utils.js",
    f"{VENDOR}/_md.js",
    f"{VENDOR}/hmac.js",
    f"{VENDOR}/sha2.js",
    "vendor/noble-ed25519/index.js",
)
_IMPORT_ALL = re.compile(r'^import \* as (\w+) from "([^"]+)";$', re.M)
_IMPORT_SOME = re.compile(r'^import \{([^}]+)\} from "([^"]+)";$', re.M)
_EXPORT_LIST = re.compile(r"^export \{([^}]+)\};$", re.M)
_EXPORT_ONE = re.compile(r"^export (?=(?:async function|function|class|const) (\w+))", re.M)
HERE = Path(__file__).parent


@lru_cache
def html() -> str:
    """The page with its program in it."""
    script = "\n".join([*(_wrapped(name) for name in MODULES), (HERE / "verify.js").read_text(encoding="utf-8")])
    if "</script" in script:
        raise ValueError("核对页的程序中不能出现 </script")
    frame = (HERE / "verify.html").read_text(encoding="utf-8")
    return frame.replace("/* program */", script)


def _wrapped(name: str) -> str:
    """An ES module as a function that fills `M[name]`: a page opened from a disk may not import files."""
    found = finders.find(name)
    if found is None:
        raise FileNotFoundError(name)
    text = Path(str(found)).read_text(encoding="utf-8")
    text = _IMPORT_ALL.sub(lambda m: f"const {m[1]} = M[{_key(m[2])!r}];", text)
    text = _IMPORT_SOME.sub(lambda m: f"const {{{m[1]}}} = M[{_key(m[2])!r}];", text)
    names = [one.strip() for listed in _EXPORT_LIST.findall(text) for one in listed.split(",") if one.strip()]
    names += _EXPORT_ONE.findall(text)
    text = _EXPORT_ONE.sub("", _EXPORT_LIST.sub("", text))
    return f"M[{_key(name)!r}] = (() => {{\n{text}\nreturn {{ {', '.join(names)} }};\n}})();"


def _key(path: str) -> str:
    return path.rsplit("/", 1)[-1] if "ed25519" not in path else "ed25519"
