// 现场录制: the camera writes a piece each second; each piece is chained, signed, kept on this device, and sent.
// Without a network the chain goes on here, and is sent when there is one again.

import { canonical, header, makeKey, makeLink, plain, sha256, sign } from "./live-chain.js";
import * as store from "./live-store.js";

const root = document.querySelector("[data-live]");
const part = (name) => root.querySelector(`[data-live-${name}]`);
const said = root.dataset;
const SLICE = 1000;
const FORMATS = {
  video: ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"],
  audio: ["audio/webm;codecs=opus", "audio/webm", "audio/mp4"],
};
const officer = said.officer;

let key = null; // this device's key, registered and valid
let nonce = { root: said.nonce, size: Number(said.size) };
let now = null; // the recording that runs or is being sent: what the store keeps of it
let recorder = null;
let stream = null;
let tail = Promise.resolve(); // links are made one after the other
let offline = false;
let failures = 0;
let sending = false;
let retry = 0;
let clock = null;
let shownAt = 0;

// ---- words ---------------------------------------------------------------------------------------------------------

function say(text, tone = "info") {
  const place = part("say");
  place.className = `yg-notice yg-${tone}`;
  place.hidden = !text;
  place.querySelector("p").textContent = text;
}
function show(state) {
  root.dataset.state = state;
  for (const element of root.querySelectorAll("[data-when]")) element.hidden = !element.dataset.when.split(" ").includes(state);
}
function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const token = () => cookie(meta("yg-csrf-cookie") || "csrftoken") || meta("yg-csrf");

class Refusal extends Error {
  constructor(status, body) {
    super(body.mend ? `${body.message}。${body.mend}` : body.message);
    this.status = status;
    this.body = body;
  }
}
// JSON from the server; a refusal is thrown with what it says, a page instead of JSON means the session is over.
async function ask(url, options = {}) {
  const answer = await fetch(url, {
    credentials: "same-origin",
    ...options,
    headers: { Accept: "application/json", "X-CSRFToken": token(), ...(options.headers ?? {}) },
  });
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) {
    const words = answer.redirected || answer.status === 403
      ? "登录已过期或者换了账号，录制内容仍在本机。请在另一个窗口重新登录，本页会继续上传"
      : `服务器暂时不能答复（${answer.status}），录制内容仍在本机`;
    throw new Refusal(answer.status, { code: answer.redirected || answer.status === 403 ? "session" : "server", message: words, mend: "" });
  }
  const body = await answer.json();
  if (!answer.ok) throw new Refusal(answer.status, body);
  return body;
}

// ---- this device's key ---------------------------------------------------------------------------------------------

async function findKey() {
  const found = await store.key(officer);
  key = found && said.keys.split(" ").includes(found.publicKey) ? found : null;
  return key;
}
async function register(event) {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  say("正在登记本机……");
  try {
    const made = await makeKey();
    const body = new FormData(form);
    const label = String(body.get("label")).trim();
    await again(async () => {
      const statement = canonical({ challenge: nonce.root, key: made.publicKey, label, officer, size: nonce.size, what: "yangguang-device-key" });
      body.set("label", label);
      body.set("public_key", made.publicKey);
      body.set("challenge", nonce.root);
      body.set("size", String(nonce.size));
      body.set("signature", await sign(made.pair.privateKey, statement));
      return ask(said.keyUrl, { method: "POST", body });
    });
    key = { officer, ...made, label };
    await store.keepKey(key);
    navigator.storage?.persist?.();
    say("本机已登记，可以开始录制");
    show("ready");
  } catch (error) { say(words(error), "bad"); }
}
// The root of the log a page was given may have grown old: the refusal brings the newest one.
async function again(work) {
  try { return await work(); } catch (error) {
    if (error.body?.code !== "stale") throw error;
    nonce = { root: error.body.nonce, size: error.body.size };
    return work();
  }
}
function words(error) {
  if (error instanceof Refusal) return error.message;
  switch (error.name) {
    case "NotAllowedError": return "没有得到使用摄像头和麦克风的许可。请在浏览器地址栏的权限设置中允许后重试";
    case "NotFoundError": return "没有找到摄像头或者麦克风。可以改为“只录音”，或者用其他设备录制后上传";
    case "NotReadableError": return "摄像头正被其他程序占用，请关闭后重试";
    case "NotSupportedError": return "这个浏览器不支持设备签名（Ed25519），请更新浏览器，或者用执法记录仪录制后上传";
    case "QuotaExceededError": return "本机存储空间不足，请清理后重试";
    case "TypeError": return "现在没有网络，不能取得开始凭证；有网络时开始，开始之后可以离线";
    default: return `发生错误：${error.message}`;
  }
}

