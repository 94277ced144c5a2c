import 'reflect-metadata';

export * from './encryption-keys.js';
export * from './each-is.js';
export * from './file-service-config.js';
export * from './health.js';
export * from './logging.js';
export * from './metrics.js';
export * from './numbers.js';
export * from './periodic-sweep.js';
export * from './platform.module.js';
export * from './run-service.js';
export * from './service-config.js';
export * from './setting.js';
