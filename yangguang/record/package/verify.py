#!/usr/bin/env python3
"""核对案卷包。只用 Python 标准库，不联网；可离线阅读、另行编写。

用法：python3 -I verify.py [案卷包目录] [--policy 信任文件] [--json]

信任文件（日志公钥、见证人）须从包外取得，例如机关公布的页面或者上级机关；包内的 yangguang/policy 只为方便，不能证明是谁签署。
退出码：0 全部通过；1 有不符；2 不能核对（不是案卷包）；3 包内自洽，但没有给出包外的信任文件。
"""

# ruff: noqa: T201  it speaks to whoever runs it

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
from pathlib import Path

FORMAT = "yangguang-case-package/1"
OK, WRONG, UNREADABLE, UNTRUSTED = 0, 1, 2, 3
CHUNK = 1 << 20
MOST_HASHES = 63
ERASURE = 8  # the kind of entry that says what was lawfully erased or destroyed


class Bad(Exception):
    """A sentence for the reader about what does not hold."""


# ---- Ed25519 (RFC 8032), verification only ---------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _add(a, b):
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    i, j = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    k, m = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = j - i, m - k, m + k, j + i
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(n, point):
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = _add(total, point)
        point = _add(point, point)
        n >>= 1
    return total


def _point(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


_BY = 4 * pow(5, P - 2, P) % P
BASE = _point(_BY.to_bytes(32, "little"))


def ed25519(public, message, signature):
    """Whether the signature is this key's over the message."""
    if len(signature) != 64 or len(public) != 32:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, BASE), _add(r, _times(h, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# ---- what passkeys sign with: ECDSA on P-256, and RSA (FIPS 186-5, RFC 8017), verification only ----------------------

Q = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


def _sum(a, b):
    """Of two points of P-256, the second or the first None at infinity."""
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % Q == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, Q) % Q
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, Q) % Q
    x = (slope * slope - a[0] - b[0]) % Q
    return x, (slope * (a[0] - x) - a[1]) % Q


def _multiple(n, point):
    total = None
    while n:
        if n & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        n >>= 1
    return total


def _integers(der):
    """The two integers of a DER signature, written the one allowed way."""
    if len(der) < 8 or der[0] != 0x30 or der[1] != len(der) - 2 or der[1] > 127:
        return None
    found, rest = [], der[2:]
    while rest:
        if len(rest) < 3 or rest[0] != 2 or not 0 < rest[1] <= len(rest) - 2:
            return None
        value, rest = rest[2 : 2 + rest[1]], rest[2 + rest[1] :]
        if value[0] > 127 or (value[0] == 0 and (len(value) == 1 or value[1] < 128)):
            return None
        found.append(int.from_bytes(value, "big"))
    return found if len(found) == 2 else None


def es256(x, y, message, signature):
    numbers = _integers(signature)
    if numbers is None or not (0 < numbers[0] < N and 0 < numbers[1] < N):
        return False
    if not (0 <= x < Q and 0 <= y < Q) or (y * y - x * x * x + 3 * x - B) % Q:
        return False
    r, s = numbers
    w = pow(s, -1, N)
    z = int.from_bytes(hashlib.sha256(message).digest(), "big")
    found = _sum(_multiple(z * w % N, G), _multiple(r * w % N, (x, y)))
    return found is not None and found[0] % N == r


def rs256(n, e, message, signature):
    size = (n.bit_length() + 7) // 8
    if size < 256 or e < 3 or len(signature) != size:
        return False
    value = int.from_bytes(signature, "big")
    wanted = SHA256_INFO + hashlib.sha256(message).digest()
    padded = b"\0\1" + b"\xff" * (size - 3 - len(wanted)) + b"\0" + wanted
    return value < n and pow(value, e, n).to_bytes(size, "big") == padded


