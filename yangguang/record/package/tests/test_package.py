"""案卷包: it verifies with nothing but Python, and whatever was done to it is named."""

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from tests import story
from yangguang.record.package import actions as package_actions
from yangguang.record.package import bag, verify
from yangguang.record.package.models import PackageExport
from yangguang.registry import access
from yangguang.registry.models import Account
from yangguang.trail import note
from yangguang.trail.keys import log_keys
from yangguang.trail.sequencer import integrate_now

from . import spoil


def check(folder: Path, policy: Path | None = None) -> tuple[int, str]:
    """The package's own verify.py, in an interpreter that knows nothing of this project."""
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), *(["--policy", str(policy)] if policy else [])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env={"LC_ALL": "C.UTF-8"}, cwd="/")
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


@pytest.mark.clause("DH-2.2.4c", "QD-3.2.2(2)c", "WC-2.2.4", "QS-3.2.1c")
def test_a_whole_package_verifies_with_python_alone(whole):
    code, said = check(whole, whole.parent / "policy")
    assert code == 0, said
    assert "通过：签署者 yangguang.local/log，依据您提供的信任文件" in said
    assert "向县档案馆移交" in said
    assert "通行密钥签名 2 处，逐处核验，与登记的公钥和所签文书相符" in said
    assert "现场录制 1 处，开始声明与登记的设备密钥相符，开始时密钥没有停用" in said
    assert "5 环首尾相接，逐环验签，与写入日志的链头和收存的文件相符" in said


def test_the_copy_of_the_keys_inside_proves_nobody(whole):
    code, said = check(whole)
    assert code == verify.UNTRUSTED
    assert "签署者的公钥取自包内，不能证明是谁签署" in said
    assert "不能证明是谁签署" in (whole / "yangguang/policy").read_text(encoding="utf-8")


@pytest.mark.clause("DH-2.2.4b", "DH-2.2.4c", "QS-3.2.2i")
@pytest.mark.parametrize(("spoiled", "words"), spoil.SPOILS, ids=lambda one: getattr(one, "__name__", ""))
def test_whatever_was_done_to_it_is_named(package, whole, spoiled, words):
    spoiled(package)
    code, said = check(package, whole.parent / "policy")
    assert code == verify.WRONG, said
    for part in words:
        assert part in said, said


def test_one_spoilt_event_accuses_no_other(package, whole):
    spoil.changed_date(package)
    _, said = check(package, whole.parent / "policy")
    assert said.count("  不符：") == 1, said
    spoil.changed_byte(package)
    _, said = check(package, whole.parent / "policy")
    assert said.count("文件被改动") == 1, said


def test_a_forged_event_with_a_commitment_of_its_own_is_not_in_the_log(package, whole):
    """Payload, salt and commitment made to fit each other: the chain and the log still say no."""
    told = spoil.events(package)
    entry = told["entries"][5]
    entry["payload"] = entry["payload"].replace("2026", "2025", 1)
    salt = note.unb64(entry["salt"])
    entry["commitment"] = verify.hmac.new(salt, entry["payload"].encode(), "sha256").hexdigest()
    spoil.keep(package, told)
    spoil.reseal(package)
    code, said = check(package, whole.parent / "policy")
    assert code == verify.WRONG
    assert "链断裂：第 7 条" in said and "的证明无效（yangguang/proofs/0006.tlog-proof）" in said


def test_a_log_of_somebody_else_is_not_trusted(package, whole, tmp_path):
    """A forger rebuilds everything under a key of his own: inside all is well, the reader's policy says no."""
    policy = tmp_path / "policy"
    policy.write_text(f"log {spoil.FOREIGN}\nquorum none\n")
    code, said = check(package, policy)
    assert code == verify.WRONG and "检查点没有受信任的密钥签名" in said
    ours = (whole.parent / "policy").read_text(encoding="utf-8")
    origin = log_keys().origin
    forger = note.Ed25519Signer(origin, bytes(range(1, 33)))
    for path in (package / "yangguang/proofs").iterdir():
        made = note.parse_proof(path.read_text(encoding="utf-8"))
        text = note.split(made.checkpoint)[0]
        forged = note.Proof(made.index, made.path, note.sign(text, [forger], 1))
        path.write_text(forged.text, encoding="utf-8")
    (package / "yangguang/policy").write_text(f"log {forger.vkey}\nquorum none\n")
    spoil.reseal(package)
    assert check(package)[0] == verify.UNTRUSTED
    policy.write_text(ours)
    code, said = check(package, policy)
    assert code == verify.WRONG and "检查点没有受信任的密钥签名" in said


