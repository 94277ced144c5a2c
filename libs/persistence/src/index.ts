export * from './create-workspace.js';
export * from './database.js';
export * from './entities/index.js';
export * from './is-database-away.js';
export * from './issue-api-token.js';
export * from './password-hash.js';
export * from './secret-box.js';
export * from './token-hash.js';
