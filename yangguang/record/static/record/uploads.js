// Files in pieces that go on after any cut (tus).  Needs vendor/tus-js-client/tus.min.js; without it, or without script,
// the page's own file field sends them the plain way.

const { tus } = window;
const PIECE = 8 * 2 ** 20; // each piece is hashed here and compared there
const WAITS = [0, 1000, 3000, 5000, 10000, 20000, 30000];

const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const token = () => cookie(meta("yg-csrf-cookie") || "csrftoken") || meta("yg-csrf");
const announce = (text) => { const region = document.getElementById("yg-live"); if (region) region.textContent = text; };
const size = (n) => n >= 2 ** 30 ? `${(n / 2 ** 30).toFixed(2)} GB` : n >= 2 ** 20 ? `${(n / 2 ** 20).toFixed(1)} MB` : n >= 1024 ? `${(n / 1024).toFixed(0)} KB` : `${n} B`;
const element = (name, className, text) => Object.assign(document.createElement(name), { className: className ?? "", textContent: text ?? "" });

// What is wrong, in the server's own words where it said any.
function why(error) {
  const answer = error.originalResponse;
  if (!answer) return navigator.onLine === false ? "网络已断开，恢复后自动继续" : "连接中断，请检查网络后点“继续”";
  try {
    const said = JSON.parse(answer.getBody());
    if (said.message) return said.mend ? `${said.message}。${said.mend}` : said.message;
  } catch { /* not ours: a proxy's page */ }
  return answer.getStatus() === 413 ? "文件超过服务器允许的大小" : `服务器没有收下（${answer.getStatus()}），请稍后点“继续”`;
}

async function checksum(request, file) {
  if (request.getMethod() !== "PATCH" || !window.crypto?.subtle) return;
  const start = Number(request.getHeader("Upload-Offset"));
  const digest = await crypto.subtle.digest("SHA-256", await file.slice(start, start + PIECE).arrayBuffer());
  request.setHeader("Upload-Checksum", `sha256 ${btoa(String.fromCharCode(...new Uint8Array(digest)))}`);
}

class Transfer {
  constructor(file, area, list, done) {
    Object.assign(this, { file, area, done, state: "waiting" });
    this.row = element("li", "yg-transfer");
    const name = element("div", "yg-transfer-name");
    name.append(element("span", "", file.name), element("span", "yg-num yg-small", size(file.size)));
    this.bar = Object.assign(document.createElement("progress"), { max: 100, value: 0, ariaLabel: `${file.name} 上传进度` });
    const say = element("div", "yg-transfer-say");
    this.said = element("p", "yg-small", "排队中");
    this.button = Object.assign(element("button", "btn btn-sm btn-outline-primary", "暂停"), { type: "button" });
    this.drop = Object.assign(element("button", "btn btn-sm btn-outline-secondary", "取消"), { type: "button" });
    this.button.addEventListener("click", () => (this.state === "running" || this.state === "waiting" ? this.pause() : this.resume()));
    this.drop.addEventListener("click", () => this.cancel());
    say.append(this.said, this.button, this.drop);
    this.row.append(name, this.bar, say);
    list.append(this.row);
    const most = Number(area.dataset.max);
    if (file.size === 0) this.fail("空文件（0 字节），请检查原文件");
    else if (file.size > most) this.fail(`${size(file.size)}，超过上限 ${size(most)}。请在设备上分段导出后分别上传`);
  }

  say(text, kind = "") {
    this.said.textContent = text;
    this.row.className = `yg-transfer ${kind}`;
  }

  fail(text, again = false) {
    this.state = "failed";
    this.say(text, "yg-transfer-bad");
    this.button.hidden = !again;
    this.button.textContent = "继续";
    this.drop.textContent = "移去";
    announce(`${this.file.name}：${text}`);
    this.done?.(this);
  }