// ---- beginning -----------------------------------------------------------------------------------------------------

async function begin(event) {
  event.preventDefault();
  const form = event.target;
  if (!form.reportValidity()) return;
  const medium = new FormData(form).get("medium");
  const format = FORMATS[medium]?.find((one) => MediaRecorder.isTypeSupported(one));
  if (!format) { say("这个浏览器不能录制，请更新浏览器，或者用执法记录仪录制后上传", "bad"); return; }
  say("正在打开摄像头……");
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      audio: true,
      video: medium === "video" && { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 25 } },
    });
    const stamp = crypto.randomUUID();
    const answer = await again(async () => {
      const body = new FormData(form);
      const [step, event] = String(body.get("demand")).split(":");
      const t = Date.now();
      const mime = format.split(";")[0];
      const statement = canonical({
        dossier: said.dossier, event, key: key.publicKey, medium, mime, nonce: nonce.root, size: nonce.size, stamp, step, t,
        what: "yangguang-recording",
      });
      for (const [name, value] of Object.entries({ t, nonce: nonce.root, size: nonce.size, stamp, mime, public_key: key.publicKey })) body.set(name, String(value));
      body.set("signature", await sign(key.pair.privateKey, statement));
      const begun = await ask(said.startUrl, { method: "POST", body });
      return { ...begun, t, genesis: await sha256(statement), medium };
    });
    await run(answer, format);
  } catch (error) { quiet(); say(words(error), "bad"); show("ready"); }
}
async function run(begun, format) {
  now = {
    id: begun.recording, officer, dossier: said.dossier, links: begun.links, finish: begun.finish, page: begun.page,
    seq: 0, prev: begun.genesis, t: begun.t, first: begun.t, sent: 0, bytes: 0, over: false,
  };
  await store.keepRecording(now);
  const origin = performance.now();
  clock = () => Math.max(now.t, begun.t + Math.round(performance.now() - origin)); // nobody sets this clock meanwhile
  offline = false;
  failures = 0;
  recorder = new MediaRecorder(stream, { mimeType: format, videoBitsPerSecond: 1_200_000, audioBitsPerSecond: 64_000 });
  recorder.ondataavailable = (event) => { if (event.data.size) link("segment", "", event.data, clock()); };
  recorder.onstop = () => ended();
  for (const track of stream.getTracks()) track.onended = () => stop("摄像头或者麦克风被系统收回");
  const view = part("view");
  view.hidden = begun.medium !== "video";
  view.srcObject = stream;
  recorder.start(SLICE);
  navigator.wakeLock?.request("screen").catch(() => { /* the screen may then go dark; the recording says so by its gaps */ });
  const off = Math.round(begun.offset_ms / 1000);
  say(Math.abs(off) >= 5 ? `正在录制。本机时钟比服务器${off > 0 ? "快" : "慢"} ${Math.abs(off)} 秒，已经记下，按服务器时间校正` : "正在录制", Math.abs(off) >= 5 ? "warn" : "info");
  show("recording");
}

// ---- the chain -----------------------------------------------------------------------------------------------------

