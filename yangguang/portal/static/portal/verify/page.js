// The verify page: the file is read and hashed here, only its digest leaves, and the proof that comes back is checked here.

import { hex } from "./tlog.js";
import { verifyProof } from "./verify.js";
import { sha256 } from "/static/vendor/noble-hashes/sha2.js";

const CHUNK = 4 * 2 ** 20;
const HOLDS = new TextEncoder().encode("yangguang/holds\n");
const LARGEST_READ = 20 * 2 ** 20;

const form = document.querySelector("form[data-verify]");
const place = document.querySelector("[data-answer]");
const input = form.querySelector('input[type="file"]');
const trusted = document.querySelector("[data-trusted]");
const progress = document.querySelector("[data-progress]");
const icons = new URL(document.querySelector("svg.yg-icon use").href.baseVal, location.href).pathname;

// ---- building the answer -------------------------------------------------------------------------------------------

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function icon(name, label = "", style = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `yg-icon ${style}`.trim());
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

const TONES = { ok: ["yg-sealed-ok", "check"], warn: ["yg-answer-warn", "warn"], bad: ["yg-sealed-bad", "warn"], wait: ["yg-sealed-wait", "clock"] };

function facts(pairs) {
  return pairs.length ? make("dl", { class: "yg-facts" }, ...pairs.flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)])) : null;
}

function show(answer, ...more) {
  const [style, sign] = TONES[answer.tone];
  const title = make("h2", { class: "yg-answer-title", id: "answer-title", tabindex: "-1" }, icon(sign), make("span", {}, answer.title));
  const section = make(
    "section",
    { class: `yg-sealed yg-answer ${style}`, "aria-labelledby": "answer-title", "data-tone": answer.tone },
    title,
    answer.text ? make("p", {}, answer.text) : null,
    answer.advice?.length ? make("ul", {}, ...answer.advice.map((line) => make("li", {}, line))) : null,
    facts(answer.facts ?? []),
    answer.links?.length
      ? make("div", { class: "yg-row" }, ...answer.links.map(([label, url]) => make("a", { class: "btn btn-sm btn-outline-primary", href: url }, label)))
      : null,
    ...more,
  );
  place.replaceChildren(section);
  title.focus({ preventScroll: true });
  section.scrollIntoView({ block: "nearest" });
}

// ---- the details, one click deeper ----------------------------------------------------------------------------------

function save(label, name, content) {
  const link = make("a", { class: "btn btn-sm btn-outline-secondary", download: name, href: URL.createObjectURL(new Blob([content])) }, icon("download"), label);
  return link;
}

const tlogProof = (proof) => `c2sp.org/tlog-proof@v1\n${[`index ${proof.index}`, ...proof.proof].join("\n")}\n\n${proof.checkpoint}`;

function pretty(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return String(payload);
  }
}

function details(checked, file, proof, withdrawal) {
  const steps = (list) =>
    make("ol", { class: "yg-checks" }, ...list.map((one) => make("li", {}, icon(one.ok ? "check" : "cross", one.ok ? "成立" : "不成立", one.ok ? "yg-held" : "yg-failed"), make("span", {}, one.text))));
  const values = [];
  if (file) values.push(["文件", `${file.name}，${file.size} 字节`], ["SHA-256", file.digest]);
  if (proof) {
    values.push(
      ["日志位置", `第 ${proof.index} 条，其上有 ${checked.size ?? "？"} 条`],
      ["随机盐", proof.salt],
      ["包含证明", proof.proof.length ? proof.proof.join("\n") : "（无需：日志只有一条）"],
      ["核对用的公钥", trusted.value.trim() || proof.vkey],
    );
  }
  const list = make("dl", { class: "yg-facts" }, ...values.flatMap(([label, value]) => [make("dt", {}, label), make("dd", { class: "yg-mono yg-values" }, value)]));
  const box = make("details", { class: "yg-steps-detail" }, make("summary", {}, "核对的每一步（在您的浏览器里完成）"), steps(checked.steps));
  if (withdrawal) box.append(make("p", {}, "撤下说明的存证："), steps(withdrawal.steps));
  box.append(list);
  if (proof) {
    const whole = (label, text) => make("details", {}, make("summary", {}, label), make("pre", { class: "yg-record", tabindex: "0", role: "group", "aria-label": label }, text));
    box.append(whole("存证记录原文", pretty(proof.payload)), whole("签署的检查点", proof.checkpoint));
    box.append(
      make("div", { class: "yg-row" }, save("下载 .tlog-proof", `第${proof.index}条.tlog-proof`, tlogProof(proof)), save("下载证明（JSON）", `第${proof.index}条.json`, JSON.stringify(proof, null, 2))),
    );
  }
  return box;
}

