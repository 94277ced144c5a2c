import { ApiExtension } from '@nestjs/swagger';
import type { ProblemCode } from './problem.js';

/** Marks, for the document, how a route may refuse beyond what its access, parameters and body tell. */
export const REFUSES = 'x-refuses';

export function Refuses(...codes: ProblemCode[]): MethodDecorator {
  return ApiExtension(REFUSES, codes);
}