def signed_with(key, message, signature):
    """Whether the signature is this registered key's over the message."""
    if key.get("alg") == "ES256":
        return es256(int(key["x"], 16), int(key["y"], 16), message, signature)
    if key.get("alg") == "RS256":
        return rs256(int(key["n"], 16), int(key["e"], 16), message, signature)
    raise Bad(f"不认识的签名算法“{key.get('alg')}”")


# ---- the policy: whom the reader trusts ------------------------------------------------------------------------------


def unb64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Bad("base64 编码不正确") from error
    if base64.b64encode(data).decode() != text:
        raise Bad("base64 编码不规范")
    return data


def vkey(text):
    """(name, key id, type, public key) of `name+hex id+base64(type‖key)`."""
    parts = text.split("+", 2)
    if len(parts) != 3 or not parts[0] or not re.fullmatch("[0-9a-f]{8}", parts[1]):
        raise Bad(f"信任文件中的公钥格式不正确：{text[:60]}")
    data = unb64(parts[2])
    name_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if len(data) < 2 or name_id.hex() != parts[1]:
        raise Bad(f"信任文件中的公钥编号与公钥不符：{text[:60]}")
    return parts[0], name_id, data[0], data[1:]


class Policy:
    """A tlog-policy file: log, witness, group and quorum lines."""

    def __init__(self, text):
        self.logs: list = []
        self.witnesses: dict = {}
        self.groups: dict = {}
        self.quorum = "none"
        for number, line in enumerate(text.splitlines(), start=1):
            words = line.split("#", 1)[0].split()
            if words:
                self._line(number, words)
        if not self.logs:
            raise Bad("信任文件没有列出日志公钥（log 行）")
        if self.quorum != "none" and self.quorum not in self.witnesses and self.quorum not in self.groups:
            raise Bad(f"信任文件的 quorum 指向没有定义的“{self.quorum}”")

    def _line(self, number, words):
        verb = words[0]
        if verb == "log" and len(words) in (2, 3):
            self.logs.append(vkey(words[1]))
        elif verb == "witness" and len(words) in (3, 4):
            self.witnesses[words[1]] = vkey(words[2])
        elif verb == "group" and len(words) >= 4:
            members = words[3:]
            unknown = [one for one in members if one not in self.witnesses and one not in self.groups]
            if unknown:
                raise Bad(f"信任文件第 {number} 行：没有定义 {'、'.join(unknown)}")
            wanted = {"all": str(len(members)), "any": "1"}.get(words[2], words[2])
            if not wanted.isdigit() or not 1 <= int(wanted) <= len(members):
                raise Bad(f"信任文件第 {number} 行：人数“{words[2]}”不正确")
            self.groups[words[1]] = (int(wanted), members)
        elif verb == "quorum" and len(words) == 2:
            self.quorum = words[1]
        else:
            raise Bad(f"信任文件第 {number} 行看不懂：{' '.join(words)[:60]}")

    def met(self, name, signed):
        if name in self.groups:
            wanted, members = self.groups[name]
            return sum(self.met(one, signed) for one in members) >= wanted
        return name in signed

    def open(self, note):
        """(origin, size, root, who signed); raises Bad unless the log, and the witnesses asked for, signed."""
        text, lines = split(note)
        origin, size, root = tip(text)
        logged, signed = False, set()
        for name, key_id, signature in lines:
            for known, known_id, kind, public in self.logs:
                if (name, key_id) == (known, known_id) and kind == 1 and name == origin:
                    if not ed25519(public, text.encode(), signature):
                        raise Bad(f"日志“{name}”的签名无效")
                    logged = True
            for alias, (known, known_id, kind, public) in self.witnesses.items():
                if (name, key_id) == (known, known_id) and kind == 4 and len(signature) == 72:
                    time = int.from_bytes(signature[:8], "big")
                    if not ed25519(public, f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:]):
                        raise Bad(f"见证人“{name}”的签名无效")
                    signed.add(alias)
        if not logged:
            raise Bad(f"检查点没有受信任的密钥签名（日志自称“{origin}”）")
        if self.quorum != "none" and not self.met(self.quorum, signed):
            raise Bad(f"检查点的见证人不够：需要“{self.quorum}”，已有 {'、'.join(sorted(signed)) or '无'}")
        return origin, size, root, [origin, *sorted(signed)]


