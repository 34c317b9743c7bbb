// The same checks as verify.py, in the reader's own browser.  M holds the hashes and the signature check.

const { sha256, sha512 } = M["sha2.js"];
const { hmac } = M["hmac.js"];
const ed25519 = M.ed25519;
ed25519.hashes.sha512 = sha512;

const FORMAT = "yangguang-case-package/1";
const ERASURE = 8;
const CHUNK = 4 * 2 ** 20;
const utf8 = new TextEncoder();

class Bad extends Error {}

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function unb64(written) {
  if (typeof written !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(written)) throw new Bad("base64 编码不正确");
  let raw;
  try {
    raw = atob(written);
  } catch {
    throw new Bad("base64 编码不正确");
  }
  if (btoa(raw) !== written) throw new Bad("base64 编码不规范");
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

function unhex(written) {
  if (!/^([0-9a-f]{2})*$/.test(written)) throw new Bad("承诺值格式不正确");
  return Uint8Array.from(written.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

// ---- what passkeys sign with: ECDSA on P-256, and RSA, verification only

const Q = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const G = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];
const SHA256_INFO = unhex("3031300d060960864801650304020105000420");
const number = (bytes) => bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
const mod = (a, m) => ((a % m) + m) % m;

function power(base, exponent, m) {
  let total = 1n;
  for (let square = mod(base, m), left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) total = (total * square) % m;
    square = (square * square) % m;
  }
  return total;
}

const inverse = (a, m) => power(a, m - 2n, m);

function sum(a, b) {
  if (!a || !b) return a ?? b;
  let slope;
  if (a[0] === b[0]) {
    if ((a[1] + b[1]) % Q === 0n) return null;
    slope = mod((3n * a[0] * a[0] - 3n) * inverse(2n * a[1], Q), Q);
  } else slope = mod((b[1] - a[1]) * inverse(b[0] - a[0], Q), Q);
  const x = mod(slope * slope - a[0] - b[0], Q);
  return [x, mod(slope * (a[0] - x) - a[1], Q)];
}

function multiple(n, point) {
  let total = null;
  for (let left = n, at = point; left > 0n; left >>= 1n, at = sum(at, at)) if (left & 1n) total = sum(total, at);
  return total;
}

/** The two integers of a DER signature, written the one allowed way. */
function integers(der) {
  if (der.length < 8 || der[0] !== 0x30 || der[1] !== der.length - 2 || der[1] > 127) return null;
  const found = [];
  for (let rest = der.slice(2); rest.length; ) {
    if (rest.length < 3 || rest[0] !== 2 || rest[1] < 1 || rest[1] > rest.length - 2) return null;
    const value = rest.slice(2, 2 + rest[1]);
    rest = rest.slice(2 + rest[1]);
    if (value[0] > 127 || (value[0] === 0 && (value.length === 1 || value[1] < 128))) return null;
    found.push(number(value));
  }
  return found.length === 2 ? found : null;
}

function es256(x, y, message, signature) {
  const [r, s] = integers(signature) ?? [0n, 0n];
  if (r <= 0n || r >= N || s <= 0n || s >= N) return false;
  if (x >= Q || y >= Q || mod(y * y - x * x * x + 3n * x - B, Q) !== 0n) return false;
  const w = inverse(s, N);
  const found = sum(multiple((number(sha256(message)) * w) % N, G), multiple((r * w) % N, [x, y]));
  return found !== null && found[0] % N === r;
}

function rs256(n, e, message, signature) {
  const size = Math.ceil(n.toString(2).length / 8);
  if (size < 256 || e < 3n || signature.length !== size || number(signature) >= n) return false;
  const wanted = joined(SHA256_INFO, sha256(message));
  const padded = joined([0, 1], new Uint8Array(size - 3 - wanted.length).fill(255), [0], wanted);
  return power(number(signature), e, n) === number(padded);
}

function signedWith(key, message, signature) {
  const part = (name) => BigInt(`0x${key[name]}`);
  if (key.alg === "ES256") return es256(part("x"), part("y"), message, signature);
  if (key.alg === "RS256") return rs256(part("n"), part("e"), message, signature);
  throw new Bad(`不认识的签名算法“${key.alg}”`);
}

function unb64url(written) {
  if (typeof written !== "string" || !/^[A-Za-z0-9_-]*$/.test(written)) throw new TypeError("base64url");
  return Uint8Array.from(atob(written.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

/** One signature with a passkey (WebAuthn, section 7.2); throws Bad naming what does not fit. */
function assertion(row, key, signature) {
  const told = JSON.parse(row.statement);
  const fits = told.document === signature.digest && told.item === signature.item_id && told.name === signature.name;
  if (!fits || told.who !== signature.who) throw new Bad("所签的不是这一签名所记的文书、姓名或者身份");
  if (told.officer !== key.officer_key) throw new Bad("签名所用的是他人的通行密钥");
  const client = utf8.encode(row.client_data);
  const device = unb64url(row.authenticator);
  const said = JSON.parse(row.client_data);
  if (said.type !== "webauthn.get" || !same(unb64url(said.challenge), sha256(utf8.encode(row.statement)))) {
    throw new Bad("设备所签的不是这段内容");
  }
  if (said.origin !== key.origin || !same(device.slice(0, 32), sha256(utf8.encode(key.rp)))) throw new Bad("不是在登记的网址上签的");
  if (device.length < 37 || (device[32] & 5) !== 5) throw new Bad("设备没有验证本人");
  if (!signedWith(key.key, joined(device, sha256(client)), unb64url(row.value))) throw new Bad("签名值与公钥不符");
}

// ---- the policy: whom the reader trusts

function vkey(text) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  if (!found) throw new Bad(`信任文件中的公钥格式不正确：${text.slice(0, 60)}`);
  const data = unb64(found[3]);
  const id = sha256(joined(utf8.encode(found[1]), [10], data)).slice(0, 4);
  if (data.length < 2 || hex(id) !== found[2]) throw new Bad(`信任文件中的公钥编号与公钥不符：${text.slice(0, 60)}`);
  return { name: found[1], id, kind: data[0], key: data.slice(1) };
}

class Policy {
  constructor(text) {
    this.logs = [];
    this.witnesses = new Map();
    this.groups = new Map();
    this.quorum = "none";
    text.split(/\r?\n/).forEach((line, at) => {
      const words = line.split("#", 1)[0].split(/\s+/).filter(Boolean);
      if (words.length) this.line(at + 1, words);
    });
    if (!this.logs.length) throw new Bad("信任文件没有列出日志公钥（log 行）");
    if (this.quorum !== "none" && !this.known(this.quorum)) throw new Bad(`信任文件的 quorum 指向没有定义的“${this.quorum}”`);
  }

  known(name) {
    return this.witnesses.has(name) || this.groups.has(name);
  }

  line(number, words) {
    const [verb, ...rest] = words;
    if (verb === "log" && (rest.length === 1 || rest.length === 2)) this.logs.push(vkey(rest[0]));
    else if (verb === "witness" && (rest.length === 2 || rest.length === 3)) this.witnesses.set(rest[0], vkey(rest[1]));
    else if (verb === "group" && rest.length >= 3) {
      const members = rest.slice(2);
      const unknown = members.filter((one) => !this.known(one));
      if (unknown.length) throw new Bad(`信任文件第 ${number} 行：没有定义 ${unknown.join("、")}`);
      const wanted = { all: String(members.length), any: "1" }[rest[1]] ?? rest[1];
      if (!/^\d+$/.test(wanted) || Number(wanted) < 1 || Number(wanted) > members.length) {
        throw new Bad(`信任文件第 ${number} 行：人数“${rest[1]}”不正确`);
      }
      this.groups.set(rest[0], { wanted: Number(wanted), members });
    } else if (verb === "quorum" && rest.length === 1) this.quorum = rest[0];
    else throw new Bad(`信任文件第 ${number} 行看不懂：${words.join(" ").slice(0, 60)}`);
  }

  met(name, signed) {
    const group = this.groups.get(name);
    if (!group) return signed.has(name);
    return group.members.filter((one) => this.met(one, signed)).length >= group.wanted;
  }

  open(note) {
    const { text, lines } = split(note);
    const tip = parseTip(text);
    let logged = false;
    const signed = new Set();
    for (const line of lines) {
      for (const log of this.logs) {
        if (line.name === log.name && same(line.id, log.id) && log.kind === 1 && log.name === tip.origin) {
          if (!valid(log.key, text, line.signature)) throw new Bad(`日志“${log.name}”的签名无效`);
          logged = true;
        }
      }
      for (const [alias, one] of this.witnesses) {
        if (line.name === one.name && same(line.id, one.id) && one.kind === 4 && line.signature.length === 72) {
          const time = line.signature.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
          if (!valid(one.key, `cosignature/v1\ntime ${time}\n${text}`, line.signature.slice(8))) {
            throw new Bad(`见证人“${one.name}”的签名无效`);
          }
          signed.add(alias);
        }
      }
    }
    if (!logged) throw new Bad(`检查点没有受信任的密钥签名（日志自称“${tip.origin}”）`);
    if (this.quorum !== "none" && !this.met(this.quorum, signed)) {
      throw new Bad(`检查点的见证人不够：需要“${this.quorum}”，已有 ${[...signed].sort().join("、") || "无"}`);
    }
    return { ...tip, by: [tip.origin, ...[...signed].sort()] };
  }
}

function valid(key, text, signature) {
  try {
    return signature.length === 64 && key.length === 32 && ed25519.verify(signature, utf8.encode(text), key);
  } catch {
    return false;
  }
}

function split(note) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Bad("检查点不是签名文本");
  const lines = note.slice(at + 2, -1).split("\n").map((line) => {
    const found = /^— (\S+) (\S+)$/.exec(line);
    if (!found) throw new Bad("检查点的签名行格式不正确");
    const data = unb64(found[2]);
    return { name: found[1], id: data.slice(0, 4), signature: data.slice(4) };
  });
  return { text: note.slice(0, at + 1), lines };
}

function parseTip(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines[lines.length - 1] || !lines[0] || !/^(0|[1-9]\d{0,15})$/.test(lines[1])) {
    throw new Bad("检查点格式不正确");
  }
  const root = unb64(lines[2]);
  if (root.length !== 32) throw new Bad("检查点的根不是 32 字节");
  return { origin: lines[0], size: Number(lines[1]), root };
}

// ---- one entry in the log

const node = (left, right) => sha256(joined([1], left, right));

function rootFrom(index, size, leaf, path) {
  if (!(index >= 0 && index < size) || path.length > 63) throw new Bad(`序号 ${index} 不在日志的 ${size} 条之内`);
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let total = leaf;
  for (const sibling of path) {
    if (last === 0n) throw new Bad("长度不对");
    if (at & 1n || at === last) {
      total = node(sibling, total);
      while (!(at & 1n) && at) {
        at >>= 1n;
        last >>= 1n;
      }
    } else total = node(total, sibling);
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Bad("长度不对");
  return total;
}

function parseProof(text) {
  const at = text.indexOf("\n\n");
  const lines = text.slice(0, at).split("\n");
  if (at < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Bad("不是日志证明文件");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const found = /^index (0|[1-9]\d{0,15})$/.exec(lines[0] ?? "");
  if (!found) throw new Bad("缺少序号");
  const path = lines.slice(1).map(unb64);
  if (path.some((one) => one.length !== 32)) throw new Bad("哈希长度不对");
  return { index: Number(found[1]), path, checkpoint: text.slice(at + 2) };
}

// ---- the package

class Package {
  constructor(files) {
    this.files = files; // name → File
    this.problems = [];
    this.notes = [];
    this.opened = new Map();
    this.byPasskey = 0;
    this.recorded = 0;
    this.links = 0;
    this.digests = new Map();
    this.by = [];
    this.size = 0;
    this.kept = 0;
    if (!files.has("bagit.txt") || !files.has("yangguang/events.json")) {
      throw new Bad("这个文件夹不是案卷包：没有 bagit.txt 或者 yangguang/events.json");
    }
  }

  wrong(sentence) {
    if (!this.problems.includes(sentence)) this.problems.push(sentence);
  }

  async text(name) {
    const file = this.files.get(name);
    if (!file) return undefined;
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
  }

  async check(policyText, onProgress) {
    try {
      this.policy = new Policy(policyText);
    } catch (error) {
      this.wrong(error.message);
    }
    await this.manifests(onProgress);
    try {
      const told = JSON.parse(await this.text("yangguang/events.json"));
      if (told.format !== FORMAT) throw new Bad(`yangguang/events.json 的格式“${told.format}”不是 ${FORMAT}`);
      this.title = String(told.title ?? "");
      this.chain = told.chain;
      const last = await this.events(told.entries);
      this.contents(told.entries);
      const exported = await this.statement(told.statement, told.entries, last);
      const trails = await this.trails(told.keys ?? [], exported.keys ?? []);
      this.passkeys(told.entries, trails);
      await this.live(told.entries, trails);
    } catch (error) {
      this.wrong(error instanceof Bad ? error.message : `yangguang/events.json 不能读：${error.message}`);
    }
    return this;
  }

  async manifests(onProgress) {
    const listed = new Map([...(await this.manifest("manifest-sha256.txt")), ...(await this.manifest("tagmanifest-sha256.txt"))]);
    let done = 0;
    for (const name of [...listed.keys()].sort()) {
      const file = this.files.get(name);
      if (!file) this.wrong(`文件缺失：${name}`);
      else {
        const digest = await sha256Hex(file);
        this.digests.set(name, digest);
        if (digest !== listed.get(name)) this.wrong(`文件被改动：${name}`);
      }
      done += 1;
      onProgress(done, listed.size);
    }
    for (const name of [...this.files.keys()].sort()) {
      if (!listed.has(name) && name !== "tagmanifest-sha256.txt") this.wrong(`多出的文件：${name}`);
    }
  }

  async manifest(name) {
    const found = new Map();
    let text;
    try {
      text = await this.text(name);
    } catch {
      text = undefined;
    }
    if (text === undefined) {
      this.wrong(`文件缺失或不能读：${name}`);
      return found;
    }
    for (const line of text.split(/\r?\n/).filter(Boolean)) {
      const parts = /^([0-9a-f]{64}) {2}(.+)$/.exec(line);
      if (!parts || /^[/\\]/.test(parts[2]) || parts[2].split("/").includes("..")) {
        this.wrong(`${name} 有一行看不懂：${line.slice(0, 80)}`);
      } else found.set(parts[2].replace(/%0A/g, "\n").replace(/%0D/g, "\r").replace(/%25/g, "%"), parts[1]);
    }
    return found;
  }

  async events(entries) {
    const rows = entries.filter((one) => one.kind === ERASURE).map((one) => JSON.parse(one.payload).p.row ?? {});
    const erased = new Set(rows.map((row) => row.entry_erased_id));
    let before = "";
    for (const [at, entry] of entries.entries()) {
      const place = at + 1;
      let payload = await this.entry(entry, `第 ${place} 条`);
      if (payload.p?.erased !== undefined) {
        if (erased.has(entry.id)) this.notes.push(`第 ${place} 条的原文已依法清除，承诺值仍在日志中`);
        else this.wrong(`第 ${place} 条的原文不见了，又没有依法清除的记录`);
        payload = { chain: this.chain, seq: place, prev: entry.prev };
      }
      if (payload.chain !== this.chain) this.wrong(`第 ${place} 条属于另一件事项“${payload.chain}”`);
      if (payload.seq !== place) this.wrong(`事件缺失或者次序不对：第 ${place} 条的位置上是第 ${payload.seq} 条`);
      else if (payload.prev !== before) {
        this.wrong(`链断裂：第 ${place} 条不接在第 ${place - 1} 条之后（前一条被改动、替换或者删去）`);
      }
      before = String(entry.commitment ?? "");
    }
    return before;
  }

  async entry(entry, name) {
    const payload = JSON.parse(entry.payload);
    const words = `${name}（${payload.p?.verb ?? "?"}）`;
    const salt = unb64(entry.salt);
    const stated = String(entry.commitment);
    const made = hex(hmac(sha256, salt, utf8.encode(entry.payload)));
    const emptied = salt.length === 0 && payload.p?.erased !== undefined;
    if (!emptied && (salt.length !== 32 || made !== stated)) this.wrong(`${words}与承诺不符：原文被改动`);
    const file = String(entry.proof);
    if (!/^yangguang\/proofs\/[0-9a-z]+\.tlog-proof$/.test(file)) {
      this.wrong(`${words}的证明文件名不正确：${file.slice(0, 80)}`);
      return payload;
    }
    try {
      const text = await this.text(file);
      if (text === undefined) {
        this.wrong(`${words}的证明缺失：${file}`);
        return payload;
      }
      const proof = parseProof(text);
      const leaf = sha256(joined([0, 1, entry.kind], unhex(stated)));
      if (!this.opened.has(proof.checkpoint)) {
        const plain = parseTip(split(proof.checkpoint).text);
        try {
          this.opened.set(proof.checkpoint, this.policy ? this.policy.open(proof.checkpoint) : plain);
        } catch (error) {
          this.opened.set(proof.checkpoint, plain);
          this.wrong(error.message);
        }
      }
      const tip = this.opened.get(proof.checkpoint);
      this.by = tip.by ?? [];
      this.size = tip.size;
      if (proof.index !== entry.index) throw new Bad(`证明的序号 ${proof.index} 与所记的 ${entry.index} 不同`);
      if (!same(rootFrom(proof.index, tip.size, leaf, proof.path), tip.root)) throw new Bad("算出的根与检查点不符");
    } catch (error) {
      this.wrong(`${words}的证明无效（${file}）：${error.message}`);
    }
    return payload;
  }

  /** {chain: [{entry, payload}]}, each whole up to what the export's own entry says: no revocation was left out. */
  async trails(keys, stated) {
    const found = new Map();
    for (const [at, entry] of keys.entries()) {
      const payload = await this.entry(entry, `密钥和录制记录第 ${at + 1} 条`);
      const chain = String(payload.chain);
      if (!found.has(chain)) found.set(chain, []);
      const line = found.get(chain);
      const before = line.length ? line[line.length - 1].entry.commitment : "";
      if (payload.seq !== line.length + 1 || payload.prev !== before) {
        this.wrong(`密钥和录制记录缺失或者次序不对：第 ${at + 1} 条不接在同一${named(chain)}的前一条之后`);
      }
      line.push({ entry, payload });
    }
    for (const one of stated) {
      const line = found.get(one.chain) ?? [];
      if (line.length !== one.count) {
        this.wrong(`${named(one.chain)}的记录不全：导出时有 ${one.count} 条，包内有 ${line.length} 条，可能略去了停用或者结束的记录`);
      } else if (line[line.length - 1].entry.commitment !== one.head) {
        this.wrong(`${named(one.chain)}的最后一条记录与导出记录所记的不同`);
      }
    }
    const told = new Set(stated.map((one) => one.chain));
    for (const chain of [...found.keys()].sort()) {
      if (!told.has(chain)) this.wrong(`${named(chain)}的记录不在导出记录之内，不能证明没有略去停用的记录`);
    }
    return found;
  }

  /** Every live recording: begun with a key registered to who made it and not ended before, and every link of it. */
  async live(entries, trails) {
    for (const [at, entry] of entries.entries()) {
      const about = JSON.parse(entry.payload).p;
      const row = about.row ?? {};
      const said = String(about.fact ?? "").startsWith("record.item:") ? row.meta?.live : undefined;
      if (!said) continue;
      try {
        const { heads, key, begun } = recording(row, said, trails);
        this.links += await this.chainOf(row, said, heads, key, begun);
        this.recorded += 1;
      } catch (error) {
        const words = error instanceof Bad ? error.message : `格式不正确 ${error.name}`;
        this.wrong(`第 ${at + 1} 条（${about.verb ?? "?"}）的现场录制不能证明：${words}`);
      }
    }
  }

  /** Every link of one recording: its place, the one before it, its signature, its bytes in the kept file. */
  async chainOf(item, said, heads, key, begun) {
    const name = `yangguang/recordings/${said.recording}.json`;
    if (!/^[0-9a-f-]{36}$/.test(said.recording)) throw new Bad("录制的编号不正确");
    const text = await this.text(name);
    if (text === undefined) throw new Bad(`逐环记录缺失：${name}`);
    const { links } = JSON.parse(text);
    const digests = [];
    let before = said.genesis;
    let last = begun.began_ms;
    for (const [at, link] of links.entries()) {
      before = linked(link, at + 1, before, last, key.public_key);
      last = link.t;
      digests.push(before);
    }
    for (const head of heads) {
      if (head.seq > links.length || (head.seq && digests[head.seq - 1] !== head.digest)) {
        throw new Bad(`第 ${head.seq} 环不是当时写入日志的链头`);
      }
    }
    if (links.length !== said.links || before !== said.head) {
      throw new Bad(`录制结束时有 ${said.links} 环，包内有 ${links.length} 环，或者最后一环不是结束时的链头`);
    }
    await this.pieces(item, links.filter((one) => one.kind === "segment"));
    return links.length;
  }

  /** The kept file is the segments, one after the other, and nothing else. */
  async pieces(item, segments) {
    const name = [...this.digests.keys()].sort().find((one) => this.digests.get(one) === item.digest);
    if (name === undefined) return; // destroyed, or missing and named as such
    const file = this.files.get(name);
    let at = 0;
    for (const link of segments) {
      const data = new Uint8Array(await file.slice(at, at + link.n).arrayBuffer());
      if (hex(sha256(data)) !== link.sha256) throw new Bad(`第 ${link.seq} 环的数据与收存的文件不符`);
      at += link.n;
    }
    if (at < file.size) throw new Bad("收存的文件在最后一环之后还有内容");
  }

  /** Every signature made with a passkey: by a key registered to who signed, over the document it lies under. */
  passkeys(entries, trails) {
    const rows = entries.map((entry, at) => ({ place: at + 1, entry, about: JSON.parse(entry.payload).p }));
    const signatures = new Map(rows.map(({ about }) => [String(about.fact), about.row ?? {}]));
    const { registered, ended } = this.keys(trails);
    const proved = new Set();
    for (const { place, entry, about } of rows) {
      const row = about.row ?? {};
      if (!String(about.fact ?? "").startsWith("record.assertion:") || !Object.keys(row).length) continue;
      const name = `record.signature:${row.signature_id}`;
      proved.add(name);
      try {
        const key = registered.get(row.passkey_id);
        if (!key) throw new Bad("签名所用的通行密钥没有登记记录");
        if ((ended.get(row.passkey_id) ?? entry.index) < entry.index) throw new Bad("签名所用的通行密钥在此之前已经停用");
        assertion(row, key, signatures.get(name) ?? {});
        this.byPasskey += 1;
      } catch (error) {
        const said = error instanceof Bad ? error.message : `格式不正确 ${error.name}`;
        this.wrong(`第 ${place} 条（${about.verb ?? "?"}）的通行密钥签名无效：${said}`);
      }
    }
    for (const { place, about } of rows) {
      if (about.row?.how === "passkey" && !proved.has(about.fact)) {
        this.wrong(`第 ${place} 条（${about.verb ?? "?"}）的通行密钥签名没有签名值`);
      }
    }
  }

  keys(trails) {
    const registered = new Map();
    const ended = new Map();
    for (const { entry, payload } of [...trails.values()].flat()) {
      const about = payload.p;
      const fact = String(about.fact ?? "");
      if (fact.startsWith("record.passkey:")) registered.set(fact.slice("record.passkey:".length), about.row);
      else if (fact.startsWith("record.passkeyrevoked:")) ended.set(about.row.passkey_id, entry.index);
    }
    return { registered, ended };
  }

  contents(entries) {
    const named = new Map();
    const gone = new Set();
    for (const entry of entries) {
      const about = JSON.parse(entry.payload).p;
      const row = about.row ?? {};
      if (String(about.fact ?? "").startsWith("record.item:")) named.set(row.digest, named.get(row.digest) ?? String(row.title ?? ""));
      if (about.verb === "record.destroy") for (const one of row.destroyed) gone.add(one.digest);
      if (entry.kind === ERASURE) {
        for (const found of JSON.stringify(row.remains ?? {}).matchAll(/"digest":"([0-9a-f]{64})"/g)) {
          if (!named.has(found[1])) named.set(found[1], "原文已清除的材料");
        }
      }
    }
    const kept = [...this.digests].filter(([name]) => name.startsWith("data/电子档案/"));
    const there = new Set(kept.map(([, digest]) => digest));
    for (const [digest, title] of [...named].sort()) {
      if (there.has(digest)) continue;
      if (gone.has(digest)) this.notes.push(`《${title}》已依法销毁，只留目录和留痕（摘要值 ${digest.slice(0, 16)}…）`);
      else this.wrong(`材料缺失：事件所记《${title}》的文件不在包内（摘要值 ${digest.slice(0, 16)}…）`);
    }
    for (const [name, digest] of kept.sort()) {
      if (!named.has(digest)) this.wrong(`文件没有留痕，或者不是留痕所记的内容：${name}`);
    }
    this.kept = kept.length;
  }

  async statement(entry, entries, last) {
    if (!entry || typeof entry !== "object") throw new Bad("缺少导出记录（statement）：不能证明末尾没有被截去");
    const payload = await this.entry(entry, "导出记录");
    const row = payload.p.row;
    if (payload.p.verb !== "record.export_package" || row.chain_exported !== this.chain) throw new Bad("导出记录不是本案的");
    if (row.count !== entries.length) this.wrong(`事件数不符：导出时有 ${row.count} 条，包内有 ${entries.length} 条`);
    else if (row.head !== last) this.wrong("最后一条与导出记录所记的不同");
    this.exported = `${String(payload.p.recorded ?? "").slice(0, 19)} 导出，事由：${row.purpose ?? ""}`;
    this.head = String(row.head);
    return row;
  }
}

/** What a trail beside the case's own is of. */
function named(chain) {
  const [kind, ...key] = String(chain).split(":");
  const words = { passkey: "通行密钥", "device-key": "设备密钥", recording: "现场录制" }[kind] ?? "记录";
  return `${words} ${key.join(":").slice(0, 36)}`;
}

/** The beginning of one live recording, against the registration of its key. */
function recording(item, said, trails) {
  const own = trails.get(`recording:${said.recording}`) ?? [];
  const facts = new Map(own.map(({ payload }) => [String(payload.p.fact ?? "").split(":")[0], payload.p.row ?? {}]));
  const begun = facts.get("record.recording");
  if (!begun || !Object.keys(begun).length) throw new Bad("没有录制开始的记录");
  const line = trails.get(`device-key:${begun.key_id}`) ?? [];
  const key = line[0]?.payload.p.row ?? {};
  if (!Object.keys(key).length) throw new Bad("录制所用的设备密钥没有登记记录");
  for (const { entry, payload } of line) {
    if (String(payload.p.fact ?? "").startsWith("record.devicekeyend:") && entry.index < own[0].entry.index) {
      throw new Bad("开始录制之前设备密钥已经停用");
    }
  }
  const opening = utf8.encode(begun.opening);
  if (begun.officer_key !== key.officer_key || JSON.parse(begun.opening).key !== key.public_key) {
    throw new Bad("开始录制的不是密钥的持有人");
  }
  if (hex(sha256(opening)) !== said.genesis || begun.dossier_id !== item.dossier_id) throw new Bad("开始声明不是这一录制的");
  if (!byDevice(key.public_key, opening, begun.signature)) throw new Bad("开始声明的签名与登记的设备密钥不符");
  if ((facts.get("record.liveend") ?? {}).digest !== said.head) throw new Bad("录制的链头与结束记录的不同");
  const logged = own.filter(({ payload }) => String(payload.p.fact ?? "").startsWith("record.livehead:"));
  return { heads: logged.map(({ payload }) => payload.p.row).filter((row) => row && Object.keys(row).length), key, begun };
}

function byDevice(key, message, signature) {
  try {
    return ed25519.verify(unhex(signature), message, unhex(key), { zip215: false });
  } catch {
    return false;
  }
}

/** One link after the one before it; gives what the next one must name.  Throws Bad naming what does not fit. */
function linked(link, place, before, last, key) {
  const names = ["kind", "n", "prev", "reason", "seq", "sha256", "t", "signature"];
  if (!names.every((name) => name in link)) throw new Bad(`第 ${place} 环不完整`);
  const { kind, n, prev, reason, seq, sha256: digest, t } = link;
  const message = utf8.encode(JSON.stringify({ kind, n, prev, reason, seq, sha256: digest, t }));
  if (seq !== place) throw new Bad(`缺少第 ${place} 环或者次序不对：该处是第 ${seq} 环`);
  if (prev !== before) throw new Bad(`第 ${place} 环没有接在第 ${place - 1} 环之后（前一环被改动、替换或者删去）`);
  if (!byDevice(key, message, link.signature)) throw new Bad(`第 ${place} 环的签名与登记的设备密钥不符`);
  if (t < last) throw new Bad(`第 ${place} 环的时间早于前一环`);
  return hex(sha256(message));
}

async function sha256Hex(file) {
  const hash = sha256.create();
  for (let at = 0; at < file.size; at += CHUNK) {
    hash.update(new Uint8Array(await file.slice(at, at + CHUNK).arrayBuffer()));
  }
  return hex(hash.digest());
}

// ---- the page

const $ = (id) => document.getElementById(id);

/** What was chosen, by its name below the folder that holds bagit.txt (the folder around it may have been chosen). */
function below(chosen) {
  const paths = chosen.map((file) => file.webkitRelativePath || file.name);
  const mark = paths.filter((path) => path.endsWith("/bagit.txt")).sort((a, b) => a.length - b.length)[0];
  const top = mark ? mark.slice(0, -"bagit.txt".length) : "";
  return new Map(chosen.map((file, at) => [paths[at], file]).filter(([path]) => path.startsWith(top)).map(([path, file]) => [path.slice(top.length), file]));
}

function show(state, verdict, said, problems) {
  $("result").dataset.state = state;
  $("result").hidden = false;
  $("verdict").textContent = verdict;
  $("said").replaceChildren(...said.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence })));
  $("problems").replaceChildren(...problems.map((sentence) => Object.assign(document.createElement("li"), { textContent: sentence })));
  $("result").focus();
}

