// Small manners of the pages: tokens, saving drafts, not sending twice, focus, the end of a session, files, time words.
// Everything works without this file; it only makes it kinder.

const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const who = () => meta("yg-who");
const cookie = (name) => document.cookie.split("; ").find((c) => c.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
const token = () => cookie(meta("yg-csrf-cookie") || "csrftoken") || meta("yg-csrf");
const loginPath = () => meta("yg-login");

// ---- saying things aloud -------------------------------------------------------------------------------------------
export function announce(text) {
  const region = document.getElementById("yg-live");
  if (region) { region.textContent = ""; window.setTimeout(() => { region.textContent = text; }, 50); }
}

// ---- CSRF: sign-in changes the token, so it is read when it is needed, not when the page was made -------------------
document.addEventListener("htmx:configRequest", (event) => {
  const value = token();
  if (value) event.detail.headers["X-CSRFToken"] = value;
});
function freshToken(form) {
  const field = form.querySelector('input[name="csrfmiddlewaretoken"]');
  const value = cookie(meta("yg-csrf-cookie") || "csrftoken");
  if (field && value) field.value = value;
}

// ---- drafts --------------------------------------------------------------------------------------------------------
// <form data-autosave data-autosave-url="…" data-autosave-key="…">: what is typed is kept on this computer at once and
// sent to the server when the hand rests.  Files and fields marked data-nokeep are never kept.
const DRAFT = "yg:draft:";
const keyOf = (form) => `${DRAFT}${who()}:${form.dataset.autosaveKey || form.getAttribute("action") || location.pathname}`;
const kept = (field) => field.name && field.type !== "file" && field.type !== "password" && field.name !== "csrfmiddlewaretoken" && field.dataset.nokeep === undefined;

function values(form) {
  const out = {};
  for (const field of form.elements) {
    if (!kept(field) || ["submit", "button", "fieldset"].includes(field.type)) continue;
    if (field.type === "hidden") continue;
    if (field.type === "checkbox" || field.type === "radio") { (out[field.name] ??= []); if (field.checked) out[field.name].push(field.value); }
    else if (field.multiple) out[field.name] = [...field.selectedOptions].map((o) => o.value);
    else out[field.name] = field.value;
  }
  return out;
}
function fill(form, data) {
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in data) || field.type === "hidden") continue;
    const value = data[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
  }
}
function store(key, data) {
  try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), data })); return true; } catch { return false; }
}
function recall(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? "null");
    if (found && Date.now() - found.at > 7 * 864e5) { localStorage.removeItem(key); return null; }
    return found;
  } catch { return null; }
}
function forget(key) { try { localStorage.removeItem(key); } catch { /* storage is switched off: nothing was kept */ } }
function forgetAll() {
  try { for (const key of Object.keys(localStorage)) if (key.startsWith(DRAFT)) localStorage.removeItem(key); } catch { /* as above */ }
}
const clock = (ms) => new Date(ms).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });

