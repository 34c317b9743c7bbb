"""What the offline verifier says of the links of a recording, where even the signatures were made to fit."""

import ast
import json
import sys
import types
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from _pytest.outcomes import Failed

from yangguang.record.live.tests.device import Phone, fields
from yangguang.record.package import verify

NAME = "0" * 8 + "-" + "1" * 27


def recorded(phone: Phone) -> list[dict[str, Any]]:
    return [{**fields(link), "signature": link.signature.hex()} for link in phone.links]


@pytest.fixture
def made(tmp_path):
    return build(tmp_path)


def build(tmp_path):  # type: ignore[no-untyped-def]
    """A recording of three segments and its end, with what the log holds of it."""
    phone = Phone(t=1000, prev="ab" * 32)
    for data in (b"one", b"two", b"three"):
        phone.link("segment", data)
    phone.link("stop")
    for name in ("bagit.txt", "yangguang/events.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    film = tmp_path / "film.webm"
    film.write_bytes(b"onetwothree")
    package = verify.Package(tmp_path)
    package.digests = {"film.webm": sha256(b"onetwothree").hexdigest()}
    said = {"recording": NAME, "genesis": "ab" * 32, "head": phone.links[-1].digest, "links": 4}
    heads = [{"seq": 2, "digest": phone.links[1].digest}, {"seq": 4, "digest": phone.links[3].digest}]
    about = {"item": {"digest": package.digests["film.webm"]}, "said": said, "heads": heads}
    about |= {"key": {"public_key": phone.public}, "begun": {"began_ms": 1000}}

    def check(links=None, **changed):  # type: ignore[no-untyped-def]
        (tmp_path / "yangguang/recordings").mkdir(exist_ok=True)
        told = {"recording": NAME, "links": recorded(phone) if links is None else links}
        (tmp_path / f"yangguang/recordings/{NAME}.json").write_text(json.dumps(told, ensure_ascii=False))
        return package.chain_of(**{**about, **changed})

    return phone, about, film, check


def test_a_sound_recording_is_found_sound_link_by_link(made):
    _, _, _, check = made
    assert check() == 4


def test_the_message_is_the_one_the_device_signed():
    phone = Phone(t=5, prev="cd" * 32)
    link = phone.link("pause", reason="电池“更换”\\后 继续")
    given = {**fields(link), "signature": link.signature.hex()}
    assert verify.linked(given, 1, "cd" * 32, 5, bytes.fromhex(phone.public)) == link.digest


def test_a_device_that_turned_its_clock_back(made):
    phone, _, _, check = made
    phone.links, phone.seq, phone.prev, phone.t = [], 0, "ab" * 32, 9000
    phone.link("segment", b"one")
    phone.link("segment", b"two", after=-5000)
    with pytest.raises(verify.Bad, match="第 2 环的时间早于前一环"):
        check()
    phone.links, phone.seq, phone.prev, phone.t = [], 0, "ab" * 32, 0
    phone.link("segment", b"one", after=10)  # before the recording began
    with pytest.raises(verify.Bad, match="第 1 环的时间早于前一环"):
        check()


def test_a_chain_that_is_not_the_one_the_log_knew(made):
    """Signed whole by the right device, and yet another recording than the one whose heads were logged."""
    _, about, _, check = made
    heads = about["heads"]
    with pytest.raises(verify.Bad, match="第 2 环不是当时写入日志的链头"):
        check(heads=[{"seq": 2, "digest": "00" * 32}])
    with pytest.raises(verify.Bad, match="第 5 环不是当时写入日志的链头"):
        check(heads=[*heads, {"seq": 5, "digest": "00" * 32}])
    with pytest.raises(verify.Bad, match="第 -1 环不是当时写入日志的链头"):
        check(heads=[{"seq": -1, "digest": "00" * 32}])
    assert check(heads=[{"seq": 0, "digest": about["said"]["genesis"]}]) == 4  # logged before the first link came
    with pytest.raises(verify.Bad, match="录制结束时有 5 环，包内有 4 环"):
        check(said={**about["said"], "links": 5})
    with pytest.raises(verify.Bad, match="最后一环不是结束时的链头"):
        check(said={**about["said"], "head": "00" * 32}, heads=[])
    with pytest.raises(verify.Bad, match="录制的编号不正确"):
        check(said={**about["said"], "recording": "../../etc/passwd"})


def test_a_file_that_is_not_the_segments(made):
    """The film in the package has the digest that the log knows, and is not what the device signed piece by piece."""
    phone, _, film, check = made
    film.write_bytes(b"onetwoTHREE")
    with pytest.raises(verify.Bad, match="第 3 环的数据与收存的文件不符"):
        check()
    film.write_bytes(b"onetwothree and more")
    with pytest.raises(verify.Bad, match="最后一环之后还有内容"):
        check()
    film.write_bytes(b"onetwo")
    with pytest.raises(verify.Bad, match="第 3 环的数据与收存的文件不符"):
        check()
    assert check(item={"digest": "00" * 32}) == 4  # destroyed: named elsewhere
    links = recorded(phone)
    links[0]["signature"] = links[1]["signature"]
    with pytest.raises(verify.Bad, match="第 1 环的签名与登记的设备密钥不符"):
        check(links)


def test_links_out_of_place_and_incomplete(made):
    """Left out, put in another order, changed and signed anew by another device, or without a part of itself."""
    phone, about, film, check = made
    links = recorded(phone)
    with pytest.raises(verify.Bad, match="缺少第 2 环或者次序不对"):
        check([links[0], links[2], links[3]])
    with pytest.raises(verify.Bad, match="次序不对"):
        check([links[0], links[2], links[1], links[3]])
    for name in ("prev", "reason", "signature"):
        with pytest.raises(verify.Bad, match="第 2 环不完整"):
            check([links[0], {key: value for key, value in links[1].items() if key != name}, *links[2:]])
    other = Phone(t=1000, prev="cd" * 32)
    other.link("segment", b"one")
    with pytest.raises(verify.Bad, match="第 1 环没有接在第 0 环之后"):
        check(recorded(other))
    forged = Phone(t=1000, prev="ab" * 32)
    forged.link("segment", b"one")
    with pytest.raises(verify.Bad, match="第 1 环的签名"):
        check(recorded(forged))
    with pytest.raises(verify.Bad, match="录制的编号不正确"):
        check(said={**about["said"], "recording": NAME.upper().replace("0", "G")})
    assert film.exists()


# ---- the beginning of a recording ------------------------------------------------------------------------------------


def begun(phone: Phone) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """A sound beginning: the item, what it says of its recording, and the trails the log holds."""
    opening = json.dumps({"key": phone.public, "dossier": "d"})
    said = {"recording": NAME, "genesis": sha256(opening.encode()).hexdigest(), "head": "ef" * 32}
    key = {"officer_key": "o", "public_key": phone.public}
    start = {"key_id": "k", "officer_key": "o", "opening": opening, "dossier_id": "d"}
    start |= {"signature": phone.sign(opening.encode())}

    def line(index: int, fact: str, row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"index": index}, {"p": {"fact": f"{fact}:1", "row": row}}

    trails = {
        "device-key:k": [line(1, "record.devicekey", key)],
        f"recording:{NAME}": [
            line(5, "record.recording", start),
            line(6, "record.livehead", {"seq": 2, "digest": "11" * 32}),
            line(7, "record.liveend", {"digest": "ef" * 32}),
        ],
    }
    return {"dossier_id": "d"}, said, trails


def row(trails: dict[str, Any], chain: str, place: int) -> dict[str, Any]:
    found: dict[str, Any] = trails[chain][place][1]["p"]["row"]
    return found


def test_a_beginning_is_held_against_the_registration_of_its_key():
    item, said, trails = begun(Phone(t=1))
    heads, key, start = verify.recording(item, said, trails)
    assert heads == [{"seq": 2, "digest": "11" * 32}] and key["officer_key"] == "o" and start["key_id"] == "k"


def test_a_beginning_that_does_not_fit():
    """Each is what somebody holding the disk, the device or another's device could bring forward."""
    live = f"recording:{NAME}"

    def refused(match: str, spoil) -> None:  # type: ignore[no-untyped-def]
        item, said, trails = begun(Phone(t=1))
        item, said = spoil(item, said, trails) or (item, said)
        with pytest.raises(verify.Bad, match=match):
            verify.recording(item, said, trails)

    def ended(item, said, trails):  # type: ignore[no-untyped-def]
        trails["device-key:k"].append(({"index": 4}, {"p": {"fact": "record.devicekeyend:1", "row": {}}}))

    def signed_by_another(item, said, trails):  # type: ignore[no-untyped-def]
        row(trails, live, 0)["signature"] = Phone(t=2).sign(b"something else")

    def of_another_key(item, said, trails):  # type: ignore[no-untyped-def]
        row(trails, "device-key:k", 0)["public_key"] = Phone(t=2).public

    refused("没有录制开始的记录", lambda item, said, trails: trails.pop(live) and None)
    refused("设备密钥没有登记", lambda item, said, trails: trails.pop("device-key:k") and None)
    refused("之前设备密钥已经停用", ended)
    refused("不是密钥的持有人", lambda item, said, trails: row(trails, live, 0).update(officer_key="x"))
    refused("不是密钥的持有人", of_another_key)
    refused("不是这一录制的", lambda item, said, trails: (item, {**said, "genesis": "00" * 32}))
    refused("不是这一录制的", lambda item, said, trails: ({"dossier_id": "e"}, said))
    refused("开始声明的签名", signed_by_another)
    refused("与结束记录的不同", lambda item, said, trails: row(trails, live, 2).update(digest="00" * 32))
    refused("与结束记录的不同", lambda item, said, trails: trails[live].pop(2) and None)
    item, said, trails = begun(Phone(t=1))  # a key that ended afterwards says nothing of this recording
    trails["device-key:k"].append(({"index": 9}, {"p": {"fact": "record.devicekeyend:1", "row": {}}}))
    assert verify.recording(item, said, trails)


# ---- the checks themselves: each taken away, one test above has to fail ----------------------------------------------

JUDGES = ("chain_of", "pieces", "recording", "linked")  # of verify.py


def checks() -> list[tuple[str, int, int]]:
    """Every condition that ends in a refusal, and each part of one that has several: function, which, which part (-1: all)."""
    found = []
    for name, nodes in _refusing(ast.parse(SOURCE)).items():
        for which, node in enumerate(nodes):
            found.append((name, which, -1))
            if isinstance(node.test, ast.BoolOp):
                found += [(name, which, part) for part in range(len(node.test.values))]
    return found


def _refusing(tree: ast.Module) -> dict[str, list[ast.If]]:
    functions = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name in JUDGES]
    return {
        one.name: [node for node in ast.walk(one) if isinstance(node, ast.If) and isinstance(node.body[0], ast.Raise)]
        for one in functions
    }


