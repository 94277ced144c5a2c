import { Initial1764000000000 } from './1764000000000-initial.js';
import { Lanes1764000000001 } from './1764000000001-lanes.js';

/** In order of application; a migration that was released never changes. */
export const migrations = [Initial1764000000000, Lanes1764000000001];