def split(note):
    at = note.rfind("\n\n")
    if at < 0 or not note.endswith("\n") or any(ord(c) < 32 and c != "\n" for c in note):
        raise Bad("检查点不是签名文本")
    lines = []
    for line in note[at + 2 : -1].split("\n"):
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        if not found:
            raise Bad("检查点的签名行格式不正确")
        data = unb64(found[2])
        lines.append((found[1], data[:4], data[4:]))
    return note[: at + 1], lines


def tip(text):
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not lines[0] or not re.fullmatch(r"0|[1-9]\d{0,18}", lines[1]):
        raise Bad("检查点格式不正确")
    root = unb64(lines[2])
    if len(root) != 32:
        raise Bad("检查点的根不是 32 字节")
    return lines[0], int(lines[1]), root


# ---- one entry in the log --------------------------------------------------------------------------------------------


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_from(index, size, leaf, path):
    """The root that an inclusion proof leads to (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size or len(path) > MOST_HASHES:
        raise Bad(f"序号 {index} 不在日志的 {size} 条之内")
    at, last, total = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise Bad("长度不对")
        if at & 1 or at == last:
            total = node(sibling, total)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            total = node(total, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise Bad("长度不对")
    return total


def proof(text):
    """(index, path, checkpoint) of a `.tlog-proof` file."""
    head, separator, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Bad("不是日志证明文件")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    if not lines or not re.fullmatch(r"index (0|[1-9]\d{0,18})", lines[0]):
        raise Bad("缺少序号")
    path = [unb64(line) for line in lines[1:]]
    if any(len(one) != 32 for one in path):
        raise Bad("哈希长度不对")
    return int(lines[0][6:]), path, checkpoint


# ---- the package -----------------------------------------------------------------------------------------------------


class Package:
    """A folder that was read once; `problems` are sentences, each naming the file or the event."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.problems, self.notes, self.signed_by, self.signed_size = [], [], [], 0
        self.opened, self.digests = {}, {}
        self.by_passkey = self.recorded = self.links = 0
        if not (self.folder / "bagit.txt").is_file() or not (self.folder / "yangguang" / "events.json").is_file():
            raise Bad(f"{self.folder} 不是案卷包：没有 bagit.txt 或者 yangguang/events.json")

    def wrong(self, sentence):
        if sentence not in self.problems:
            self.problems.append(sentence)

    def text(self, name):
        return (self.folder / name).read_bytes().decode("utf-8")

    def check(self, policy_text):
        """Everything: files against manifests, events against each other and the log, files against events."""
        self.policy = None
        try:
            self.policy = Policy(policy_text)
        except Bad as error:
            self.wrong(str(error))
        self.files()
        try:
            told = json.loads(self.text("yangguang/events.json"))
            if told.get("format") != FORMAT:
                raise Bad(f"yangguang/events.json 的格式“{told.get('format')}”不是 {FORMAT}")
            self.title, self.chain = str(told.get("title", "")), str(told["chain"])
            entries = told["entries"]
            last = self.events(entries, self.chain)
            self.contents(entries)
            exported = self.statement(told.get("statement"), entries, last)
            trails = self.trails(told.get("keys", []), exported.get("keys", []))
            self.passkeys(entries, trails)
            self.live(entries, trails)
        except Bad as error:
            self.wrong(str(error))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.wrong(f"yangguang/events.json 不能读：{type(error).__name__} {error}")
        return self

    # -- files

    def files(self):
        listed = {**self.manifest("manifest-sha256.txt"), **self.manifest("tagmanifest-sha256.txt")}
        for name, wanted in sorted(listed.items()):
            path = self.folder / name
            if not path.is_file() or path.is_symlink():
                self.wrong(f"文件缺失：{name}")
                continue
            self.digests[name] = sha256(path)
            if self.digests[name] != wanted:
                self.wrong(f"文件被改动：{name}")
        known = {*listed, "tagmanifest-sha256.txt"}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder).as_posix()
            if (path.is_file() or path.is_symlink()) and name not in known:
                self.wrong(f"多出的文件：{name}")

    def manifest(self, name):
        found: dict = {}
        try:
            lines = self.text(name).splitlines()
        except (OSError, UnicodeDecodeError):
            self.wrong(f"文件缺失或不能读：{name}")
            return found
        for line in lines:
            digest, _, path = line.partition("  ")
            path = path.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
            bad = path.startswith(("/", "\\")) or ".." in path.split("/")
            if bad or not re.fullmatch("[0-9a-f]{64}", digest) or not path:
                self.wrong(f"{name} 有一行看不懂：{line[:80]}")
            else:
                found[path] = digest
        return found

    # -- events

    def events(self, entries, chain):
        """The chain without a gap, each entry as it was committed to, each in the log; gives the last commitment."""
        before, erased = "", self.erased(entries)
        for place, entry in enumerate(entries, start=1):
            payload = self.entry(entry, f"第 {place} 条")
            if "erased" in payload.get("p", {}):
                if entry["id"] not in erased:
                    self.wrong(f"第 {place} 条的原文不见了，又没有依法清除的记录")
                else:
                    self.notes.append(f"第 {place} 条的原文已依法清除，承诺值仍在日志中")
                payload = {"chain": chain, "seq": place, "prev": entry["prev"]}
            seq = payload.get("seq")
            if payload.get("chain") != chain:
                self.wrong(f"第 {place} 条属于另一件事项“{payload.get('chain')}”")
            if seq != place:
                self.wrong(f"事件缺失或者次序不对：第 {place} 条的位置上是第 {seq} 条")
            elif payload.get("prev") != before:
                self.wrong(f"链断裂：第 {place} 条不接在第 {place - 1} 条之后（前一条被改动、替换或者删去）")
            before = str(entry.get("commitment", ""))
        return before

    def erased(self, entries):
        """The entries that a later, recorded act of two persons lawfully emptied."""
        rows = [json.loads(one["payload"])["p"].get("row", {}) for one in entries if one["kind"] == ERASURE]
        return {row["entry_erased_id"] for row in rows if "entry_erased_id" in row}

    def entry(self, entry, name):
        """Check one entry against its own commitment and the log; gives its payload."""
        payload = json.loads(entry["payload"])
        words = f"{name}（{payload.get('p', {}).get('verb', '?')}）"
        salt, stated = unb64(entry["salt"]), str(entry["commitment"])
        made = hmac.new(salt, entry["payload"].encode("utf-8"), "sha256").hexdigest()
        emptied = not salt and "erased" in payload.get("p", {})
        if not emptied and (len(salt) != 32 or made != stated):
            self.wrong(f"{words}与承诺不符：原文被改动")
        file = str(entry["proof"])
        if not re.fullmatch(r"yangguang/proofs/[0-9a-z]+\.tlog-proof", file):
            self.wrong(f"{words}的证明文件名不正确：{file[:80]}")
            return payload
        try:
            index, path, checkpoint = proof(self.text(file))
            leaf = hashlib.sha256(b"\0\1" + bytes([entry["kind"]]) + bytes.fromhex(stated)).digest()
            if checkpoint not in self.opened:
                try:
                    self.opened[checkpoint] = self.policy.open(checkpoint) if self.policy else tip(split(checkpoint)[0])
                except Bad as error:
                    self.opened[checkpoint] = tip(split(checkpoint)[0])
                    self.wrong(str(error))
            opened = self.opened[checkpoint]
            self.signed_by, self.signed_size = opened[3] if len(opened) > 3 else [], opened[1]
            if index != entry["index"]:
                raise Bad(f"证明的序号 {index} 与所记的 {entry['index']} 不同")
            if root_from(index, opened[1], leaf, path) != opened[2]:
                raise Bad("算出的根与检查点不符")
        except FileNotFoundError:
            self.wrong(f"{words}的证明缺失：{file}")
        except (Bad, UnicodeDecodeError, ValueError) as error:
            self.wrong(f"{words}的证明无效（{file}）：{error}")
        return payload

    # -- the trails of keys and live recordings

    def trails(self, keys, stated):
        """{chain: [(entry, payload)]}, each whole up to what the export's own entry says: no revocation was left out."""
        found: dict = {}
        for place, entry in enumerate(keys, start=1):
            payload = self.entry(entry, f"密钥和录制记录第 {place} 条")
            line = found.setdefault(str(payload.get("chain")), [])
            before = line[-1][0]["commitment"] if line else ""
            if payload.get("seq") != len(line) + 1 or payload.get("prev") != before:
                self.wrong(
                    f"密钥和录制记录缺失或者次序不对：第 {place} 条不接在同一{named(payload.get('chain'))}的前一条之后"
                )
            line.append((entry, payload))
        for one in stated:
            line = found.get(one["chain"], [])
            if len(line) != one["count"]:
                self.wrong(
                    f"{named(one['chain'])}的记录不全：导出时有 {one['count']} 条，包内有 {len(line)} 条，"
                    "可能略去了停用或者结束的记录"
                )
            elif line[-1][0]["commitment"] != one["head"]:
                self.wrong(f"{named(one['chain'])}的最后一条记录与导出记录所记的不同")
        told = {one["chain"] for one in stated}
        for chain in sorted(set(found) - told):
            self.wrong(f"{named(chain)}的记录不在导出记录之内，不能证明没有略去停用的记录")
        return found

    # -- live recordings

    def live(self, entries, trails):
        """Every live recording: begun with a key registered to who made it and not ended before, and every link of it."""
        for place, entry in enumerate(entries, start=1):
            about = json.loads(entry["payload"])["p"]
            row = about.get("row", {})
            said = row.get("meta", {}).get("live") if str(about.get("fact", "")).startswith("record.item:") else None
            if not said:
                continue
            try:
                heads, key, begun = recording(row, said, trails)
                self.links += self.chain_of(row, said, heads, key, begun)
                self.recorded += 1
            except (Bad, ValueError, KeyError, TypeError, AttributeError) as error:
                words = str(error) if isinstance(error, Bad) else f"格式不正确 {type(error).__name__}"
                self.wrong(f"第 {place} 条（{about.get('verb', '?')}）的现场录制不能证明：{words}")

    def chain_of(self, item, said, heads, key, begun):
        """Every link of one recording: its place, the one before it, its signature, its bytes in the kept file."""
        name = f"yangguang/recordings/{said['recording']}.json"
        if not re.fullmatch(r"[0-9a-f-]{36}", said["recording"]):
            raise Bad("录制的编号不正确")
        try:
            links = json.loads(self.text(name))["links"]
        except FileNotFoundError:
            raise Bad(f"逐环记录缺失：{name}") from None
        public, before, last, digests, segments = (
            bytes.fromhex(key["public_key"]),
            said["genesis"],
            begun["began_ms"],
            [],
            [],
        )
        for place, link in enumerate(links, start=1):
            before, last = linked(link, place, before, last, public), link["t"]
            digests.append(before)
            if link["kind"] == "segment":
                segments.append(link)
        for head in heads:
            if not 0 <= head["seq"] <= len(links) or (head["seq"] and digests[head["seq"] - 1] != head["digest"]):
                raise Bad(f"第 {head['seq']} 环不是当时写入日志的链头")
        if len(links) != said["links"] or before != said["head"]:
            raise Bad(f"录制结束时有 {said['links']} 环，包内有 {len(links)} 环，或者最后一环不是结束时的链头")
        self.pieces(item, segments)
        return len(links)

    def pieces(self, item, segments):
        """The kept file is the segments, one after the other, and nothing else."""
        name = next((name for name in sorted(self.digests) if self.digests[name] == item["digest"]), None)
        if name is None:
            return  # destroyed, or missing and named as such
        with (self.folder / name).open("rb") as file:
            for link in segments:
                if hashlib.sha256(file.read(link["n"])).hexdigest() != link["sha256"]:
                    raise Bad(f"第 {link['seq']} 环的数据与收存的文件不符")
            if file.read(1):
                raise Bad("收存的文件在最后一环之后还有内容")

    # -- signatures with passkeys

    def passkeys(self, entries, trails):
        """Every signature made with a passkey: by a key registered to who signed, over the document it lies under."""
        rows = [(place, one, json.loads(one["payload"])["p"]) for place, one in enumerate(entries, start=1)]
        signatures = {str(p.get("fact")): p.get("row", {}) for _, _, p in rows}
        registered, ended = self.keys(trails)
        proved = set()
        for place, entry, about in rows:
            row = about.get("row", {})
            if not str(about.get("fact", "")).startswith("record.assertion:") or not row:
                continue
            proved.add(f"record.signature:{row['signature_id']}")
            try:
                key = registered.get(str(row["passkey_id"]))
                if key is None:
                    raise Bad("签名所用的通行密钥没有登记记录")
                if ended.get(str(row["passkey_id"]), entry["index"]) < entry["index"]:
                    raise Bad("签名所用的通行密钥在此之前已经停用")
                assertion(row, key, signatures.get(f"record.signature:{row['signature_id']}", {}))
                self.by_passkey += 1
            except (Bad, ValueError, KeyError, TypeError, AttributeError) as error:
                said = str(error) if isinstance(error, Bad) else f"格式不正确 {type(error).__name__}"
                self.wrong(f"第 {place} 条（{about.get('verb', '?')}）的通行密钥签名无效：{said}")
        for place, _, about in rows:
            if about.get("row", {}).get("how") == "passkey" and about.get("fact") not in proved:
                self.wrong(f"第 {place} 条（{about.get('verb', '?')}）的通行密钥签名没有签名值")

    def keys(self, trails):
        """The registrations by their id, and where in the log a key was ended."""
        registered, ended = {}, {}
        for entry, payload in (one for line in trails.values() for one in line):
            about = payload["p"]
            row, fact = about.get("row", {}), str(about.get("fact", ""))
            if fact.startswith("record.passkey:"):
                registered[fact.partition(":")[2]] = row
            elif fact.startswith("record.passkeyrevoked:"):
                ended[str(row["passkey_id"])] = entry["index"]
        return registered, ended

    def contents(self, entries):
        """Every document and recording that the events name is here (or was lawfully destroyed), and nothing else is."""
        named: dict = {}
        gone: set = set()
        for entry in entries:
            about = json.loads(entry["payload"])["p"]
            row = about.get("row", {})
            if str(about.get("fact", "")).startswith("record.item:"):
                named.setdefault(row["digest"], str(row.get("title", "")))
            if about.get("verb") == "record.destroy":
                gone |= {one["digest"] for one in row["destroyed"]}
            if entry["kind"] == ERASURE:
                for digest in re.findall(r'"digest": "([0-9a-f]{64})"', json.dumps(row.get("remains", {}))):
                    named.setdefault(digest, "原文已清除的材料")
        kept = {name: digest for name, digest in self.digests.items() if name.startswith("data/电子档案/")}
        for digest, title in sorted(named.items()):
            if digest not in kept.values():
                if digest in gone:
                    self.notes.append(f"《{title}》已依法销毁，只留目录和留痕（摘要值 {digest[:16]}…）")
                else:
                    self.wrong(f"材料缺失：事件所记《{title}》的文件不在包内（摘要值 {digest[:16]}…）")
        for name, digest in sorted(kept.items()):
            if digest not in named:
                self.wrong(f"文件没有留痕，或者不是留痕所记的内容：{name}")
        self.kept = len(kept)

    def statement(self, entry, entries, last):
        """The export's own entry says how many events there were: nothing was cut off at the end."""
        if not isinstance(entry, dict):
            raise Bad("缺少导出记录（statement）：不能证明末尾没有被截去")
        payload = self.entry(entry, "导出记录")
        row = payload["p"]["row"]
        if payload["p"].get("verb") != "record.export_package" or row.get("chain_exported") != self.chain:
            raise Bad("导出记录不是本案的")
        if row["count"] != len(entries):
            self.wrong(f"事件数不符：导出时有 {row['count']} 条，包内有 {len(entries)} 条")
        elif row["head"] != last:
            self.wrong("最后一条与导出记录所记的不同")
        self.exported = f"{payload['p'].get('recorded', '')[:19]} 导出，事由：{row.get('purpose', '')}"
        self.head = str(row["head"])
        return row


