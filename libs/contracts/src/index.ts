import 'reflect-metadata';

export * from './lane-kinds.js';
export * from './parse-contract.js';
export * from './send.js';
export * from './subjects.js';
export * from './test-outbound.js';
export * from './wa-events.js';
export * from './workspace-change.js';
