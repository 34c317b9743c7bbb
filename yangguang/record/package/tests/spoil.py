"""What somebody with the package in his hands may try, and the manifests made to fit again."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from yangguang.trail import note


def events(folder: Path) -> dict:
    return json.loads((folder / "yangguang/events.json").read_text(encoding="utf-8"))


def keep(folder: Path, told: dict) -> None:
    (folder / "yangguang/events.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def reseal(folder: Path) -> None:
    """New manifests over what is there now: a forger does not leave the old ones."""

    def lines(names: list[str]) -> str:
        return "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)

    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    (folder / "manifest-sha256.txt").write_text(lines([name for name in names if name.startswith("data/")]))
    tags = [name for name in names if not name.startswith("data/") and name != "tagmanifest-sha256.txt"]
    (folder / "tagmanifest-sha256.txt").write_text(lines(tags))


def material(folder: Path, suffix: str = ".mp4") -> Path:
    return sorted((folder / "data/电子档案").rglob(f"*{suffix}"))[0]


def changed_byte(folder: Path) -> None:
    path = material(folder)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def changed_byte_resealed(folder: Path) -> None:
    changed_byte(folder)
    reseal(folder)


def changed_date(folder: Path) -> None:
    told = events(folder)
    entry = next(one for one in told["entries"] if json.loads(one["payload"])["p"]["verb"] == "decision.decide")
    entry["payload"] = entry["payload"].replace("2026-09-18", "2026-09-17")
    keep(folder, told)
    reseal(folder)


def removed_event(folder: Path) -> None:
    told = events(folder)
    del told["entries"][10]
    keep(folder, told)
    reseal(folder)


def removed_last(folder: Path) -> None:
    told = events(folder)
    del told["entries"][-1]
    keep(folder, told)
    reseal(folder)


def swapped_proof(folder: Path) -> None:
    one, other = (folder / f"yangguang/proofs/{name}.tlog-proof" for name in ("0003", "0004"))
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)
    reseal(folder)


def missing_file(folder: Path) -> None:
    material(folder, ".jpg").unlink()


def missing_file_resealed(folder: Path) -> None:
    material(folder, ".jpg").unlink()
    reseal(folder)


def extra_file(folder: Path) -> None:
    (folder / "data/电子档案/正卷/999 补交的证据.pdf").write_bytes(b"%PDF-1.7 later")


def extra_file_resealed(folder: Path) -> None:
    extra_file(folder)
    reseal(folder)


def no_statement(folder: Path) -> None:
    told = events(folder)
    del told["statement"]
    keep(folder, told)
    reseal(folder)


def missing_proof(folder: Path) -> None:
    (folder / "yangguang/proofs/0002.tlog-proof").unlink()
    reseal(folder)


def swapped_files(folder: Path) -> None:
    """One file under another's name is the same material: named by the manifest that was not made anew."""
    one, other = sorted((folder / "data/电子档案/正卷").glob("*.pdf"))[:2]
    first = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(first)


def _rows(told: dict, fact: str) -> list[dict]:
    return [one for one in told["entries"] if json.loads(one["payload"])["p"]["fact"].startswith(f"record.{fact}:")]


def _rewritten(entry: dict, **change: object) -> None:
    """Another row under the old commitment: what a forger of a signature would have to do."""
    payload = json.loads(entry["payload"])
    payload["p"]["row"].update(change)
    entry["payload"] = json.dumps(payload, ensure_ascii=False)


def swapped_assertion(folder: Path) -> None:
    """What one person's key signed, put under another's signature."""
    told = events(folder)
    one, other = _rows(told, "assertion")[:2]
    names = [json.loads(entry["payload"])["p"]["row"]["signature_id"] for entry in (one, other)]
    _rewritten(one, signature_id=names[1])
    _rewritten(other, signature_id=names[0])
    keep(folder, told)
    reseal(folder)


def foreign_assertion(folder: Path) -> None:
    """A key of somebody else in the place of the registered one."""
    told = events(folder)
    other = json.loads(_rows(told, "assertion")[1]["payload"])["p"]["row"]
    _rewritten(_rows(told, "assertion")[0], passkey_id=other["passkey_id"])
    keep(folder, told)
    reseal(folder)


def forged_value(folder: Path) -> None:
    told = events(folder)
    for entry in _rows(told, "assertion"):
        value = json.loads(entry["payload"])["p"]["row"]["value"]
        _rewritten(entry, value=value[:-6] + ("AAAAAA" if not value.endswith("AAAAAA") else "BBBBBA"))
    keep(folder, told)
    reseal(folder)


def no_registration(folder: Path) -> None:
    told = events(folder)
    told["keys"] = []
    keep(folder, told)
    reseal(folder)


def own_registration(folder: Path) -> None:
    """The registration says another key than the log committed to."""
    told = events(folder)
    payload = json.loads(told["keys"][0]["payload"])
    payload["p"]["row"]["key"]["x"] = "00" * 32
    told["keys"][0]["payload"] = json.dumps(payload, ensure_ascii=False)
    keep(folder, told)
    reseal(folder)


