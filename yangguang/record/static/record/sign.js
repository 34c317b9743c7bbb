// The signature pad: what is drawn goes into the form as a PNG when it is sent, and nowhere before.
const form = document.querySelector("form.yg-form");
const pad = form?.querySelector(".yg-pad");
if (pad) {
  const canvas = pad.querySelector("canvas");
  const state = pad.querySelector("[data-pad-state]");
  const field = form.elements.namedItem("stroke");
  const how = () => new FormData(form).get("how");
  const context = canvas.getContext("2d");
  let drawn = false;
  let last = null;

  const clear = () => {
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    drawn = false;
    field.value = "";
    state.textContent = "";
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
  };
  const line = (from, to, pressure) => {
    context.strokeStyle = "#000";
    context.lineCap = "round";
    context.lineWidth = 4 + 6 * (pressure || 0.5);
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    line(last, last, event.pressure);
    drawn = true;
    state.textContent = "已有笔迹";
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    for (const one of event.getCoalescedEvents?.() ?? [event]) {
      const here = at(one);
      line(last, here, one.pressure);
      last = here;
    }
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  pad.querySelector("[data-clear]").addEventListener("click", clear);
  form.addEventListener("change", () => { pad.hidden = how() === "refused"; });
  form.addEventListener("submit", () => { field.value = drawn && how() !== "refused" ? canvas.toDataURL("image/png") : ""; });
  clear();
  pad.hidden = how() === "refused";
}