function state(form, name, text) {
  const place = form.querySelector("[data-savestate]") ?? document.querySelector(`[data-savestate="${form.id}"]`);
  if (place) { place.dataset.state = name; place.textContent = text; }
  form.dataset.dirty = name === "dirty" || name === "failed" ? "1" : "";
}
async function save(form) {
  const local = store(keyOf(form), values(form));
  const url = form.dataset.autosaveUrl;
  if (!url) { state(form, "saved", local ? `已暂存在本机 ${clock(Date.now())}` : "未能暂存：浏览器不允许本机存储"); return; }
  freshToken(form);
  const body = new FormData(form);
  for (const field of form.elements) if (field.type === "file" || field.dataset?.nokeep !== undefined) body.delete(field.name);
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (gone(answer.status, answer.url, answer.redirected)) { expired(); state(form, "failed", "登录已过期，内容已保存在本机"); return; }
    if (!answer.ok) throw new Error(String(answer.status));
    state(form, "saved", `草稿已保存 ${clock(Date.now())}`);
  } catch {
    state(form, "failed", local ? "暂时不能保存到服务器，内容已保存在本机" : "不能保存：服务器无应答，浏览器也不允许本机存储");
  }
}
function keep(form) {
  if (form.dataset.kept) return;
  form.dataset.kept = "1";
  const key = keyOf(form);
  const found = recall(key);
  const now = JSON.stringify(values(form));
  // After an error the server has sent back what was typed; that is newer than what this computer kept.
  if (found && !form.querySelector(".is-invalid") && JSON.stringify(found.data) !== now) {
    const before = JSON.parse(now);
    fill(form, found.data);
    notice(form, `已恢复您 ${clock(found.at)} 填写但未提交的内容。`, "不要恢复", () => { fill(form, before); forget(key); });
    state(form, "dirty", "有未提交的内容");
  } else if (!found && form.dataset.autosaveUrl && !form.querySelector(".is-invalid")) fetchKept(form, key, now);
  let timer = 0;
  const later = () => {
    state(form, "dirty", "有未保存的修改");
    store(key, values(form));
    window.clearTimeout(timer);
    timer = window.setTimeout(() => save(form), 1500);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
}
// Nothing on this computer: what was typed at another one and not sent is on the server.
async function fetchKept(form, key, now) {
  let found;
  try {
    const answer = await fetch(form.dataset.autosaveUrl, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    found = answer.ok && !gone(answer.status, answer.url, answer.redirected) ? await answer.json() : null;
  } catch { return; }
  if (!found?.data || JSON.stringify(values(form)) !== now) return;  // none, or the hand was quicker
  const many = (name) => [...form.elements].some((field) => field.name === name && (["checkbox", "radio"].includes(field.type) || field.multiple));
  const data = Object.fromEntries(Object.entries(found.data).map(([name, list]) => [name, many(name) ? list : list[0] ?? ""]));
  const before = JSON.parse(now);
  fill(form, data);
  if (JSON.stringify(values(form)) === now) return;
  notice(form, `已恢复您 ${clock(Date.parse(found.saved_at))} 填写但未提交的内容。`, "不要恢复", () => { fill(form, before); forget(key); });
  state(form, "dirty", "有未提交的内容");
}
function notice(form, text, label, undo) {
  const box = document.createElement("div");
  box.className = "yg-notice yg-info";
  box.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-sm btn-outline-secondary";
  button.textContent = label;
  button.addEventListener("click", () => { undo(); box.remove(); });
  box.append(document.createElement("span"), words, button);
  form.prepend(box);
}
window.addEventListener("beforeunload", (event) => {
  if (document.querySelector('form[data-dirty="1"]:not([data-sent])')) event.preventDefault();
});

// ---- one submit is one submit --------------------------------------------------------------------------------------
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.logout !== undefined) { forgetAll(); return; }
  if (form.dataset.sent) { event.preventDefault(); announce("正在提交，请稍候"); return; }
  if (sessionOver() && (form.dataset.autosave !== undefined || form.dataset.guard !== undefined)) {
    event.preventDefault();
    store(keyOf(form), values(form));
    expired();
    return;
  }
  freshToken(form);
  if (form.dataset.again !== undefined || event.defaultPrevented) return;
  form.dataset.sent = "1";
  if (form.dataset.autosave !== undefined) sessionStorage.setItem("yg:sent", keyOf(form));
  announce("正在提交");
  window.setTimeout(() => {
    for (const button of form.querySelectorAll('button[type="submit"], button:not([type])')) {
      button.setAttribute("aria-disabled", "true");
      button.classList.add("disabled");
    }
  }, 0);
});
function release(root) {
  for (const form of root.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-disabled]")) { button.removeAttribute("aria-disabled"); button.classList.remove("disabled"); }
  }
}
window.addEventListener("pageshow", (event) => { if (event.persisted) release(document); });
document.addEventListener("htmx:afterRequest", () => release(document));