// Links are made strictly one after the other; the promise is kept when the link is on this device's disk.
function link(kind, reason = "", blob = null, t = clock()) {
  tail = tail.then(async () => {
    const data = blob ? await blob.arrayBuffer() : null;
    const made = await makeLink(key.pair.privateKey, kind, now.seq + 1, now.prev, Math.max(t, now.t), plain(reason), data);
    const grown = { seq: made.said.seq, prev: made.digest, t: made.said.t, bytes: now.bytes + made.said.n };
    await store.append({ ...now, ...grown }, { recording: now.id, seq: grown.seq, ...made, data });
    now = { ...now, ...grown }; // only now may it be sent
    if (now.bytes > Number(said.most) * 0.95 && recorder?.state === "recording") stop("达到一次录制的上限，请另开一次接着录");
    send();
  }).catch((error) => { say(words(error), "bad"); if (recorder?.state !== "inactive") stop("本机不能再保存录制内容"); });
  return tail;
}
async function send() {
  if (sending || !now) return;
  sending = true;
  window.clearTimeout(retry);
  try {
    while (now.sent < now.seq) {
      const next = await store.link(now.id, now.sent + 1);
      if (!next) throw new Refusal(409, { code: "lost", message: `本机没有第 ${now.sent + 1} 环，不能补传`, mend: "请结束录制，由服务器收存已收到的部分" });
      await sendOne(next);
      progress();
    }
    if (now.over) await close();
  } catch (error) { failed(error); } finally { sending = false; }
}
async function sendOne(one) {
  try {
    const body = one.data ? new Blob([one.data], { type: "application/octet-stream" }) : "";
    const answer = await ask(now.links, { method: "POST", body, headers: { "Content-Type": "application/octet-stream", "X-Yg-Link": header(one.said, one.signature) } });
    await took(answer.next - 1);
  } catch (error) {
    // The server knows more, or less, than we thought: go on from where it stands.
    if (error.body?.code === "early" && error.body.next <= now.sent + 1) { await took(error.body.next - 1); return; }
    throw error;
  }
  failures = 0;
  if (offline) {
    offline = false;
    say("网络已恢复，正在补传", "info");
    if (recorder && recorder.state !== "inactive") link("online");
  }
}
async function took(upto) {
  if (upto > now.sent) await store.forgetLinks(now.id, upto);
  now = { ...now, sent: upto };
}
function failed(error) {
  const code = error instanceof Refusal ? error.body.code : "network";
  if (["network", "session", "server", "room"].includes(code)) {
    failures += 1;
    if (failures > 1) away(error);
    retry = window.setTimeout(send, Math.min(15000, 1000 * failures));
    progress();
    return;
  }
  // A refusal that sending again cannot mend: the recording ends here, and everything not taken stays on this device.
  say(`${error.message}（${code}）。没有上传的部分仍在本机`, "bad");
  now = { ...now, refused: error.message };
  store.keepRecording(now);
  part("page").href = now.page;
  if (recorder && recorder.state !== "inactive") recorder.stop();
  show("refused");
}
function away(error = null) {
  const first = !offline;
  offline = true;
  if (recorder && recorder.state !== "inactive") {
    if (first) link("offline");
    say(error instanceof Refusal ? error.message : "没有网络。录制照常进行，内容保存在本机，恢复后自动补传", "warn");
  } else say(error instanceof Refusal ? error.message : "没有网络。录制内容在本机，恢复后自动上传并收存；请不要关闭本页、不要清除浏览器数据", "warn");
}

// ---- pausing, ending -----------------------------------------------------------------------------------------------

