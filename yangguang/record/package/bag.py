"""案卷包的内容: BagIt (RFC 8493) outside, the layout of 《电子档案移交与接收办法》 inside, the trail and its verifier beside.

Nothing is held in memory but the small files: recordings are read from the vault when they are written out.
"""

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree import ElementTree

from django.utils import timezone

import yangguang
from yangguang.registry import queries as registry
from yangguang.trail import asking, edge, note
from yangguang.trail import queries as trail
from yangguang.trail.errors import Refused
from yangguang.trail.models import Checkpoint, Entry, Leaf
from yangguang.vault import store

from .. import queries, volumes
from ..live.models import LiveLink, Recording
from ..models import Archive, Dossier, Item
from . import page, verify
from .models import PackageExport

CHUNK = 2**20
UNSAFE = re.compile(r'[\x00-\x1f\x7f\\/:*?"<>|%~]+')
LONGEST = 60  # of a title in a file name: archives store on systems that allow 255 bytes
SUFFIX = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/x-msvideo": "avi",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/webm": "weba",
    "audio/aac": "aac",
    "audio/amr": "amr",
    "audio/ogg": "ogg",
}


class NotWhole(Refused):
    """The trail of the file cannot be shown whole from where the asker stands."""


@dataclass(frozen=True)
class Member:
    """One file of the package: its bytes, or the digest under which the vault holds them."""

    name: str
    digest: str
    size: int
    content: bytes | None = None

    def open(self) -> BinaryIO:
        return io.BytesIO(self.content) if self.content is not None else store.open(self.digest)


@dataclass(frozen=True)
class Package:
    """The name of the folder and everything in it, in the order of writing."""

    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Kept:
    """One material: where it lies in the package and in the volumes."""

    item: Item
    volume: str
    no: int
    pages: str
    name: str
    gone: bool


def _made(name: str, content: bytes | str) -> Member:
    data = content.encode() if isinstance(content, str) else content
    return Member(name, sha256(data).hexdigest(), len(data), data)


# ---- what there is ---------------------------------------------------------------------------------------------------


def entries(chain: str) -> list[Entry]:
    """Every line of the file's chain.  **Raises** NotWhole where the asker sees only some of them."""
    found = list(trail.history(chain))
    whole = bool(found) and found[0].seq == 1 and found[-1].seq == len(found)
    if not whole:
        raise NotWhole(
            "本案的留痕中有您看不到的记录（由上级机关写入），不能导出完整的案卷包", mend="请由上级机关的监督人员导出"
        )
    return found


def kept(dossier: Dossier) -> list[Kept]:
    """Every material in its place: as archived, or as the volumes would lie now; what came later in the supplement."""
    archive = queries.archive_of(dossier)
    everything = {str(item.pk): item for item in queries.items(dossier)}
    gone = _destroyed(dossier)
    if archive is None:
        lines = volumes.arrange(everything.values(), {})
        return [_kept(line.item, volumes.VOLUMES[line.volume], line.no, line.span, gone) for line in lines]
    found = [_kept(archive.index_item, "", 0, "—", gone)]
    for line in archive.contents:
        pages = volumes.span(line["page_from"], line["pages"])
        found.append(_kept(everything[line["item"]], volumes.VOLUMES[line["volume"]], line["no"], pages, gone))
    later = queries.supplement(archive)
    return found + [_kept(item, "补充卷", no, "—", gone) for no, item in enumerate(later, start=1)]


def _destroyed(dossier: Dossier) -> set[str]:
    stone = getattr(dossier, "tombstone", None)
    return {one["digest"] for one in stone.destroyed} if stone else set()


def _kept(item: Item, volume: str, no: int, pages: str, gone: set[str]) -> Kept:
    title = UNSAFE.sub("_", item.title).strip(" .")[:LONGEST] or "无题名"
    folder = f"{volume}/{no:03d} " if volume else ""
    suffix = SUFFIX.get(item.mime, "bin")
    name = f"data/电子档案/{folder}{title}.{suffix}"
    return Kept(item, volume, no, pages, name, item.digest in gone and not store.has(item.digest))


# ---- the small files -------------------------------------------------------------------------------------------------


