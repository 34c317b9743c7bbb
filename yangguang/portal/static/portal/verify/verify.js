// What the verify page asks: is this record in the signed public log, unaltered, and is this file the one it names?

import {
  Bad,
  base64,
  commitment,
  cosigned,
  entryHash,
  hex,
  leafHash,
  openCheckpoint,
  parsePolicy,
  parseProof,
  parseVkey,
  rootFrom,
  same,
} from "./tlog.js";
import { sha256 } from "/static/vendor/noble-hashes/sha2.js";

const CHUNK = 4 * 2 ** 20;

/** SHA-256 (hex) of a File or Blob, in pieces, so that a large file does not fill the memory. */
export async function sha256Hex(blob, onProgress) {
  const hash = sha256.create();
  for (let at = 0; at < blob.size; at += CHUNK) {
    hash.update(new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer()));
    onProgress?.(Math.min(1, (at + CHUNK) / blob.size));
  }
  return hex(hash.digest());
}

/**
 * Checks a proof as `yangguang.trail.queries.proof_for` gives it.
 *
 * `trustedVkey` is the log's public key from outside the proof; without it the proof's own is used and `trusted` is
 * false: the record then is whole and in *a* signed log, but who signed is only what the proof says.
 * Never throws: what is malformed does not hold.
 */
export function verifyProof(proof, fileSha256Hex, { trustedVkey } = {}) {
  const steps = [];
  const step = stepper(steps);

  const given = proof && typeof proof === "object" ? proof : {};
  const record = step("记录原文可读", () => readPayload(given.payload));

  if (fileSha256Hex !== undefined && fileSha256Hex !== null) {
    step("文件与记录相符：文件的 SHA-256 摘要写在记录中", () => {
      const wanted = String(fileSha256Hex).toLowerCase();
      if (!/^[0-9a-f]{64}$/.test(wanted)) throw new Bad("文件摘要格式不正确");
      if (!record || !mentions(record.p?.row, wanted)) throw new Bad("文件与记录不符：这不是该记录所指的文件，或文件已被改动");
    });
  }

  const leaf = step("由记录原文与随机盐算出承诺值", () => {
    const salt = base64(given.salt);
    if (salt.length !== 32) throw new Bad("盐的长度不对");
    if (!Number.isInteger(given.kind) || given.kind < 0 || given.kind > 255) throw new Bad("记录类别不正确");
    return leafHash(given.kind, commitment(salt, given.payload));
  });

  const tip = step(
    (opened) => `检查点由日志“${opened.origin}”签署，签名有效，共 ${opened.size} 条`,
    () => {
      if (trustedVkey && !sameKey(trustedVkey, given.vkey)) throw new Bad("证明所附的公钥不是本日志的公钥");
      return openCheckpoint(given.checkpoint, trustedVkey ?? given.vkey);
    },
  );

  step(
    () => `记录是公开日志的第 ${given.index} 条（从 0 起计），与签署的根相符，未被改动`,
    () => {
      if (!leaf || !tip) throw new Bad("前面的步骤未通过，无法核对是否在日志中");
      if (!Array.isArray(given.proof)) throw new Bad("缺少包含证明");
      const root = rootFrom(given.index, tip.size, leaf, given.proof.map(base64));
      if (!same(root, tip.root)) throw new Bad("记录与公开日志不符：记录已被改动，或不在日志中");
    },
  );

  const ok = steps.every((done) => done.ok);
  return { ok, steps, trusted: ok && Boolean(trustedVkey), record: ok ? record : null, size: tip?.size ?? null };
}

/**
 * Checks a `.tlog-proof` alone: the entry inside it is in a log this policy trusts, and the witnesses it asks for signed.
 *
 * `policy` is the text of a trust policy the reader has from elsewhere.  Never throws.
 */
export function verifyTlogProof(written, policy) {
  const steps = [];
  const step = stepper(steps);
  const rules = step("信任规则可读", () => parsePolicy(policy));
  const proof = step("证明文件可读", () => parseProof(written));
  const leaf = step("由证明所附的条目算出叶", () => entryHash(proof.extra));
  const tip = step(
    (opened) => `检查点由受信任的日志“${opened.origin}”签署，签名有效，共 ${opened.size} 条`,
    () => trustedTip(proof.checkpoint, rules),
  );
  step(
    () => `条目是日志的第 ${proof.index} 条（从 0 起计），与签署的根相符`,
    () => {
      if (!same(rootFrom(proof.index, tip.size, leaf, proof.path), tip.root)) throw new Bad("条目与日志不符：条目或证明已被改动");
    },
  );
  const witnesses = witnessed(step, proof?.checkpoint, rules);
  const ok = steps.every((done) => done.ok);
  return { ok, steps, witnesses, index: proof?.index ?? null, size: tip?.size ?? null, origin: tip?.origin ?? null };
}

/** The same for a proof with the record inside (JSON), and with the file it names if there is one. */
export function verifyWhole(proof, fileSha256Hex, policy) {
  const steps = [];
  const step = stepper(steps);
  const rules = step("信任规则可读", () => parsePolicy(policy));
  step("检查点由受信任的日志签署", () => trustedTip(proof?.checkpoint, rules));
  const witnesses = witnessed(step, proof?.checkpoint, rules);
  const log = rules?.logs.find((one) => one.type === 1 && one.name === proof?.origin);
  const checked = verifyProof(proof, fileSha256Hex, { trustedVkey: log?.vkey });
  const ok = checked.ok && steps.every((done) => done.ok);
  return { ...checked, ok, steps: [...checked.steps, ...steps], witnesses, index: proof?.index ?? null, record: ok ? checked.record : null };
}

function stepper(steps) {
  return (good, check) => {
    try {
      const value = check();
      steps.push({ ok: true, text: typeof good === "function" ? good(value) : good });
      return value;
    } catch (error) {
      steps.push({ ok: false, text: error instanceof Bad ? error.message : `证明数据不完整，或前面的步骤未通过：${error.message}` });
      return undefined;
    }
  };
}

function trustedTip(checkpoint, rules) {
  const logs = rules.logs.filter((one) => one.type === 1);
  if (!logs.length) throw new Bad("信任规则里没有日志的 Ed25519 公钥");
  const reasons = [];
  for (const log of logs) {
    try {
      return openCheckpoint(checkpoint, log.vkey);
    } catch (error) {
      if (!(error instanceof Bad)) throw error;
      reasons.push(error.message);
    }
  }
  throw new Bad(reasons.join("；"));
}

function witnessed(step, checkpoint, rules) {
  const names = step(
    (found) => (rules.quorum === "none" ? "信任规则不要求见证" : `见证符合要求：${[...found.keys()].join("、")}`),
    () => {
      const found = cosigned(checkpoint, rules.witnesses);
      if (!rules.met(new Set(found.keys()))) throw new Bad(`见证不足：有效的见证签名只有 ${[...found.keys()].join("、") || "零个"}`);
      return found;
    },
  );
  return [...(names ?? [])].map(([name, time]) => ({ name, time }));
}

function readPayload(payload) {
  if (typeof payload !== "string") throw new Bad("证明中没有记录原文");
  try {
    return JSON.parse(payload);
  } catch {
    throw new Bad("记录原文不是有效的 JSON");
  }
}

function sameKey(one, other) {
  return same(parseVkey(one).key, parseVkey(other).key);
}

/** Whether the digest is a value somewhere in the record's own row. */
function mentions(value, digest) {
  if (typeof value === "string") return value.toLowerCase() === digest;
  if (value && typeof value === "object") return Object.values(value).some((item) => mentions(item, digest));
  return false;
}
