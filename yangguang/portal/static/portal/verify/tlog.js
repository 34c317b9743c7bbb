// The log's arithmetic in the reader's own browser: hashing, inclusion proofs, signed checkpoints (RFC 6962, C2SP).

import { hmac } from "/static/vendor/noble-hashes/hmac.js";
import { sha256, sha512 } from "/static/vendor/noble-hashes/sha2.js";
import * as ed25519 from "/static/vendor/noble-ed25519/index.js";

// WebCrypto is absent on plain http; with this the check works there too, and synchronously.
ed25519.hashes.sha512 = sha512;

const ED25519 = 0x01;
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

/** `name+hex id+base64(type‖key)` of an Ed25519 log key. */
export function parseVkey(vkey) {
  const found = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(String(vkey).trim());
  if (!found) throw new Bad("公钥格式不正确");
  const [, name, id, encoded] = found;
  const key = base64(encoded);
  if (key.length !== 33 || key[0] !== ED25519) throw new Bad("公钥类型不受支持");
  const computed = sha256(joined(text.encode(name), [0x0a], key)).slice(0, 4);
  if (hex(computed) !== id) throw new Bad("公钥编号与公钥不符");
  return { name, id: computed, key: key.slice(1) };
}

/** {origin, size, root} of a checkpoint, once this key's signature on it holds. */
export function openCheckpoint(note, vkey) {
  const { name, id, key } = parseVkey(vkey);
  if (typeof note !== "string" || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Bad("检查点格式不正确");
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Bad("检查点没有签名");
  const body = note.slice(0, at + 1);
  let signed = false;
  for (const line of note.slice(at + 2, -1).split("\n")) {
    const found = /^— (\S+) (\S+)$/.exec(line);
    if (!found) throw new Bad("签名行格式不正确");
    const data = base64(found[2]);
    if (found[1] !== name || !same(data.slice(0, 4), id)) continue; // somebody else's key: neither for nor against
    if (data.length !== 68 || !ed25519.verify(data.slice(4), text.encode(body), key)) throw new Bad("签名无效");
    signed = true;
  }
  if (!signed) throw new Bad("没有该公钥的签名");
  const [origin, size, root] = body.split("\n");
  if (origin !== name) throw new Bad("检查点不属于该公钥的日志");
  if (!/^(0|[1-9]\d{0,15})$/.test(size ?? "")) throw new Bad("检查点的大小不正确");
  return { origin, size: Number(size), root: base64(root ?? "") };
}