def named(chain):
    """What a trail beside the case's own is of."""
    kind, _, key = str(chain).partition(":")
    words = {"passkey": "通行密钥", "device-key": "设备密钥", "recording": "现场录制"}.get(kind, "记录")
    return f"{words} {key[:36]}"


def recording(item, said, trails):
    """The beginning of one live recording, against the registration of its key.  Raises Bad naming what does not fit."""
    facts = {
        str(payload["p"].get("fact", "")).partition(":")[0]: payload["p"].get("row", {})
        for _, payload in trails.get(f"recording:{said['recording']}", [])
    }
    begun = facts.get("record.recording")
    if not begun:
        raise Bad("没有录制开始的记录")
    line = trails.get(f"device-key:{begun['key_id']}", [])
    key = line[0][1]["p"].get("row", {}) if line else {}
    if not key:
        raise Bad("录制所用的设备密钥没有登记记录")
    begun_at = trails[f"recording:{said['recording']}"][0][0]["index"]
    for entry, payload in line:
        if str(payload["p"].get("fact", "")).startswith("record.devicekeyend:") and entry["index"] < begun_at:
            raise Bad("开始录制之前设备密钥已经停用")
    opening = begun["opening"].encode("utf-8")
    if begun["officer_key"] != key["officer_key"] or json.loads(opening)["key"] != key["public_key"]:
        raise Bad("开始录制的不是密钥的持有人")
    if hashlib.sha256(opening).hexdigest() != said["genesis"] or begun["dossier_id"] != item["dossier_id"]:
        raise Bad("开始声明不是这一录制的")
    if not ed25519(bytes.fromhex(key["public_key"]), opening, bytes.fromhex(begun["signature"])):
        raise Bad("开始声明的签名与登记的设备密钥不符")
    if facts.get("record.liveend", {}).get("digest") != said["head"]:
        raise Bad("录制的链头与结束记录的不同")
    heads = [
        payload["p"]["row"]
        for _, payload in trails[f"recording:{said['recording']}"]
        if str(payload["p"].get("fact", "")).startswith("record.livehead:") and payload["p"].get("row")
    ]
    return heads, key, begun