// ---- asking and checking --------------------------------------------------------------------------------------------

async function ask(query) {
  const address = `${form.dataset.proof}?${new URLSearchParams(query)}`;
  const response = await fetch(address, { headers: { Accept: "application/json" }, credentials: "omit", cache: "no-store" });
  if (![200, 202, 404].includes(response.status)) throw new Error(`服务器答复 ${response.status}`);
  return response.json();
}

/** Only what this browser found to hold is repeated to the reader. */
function judge(said, file) {
  const options = { trustedVkey: trusted.value.trim() || undefined };
  const checked = verifyProof(said.proof, file?.digest, options);
  const gone = said.withdrawal ? verifyProof(said.withdrawal, undefined, options) : null;
  const more = details(checked, file, said.proof, gone);
  if (checked.ok && (!gone || gone.ok)) {
    show(said, more);
    return;
  }
  const wrong = [...checked.steps, ...(gone?.steps ?? [])].filter((one) => !one.ok);
  more.open = true;
  show(
    {
      tone: "bad",
      title: "存证核对不通过",
      text: "服务器给出的存证证明不成立，不能据此认定这份文书未被改动。不成立的是：",
      advice: [...wrong.map((one) => one.text), "请保存下面的证明，告知平台管理员和监督机关。"],
      facts: said.facts,
    },
    more,
  );
}

async function check(file) {
  const said = await ask({ digest: file.digest, holds: file.holds });
  if (said.status === "found" && said.proof) judge(said, file);
  else if (said.status === "sealing") show(said, again(() => run(() => check(file))));
  else if (said.status === "found") show(said);
  else await unknown(said, file);
}

function again(what) {
  const button = make("button", { type: "button", class: "btn btn-sm btn-outline-primary" }, "再试一次");
  button.addEventListener("click", what);
  return button;
}

// ---- a file nobody sealed: what it claims to be, and where it differs ------------------------------------------------

const claimed = (bytes) => {
  const start = new TextDecoder("utf-8").decode(bytes);
  const title = /<dc:title>[\s\S]{0,200}?<rdf:li[^>]*>([^<]{1,200})</.exec(start)?.[1] ?? "";
  return /\S*〔\d{4}〕\S*?号/.exec(title)?.[0] ?? "";
};

function difference(mine, theirs) {
  const least = Math.min(mine.length, theirs.length);
  let head = 0;
  while (head < least && mine[head] === theirs[head]) head += 1;
  let tail = 0;
  while (tail < least - head && mine[mine.length - 1 - tail] === theirs[theirs.length - 1 - tail]) tail += 1;
  if (head + tail < least / 2) return "";
  const sizes = mine.length === theirs.length ? `大小相同（${mine.length} 字节）` : `大小不同（您的 ${mine.length} 字节，公开版 ${theirs.length} 字节）`;
  const last = mine.length - tail;
  let count = 0;
  if (mine.length === theirs.length) for (let i = head; i < last; i += 1) count += mine[i] !== theirs[i] ? 1 : 0;
  const where = last > head ? `第 ${head + 1} 至第 ${last} 字节之间` : `第 ${head + 1} 字节处`;
  return `与正在公示的公开版相比：${sizes}，不同的地方在${where}${count ? `，共 ${count} 个字节` : ""}；其余部分相同。这是那份公开版被改动后的样子。`;
}

