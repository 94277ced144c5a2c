import {
  IconArrowBarToDown,
  IconArrowBarUp,
  IconBrandWhatsapp,
  IconChartBar,
  IconCoins,
  IconHistory,
  IconMessages,
  IconSettings,
  IconUsers,
  type Icon,
} from '@tabler/icons-react';

export interface Destination {
  to:
    | '/chats'
    | '/accounts'
    | '/overview'
    | '/integrations/inbound-webhooks'
    | '/integrations/outbound-webhook'
    | '/credits'
    | '/team'
    | '/audit-log'
    | '/settings';
  label: string;
  icon: Icon;
  /** Pages that belong to it as well. */
  also?: string;
}

export interface Section {
  title?: string;
  ownersOnly: boolean;
  destinations: Destination[];
}

export const navigation: Section[] = [
  {
    ownersOnly: false,
    destinations: [
      { to: '/chats', label: 'Chats', icon: IconMessages, also: '/chat/' },
      { to: '/accounts', label: 'Accounts', icon: IconBrandWhatsapp },
      { to: '/overview', label: 'Overview', icon: IconChartBar },
    ],
  },
  {
    title: 'Integrations',
    ownersOnly: true,
    destinations: [
      { to: '/integrations/inbound-webhooks', label: 'Inbound webhook', icon: IconArrowBarToDown },
      { to: '/integrations/outbound-webhook', label: 'Outbound webhook', icon: IconArrowBarUp },
    ],
  },
  {
    title: 'Workspace',
    ownersOnly: true,
    destinations: [
      { to: '/credits', label: 'Credits', icon: IconCoins },
      { to: '/team', label: 'Team', icon: IconUsers },
      { to: '/audit-log', label: 'Audit log', icon: IconHistory },
    ],
  },
  { ownersOnly: false, destinations: [{ to: '/settings', label: 'Settings', icon: IconSettings }] },
];