$("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  $("result").hidden = true;
  try {
    const files = below([...$("folder").files]);
    const found = new Package(files);
    const given = $("policy").files[0];
    const policy = given ? await given.text() : await found.text("yangguang/policy");
    if (policy === undefined) throw new Bad("没有信任文件：请选择从包外取得的信任文件");
    await found.check(policy, (done, all) => ($("progress").textContent = `已核对 ${done} / ${all} 个文件`));
    $("progress").textContent = "核对完毕";
    if (found.problems.length) {
      show("wrong", `不通过：${found.problems.length} 处不符`, [`案卷包：${found.title ?? ""}`, ...found.notes], found.problems);
      return;
    }
    const said = [
      `案卷包：${found.title}`,
      ...found.notes,
      `文件 ${found.kept} 件，与留痕逐件相符；事件首尾相接，都在签署的日志（${found.size} 条）之内。`,
      ...(found.byPasskey ? [`通行密钥签名 ${found.byPasskey} 处，逐处核验，与登记的公钥和所签文书相符。`] : []),
      ...(found.recorded
        ? [
            `现场录制 ${found.recorded} 处，开始声明与登记的设备密钥相符，开始时密钥没有停用；`,
            `${found.links} 环首尾相接，逐环验签，与写入日志的链头和收存的文件相符。`,
          ]
        : []),
      found.exported,
      `核对码 ${found.head.slice(0, 16)}（可与导出机关告知的核对码比对）`,
    ];
    if (given) show("ok", "通过", [...said, `签署者：${found.by.join("、")}，依据您提供的信任文件。`], []);
    else {
      const warning = "签署者的公钥取自包内，不能证明是谁签署。请从包外取得信任文件，再核对一次。";
      show("untrusted", "包内自洽，签署者没有核对", [...said, warning], []);
    }
  } catch (error) {
    $("progress").textContent = "";
    show("wrong", "不能核对", [error.message], []);
  }
});
