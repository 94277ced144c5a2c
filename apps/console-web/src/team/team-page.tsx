import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconUserPlus } from '@tabler/icons-react';
import { Resolved } from '../feedback/resolved.js';
import { OwnersOnly } from '../layout/owners-only.js';
import { Page } from '../layout/page.js';
import { Panel } from '../layout/panel.js';
import { Invitations } from './invitations.js';
import { InviteMember } from './invite-member.js';
import { MemberRow } from './member-row.js';
import classes from './team.module.css';
import { useMembers } from './use-members.js';

const TITLE = 'Team';

export function TeamPage() {
  const [inviting, dialog] = useDisclosure(false);
  return (
    <OwnersOnly title={TITLE}>
      <Page
        title={TITLE}
        lead="Owners manage accounts, integrations, credits and the team. Teammates read and answer chats."
        action={
          <Button leftSection={<IconUserPlus size={18} aria-hidden />} onClick={dialog.open}>
            Invite somebody
          </Button>
        }
      >
        <Panel title="Members">
          <MemberList />
        </Panel>
        <Invitations />
        <InviteMember opened={inviting} onClose={dialog.close} />
      </Page>
    </OwnersOnly>
  );
}

function MemberList() {
  const members = useMembers();
  return (
    <Resolved query={members}>
      {({ items }) => {
        const owners = items.filter(({ role }) => role === 'owner').length;
        return (
          <ul className={classes.list}>
            {items.map((member) => (
              <MemberRow
                key={member.id}
                member={member}
                lastOwner={member.role === 'owner' && owners === 1}
              />
            ))}
          </ul>
        );
      }}
    </Resolved>
  );
}
