// What this device keeps by itself: its key, whose private half no script can read, and every link not yet taken.

const NAME = "yg-live";
const STORES = { keys: "officer", recordings: "id", links: ["recording", "seq"] };

function wait(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened = null;
function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) asked.result.createObjectStore(name, { keyPath });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  return opened;
}

// One transaction; it is over, and on disk, when the promise is kept.
async function inside(name, mode, work) {
  const database = await open();
  const transaction = database.transaction(name, mode, { durability: "strict" });
  const done = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
  const result = await work(transaction);
  await done;
  return result;
}

const one = (name, key) => inside(name, "readonly", (t) => wait(t.objectStore(name).get(key)));
const keep = (name, value) => inside(name, "readwrite", (t) => wait(t.objectStore(name).put(value)));

export const key = (officer) => one("keys", officer);
export const keepKey = (value) => keep("keys", value);
export const recordings = () => inside("recordings", "readonly", (t) => wait(t.objectStore("recordings").getAll()));
export const keepRecording = (value) => keep("recordings", value);
const range = (id, from = 0) => IDBKeyRange.bound([id, from], [id, Infinity]);

// A link and the state of its recording are written together, or neither is.
export function append(recording, link) {
  return inside(["recordings", "links"], "readwrite", async (t) => {
    t.objectStore("links").put(link);
    await wait(t.objectStore("recordings").put(recording));
  });
}
export const link = (id, seq) => one("links", [id, seq]);
export const links = (id) => inside("links", "readonly", (t) => wait(t.objectStore("links").getAll(range(id))));
export const count = (id, from) => inside("links", "readonly", (t) => wait(t.objectStore("links").count(range(id, from))));
export const forgetLinks = (id, upto) =>
  inside("links", "readwrite", (t) => wait(t.objectStore("links").delete(IDBKeyRange.bound([id, 0], [id, upto]))));
export function forget(id) {
  return inside(["recordings", "links"], "readwrite", async (t) => {
    t.objectStore("links").delete(range(id));
    await wait(t.objectStore("recordings").delete(id));
  });
}
