export * from './contract-pipe.js';
export * from './messenger.js';
export * from './pod-nats-server.js';
export * from './workspace-changes.js';
