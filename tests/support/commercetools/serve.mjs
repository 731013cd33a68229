// Serves the emulator on a free port of loopback, with the log-in of the real thing, until it is told to stop.
// One JSON line on stdout says when it is ready and where.
import { CommercetoolsMock } from "@labdigital/commercetools-mock";

const shop = new CommercetoolsMock({ enableAuthentication: true, validateCredentials: true, strict: true });
await shop.app.listen({ port: 0, host: "127.0.0.1" });
console.log(JSON.stringify({ url: `http://127.0.0.1:${shop.server.address().port}`, pid: process.pid }));
process.on("SIGTERM", () => process.exit(0));
