// The chain as the server checks it (record/live/chain.py): RFC 8785 text, SHA-256, Ed25519.

const hex = (buffer) => [...new Uint8Array(buffer)].map((b) => b.toString(16).padStart(2, "0")).join("");
const bytes = (text) => new TextEncoder().encode(text);

// Flat objects with ASCII names and whole numbers: sorted names and JSON.stringify are RFC 8785.
export const canonical = (said) => JSON.stringify(Object.fromEntries(Object.keys(said).sort().map((name) => [name, said[name]])));
export const sha256 = async (data) => hex(await crypto.subtle.digest("SHA-256", typeof data === "string" ? bytes(data) : data));
export const sign = async (key, text) => hex(await crypto.subtle.sign({ name: "Ed25519" }, key, bytes(text)));

// The private half can be used by this origin and read by nobody.
export async function makeKey() {
  const pair = await crypto.subtle.generateKey({ name: "Ed25519" }, false, ["sign", "verify"]);
  return { pair, publicKey: hex(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

// One line, nothing unseen: what the server would refuse is not signed in the first place.
export const plain = (text) => text.replace(/[\p{C}\p{Z}]+/gu, " ").trim().slice(0, 200);

export async function makeLink(key, kind, seq, prev, t, reason, data) {
  const said = { kind, n: data ? data.byteLength : 0, prev, reason, seq, sha256: data ? await sha256(data) : "", t };
  const text = canonical(said);
  return { said, signature: await sign(key, text), digest: await sha256(text) };
}

// For a header: base64 of UTF-8.
export const header = (said, signature) => btoa(String.fromCharCode(...bytes(JSON.stringify({ link: said, signature }))));
