"""What the offline verifier says of the links of a recording, where even the signatures were made to fit."""

import json
from hashlib import sha256
from typing import Any

import pytest

from yangguang.record.live.tests.device import Phone, fields
from yangguang.record.package import verify

NAME = "0" * 8 + "-" + "1" * 27


def recorded(phone: Phone) -> list[dict[str, Any]]:
    return [{**fields(link), "signature": link.signature.hex()} for link in phone.links]


@pytest.fixture
def made(tmp_path):
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
