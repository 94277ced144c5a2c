import type { Conditions } from '../faults/conditions.js';
import type { Node } from '../nodes/node.js';
import type { Readdressing } from './readdressing.js';

/** Messages that the network brings twice. Call within a unit. */
export class Duplicates {
  constructor(
    private readonly conditions: Conditions,
    private readonly readdressing: Readdressing,
  ) {}

  /** @returns the second copy of this message, if it is to come twice */
  of(phone: string, stanza: Node): Node | undefined {
    const duplicate = this.conditions.takeDuplicate(phone);
    if (!duplicate) return undefined;
    return duplicate.otherAddress ? this.readdressing.otherForm(stanza) : stanza;
  }
}
