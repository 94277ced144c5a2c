import { Empty } from '../feedback/empty.js';
import { IconMailForward } from '@tabler/icons-react';
import { Resolved } from '../feedback/resolved.js';
import { Panel } from '../layout/panel.js';
import { InvitationRow } from './invitation-row.js';
import classes from './team.module.css';
import { useInvitations } from './use-invitations.js';

export function Invitations() {
  const invitations = useInvitations();
  return (
    <Panel title="Invitations" lead="Who was asked to join and has not yet.">
      <Resolved query={invitations} rows={1}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={IconMailForward} title="Nobody is invited">
              Invite people by e-mail; they stand here until they join.
            </Empty>
          ) : (
            <ul className={classes.list}>
              {items.map((invitation) => (
                <InvitationRow key={invitation.id} invitation={invitation} />
              ))}
            </ul>
          )
        }
      </Resolved>
    </Panel>
  );
}
