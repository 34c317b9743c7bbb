// The log's arithmetic in the reader's own browser: hashing, inclusion proofs, signed checkpoints (RFC 6962, C2SP).

import { hmac } from "/static/vendor/noble-hashes/hmac.js";
import { sha256, sha512 } from "/static/vendor/noble-hashes/sha2.js";
import * as ed25519 from "/static/vendor/noble-ed25519/index.js";

// WebCrypto is absent on plain http; with this the check works there too, and synchronously.
ed25519.hashes.sha512 = sha512;

const ED25519 = 0x01;
const ED25519_COSIGNATURE = 0x04;
const text = new TextEncoder();

/** A sentence for the reader about what does not hold. */
export class Bad extends Error {}

export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function base64(written) {
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

export const commitment = (salt, payload) => hmac(sha256, salt, text.encode(payload));

export const leafHash = (kind, committed) => sha256(joined([0, 1, kind], committed));

/** The hash of an entry as the log holds it: 34 bytes, version 1. */
export function entryHash(entry) {
  if (entry.length !== 34 || entry[0] !== 1) throw new Bad("证明里没有日志条目（34 字节），不能单独核对");
  return sha256(joined([0], entry));
}

const nodeHash = (left, right) => sha256(joined([1], left, right));

/** The root an inclusion proof leads to (RFC 9162 §2.1.3.2). */
export function rootFrom(index, size, leaf, proof) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new Bad("序号不在日志之内");
  }
  let at = BigInt(index);
  let last = BigInt(size) - 1n;
  let total = leaf;
  for (const sibling of proof) {
    if (sibling.length !== 32 || last === 0n) throw new Bad("包含证明长度不对");
    if (at & 1n || at === last) {
      total = nodeHash(sibling, total);
      while (!(at & 1n) && at) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      total = nodeHash(total, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) throw new Bad("包含证明长度不对");
  return total;
}

const LENGTHS = { 1: 32, 4: 32, 6: 1312 };

/** `name+hex id+base64(type‖key)` of any key a policy may name. */
function anyVkey(vkey) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(String(vkey).trim());
  if (!found) throw new Bad("公钥格式不正确");
  const [, name, id, encoded] = found;
  const key = base64(encoded);
  if (LENGTHS[key[0]] !== key.length - 1) throw new Bad("公钥类型不受支持");
  const computed = sha256(joined(text.encode(name), [0x0a], key)).slice(0, 4);
  if (hex(computed) !== id) throw new Bad("公钥编号与公钥不符");
  return { name, id: computed, type: key[0], key: key.slice(1), vkey: String(vkey).trim() };
}

/** The same, for the Ed25519 key of a log. */
export function parseVkey(vkey) {
  const key = anyVkey(vkey);
  if (key.type !== ED25519) throw new Bad("公钥类型不受支持");
  return key;
}

/** The text of a signed note and its signature lines; malformed notes are Bad. */
function splitNote(note) {
  if (typeof note !== "string" || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Bad("检查点格式不正确");
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Bad("检查点没有签名");
  const lines = note.slice(at + 2, -1).split("\n");
  const signed = lines.map((line) => {
    const found = /^— (\S+) (\S+)$/.exec(line);
    if (!found) throw new Bad("签名行格式不正确");
    const data = base64(found[2]);
    return { name: found[1], id: data.slice(0, 4), data: data.slice(4) };
  });
  return { body: note.slice(0, at + 1), signed };
}

function parseTip(body) {
  const [origin, size, encoded] = body.split("\n");
  if (!origin) throw new Bad("检查点没有日志名");
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? "")) throw new Bad("检查点的大小不正确");
  const root = base64(encoded ?? "");
  if (root.length !== 32) throw new Bad("检查点的根不是 32 字节");
  return { origin, size: Number(size), root };
}

/** {origin, size, root} of a checkpoint, once this key's signature on it holds. */
export function openCheckpoint(note, vkey) {
  const { name, id, key } = parseVkey(vkey);
  const { body, signed } = splitNote(note);
  let held = false;
  for (const line of signed) {
    if (line.name !== name || !same(line.id, id)) continue; // somebody else's key: neither for nor against
    if (line.data.length !== 64 || !ed25519.verify(line.data, text.encode(body), key)) throw new Bad("签名无效");
    held = true;
  }
  if (!held) throw new Bad("没有该公钥的签名");
  const tip = parseTip(body);
  if (tip.origin !== name) throw new Bad("检查点不属于该公钥的日志");
  return tip;
}