def _of(told: dict, chain: str) -> list[dict]:
    return [one for one in told["keys"] if json.loads(one["payload"])["chain"].startswith(chain)]


def left_out(fact: str) -> Callable[[Path], None]:
    """A record of a key or a recording left out, and nothing of it left behind."""

    def spoil(folder: Path) -> None:
        told = events(folder)
        gone = [one for one in told["keys"] if f'"record.{fact}:' in one["payload"]]
        assert gone, fact
        told["keys"] = [one for one in told["keys"] if one not in gone]
        for one in gone:
            (folder / one["proof"]).unlink()
        keep(folder, told)
        reseal(folder)

    spoil.__name__ = f"left_out_{fact}"
    return spoil


def no_device_key(folder: Path) -> None:
    told = events(folder)
    told["keys"] = [one for one in told["keys"] if one not in _of(told, "device-key:")]
    keep(folder, told)
    reseal(folder)


def shorter_statement(folder: Path) -> None:
    """The revocation left out, and the export made to say that there never was more."""
    told = events(folder)
    gone = next(one for one in told["keys"] if '"record.passkeyrevoked:' in one["payload"])
    told["keys"].remove(gone)
    payload = json.loads(told["statement"]["payload"])
    before = json.loads(gone["payload"])
    for one in payload["p"]["row"]["keys"]:
        if one["chain"] == before["chain"]:
            one |= {"count": one["count"] - 1, "head": before["prev"]}
    told["statement"]["payload"] = json.dumps(payload, ensure_ascii=False)
    keep(folder, told)
    reseal(folder)


def recorded_after_the_end(folder: Path) -> None:
    """The end of a device's key moved before what was recorded with it."""
    told = events(folder)
    began = _of(told, "recording:")[0]["index"]
    for one in _of(told, "device-key:"):
        if "devicekeyend" in one["payload"]:
            one["index"] = began - 1
    keep(folder, told)
    reseal(folder)


def foreign_device_key(folder: Path) -> None:
    """Another public key under the registration of the device."""
    told = events(folder)
    _rewritten(_of(told, "device-key:")[0], public_key="11" * 32)
    keep(folder, told)
    reseal(folder)


def forged_opening(folder: Path) -> None:
    told = events(folder)
    _rewritten(_of(told, "recording:")[0], signature="00" * 64)
    keep(folder, told)
    reseal(folder)


def ended_before(folder: Path) -> None:
    """The end of a key moved before what was signed with it."""
    told = events(folder)
    first = min(entry["index"] for entry in _rows(told, "assertion"))
    for entry in told["keys"]:
        if "passkeyrevoked" in entry["payload"]:
            entry["index"] = first - 1
    keep(folder, told)
    reseal(folder)


def no_assertion(folder: Path) -> None:
    """The signature value taken out of its event."""
    told = events(folder)
    for entry in _rows(told, "assertion"):
        entry["payload"] = entry["payload"].replace("record.assertion:", "record.assertions:")
    keep(folder, told)
    reseal(folder)


def _links(change: Callable[[list[dict]], object]) -> Callable[[Path], None]:
    """The links of the one live recording, changed, and every manifest made to fit."""

    def spoil(folder: Path) -> None:
        (path,) = (folder / "yangguang/recordings").iterdir()
        told = json.loads(path.read_text(encoding="utf-8"))
        change(told["links"])
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        reseal(folder)

    return spoil


def _renumbered(links: list[dict], gone: int) -> None:
    del links[gone]
    for place, link in enumerate(links, start=1):
        link["seq"] = place


def _resigned(links: list[dict]) -> None:
    """A link with other bytes, the chain behind it made to fit, signed with the forger's own key."""
    links[1]["sha256"] = "ab" * 32
    for one, after in zip(links[1:], [*links[2:], None], strict=True):
        message = rfc8785.dumps({name: value for name, value in one.items() if name != "signature"})
        one["signature"] = Ed25519PrivateKey.from_private_bytes(bytes(32)).sign(message).hex()
        if after is not None:
            after["prev"] = sha256(message).hexdigest()


def _swap(links: list[dict]) -> None:
    links[0], links[1] = links[1], links[0]


def _swap_renumbered(links: list[dict]) -> None:
    _swap(links)
    links[0]["seq"], links[1]["seq"] = 1, 2


def _mixed(links: list[dict]) -> None:
    links[2]["signature"] = links[1]["signature"]


def no_links(folder: Path) -> None:
    (path,) = (folder / "yangguang/recordings").iterdir()
    path.unlink()
    reseal(folder)