// ---- the end of a session ------------------------------------------------------------------------------------------
const SEEN = "yg:seen";
function touch() { try { localStorage.setItem(SEEN, String(Date.now())); } catch { /* the server decides anyway */ } }
function sessionOver() {
  const seconds = Number(meta("yg-session-seconds"));
  if (!seconds) return false;
  let seen = 0;
  try { seen = Number(localStorage.getItem(SEEN)); } catch { return false; }
  return seen > 0 && Date.now() - seen > seconds * 1000;
}
function gone(status, url, redirected = true) {
  const path = loginPath();
  return status === 401 || Boolean(path && redirected && url && new URL(url, location.href).pathname === path);
}
export function expired() {
  if (document.getElementById("yg-expired")) return;
  for (const form of document.querySelectorAll("form[data-autosave], form[data-guard]")) store(keyOf(form), values(form));
  const box = document.createElement("div");
  box.id = "yg-expired";
  box.className = "yg-notice yg-warn yg-expired";
  box.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = "登录已过期，内容已保存。请在新窗口登录，回到本页后继续，不必重新填写。";
  const link = document.createElement("a");
  link.href = `${loginPath() || "/login/"}?next=${encodeURIComponent(meta("yg-signed-in") || location.pathname)}`;
  link.target = "_blank";
  link.rel = "noopener";
  link.className = "btn btn-sm btn-primary";
  link.textContent = "在新窗口登录";
  box.append(document.createElement("span"), words, link);
  document.getElementById("main")?.prepend(box);
  link.focus({ preventScroll: false });
}
document.addEventListener("htmx:beforeSwap", (event) => {
  if (gone(event.detail.xhr.status, event.detail.xhr.responseURL)) { event.detail.shouldSwap = false; expired(); }
  // A refused form comes back as 409 or 422 with the reason in it: show it, it is not a fault.
  else if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) touch(); });
document.addEventListener("htmx:sendError", () => announce("服务器无应答，请检查网络后重试"));
window.addEventListener("storage", (event) => {
  if (event.key === SEEN && !sessionOver()) document.getElementById("yg-expired")?.remove();
});

// ---- focus after a fragment is swapped -----------------------------------------------------------------------------
document.addEventListener("htmx:afterSwap", (event) => {
  const root = event.detail.elt ?? event.target;
  begin(root);
  if (event.detail.requestConfig?.triggeringEvent?.type === "load" || root.closest("[data-quiet]")) return;
  const place = root.matches("[data-focus]") ? root : root.querySelector("[data-focus], .yg-panel-bad, .is-invalid, h1, h2, h3");
  if (!place) return;
  if (!place.matches("input, select, textarea, a, button")) place.tabIndex = -1;
  place.focus({ preventScroll: place.getBoundingClientRect().top >= 0 });
  announce(place.dataset.say ?? place.textContent.trim().slice(0, 80));
});

// ---- day-by-day proof: Escape closes it, a second tap too ----------------------------------------------------------
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const box of document.querySelectorAll(".yg-deadline")) box.classList.add("yg-dismissed");
  }
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.target.closest("input, textarea, select, [contenteditable]")) {
    const search = document.querySelector("[data-search]");
    if (search) { event.preventDefault(); search.focus(); }
  }
});
for (const name of ["mouseover", "focusin"]) {
  document.addEventListener(name, (event) => {
    const box = event.target.closest?.(".yg-deadline");
    for (const other of document.querySelectorAll(".yg-deadline.yg-dismissed")) if (other !== box || name === "focusin") other.classList.remove("yg-dismissed");
    if (box) place(box);
  });
}
// A finger opens and closes it; a mouse has it open already by pointing, so its click changes nothing.
let closing = null;
document.addEventListener("pointerdown", (event) => {
  const box = event.target.closest?.(".yg-duedate")?.parentElement;
  closing = box && event.pointerType === "touch" && box.querySelector(".yg-proof-pop").offsetHeight ? box : null;
});
document.addEventListener("click", (event) => {
  const box = event.target.closest?.(".yg-duedate")?.parentElement;
  if (!box) return;
  const byKey = event.detail === 0;
  const close = box === closing || (byKey && !box.classList.contains("yg-dismissed"));
  box.classList.toggle("yg-dismissed", close);
  closing = null;
});
function place(box) {
  const pop = box.querySelector(".yg-proof-pop");
  if (!pop || window.innerWidth < 768) { pop?.removeAttribute("style"); return; }
  const at = box.getBoundingClientRect();
  const wide = document.documentElement.clientWidth;
  const below = window.innerHeight - at.bottom;
  const high = Math.min(pop.offsetHeight || 320, 520);
  pop.style.left = `${Math.max(8, Math.min(at.left, wide - pop.offsetWidth - 8))}px`;
  pop.style.top = below > high + 12 || below > at.top ? `${at.bottom + 4}px` : `${Math.max(8, at.top - high - 4)}px`;
}
document.addEventListener("scroll", (event) => {
  if (event.target.closest?.(".yg-proof-pop")) return;
  for (const box of document.querySelectorAll(".yg-deadline:hover, .yg-deadline:focus-within")) place(box);
}, { capture: true, passive: true });

