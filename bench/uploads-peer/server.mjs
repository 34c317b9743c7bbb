// node server.mjs FOLDER PORT: @tus/server as its documentation starts it.
import { Server } from "@tus/server";
import { FileStore } from "@tus/file-store";

const [, , directory, port] = process.argv;
new Server({ path: "/files", datastore: new FileStore({ directory }) }).listen({ host: "127.0.0.1", port: Number(port) });