def catalogue(dossier: Dossier, found: list[Kept], archive: Archive | None, body: str) -> bytes:
    """案卷目录.XML: the file and every material in it, with its digest."""
    top = ElementTree.Element("案卷目录")
    head = ElementTree.SubElement(top, "案卷")
    days = [one.item.on for one in found]
    for tag, value in (
        ("题名", dossier.title),
        ("责任者", body),
        ("归档号", archive.archive_no if archive else ""),
        ("归档日期", archive.on.isoformat() if archive else ""),
        ("保管期限", archive.get_retention_display() if archive else ""),
        ("起始日期", min(days).isoformat() if days else ""),
        ("终止日期", max(days).isoformat() if days else ""),
        ("件数", str(archive.items if archive else len(found))),
        ("页数", str(archive.pages) if archive else ""),
    ):
        ElementTree.SubElement(head, tag).text = value
    inside = ElementTree.SubElement(top, "卷内文件")
    for one in found:
        line = ElementTree.SubElement(inside, "文件")
        for tag, value in (
            ("卷别", one.volume or "封面和目录"),
            ("序号", str(one.no)),
            ("文号", one.item.number),
            ("责任者", body if one.item.code else one.item.by.name),
            ("题名", one.item.title),
            ("日期", one.item.on.isoformat()),
            ("页号", one.pages),
            ("形式", str(one.item.get_medium_display())),
            ("格式", one.item.mime),
            ("字节数", str(one.item.size_bytes)),
            ("原文件名", one.item.name),
            ("路径", "" if one.gone else one.name.removeprefix("data/")),
            ("备注", "已依法销毁" if one.gone else one.item.note),
        ):
            ElementTree.SubElement(line, tag).text = _xml(value)
        mark = ElementTree.SubElement(line, "摘要值", {"算法": "SHA-256"})
        mark.text = one.item.digest
    ElementTree.indent(top)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(top, encoding="utf-8") + b"\n"


def _xml(text: str) -> str:
    return re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "�", text)


def explained(dossier: Dossier, export: PackageExport, count: int, body: str, archive: Archive | None) -> bytes:
    """说明文件.TXT, as Windows' own editor reads it: UTF-8 with its mark, CRLF."""
    state = f"已归档，归档号 {archive.archive_no}" if archive else "尚未归档，卷内次序为导出时的排列"
    lines = [
        "案卷包说明",
        "",
        f"案卷：{dossier.title}",
        f"执法主体：{body}",
        f"状态：{state}",
        f"材料：{count} 件",
        f"导出：{timezone.localtime(export.at):%Y-%m-%d %H:%M}，{export.who}",
        f"事由：{export.purpose}",
        f"接收：{export.recipient or '（未写明）'}",
        f"软件：阳光执法 {yangguang.__version__}",
        "",
        "目录",
        "  说明文件.TXT、案卷目录.XML、电子档案、其他：按《电子档案移交与接收办法》的结构。",
        "  外层是 BagIt（RFC 8493），清单 manifest-sha256.txt 列出每个文件的 SHA-256 摘要值。",
        "  yangguang/events.json：本案每一条留痕的原文；yangguang/proofs：每一条在公开日志中的证明；",
        "  yangguang/recordings：现场录制的每一环（摘要、时间、设备签名）。",
        "",
        "核对",
        "  命令行：python3 -I verify.py --policy 信任文件（只需 Python 3.9 以上，不联网）。",
        "  浏览器：打开 verify.html，选择本目录和信任文件（不联网，文件不离开您的计算机）。",
        "  核对程序最好也从包外取得：能改动文件的人也能改动包内的核对程序。",
        "  信任文件（日志公钥、见证人）须从包外取得，例如该机关公布的页面或者其上级机关；",
        "  包内的 yangguang/policy 只为方便，不能证明是谁签署。",
        f"  核对码：{export.head[:16]}（核对程序显示的应与此相同，也可向导出机关询问）",
        "",
    ]
    return "\ufeff".encode() + "\r\n".join(lines).encode()


def metadata(found: list[Kept], archive: Archive | None) -> str:
    """其他/元数据.json: what is known of each material beyond the catalogue, and the completeness check of archiving."""
    rows = [
        {
            "item": str(one.item.pk),
            "file": "" if one.gone else one.name,
            "step": one.item.step,
            "event": one.item.event,
            "code": one.item.code,
            "digest": one.item.digest,
            "technical": one.item.meta,
        }
        for one in found
    ]
    return json.dumps({"items": rows, "checked": archive.checked if archive else []}, ensure_ascii=False, indent=1)


