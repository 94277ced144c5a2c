import { SetMetadata } from '@nestjs/common';

export const UNRECORDED = 'unrecorded';

/** Leaves what a route does out of the audit log. For the daily work in chats, and for what changes nothing of a workspace. */
export function Unrecorded(): MethodDecorator {
  return SetMetadata(UNRECORDED, true);
}
