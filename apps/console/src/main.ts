import { runService } from '@waypost/platform';
import { consoleService } from './console-service.js';

await runService(consoleService);