def test_witnesses_of_the_readers_policy_are_asked_for(package, whole, tmp_path):
    """Two of three witnesses: with their cosignatures it passes, with one it does not."""
    names = ("county", "archive", "court")
    keys = {name: note.Ed25519Cosigner(f"{name}.witness", bytes([n]) * 32) for n, name in enumerate(names)}
    policy = tmp_path / "policy"
    lines = [f"witness {name} {key.vkey}" for name, key in keys.items()]
    ours = (whole.parent / "policy").read_text(encoding="utf-8").replace("quorum none\n", "")
    policy.write_text(ours + "\n".join([*lines, "group three 2 county archive court", "quorum three", ""]))
    assert "见证人不够：需要“three”，已有 无" in check(package, policy)[1]

    def cosign(*who: str) -> None:
        for path in (package / "yangguang/proofs").iterdir():
            made = note.parse_proof((whole / "yangguang/proofs" / path.name).read_text(encoding="utf-8"))
            text = note.split(made.checkpoint)[0]
            added = "".join(keys[name].line(text, 1_790_000_000) for name in who)
            path.write_text(note.Proof(made.index, made.path, made.checkpoint + added).text, encoding="utf-8")
        spoil.reseal(package)

    cosign("county")
    assert "已有 county" in check(package, policy)[1]
    cosign("county", "court")
    assert check(package, policy)[0] == 0


@pytest.mark.parametrize(
    "policy",
    ["", "quorum none\n", "log nonsense\n", "witness a b c d e\n", "group g 3 a b\n", "log x+00000000+AAAA\n", "\x00"],
)
def test_a_policy_nobody_can_read_is_said(package, tmp_path, policy):
    path = tmp_path / "policy"
    path.write_text(policy)
    code, said = check(package, path)
    assert code == verify.WRONG and "信任文件" in said
    assert check(package, tmp_path / "nowhere")[0] == verify.UNREADABLE
    shutil.rmtree(package / "yangguang")
    assert check(package)[0] == verify.UNREADABLE


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', "\x00", '{"format": "yangguang-case-package/1"}'])
def test_events_that_are_no_events_are_said(package, whole, content):
    (package / "yangguang/events.json").write_text(content)
    code, said = check(package, whole.parent / "policy")
    assert code == verify.WRONG and "yangguang/events.json" in said


@pytest.mark.clause("QS-3.2.3g", "QS-3.2.3a")
def test_the_layout_is_the_one_an_archive_expects(whole):
    assert sorted(path.name for path in (whole / "data").iterdir()) == sorted(
        ["说明文件.TXT", "案卷目录.XML", "电子档案", "其他"]
    )
    read = ElementTree.parse(whole / "data/案卷目录.XML").getroot()
    listed = [line.findtext("路径") for line in read.iter("文件")]
    there = sorted(path.relative_to(whole / "data").as_posix() for path in (whole / "data/电子档案").rglob("*.*"))
    assert sorted(str(one) for one in listed) == there
    assert read.findtext("案卷/归档号") == "20260001"
    volumes = [line.findtext("卷别") for line in read.iter("文件")]
    assert set(volumes) == {"封面和目录", "正卷", "副卷", "补充卷"}
    assert "核对码" in (whole / "data/说明文件.TXT").read_text(encoding="utf-8-sig")
    assert (whole / "bagit.txt").read_text() == "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def test_the_verifier_in_the_package_is_this_programs_own(whole):
    assert (whole / "verify.py").read_bytes() == Path(verify.__file__).read_bytes()
    assert verify.main([str(whole), "--policy", str(whole.parent / "policy")]) == 0


