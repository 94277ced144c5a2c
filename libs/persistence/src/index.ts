export * from './database.js';
export * from './entities/index.js';
export * from './secret-box.js';
export * from './token-hash.js';