// ---- files ---------------------------------------------------------------------------------------------------------
const size = (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KB` : `${(n / 1048576).toFixed(1)} MB`);
function drop(area) {
  if (area.dataset.begun) return;
  area.dataset.begun = "1";
  const input = area.querySelector('input[type="file"]');
  const list = area.querySelector("[data-drop-list]");
  const most = Number(area.dataset.maxBytes) || Infinity;
  const show = () => {
    list.replaceChildren(...[...input.files].map((file) => {
      const row = document.createElement("li");
      const name = document.createElement("span");
      const note = document.createElement("span");
      name.textContent = file.name;
      note.textContent = file.size === 0 ? "空文件（0 字节），请重新选择" : file.size > most ? `${size(file.size)}，超过上限 ${size(most)}` : size(file.size);
      if (file.size === 0 || file.size > most) note.className = "yg-red";
      row.append(name, note);
      return row;
    }));
    announce(`已选择 ${input.files.length} 个文件`);
  };
  input.addEventListener("change", show);
  for (const name of ["dragenter", "dragover"]) area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("yg-drop-over"); });
  for (const name of ["dragleave", "drop"]) area.addEventListener(name, () => area.classList.remove("yg-drop-over"));
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer?.files.length) return;
    const files = new DataTransfer();
    for (const file of input.multiple ? event.dataTransfer.files : [event.dataTransfer.files[0]]) files.items.add(file);
    input.files = files.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// ---- words for times, copying, printing ----------------------------------------------------------------------------
function timeWords(root) {
  for (const element of root.querySelectorAll("time[data-words]")) {
    const then = new Date(element.dateTime);
    const minutes = Math.round((Date.now() - then) / 60000);
    if (Number.isNaN(minutes) || minutes < 0 || minutes > 60 * 24 * 7) continue;
    element.title = element.title || element.textContent.trim();
    const words = minutes < 1 ? "刚刚" : minutes < 60 ? `${minutes} 分钟前` : minutes < 1440 ? `${Math.floor(minutes / 60)} 小时前` : `${Math.floor(minutes / 1440)} 天前`;
    element.textContent = `${element.title}（${words}）`;
    delete element.dataset.words;
  }
}
document.addEventListener("click", async (event) => {
  const copy = event.target.closest?.("[data-copy]");
  if (copy && navigator.clipboard) { await navigator.clipboard.writeText(copy.dataset.copy); announce("已复制"); }
  if (event.target.closest?.("[data-print]")) window.print();
});
// A filter that is chosen is applied; without this file the button does it.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-filters]");
  if (form && event.target.matches("select, input[type=date], input[type=checkbox]")) form.requestSubmit();
});
// Empty fields do not belong into the address of a filtered list.
document.addEventListener("formdata", (event) => {
  if (!event.target.matches("form[data-filters]")) return;
  for (const [name, value] of [...event.formData.entries()]) if (value === "") event.formData.delete(name);
});

function begin(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) keep(form);
  for (const area of root.querySelectorAll("[data-drop]")) drop(area);
  timeWords(root);
}
/* On a phone the navigation and the tabs scroll sideways: the entry of this page has to be in sight. */
function showCurrent() {
  for (const entry of document.querySelectorAll(".yg-pnav [aria-current], .yg-tabs [aria-current]")) {
    const list = entry.closest("ul"), at = entry.parentElement;
    if (list.scrollWidth > list.clientWidth) list.scrollLeft = at.offsetLeft - list.offsetLeft - (list.clientWidth - at.offsetWidth) / 2;
  }
}

function start() {
  document.documentElement.classList.add("yg-js");
  const sent = sessionStorage.getItem("yg:sent");
  if (sent) {
    // The last page was sent; unless the same form came back with errors, what was kept of it is no longer needed.
    const asked = document.querySelector("main input[type=password]");  // the session was over: nothing arrived
    if (!asked && !document.querySelector(".is-invalid, .yg-panel-bad, [data-not-done]") && !gone(200, location.href)) forget(sent);
    sessionStorage.removeItem("yg:sent");
  }
  if (meta("yg-session-seconds")) {
    touch();
    window.setInterval(() => { if (sessionOver()) expired(); }, 15000);
  }
  begin(document);
  showCurrent();
  const error = document.querySelector("[data-errors]");
  if (error) { error.tabIndex = -1; error.focus(); }
}
start();

// What is folded for the screen is whole on paper.
window.addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details[data-print-open]")) one.open = true;
});
