export { CuttingProxy } from './cutting-proxy.js';
export { eventually, type EventuallyOptions } from './eventually.js';
export { ManualClock } from './manual-clock.js';
export { createTemplateDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
export { natsUrl } from './test-environment.js';
export { ServiceProcess } from './service-process.js';
export { startTestServers, type TestServers, type TestServersOptions } from './test-servers.js';
export { WebhookReceiver, type ReceivedRequest, type ReceiverAnswer } from './webhook-receiver.js';