# ---- the trail -------------------------------------------------------------------------------------------------------


def proved(asked: list[Entry]) -> list[tuple[Entry, note.Proof]]:
    """Each entry with its place under one and the same checkpoint, the witnessed one where it holds them all already.  **Raises** trail.NotLogged."""
    checkpoint = Checkpoint.objects.order_by("-size").first()
    leaves = dict(Leaf.objects.filter(entry__in=asked).values_list("entry_id", "index"))
    if checkpoint is None or any(leaves.get(one.pk, checkpoint.size) >= checkpoint.size for one in asked):
        raise trail.NotLogged("本案的留痕还没有全部汇入公开日志，暂时不能成包", mend="日志每秒汇总一次，请稍后再试")
    text, size = trail.best(max(leaves.values()), checkpoint)
    tree = edge.tree("default", size)
    return [(one, note.Proof(leaves[one.pk], tuple(tree.inclusion(leaves[one.pk])), text)) for one in asked]


def _event(entry: Entry, proof: note.Proof, name: str) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "kind": entry.kind,
        "payload": entry.payload,
        "salt": note.b64(bytes(entry.salt)),
        "commitment": bytes(entry.commitment).hex(),
        "prev": entry.prev,
        "index": proof.index,
        "proof": f"yangguang/proofs/{name}.tlog-proof",
    }


def policy_text() -> str:
    """Whom a reader who has nothing better may trust: what the site itself publishes; a convenience only, and it says so."""
    return f"# 此文件随包而来，只为方便，不能证明是谁签署；请使用从包外取得的信任文件。\n{asking.own_policy()}"


def rests_on(chain: list[Entry]) -> list[str]:
    """The chains beside its own that a case file rests on: of passkeys, of live recordings and of their devices' keys."""
    found = dict[str, None]()
    for one in chain:
        row = json.loads(one.payload)["p"].get("row", {})
        if one.fact_ref.startswith("record.assertion:") and row:
            found[f"passkey:{row['passkey_id']}"] = None
        elif one.fact_ref.startswith("record.item:") and (live := row.get("meta", {}).get("live")):
            key = Recording.objects.values_list("key_id", flat=True).get(pk=live["recording"])
            found |= {f"recording:{live['recording']}": None, f"device-key:{key}": None}
    return list(found)


def reached(chain: list[Entry]) -> list[dict[str, Any]]:
    """How far each of these trails goes now; the export's own row keeps it.  **Raises** NotWhole."""
    found = []
    for name in rests_on(chain):
        line = entries(name)
        found.append({"chain": name, "count": len(line), "head": bytes(line[-1].commitment).hex()})
    return found


LINK = ("kind", "n", "prev", "reason", "seq", "sha256", "t", "signature")  # what the device said, and signed


def link_members(export: PackageExport) -> list[Member]:
    """Every link of every live recording, as its device signed it."""
    found = []
    for one in export.keys:
        kind, _, pk = one["chain"].partition(":")
        if kind == "recording":
            links = list(LiveLink.objects.filter(recording=pk).order_by("seq").values(*LINK))
            told = {"recording": pk, "links": links}
            found.append(_made(f"yangguang/recordings/{pk}.json", json.dumps(told, ensure_ascii=False)))
    return found


def trail_members(export: PackageExport, chain: list[Entry], statement: Entry) -> list[Member]:
    dossier = export.dossier
    keys = [entry for one in export.keys for entry in entries(one["chain"])[: one["count"]]]
    proofs = proved([*chain, statement, *keys])
    names = [*(f"{entry.seq:04d}" for entry in chain), "export", *(f"key{n:04d}" for n in range(1, len(keys) + 1))]
    events = [_event(entry, proof, name) for (entry, proof), name in zip(proofs, names, strict=True)]
    told = {
        "format": verify.FORMAT,
        "title": dossier.title,
        "chain": dossier.subject,
        "entries": events[: len(chain)],
        "statement": events[len(chain)],
        "keys": events[len(chain) + 1 :],
    }
    return [
        _made("yangguang/events.json", json.dumps(told, ensure_ascii=False, indent=1)),
        _made("yangguang/checkpoint", proofs[0][1].checkpoint),
        _made("yangguang/policy", policy_text()),
        *(
            _made(f"yangguang/proofs/{name}.tlog-proof", proof.text)
            for (_, proof), name in zip(proofs, names, strict=True)
        ),
    ]


