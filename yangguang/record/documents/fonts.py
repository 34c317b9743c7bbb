"""The fonts documents are set in: the agency's licensed faces first, then free ones, at last the wheel's."""

import hashlib
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

SUFFIXES = {".ttf", ".otf", ".ttc"}
# Per role, in order of preference: (family, weight, embolden a face that has no bold of its own).
FACES: dict[str, tuple[tuple[str, int, bool], ...]] = {
    "fang": (
        ("FangSong_GB2312", 400, False),
        ("仿宋_GB2312", 400, False),
        ("FangSong", 400, False),
        ("FZFangSong-Z02S", 400, False),
        ("FandolFang R", 400, False),
        ("Noto Serif SC", 400, False),
    ),
    "biao": (
        ("FZXiaoBiaoSong-B05S", 400, False),
        ("FZXiaoBiaoSong-B05", 400, False),
        ("方正小标宋简体", 400, False),
        ("FandolSong", 700, False),
        ("Noto Serif SC", 400, True),
    ),
    "hei": (("SimHei", 400, False), ("FandolHei", 400, False), ("Noto Sans SC", 400, False)),
    "kai": (
        ("KaiTi_GB2312", 400, False),
        ("KaiTi", 400, False),
        ("FandolKai", 400, False),
        ("Noto Serif SC", 400, False),
    ),
    "song": (("SimSun", 400, False), ("FandolSong", 400, False), ("Noto Serif SC", 400, False)),
}
LAST_RESORT = ("Noto Serif SC", "Noto Sans SC")


@dataclass(frozen=True)
class FontSet:
    """Loaded fonts, the face of each role, and the SHA-256 of every file: a document's bytes depend on them."""

    fonts: typst.Fonts
    faces: dict[str, dict]
    hashes: dict[str, str]
    key: str


def default_folder() -> Path:
    """The `fonts` folder of this installation's home, the same one settings.FONTS_DIR names."""
    return Path(os.environ.get("YANGGUANG_HOME") or Path(__file__).resolve().parents[3] / "var").resolve() / "fonts"


def wheel_folder() -> Path:
    return pylopdf_fonts_zh_cn.serif_path().parent


def _files(folder: Path | None) -> list[Path]:
    folders = [wheel_folder()] + ([folder] if folder is not None and folder.is_dir() else [])
    return sorted(path for place in folders for path in place.rglob("*") if path.suffix.lower() in SUFFIXES)


@lru_cache(maxsize=256)
def _hash(path: Path, size: int, mtime_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


_lock = threading.Lock()
_loaded: dict[tuple, FontSet] = {}


def load(folder: Path | None) -> FontSet:
    """The fonts of a folder (and of the wheel); loaded once for as long as the files stay the same."""
    stats = [(path, path.stat()) for path in _files(folder)]
    key = tuple((str(path), stat.st_size, stat.st_mtime_ns) for path, stat in stats)
    with _lock:
        if key not in _loaded:
            _loaded[key] = _load(stats)
        return _loaded[key]


def _load(stats: list) -> FontSet:
    hashes = {path.name: _hash(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats}
    fonts = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({str(path.parent) for path, _ in stats}),
    )
    families = set(fonts.families())
    faces = {}
    for role, choices in FACES.items():
        there = [choice for choice in choices if choice[0] in families]
        _, weight, embolden = there[0]
        names = [name for name, _, _ in there]
        faces[role] = {
            "names": names + [name for name in LAST_RESORT if name not in names],
            "weight": weight,
            "embolden": embolden,
        }
    return FontSet(fonts, faces, hashes, hashlib.sha256(repr(sorted(hashes.items())).encode()).hexdigest())
