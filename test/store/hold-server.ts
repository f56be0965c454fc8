/** Starts the embedded server of a folder, says where it is, and waits to be killed. */
import { startEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

const server = await startEmbeddedPostgres({ folder: process.argv[2]!, settings: { fsync: 'off' } });
process.stdout.write(`${JSON.stringify({ url: server.url, pid: server.pid() })}\n`);
setInterval(() => {}, 60_000);