# ---- the whole -------------------------------------------------------------------------------------------------------


def build(export: PackageExport) -> Package:
    """The package of an export: the events up to it, and its own entry.

    **Raises** trail.NotLogged, NotWhole, VaultError where bytes are not there.
    """
    dossier = export.dossier
    chain = entries(dossier.subject)[: export.count]
    statement = trail.entry_of(export)
    if statement is None or not chain or bytes(chain[-1].commitment).hex() != export.head:
        raise NotWhole("导出记录与本案的留痕不一致", mend="请告知审计管理员")
    archive, found = queries.archive_of(dossier), kept(dossier)
    known = {entry.fact_ref for entry in chain}
    found = [one for one in found if one.item.ref in known]
    body = registry.body_at(dossier.scope, timezone.localdate(export.at))
    name = body.name if body else ""
    there = [one for one in found if not one.gone]
    payload = [
        _made("data/说明文件.TXT", explained(dossier, export, len(there), name, archive)),
        _made("data/案卷目录.XML", catalogue(dossier, found, archive, name)),
        *(Member(one.name, one.item.digest, store.size_bytes(one.item.digest)) for one in there),
        _made("data/其他/元数据.json", metadata(found, archive)),
    ]
    tags = [
        _made("bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
        _made("bag-info.txt", _info(export, name, payload)),
        _made("manifest-sha256.txt", _manifest(payload)),
        *trail_members(export, chain, statement),
        *link_members(export),
        _made("verify.py", Path(verify.__file__).read_bytes()),
        _made("verify.html", page.html()),
    ]
    tags.append(_made("tagmanifest-sha256.txt", _manifest(tags)))
    return Package(folder_name(export), (*tags, *payload))


def folder_name(export: PackageExport) -> str:
    title = UNSAFE.sub("_", export.dossier.title).strip(" .")[:LONGEST]
    return f"案卷包-{title}-{timezone.localtime(export.at):%Y%m%d%H%M%S}"


def _info(export: PackageExport, body: str, payload: list[Member]) -> str:
    day: datetime = timezone.localtime(export.at)
    size = sum(one.size for one in payload)
    return (
        f"Source-Organization: {body}\nExternal-Description: {export.dossier.title}\n"
        f"External-Identifier: {export.dossier.subject}\nBagging-Date: {day:%Y-%m-%d}\n"
        f"Payload-Oxum: {size}.{len(payload)}\nBag-Software-Agent: yangguang {yangguang.__version__}\n"
    )


def _manifest(members: Iterable[Member]) -> str:
    return "".join(f"{one.digest}  {one.name}\n" for one in sorted(members, key=lambda one: one.name))


def write(package: Package, folder: Path) -> Path:
    """The package as a folder; each file is hashed as it is written.  **Raises** NotWhole where the vault's bytes rotted."""
    top = folder / package.name
    for member in package.members:
        path = top / member.name
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = sha256()
        with member.open() as source, path.open("xb") as out:
            while chunk := source.read(CHUNK):
                whole.update(chunk)
                out.write(chunk)
        if whole.hexdigest() != member.digest:
            raise NotWhole(
                f"存证文件已损坏，写出的 {member.name} 与摘要值不符",
                mend="运行 yangguang vault scrub，从备份恢复后再导出",
            )
    return top


class _Sink:
    """What a zip is written into, to be taken away piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.at = 0

    def write(self, data: bytes, /) -> int:
        self.pieces.append(bytes(data))
        self.at += len(data)
        return len(data)

    def tell(self) -> int:
        return self.at

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """What was written is taken, not closed."""

    def take(self) -> bytes:
        data, self.pieces = b"".join(self.pieces), []
        return data


def zipped(package: Package, moment: datetime) -> Iterator[bytes]:
    """The package as a zip, as it is made; recordings are compressed already and only stored."""
    sink, stamp = _Sink(), timezone.localtime(moment).timetuple()[:6]
    with zipfile.ZipFile(sink, "w", allowZip64=True) as archive:
        for member in package.members:
            info = zipfile.ZipInfo(f"{package.name}/{member.name}", stamp)
            info.external_attr = 0o644 << 16
            with member.open() as source, archive.open(info, "w", force_zip64=member.size >= 2**31) as out:
                while chunk := source.read(CHUNK):
                    out.write(chunk)
                    yield sink.take()
    yield sink.take()
