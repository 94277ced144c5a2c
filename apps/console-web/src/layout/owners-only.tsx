import { IconLock } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Empty } from '../feedback/empty.js';
import { useIsOwner } from '../session/me.js';
import { Page } from './page.js';

/** What teammates see in place of a page that only owners may use. */
export function OwnersOnly({ title, children }: { title: string; children: ReactNode }) {
  if (useIsOwner()) return children;
  return (
    <Page title={title}>
      <Empty icon={IconLock} title="Only owners see this">
        Ask an owner of the workspace if you need something changed here.
      </Empty>
    </Page>
  );
}