def test_the_pure_python_signature_check_agrees_with_the_library():
    key = note.Ed25519Signer("a", bytes(range(32)))
    for text in ("", "x\n", "检查点\n" * 50):
        good = key.sign(text)
        assert verify.ed25519(key.verifier.public, text.encode(), good)
        for at in (0, 31, 32, 63):
            bad = bytearray(good)
            bad[at] ^= 1
            assert not verify.ed25519(key.verifier.public, text.encode(), bytes(bad))
    assert not verify.ed25519(key.verifier.public, b"", good[:-1])
    too_large = good[:32] + (int.from_bytes(good[32:], "little") + verify.L).to_bytes(32, "little")
    assert not verify.ed25519(key.verifier.public, text.encode(), too_large)


@pytest.mark.clause("QS-3.2.2j")
def test_download_from_the_page_by_the_archivist_with_a_purpose(archived, whole, tmp_path):
    _, told = archived
    people = {}
    for name in ("sun", "qian", "zhang", "chen"):
        people[name] = Client()
        with access.within(""):
            account = Account.objects.get(username=name)
        people[name].force_login(account, backend="yangguang.registry.access.Accounts")
    url = reverse("record:package", args=[told.case.dossier_id])
    assert people["zhang"].get(url).status_code == people["chen"].get(url).status_code == 403
    shown = people["sun"].get(url)
    assert shown.status_code == 200 and "向县档案馆移交" in shown.content.decode()
    once = str(shown.context["form"]["once"].value())
    assert people["sun"].post(url, {"once": once, "purpose": "有"}).status_code == 422
    assert people["sun"].post(url, {"once": once, "purpose": "a\0bcd"}).status_code == 422
    sent = people["sun"].post(url, {"once": once, "purpose": "向法院提供"})
    assert sent.status_code == 302
    assert "正在汇入公开日志" in people["sun"].get(sent.url).content.decode()
    early = people["sun"].get(sent.url + "package.zip")
    assert early.status_code == 409 and "还没有全部汇入公开日志" in early.content.decode()
    integrate_now()
    page = people["sun"].get(sent.url).content.decode()
    assert "下载案卷包" in page and "核对码" in page
    assert "只由写明事由的导出人下载" in people["qian"].get(sent.url).content.decode()
    assert people["qian"].get(sent.url + "package.zip").status_code == 404
    answer = people["sun"].get(sent.url + "package.zip")
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        packed.extractall(tmp_path / "out")
    (top,) = (tmp_path / "out").iterdir()
    code, said = check(top, whole.parent / "policy")
    assert code == 0, said
    with access.within(""):
        export = PackageExport.objects.get(purpose="向法院提供")
        assert export.by.name == told.who.sun.name
        assert export.head[:16] in page


def test_the_command_writes_one_that_verifies(archived, whole, tmp_path):
    fresh, told = archived
    with access.within(""):
        number = told.fresh().state.number
    done = fresh.run("case", "package", number, "-o", str(tmp_path / "out"), "--purpose", "移交")
    (top,) = (tmp_path / "out").iterdir()
    assert str(top) in done.stdout
    assert check(top, whole.parent / "policy")[0] == 0
    assert fresh.run("case", "verify", str(top), "--policy", str(whole.parent / "policy")).returncode == 0
    for asked in ("没有的案号", "0" * 32, " "):
        refused = fresh.run("case", "package", asked, "-o", str(tmp_path / "no"), check=False)
        assert refused.returncode == 1 and "不能导出" in refused.stderr and "Traceback" not in refused.stderr
    again = fresh.run("case", "package", "20260001", "-o", "/proc/none", check=False)
    assert again.returncode == 1 and "不能写入" in again.stderr
    told_of = json.loads((top / "yangguang/events.json").read_text(encoding="utf-8"))
    assert json.loads(told_of["statement"]["payload"])["p"]["by"] == "system"


def test_a_case_in_hand_is_packed_as_it_lies(archived, whole, tmp_path):
    _, told = archived
    with access.within(""):
        other = story.begin_again(told, "interview")
        dossier = other.fresh().dossier
        export = package_actions.export_package(
            by=other.who.sun, at=story.at(11, 3, 9), dossier=dossier, purpose="上级检查"
        )
    integrate_now()
    with access.within(""):
        top = bag.write(bag.build(export), tmp_path)
    assert check(top, whole.parent / "policy")[0] == 0
    assert "尚未归档" in (top / "data/说明文件.TXT").read_text(encoding="utf-8-sig")