async function unknown(said, file) {
  const found = [];
  if (file.blob.size <= LARGEST_READ) {
    const mine = new Uint8Array(await file.blob.arrayBuffer());
    const number = claimed(mine);
    if (number) {
      const { matches = [] } = await ask({ number });
      const named = matches.map((one) => `${one.body} ${one.number}`).join("、");
      found.push(matches.length ? `文件自称是“${number}”。确有这个文号：${named}，但这个文件不是它。` : `文件自称是“${number}”，公示的决定里没有这个文号。`);
      for (const one of matches.filter((each) => each.document)) {
        const response = await fetch(one.document, { credentials: "omit" });
        const words = response.ok ? difference(mine, new Uint8Array(await response.arrayBuffer())) : "";
        if (words) found.push(words);
      }
      said.links = matches.map((one) => [`查看 ${one.number}`, one.url]);
    }
  }
  show({ ...said, facts: [["文件", `${file.name}，${file.size} 字节`], ["SHA-256", file.digest]], advice: [...found, ...said.advice] });
}

// ---- hashing --------------------------------------------------------------------------------------------------------

async function hashed(blob, name) {
  const plain = sha256.create();
  const holds = sha256.create().update(HOLDS);
  const bar = progress.querySelector("progress");
  progress.hidden = blob.size < CHUNK;
  try {
    for (let at = 0; at < blob.size; at += CHUNK) {
      const part = new Uint8Array(await blob.slice(at, at + CHUNK).arrayBuffer());
      plain.update(part);
      holds.update(part);
      bar.value = Math.min(100, ((at + CHUNK) / blob.size) * 100);
      await new Promise((next) => setTimeout(next)); // the page stays alive
    }
  } finally {
    progress.hidden = true;
  }
  return { name, size: blob.size, blob, digest: hex(plain.digest()), holds: hex(holds.digest()) };
}

let running = 0;

async function run(work) {
  running += 1;
  const mine = running;
  place.setAttribute("aria-busy", "true");
  try {
    await work();
  } catch (error) {
    if (mine === running) {
      show({ tone: "wait", title: "这次没有核对成", text: `没有连上服务器，或者文件读不出来（${error.message}）。这不说明文书有问题，请稍后再试。` }, again(() => run(work)));
    }
  } finally {
    if (mine === running) place.removeAttribute("aria-busy");
  }
}

const verifyBlob = (blob, name) => run(async () => check(await hashed(blob, name)));

function verifyChosen() {
  const [file] = input.files;
  if (!file) {
    show({ tone: "wait", title: "请先选择一个文件", text: "选择收到的 PDF 文件，或者把它拖到下面的框里。" });
    input.focus();
  } else if (!file.size) show({ tone: "wait", title: "这个文件是空的（0 字节）", text: "请重新选择。" });
  else verifyBlob(file, file.name);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  verifyChosen();
});
input.addEventListener("change", () => input.files.length && verifyChosen());
for (const note of document.querySelectorAll("[data-local]")) note.hidden = false;

// What stands under a code is checked the same way: the public version is fetched and hashed here.
for (const box of document.querySelectorAll("[data-check-code]")) {
  const button = box.querySelector("[data-check]");
  const { checkCode, document: address } = box.dataset;
  button.hidden = false;
  const work = async () => {
    if (address) {
      const response = await fetch(address, { credentials: "omit" });
      if (!response.ok) throw new Error(`公开版文件取不到，服务器答复 ${response.status}`);
      await check(await hashed(await response.blob(), "公开版.pdf"));
      return;
    }
    const said = await ask({ code: checkCode });
    if (said.proof) judge(said, null);
    else show(said, again(() => run(work)));
  };
  button.addEventListener("click", () => run(work));
  if (location.hash === "#check") run(work);
}
