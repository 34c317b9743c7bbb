// node uploader.mjs URL FILE COOKIE TOKEN [PIECE]: the real tus-js-client; prints its progress, ends with 0 when all is there.
import { createReadStream, statSync } from "node:fs";
import { basename } from "node:path";
import { Upload } from "tus-js-client";

const [, , endpoint, path, cookie, token, piece, known] = process.argv;
const upload = new Upload(createReadStream(path), {
  endpoint,
  uploadUrl: known || undefined,
  uploadSize: statSync(path).size,
  chunkSize: piece ? Number(piece) : Infinity,
  retryDelays: [0, 200, 500, 1000, 2000, 4000, 8000, 8000],
  headers: { Cookie: cookie, "X-CSRFToken": token },
  metadata: { filename: basename(path) },
  onUploadUrlAvailable: () => console.log(`url ${upload.url}`),
  onProgress: (sent, total) => console.log(`sent ${sent} ${total}`),
  onError: (error) => { console.log(`error ${error.originalResponse?.getStatus() ?? 0} ${error.originalResponse?.getBody() ?? error.message}`); process.exit(1); },
  onSuccess: () => { console.log("done"); process.exit(0); },
});
upload.start();
