// Passkeys: the device is asked when the form is sent, and what it answers goes with the form; nothing is kept here.
const form = document.querySelector("form[data-passkey]");
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const named = (listed) => listed.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

const WORDS = {
  NotAllowedError: "没有完成：您取消了，或者等待过久，或者这台设备没有可用的通行密钥。可以重试",
  InvalidStateError: "这台设备已经登记过，无须再次登记",
  NotSupportedError: "这台设备不支持所需的签名算法",
  SecurityError: "浏览器不允许在这个网址使用通行密钥，请用域名和 https 打开本系统",
  ConstraintError: "这台设备不能验证本人（没有指纹、面容或者密码）",
};

function say(words) {
  const place = form.querySelector("[data-passkey-say]");
  place.hidden = !words;
  place.textContent = words;
}

async function create(said) {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(said.challenge),
      rp: { id: said.rp, name: "阳光执法" },
      user: { id: bytes(said.user), name: said.account, displayName: said.name },
      pubKeyCredParams: said.algorithms.split(" ").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      excludeCredentials: named(said.known),
      authenticatorSelection: { userVerification: "required", residentKey: "preferred" },
      attestation: "none",
      timeout: 120000,
    },
  });
  return {
    ...base(made),
    response: { clientDataJSON: text(made.response.clientDataJSON), attestationObject: text(made.response.attestationObject) },
  };
}

async function get(said) {
  const who = new FormData(form).get("who");
  const found = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(JSON.parse(said.challenges)[who]),
      rpId: said.rp,
      allowCredentials: named(said.allowed),
      userVerification: "required",
      timeout: 120000,
    },
  });
  return {
    ...base(found),
    response: {
      clientDataJSON: text(found.response.clientDataJSON),
      authenticatorData: text(found.response.authenticatorData),
      signature: text(found.response.signature),
    },
  };
}

const base = (one) => ({ id: one.id, rawId: text(one.rawId), type: one.type });

if (form && !window.PublicKeyCredential) say("这个浏览器不支持通行密钥，请更换浏览器，或者当面手写签名");
else if (form) {
  const button = form.querySelector("button[type=submit]");
  form.addEventListener("submit", async (event) => {
    const field = form.elements.namedItem("answer");
    if (field.value) return;
    event.preventDefault();
    say("");
    button.disabled = true;
    try {
      field.value = JSON.stringify(await (form.dataset.passkey === "create" ? create : get)(form.dataset));
      form.submit();
    } catch (error) {
      field.value = "";
      button.disabled = false;
      say(WORDS[error.name] ?? `没有完成：${error.message}`);
    }
  });
}