// What the recorder holds back is written out first, so that nothing seen before the pause is signed after it.
function flushed() {
  return new Promise((resolve) => {
    const done = () => { window.clearTimeout(timer); resolve(); };
    const timer = window.setTimeout(done, 800);
    recorder.addEventListener("dataavailable", done, { once: true });
    recorder.requestData();
  });
}
async function pause(event) {
  event.preventDefault();
  const field = part("reason");
  const reason = plain(field.value);
  if (reason.length < 2) { field.setCustomValidity("请写明暂停的理由"); field.reportValidity(); return; }
  await flushed();
  recorder.pause();
  await link("pause", reason);
  field.value = "";
  say(`已暂停：${reason}`, "warn");
  show("paused");
}
async function resume() {
  await link("resume");
  recorder.resume();
  say("正在录制");
  show("recording");
}
let whyStopped = "";
function stop(why = "") {
  if (!recorder || recorder.state === "inactive") return;
  whyStopped = why;
  recorder.stop();
}
async function ended() {
  quiet();
  if (now.refused) return;
  show("sending");
  await link("stop", whyStopped);
  now = { ...now, over: true };
  await store.keepRecording(now);
  say(whyStopped ? `${whyStopped}。正在上传并收存……` : "正在上传并收存……");
  send();
}
function quiet() {
  for (const track of stream?.getTracks() ?? []) { track.onended = null; track.stop(); }
  part("view").srcObject = null;
  stream = null;
}
async function close() {
  const body = new FormData();
  body.set("links", String(now.seq));
  try {
    const answer = await ask(now.finish, { method: "POST", body });
    await store.forget(now.id);
    now = null;
    location.assign(answer.page);
  } catch (error) {
    if (error.body?.code === "early") { await took(error.body.next - 1); retry = window.setTimeout(send, 200); return; }
    throw error;
  }
}

// ---- what was left from before -------------------------------------------------------------------------------------

// The page was closed, or the device went off: what this device still holds is sent, and the recording is kept without
// a signed end.  A camera's stream cannot be taken up again in the middle.
async function left() {
  const mine = (await store.recordings()).filter((one) => one.officer === officer);
  for (const one of mine) {
    const state = await ask(one.links).catch((error) => error);
    if (state instanceof Refusal && state.status === 404) continue;
    if (state.finished) { await store.forget(one.id); continue; }
    now = { ...one, over: true };
    if (state.next) now.sent = state.next - 1;
    say("上一次录制没有传完，正在继续上传并收存……", "warn");
    show("sending");
    progress();
    await send();
    return;
  }
}
async function save() {
  const rest = await store.links(now.id);
  const file = new Blob(rest.filter((one) => one.data).map((one) => one.data));
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(file);
  anchor.download = `没有上传的部分-${now.id}.bin`;
  anchor.click();
  URL.revokeObjectURL(anchor.href);
}

// ---- the counters --------------------------------------------------------------------------------------------------

function progress() {
  if (!now) return;
  part("waiting").textContent = String(now.seq - now.sent);
  part("sent").textContent = String(now.sent);
  part("net").textContent = offline ? "离线，暂存本机" : "正常";
}
function tick() {
  if (!now || root.dataset.state !== "recording") return;
  const seconds = Math.floor((clock() - now.first) / 1000);
  if (seconds === shownAt) return;
  shownAt = seconds;
  part("time").textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  progress();
}

// ---- start ---------------------------------------------------------------------------------------------------------

async function main() {
  if (!window.isSecureContext || !navigator.mediaDevices || !window.MediaRecorder || !crypto.subtle) {
    say("这个页面不能使用摄像头：须用 https 打开，并使用较新的浏览器。可以用执法记录仪录制后上传", "bad");
    return;
  }
  part("key-form").addEventListener("submit", register);
  part("form").addEventListener("submit", begin);
  part("pause").addEventListener("submit", pause);
  part("reason").addEventListener("input", (event) => event.target.setCustomValidity(""));
  part("resume").addEventListener("click", resume);
  for (const button of root.querySelectorAll("[data-live-stop]")) button.addEventListener("click", () => stop());
  part("save").addEventListener("click", save);
  window.addEventListener("offline", () => { if (now) away(); });
  window.addEventListener("online", () => send());
  window.addEventListener("beforeunload", (event) => { if (recorder && recorder.state !== "inactive") event.preventDefault(); });
  window.setInterval(tick, 250);
  try {
    await findKey();
    show(key ? "ready" : "nokey");
    if (key) await left();
  } catch (error) { say(words(error), "bad"); }
}
main();