  async start() {
    this.state = "running";
    this.say("准备中");
    const began = performance.now();
    let from = null;
    this.upload = new tus.Upload(this.file, {
      endpoint: this.area.dataset.endpoint,
      chunkSize: PIECE,
      retryDelays: WAITS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.file.name, filetype: this.file.type },
      onBeforeRequest: async (request) => { request.setHeader("X-CSRFToken", token()); await checksum(request, this.file); },
      onShouldRetry: (error) => { const code = error.originalResponse?.getStatus() ?? 0; return code === 0 || code === 409 || code === 423 || code === 460 || (code >= 500 && code !== 507); },
      onUploadUrlAvailable: () => document.querySelector(`[data-give-up="${new URL(this.upload.url, location.href).pathname}"]`)?.closest("li").remove(),
      onProgress: (sent, total) => {
        from ??= sent;
        const percent = Math.floor((sent / total) * 100);
        this.bar.value = percent;
        const speed = ((sent - from) / (performance.now() - began)) * 1000;
        this.say(sent >= total ? "已传完，正在核验内容……" : `${percent}%，${size(sent)}／${size(total)}${speed > 0 ? `，每秒 ${size(speed)}` : ""}`);
      },
      onError: (error) => { const code = error.originalResponse?.getStatus() ?? 0; this.fail(why(error), code !== 422 && code !== 413 && code !== 410); },
      onSuccess: () => this.arrived(),
    });
    const before = await this.upload.findPreviousUploads();
    if (before.length) { this.upload.resumeFromPreviousUpload(before[0]); this.say("从上次断处继续"); }
    if (this.state === "running") this.upload.start();
  }

  async pause() {
    const was = this.state;
    this.state = "paused";
    if (was === "running") await this.upload?.abort();
    this.say(`已暂停${this.bar.value ? `，已传 ${this.bar.value}%` : ""}`);
    this.button.textContent = "继续";
    announce(`${this.file.name} 已暂停`);
    this.done?.(this);
  }

  resume() {
    this.button.textContent = "暂停";
    this.state = "waiting";
    this.say("排队中");
    this.onresume?.();
  }

  async cancel() {
    const running = this.state === "running" || this.state === "paused" || (this.state === "failed" && this.upload?.url);
    this.state = "gone";
    try { if (running) await this.upload?.abort(true); } catch { /* it will run out by itself */ }
    this.row.remove();
    this.done?.(this);
  }

  // What became of it; a large file is verified after its last piece was answered for, and the page may be left meanwhile.
  async told() {
    for (let pause = 1000; ; pause = Math.min(pause * 1.5, 10000)) {
      let told = { state: "verifying" };
      try {
        const answer = await fetch(this.upload.url, { headers: { Accept: "application/json" }, redirect: "error" });
        if (answer.ok) told = await answer.json();
        else if (answer.status < 500) return { state: "unknown", message: "已传完，但没有得到核验结果，请刷新页面查看" };
      } catch { /* the line is down, or the sign-in has run out: asked again */ }
      if (told.state !== "verifying") return told;
      this.say(told.message || "已传完，正在核验内容，可以离开本页……");
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  async arrived() {
    this.state = "verifying";
    this.button.hidden = this.drop.hidden = true;
    this.bar.value = 100;
    this.say("已传完，正在核验内容……");
    this.done?.(this); // the next file need not wait
    const told = await this.told();
    if (told.state !== "kept" && told.state !== "repeated") { this.drop.hidden = false; this.fail(told.message || "没有收存"); return; }
    this.state = "done";
    const notes = (told.clock ?? []).join("；");
    this.say([told.message || "已收存，摘要值已写入留痕", notes].filter(Boolean).join("。"), "yg-transfer-done");
    announce(`${this.file.name} ${told.message || "已收存"}`);
    if (told.received && this.area.dataset.intoForm !== undefined) {
      const hidden = Object.assign(document.createElement("input"), { type: "hidden", name: "received", value: told.received });
      this.area.closest("form").append(hidden);
    } else if (told.url) {
      const link = Object.assign(element("a", "btn btn-sm btn-primary", "归入案件"), { href: told.url });
      this.said.after(link);
    }
    this.done?.(this);
  }
}

function begin(area) {
  const form = area.closest("form");
  const input = form?.querySelector("input[type=file]");
  if (!input || !tus?.isSupported) return;
  area.hidden = false;
  for (const one of form.querySelectorAll("[data-plain]")) one.hidden = true;
  const help = document.getElementById(`${input.id}_helptext`);
  if (help) help.textContent = area.dataset.said;
  const list = area.querySelector("[data-transfers]");
  const all = [];
  const next = () => {
    if (!all.some((one) => one.state === "running")) all.find((one) => one.state === "waiting")?.start();
  };
  input.addEventListener("change", () => {
    for (const file of input.files) {
      const one = new Transfer(file, area, list, next);
      one.onresume = next;
      all.push(one);
    }
    input.value = "";
    form.querySelector("[data-drop-list]")?.replaceChildren();
    if (area.dataset.intoForm !== undefined) input.required = false;
    next();
  });
  window.addEventListener("online", () => { for (const one of all) if (one.state === "failed" && !one.button.hidden) one.resume(); });
  window.addEventListener("beforeunload", (event) => { if (all.some((one) => one.state === "running")) event.preventDefault(); });
  form.addEventListener("submit", (event) => {
    const unfinished = all.filter((one) => one.state === "running" || one.state === "waiting" || (one.state === "verifying" && area.dataset.intoForm !== undefined));
    if (!unfinished.length) return;
    event.preventDefault();
    announce(unfinished[0].state === "verifying" ? "还有文件正在核验" : "还有文件没有传完");
    unfinished[0].row.scrollIntoView({ block: "center" });
  });
}

for (const area of document.querySelectorAll("[data-uploader]")) begin(area);
// A transfer of another day or device is given up here.
for (const button of document.querySelectorAll("[data-give-up]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    const answer = await fetch(button.dataset.giveUp, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0", "X-CSRFToken": token() } });
    if (answer.ok || answer.status === 410) { announce("已取消"); button.closest("li").remove(); } else { button.disabled = false; announce("没有取消成功，请稍后再试"); }
  });
}
