import { Initial1764000000000 } from './1764000000000-initial.js';
import { Lanes1764000000001 } from './1764000000001-lanes.js';
import { Accept1764000000002 } from './1764000000002-accept.js';
import { Holding1764000000003 } from './1764000000003-holding.js';
import { Looking1764000000004 } from './1764000000004-looking.js';

/** In order of application; a migration that was released never changes. */
export const migrations = [
  Initial1764000000000,
  Lanes1764000000001,
  Accept1764000000002,
  Holding1764000000003,
  Looking1764000000004,
];