def linked(link, place, before, last, public):
    """One link after the one before it; gives what the next one must name.  Raises Bad naming what does not fit."""
    names = ("kind", "n", "prev", "reason", "seq", "sha256", "t")
    if not all(name in link for name in (*names, "signature")):
        raise Bad(f"第 {place} 环不完整")
    message = json.dumps({name: link[name] for name in names}, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8"
    )
    if link["seq"] != place:
        raise Bad(f"缺少第 {place} 环或者次序不对：该处是第 {link['seq']} 环")
    if link["prev"] != before:
        raise Bad(f"第 {place} 环没有接在第 {place - 1} 环之后（前一环被改动、替换或者删去）")
    if not ed25519(public, message, bytes.fromhex(link["signature"])):
        raise Bad(f"第 {place} 环的签名与登记的设备密钥不符")
    if link["t"] < last:
        raise Bad(f"第 {place} 环的时间早于前一环")
    return hashlib.sha256(message).hexdigest()


def unb64url(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def assertion(row, key, signature):
    """One signature with a passkey (WebAuthn, section 7.2).  Raises Bad naming what does not fit."""
    told = json.loads(row["statement"])
    wanted = {"document": "digest", "item": "item_id", "name": "name", "who": "who"}
    for name, column in wanted.items():
        if told.get(name) != signature.get(column):
            raise Bad("所签的不是这一签名所记的文书、姓名或者身份")
    if told.get("officer") != key["officer_key"]:
        raise Bad("签名所用的是他人的通行密钥")
    client, device = row["client_data"].encode("utf-8"), unb64url(row["authenticator"])
    said = json.loads(client)
    challenge = hashlib.sha256(row["statement"].encode("utf-8")).digest()
    if said.get("type") != "webauthn.get" or unb64url(said["challenge"]) != challenge:
        raise Bad("设备所签的不是这段内容")
    if said.get("origin") != key["origin"] or device[:32] != hashlib.sha256(key["rp"].encode("utf-8")).digest():
        raise Bad("不是在登记的网址上签的")
    if len(device) < 37 or device[32] & 5 != 5:
        raise Bad("设备没有验证本人")
    if not signed_with(key["key"], device + hashlib.sha256(client).digest(), unb64url(row["value"])):
        raise Bad("签名值与公钥不符")


def sha256(path):
    whole = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            whole.update(chunk)
    return whole.hexdigest()


def main(arguments=None):
    parser = argparse.ArgumentParser(description="核对案卷包：文件、事件、链、日志证明")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent), help="案卷包目录")
    parser.add_argument("--policy", help="从包外取得的信任文件（日志公钥、见证人）")
    parser.add_argument("--json", action="store_true", help="以 JSON 输出")
    args = parser.parse_args(arguments)
    try:
        package = Package(args.folder)
        source = Path(args.policy) if args.policy else package.folder / "yangguang" / "policy"
        package.check(source.read_text(encoding="utf-8"))
    except Bad as error:
        print(f"不能核对：{error}")
        return UNREADABLE
    except (OSError, UnicodeDecodeError) as error:
        print(f"不能核对：{error}")
        return UNREADABLE
    code = WRONG if package.problems else OK if args.policy else UNTRUSTED
    if args.json:
        print(
            json.dumps(
                {"code": code, "problems": package.problems, "notes": package.notes, "signed_by": package.signed_by},
                ensure_ascii=False,
            )
        )
        return code
    report(package, code)
    return code


