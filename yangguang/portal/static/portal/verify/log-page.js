// The page that checks proofs with nothing but the reader's own browser: files are read here, nothing is asked or sent.

import { sha256Hex, verifyTlogProof, verifyWhole } from "./verify.js";

const form = document.querySelector("form[data-offline]");
const place = document.querySelector("[data-answer]");
const input = form.querySelector('input[type="file"]');
const policy = document.querySelector("[data-policy]");
const LARGEST_PROOF = 2 ** 20;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter(Boolean));
  return element;
}

const moment = (seconds) => new Date(seconds * 1000).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai" });

function show(title, style, ...more) {
  const head = make("h2", { class: "yg-answer-title", tabindex: "-1", id: "answer-title" }, title);
  place.replaceChildren(make("section", { class: `yg-sealed yg-answer ${style}`, "aria-labelledby": "answer-title" }, head, ...more));
  head.focus({ preventScroll: true });
  place.scrollIntoView({ block: "nearest" });
}

function told(name, found) {
  const steps = found.steps.map((one) => make("li", {}, make("strong", {}, one.ok ? "成立：" : "不成立："), one.text));
  const witnesses = found.witnesses.map((one) => `${one.name}（${moment(one.time)}）`).join("、");
  return make(
    "div",
    { "data-result": found.ok ? "ok" : "bad" },
    make("h3", { class: "h6 mt-2" }, name),
    make("ol", { class: "yg-checks" }, ...steps),
    witnesses ? make("p", {}, `见证：${witnesses}`) : null,
  );
}

function title(results) {
  if (results.every((one) => one.found.ok)) {
    return results.length > 1 ? `${results.length} 份证明全部成立` : `证明成立：它是日志的第 ${results[0].found.index} 条，未被改动`;
  }
  return "证明不成立";
}

async function check() {
  const files = [...input.files];
  const proofs = files.filter((file) => /\.(tlog-proof|json|txt)$/i.test(file.name));
  const others = files.filter((file) => !proofs.includes(file));
  if (!files.length) return show("请先选择文件", "yg-sealed-wait", make("p", {}, "选择 .tlog-proof 或 JSON 证明；要核对文书，请把文书和它的 JSON 证明一起选上。"));
  if (!proofs.length) {
    return show("只有文书，没有证明", "yg-sealed-wait", make("p", {}, "这一页不联网，核对文书要同时选上它的 JSON 证明。没有证明时，请用“存证验证”页按文件查找。"));
  }
  const results = [];
  for (const proof of proofs) {
    if (proof.size > LARGEST_PROOF) {
      results.push({ name: proof.name, found: { ok: false, witnesses: [], steps: [{ ok: false, text: "文件太大，不是证明" }] } });
      continue;
    }
    const written = await proof.text();
    if (written.startsWith("c2sp.org/tlog-proof@")) {
      results.push({ name: proof.name, found: verifyTlogProof(written, policy.value) });
      continue;
    }
    let whole = null;
    try {
      whole = JSON.parse(written);
    } catch {
      results.push({ name: proof.name, found: { ok: false, witnesses: [], steps: [{ ok: false, text: "既不是 .tlog-proof，也不是 JSON 证明" }] } });
      continue;
    }
    if (!others.length) results.push({ name: proof.name, found: verifyWhole(whole, undefined, policy.value) });
    for (const file of others) {
      results.push({ name: `${file.name}，按 ${proof.name}`, found: verifyWhole(whole, await sha256Hex(file), policy.value) });
    }
  }
  const good = results.every((one) => one.found.ok);
  show(title(results), good ? "yg-sealed-ok" : "yg-sealed-bad", ...results.map((one) => told(one.name, one.found)));
}

async function run() {
  place.setAttribute("aria-busy", "true");
  try {
    await check();
  } catch (error) {
    show("这次没有核对成", "yg-sealed-wait", make("p", {}, `文件读不出来（${error.message}）。`));
  } finally {
    place.removeAttribute("aria-busy");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
input.addEventListener("change", () => input.files.length && run());
for (const kind of ["dragover", "drop"]) {
  form.addEventListener(kind, (event) => {
    event.preventDefault();
    if (kind === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      run();
    }
  });
}