def without(name: str, which: int, part: int) -> types.ModuleType:
    """The verifier with one check taken away."""
    tree = ast.parse(SOURCE)
    node = _refusing(tree)[name][which]
    if part < 0:
        node.test = ast.Constant(False)
    else:
        node.test.values[part] = ast.Constant(isinstance(node.test.op, ast.And))
    made = types.ModuleType("verify_without")
    made.__dict__["__file__"] = verify.__file__
    exec(compile(ast.fix_missing_locations(tree), "verify", "exec"), made.__dict__)  # our own source
    return made


SOURCE = Path(verify.__file__).read_text(encoding="utf-8")
STORIES: dict[str, tuple[Any, ...]] = {
    "linked": (test_links_out_of_place_and_incomplete, test_a_device_that_turned_its_clock_back),
    "chain_of": (test_a_chain_that_is_not_the_one_the_log_knew, test_links_out_of_place_and_incomplete),
    "pieces": (test_a_file_that_is_not_the_segments,),
    "recording": (test_a_beginning_that_does_not_fit,),
}


@pytest.mark.parametrize(("name", "which", "part"), checks())
def test_no_check_of_a_recording_can_be_taken_away_unnoticed(name, which, part, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "verify", without(name, which, part))
    assert any(fails(one, tmp_path / str(number)) for number, one in enumerate(STORIES[name])), (
        f"{name} 的第 {which} 处核对（{part}）去掉以后没有测试发现"
    )


def fails(one, folder: Path) -> bool:  # type: ignore[no-untyped-def]
    """Whether one of the tests above fails now."""
    folder.mkdir()
    try:
        one() if one is test_a_beginning_that_does_not_fit else one(build(folder))
    except (AssertionError, Failed, verify.Bad, LookupError, TypeError, ValueError, AttributeError):
        return True
    return False