def report(package, code):
    print(f"案卷包：{getattr(package, 'title', '')}")
    for sentence in package.notes:
        print(f"  说明：{sentence}")
    for sentence in package.problems:
        print(f"  不符：{sentence}")
    if code == WRONG:
        print(f"不通过：{len(package.problems)} 处不符。")
        return
    print(f"  文件 {package.kept} 件，与留痕逐件相符；事件首尾相接，都在签署的日志（{package.signed_size} 条）之内。")
    if package.by_passkey:
        print(f"  通行密钥签名 {package.by_passkey} 处，逐处核验，与登记的公钥和所签文书相符。")
    if package.recorded:
        print(f"  现场录制 {package.recorded} 处，开始声明与登记的设备密钥相符，开始时密钥没有停用；")
        print(f"  {package.links} 环首尾相接，逐环验签，与写入日志的链头和收存的文件相符。")
    print(f"  {package.exported}")
    print(f"  核对码 {package.head[:16]}（可与导出机关告知的核对码比对）")
    if code == OK:
        print(f"通过：签署者 {'、'.join(package.signed_by)}，依据您提供的信任文件。")
    else:
        print("包内自洽，但签署者的公钥取自包内，不能证明是谁签署。请从包外取得信任文件，再用 --policy 核对。")


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
