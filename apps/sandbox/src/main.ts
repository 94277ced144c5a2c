import { runService } from '@waypost/platform';
import { sandboxService } from './service.js';

await runService(sandboxService);