def another_film(folder: Path) -> None:
    """Another order of the same bytes under the recording's name: no event knows that file."""
    path = material(folder, ".webm")
    data = path.read_bytes()
    path.write_bytes(data[len(data) // 2 :] + data[: len(data) // 2])
    reseal(folder)


LIVE = "的现场录制不能证明："
LINKS: tuple[tuple[str, Callable[[list[dict]], object], tuple[str, ...]], ...] = (
    ("link_swapped", _swap, (f"{LIVE}缺少第 1 环或者次序不对：该处是第 2 环",)),
    ("link_swapped_renumbered", _swap_renumbered, (f"{LIVE}第 1 环没有接在第 0 环之后",)),
    ("link_removed", lambda links: links.pop(1), (f"{LIVE}缺少第 2 环或者次序不对：该处是第 3 环",)),
    ("link_removed_renumbered", lambda links: _renumbered(links, 1), (f"{LIVE}第 2 环没有接在第 1 环之后",)),
    ("last_link_removed", lambda links: links.pop(), (f"{LIVE}第 5 环不是当时写入日志的链头",)),
    ("link_changed", lambda links: links[2].update(sha256="cd" * 32), (f"{LIVE}第 3 环的签名与登记的设备密钥不符",)),
    ("link_of_another_key", _resigned, (f"{LIVE}第 2 环的签名与登记的设备密钥不符",)),
    ("signature_of_another_link", _mixed, (f"{LIVE}第 3 环的签名与登记的设备密钥不符",)),
    ("link_time_changed", lambda links: links[0].update(t=1), (f"{LIVE}第 1 环的签名与登记的设备密钥不符",)),
    ("link_of_nothing", lambda links: links[0].clear(), (f"{LIVE}第 1 环不完整",)),
)


def _of_links() -> list[tuple[Callable[[Path], None], tuple[str, ...]]]:
    made = []
    for name, change, words in LINKS:
        spoil = _links(change)
        spoil.__name__ = name
        made.append((spoil, words))
    return made


SPOILS: tuple[tuple[Callable[[Path], None], tuple[str, ...]], ...] = (
    (changed_byte, ("文件被改动：data/电子档案/", ".mp4")),
    (changed_byte_resealed, ("文件没有留痕，或者不是留痕所记的内容：data/电子档案/", "材料缺失：事件所记《")),
    (changed_date, ("（decision.decide）与承诺不符：原文被改动",)),
    (removed_event, ("事件缺失或者次序不对：第 11 条的位置上是第 12 条", "事件数不符")),
    (removed_last, ("事件数不符：导出时有",)),
    (
        swapped_proof,
        ("第 3 条（", "的证明无效（yangguang/proofs/0003.tlog-proof）", "yangguang/proofs/0004.tlog-proof"),
    ),
    (missing_file, ("文件缺失：data/电子档案/", "材料缺失：事件所记《")),
    (missing_file_resealed, ("材料缺失：事件所记《",)),
    (extra_file, ("多出的文件：data/电子档案/正卷/999 补交的证据.pdf",)),
    (extra_file_resealed, ("文件没有留痕，或者不是留痕所记的内容：data/电子档案/正卷/999 补交的证据.pdf",)),
    (no_statement, ("缺少导出记录",)),
    (missing_proof, ("第 2 条（", "的证明缺失：yangguang/proofs/0002.tlog-proof")),
    (swapped_assertion, ("的通行密钥签名无效：所签的不是这一签名所记的文书、姓名或者身份", "与承诺不符")),
    (foreign_assertion, ("的通行密钥签名无效：签名所用的是他人的通行密钥",)),
    (forged_value, ("的通行密钥签名无效：签名值与公钥不符",)),
    (no_registration, ("的通行密钥签名无效：签名所用的通行密钥没有登记记录",)),
    (own_registration, ("密钥和录制记录第 1 条（record.register_passkey）与承诺不符", "签名值与公钥不符")),
    (ended_before, ("的通行密钥签名无效：签名所用的通行密钥在此之前已经停用",)),
    (left_out("passkeyrevoked"), ("通行密钥 ", "的记录不全：导出时有 2 条，包内有 1 条，可能略去了停用")),
    (left_out("devicekeyend"), ("设备密钥 ", "的记录不全：导出时有 2 条，包内有 1 条，可能略去了停用")),
    (left_out("livehead"), ("密钥和录制记录缺失或者次序不对：", "现场录制 ", "的记录不全：导出时有")),
    (no_device_key, ("设备密钥 ", "包内有 0 条", "的现场录制不能证明：录制所用的设备密钥没有登记记录")),
    (shorter_statement, ("导出记录（record.export_package）与承诺不符：原文被改动",)),
    (recorded_after_the_end, ("的现场录制不能证明：开始录制之前设备密钥已经停用", "的证明无效")),
    (foreign_device_key, ("与承诺不符：原文被改动", "的现场录制不能证明：开始录制的不是密钥的持有人")),
    (forged_opening, ("的现场录制不能证明：开始声明的签名与登记的设备密钥不符",)),
    (no_assertion, ("的通行密钥签名没有签名值",)),
    (swapped_files, ("文件被改动：data/电子档案/",)),
    (no_links, (f"{LIVE}逐环记录缺失：yangguang/recordings/",)),
    (another_film, ("文件没有留痕，或者不是留痕所记的内容：data/电子档案/", "材料缺失：事件所记《")),
    *_of_links(),
)

FOREIGN = note.Ed25519Signer("somebody.else/log", bytes(range(32))).vkey