/** Which of these witnesses signed the checkpoint, and when: a known key whose signature is wrong is Bad. */
export function cosigned(note, witnesses) {
  const { body, signed } = splitNote(note);
  const found = new Map();
  for (const line of signed) {
    const witness = witnesses.find((one) => one.key && one.key.name === line.name && same(one.key.id, line.id));
    if (!witness) continue;
    if (line.data.length !== 72) throw new Bad(`见证方“${witness.name}”的签名无效`);
    const time = new DataView(line.data.buffer, line.data.byteOffset).getBigUint64(0);
    const message = text.encode(`cosignature/v1\ntime ${time}\n${body}`);
    if (!ed25519.verify(line.data.slice(8), message, witness.key.key)) throw new Bad(`见证方“${witness.name}”的签名无效`);
    found.set(witness.name, Number(time));
  }
  return found;
}

/** A trust policy (C2SP tlog-policy): `logs` and `witnesses` with their keys, and `met(names)` for the quorum. */
export function parsePolicy(written) {
  const [logs, witnesses, groups] = [[], [], new Map()];
  let quorum = null;
  const known = (name) => groups.has(name) || witnesses.some((one) => one.name === name);
  const members = new Set();
  String(written).split("\n").forEach((line, at) => {
    const words = line.split(/[ \t]+/).filter(Boolean);
    if (!words.length || words[0].startsWith("#")) return;
    const wrong = (why) => new Bad(`信任规则第 ${at + 1} 行：${why}`);
    const [what, name, ...rest] = words;
    if (what === "log" && name && rest.length <= 1) logs.push(anyVkey(name));
    else if (what === "witness" && rest.length >= 1 && rest.length <= 2) {
      if (name === "none" || known(name)) throw wrong(`名称“${name}”不能用，或者已用过`);
      const key = anyVkey(rest[0]);
      witnesses.push({ name, key: key.type === ED25519_COSIGNATURE ? key : null });
    } else if (what === "group" && rest.length >= 2) {
      const [count, ...of] = rest;
      if (name === "none" || known(name)) throw wrong(`名称“${name}”不能用，或者已用过`);
      for (const one of of) {
        if (!known(one)) throw wrong(`前面没有“${one}”`);
        if (members.has(one)) throw wrong(`“${one}”已是另一组的成员`);
        members.add(one);
      }
      const threshold = count === "all" ? of.length : count === "any" ? 1 : /^[1-9]\d{0,3}$/.test(count) ? Number(count) : 0;
      if (threshold < 1 || threshold > of.length) throw wrong(`门槛“${count}”不对`);
      groups.set(name, { threshold, of });
    } else if (what === "quorum" && name && !rest.length) {
      if (quorum !== null) throw wrong("quorum 只能有一行");
      if (name !== "none" && !known(name)) throw wrong(`前面没有“${name}”`);
      quorum = name;
    } else throw wrong("不是 log、witness、group 或 quorum 行");
  });
  if (quorum === null) throw new Bad("信任规则缺少 quorum 行");
  const met = (name, names) => (groups.has(name) ? groups.get(name).of.filter((one) => met(one, names)).length >= groups.get(name).threshold : names.has(name));
  return { logs, witnesses, quorum, met: (names) => quorum === "none" || met(quorum, names) };
}

/** A `.tlog-proof` (C2SP tlog-proof@v1): index, path, checkpoint, and what its maker put beside them. */
export function parseProof(written) {
  const at = String(written).indexOf("\n\n");
  const lines = String(written).slice(0, Math.max(at, 0)).split("\n");
  if (at < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Bad("不是日志证明文件");
  const extra = lines[0]?.startsWith("extra ") ? base64(lines.shift().slice(6)) : new Uint8Array();
  const found = /^index (0|[1-9]\d{0,15})$/.exec(lines.shift() ?? "");
  if (!found) throw new Bad("日志证明缺少序号");
  const path = lines.map(base64);
  if (path.length > 63 || path.some((item) => item.length !== 32)) throw new Bad("日志证明的哈希不正确");
  return { index: Number(found[1]), path, extra, checkpoint: String(written).slice(at + 2) };
}
