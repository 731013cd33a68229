// Serves the emulator on a free port of loopback, with the log-in of the real thing, until it is told to stop.
// One JSON line on stdout says when it is ready and where.
import { AsyncLocalStorage } from "node:async_hooks";
import { CommercetoolsMock } from "@labdigital/commercetools-mock";

const shop = new CommercetoolsMock({ enableAuthentication: true, validateCredentials: true, strict: true });

// Its storage sorts as commercetools does, but its HTTP side forgets to pass `sort` on (4.4.0).
const asked = new AsyncLocalStorage();
shop.app.addHook("onRequest", (request, _reply, done) => asked.run(request.query.sort, done));
const query = shop._storage.query.bind(shop._storage);
shop._storage.query = (project, type, params) => query(project, type, { sort: asked.getStore(), ...params });

await shop.app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ url: `http://127.0.0.1:${shop.server.address().port}` }));
process.on("SIGTERM", () => process.exit(0));
