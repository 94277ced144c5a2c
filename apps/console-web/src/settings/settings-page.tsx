import { SegmentedControl, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Page } from '../layout/page.js';
import { Panel } from '../layout/panel.js';
import { useIsOwner, useMe } from '../session/me.js';
import { ApiTokens } from './api-tokens.js';
import { PasswordForm } from './password-form.js';
import { ProfileForm } from './profile-form.js';

export function SettingsPage() {
  const me = useMe();
  const isOwner = useIsOwner();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Page title="Settings" lead={`You in ${me.workspace.name}.`}>
      <Panel title="Profile">
        <ProfileForm />
      </Panel>
      <Panel title="Password" lead="Changing it signs you out everywhere else.">
        <PasswordForm />
      </Panel>
      <Panel title="Appearance">
        <SegmentedControl
          aria-label="Colours"
          w="fit-content"
          value={colorScheme}
          onChange={(value) => setColorScheme(value as MantineColorScheme)}
          data={[
            { value: 'auto', label: 'As the device' },
            { value: 'light', label: 'Light' },
            { value: 'dark', label: 'Dark' },
          ]}
        />
      </Panel>
      {isOwner && <ApiTokens />}
    </Page>
  );
}
