import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Root } from './layout/root.js';
import { NoSuchPage } from './layout/no-such-page.js';
import { PageFailure } from './feedback/page-failure.js';
import { Loading } from './feedback/loading.js';

const root = createRootRoute({ component: Root });

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./first-steps/first-steps-page.js'), 'FirstStepsPage'),
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazyRouteComponent(() => import('./accounts/accounts-page.js'), 'AccountsPage'),
});

const chatsLayout = createRoute({
  getParentRoute: () => root,
  id: 'chats-layout',
  component: lazyRouteComponent(() => import('./chats/chats-layout.js'), 'ChatsLayout'),
});

const chats = createRoute({
  getParentRoute: () => chatsLayout,
  path: '/chats',
  component: lazyRouteComponent(() => import('./chats/no-chat-chosen.js'), 'NoChatChosen'),
});

const chat = createRoute({
  getParentRoute: () => chatsLayout,
  path: '/chat/$chatId/messages',
  /** The message that a permalink leads to. */
  validateSearch: (search): { message?: string } =>
    typeof search.message === 'string' ? { message: search.message } : {},
  component: lazyRouteComponent(() => import('./chat/chat-page.js'), 'ChatPage'),
});

const permalink = createRoute({
  getParentRoute: () => root,
  path: '/permalink/$messageId',
  component: lazyRouteComponent(() => import('./permalink/permalink-page.js'), 'PermalinkPage'),
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/overview',
  component: lazyRouteComponent(() => import('./overview/overview-page.js'), 'OverviewPage'),
});

const inboundWebhook = createRoute({
  getParentRoute: () => root,
  path: '/integrations/inbound-webhooks',
  component: lazyRouteComponent(
    () => import('./inbound-webhook/inbound-webhook-page.js'),
    'InboundWebhookPage',
  ),
});

const outboundWebhook = createRoute({
  getParentRoute: () => root,
  path: '/integrations/outbound-webhook',
  component: lazyRouteComponent(
    () => import('./outbound-webhook/outbound-webhook-page.js'),
    'OutboundWebhookPage',
  ),
});

const credits = createRoute({
  getParentRoute: () => root,
  path: '/credits',
  component: lazyRouteComponent(() => import('./credits/credits-page.js'), 'CreditsPage'),
});

const team = createRoute({
  getParentRoute: () => root,
  path: '/team',
  component: lazyRouteComponent(() => import('./team/team-page.js'), 'TeamPage'),
});

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  component: lazyRouteComponent(() => import('./settings/settings-page.js'), 'SettingsPage'),
});

const auditLog = createRoute({
  getParentRoute: () => root,
  path: '/audit-log',
  component: lazyRouteComponent(() => import('./audit-log/audit-log-page.js'), 'AuditLogPage'),
});

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  component: lazyRouteComponent(() => import('./session/forgot-password-page.js'), 'ForgotPasswordPage'),
});

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./session/reset-password-page.js'), 'ResetPasswordPage'),
});

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./session/accept-invitation-page.js'), 'AcceptInvitationPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./session/signed-in-already.js'), 'SignedInAlready'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    accounts,
    chatsLayout.addChildren([chats, chat]),
    permalink,
    overview,
    inboundWebhook,
    outboundWebhook,
    credits,
    team,
    settings,
    auditLog,
    forgotPassword,
    resetPassword,
    invitation,
    signIn,
  ]),
  trailingSlash: 'preserve',
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: PageFailure,
  defaultNotFoundComponent: NoSuchPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
