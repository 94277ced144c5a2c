export { freePort } from './free-port.js';
export { LocalNats, type LocalNatsOptions } from './local-nats.js';
export { LocalPostgres, type LocalPostgresOptions } from './local-postgres.js';
export { LocalServerError } from './local-server-error.js';
export { findProcess, launcherMark, stopOrphanedServer } from './orphaned-server.js';
