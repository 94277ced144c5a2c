// Written from docs/openapi.json by "npm run docs:api". Change the API, not this file.

export interface paths {
  '/api/v1/auth/login': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign in
     * @description Starts a session of 14 days in the cookie `waypost_session`.
     */
    post: operations['SignIn_login'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Sign out
     * @description Ends the session whose cookie was sent. An API token stays as it is.
     */
    post: operations['SignIn_logout'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/me': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Who am I */
    get: operations['SignIn_me'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Change my name */
    patch: operations['SignIn_patchMe'];
    trace?: never;
  };
  '/api/v1/me/password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Change my password
     * @description Ends every other session of mine. API tokens stay as they are.
     */
    post: operations['Passwords_change'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/forgot-password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Ask for a new password
     * @description Mails a link that works once, for an hour, if this is the e-mail of a member. The answer is the same for every e-mail.
     */
    post: operations['Passwords_forgot'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/reset-password': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Set a new password by a mailed link
     * @description Ends every session of the member. API tokens stay as they are.
     */
    post: operations['Passwords_reset'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/invitation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Read my invitation
     * @description For whoever has its link.
     */
    post: operations['Acceptance_read'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/auth/accept-invitation': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Accept my invitation
     * @description Makes a member of whoever has its link, once, and starts a session like signing in.
     */
    post: operations['Acceptance_accept'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List API tokens
     * @description Those that are not revoked, newest first.
     */
    get: operations['Tokens_list'];
    put?: never;
    /**
     * Create an API token
     * @description It acts for the owner who creates it.
     */
    post: operations['Tokens_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/tokens/{tokenId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Revoke an API token
     * @description It stops working at once.
     */
    delete: operations['Tokens_revoke'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/members': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the members
     * @description Oldest first.
     */
    get: operations['Members_list'];
    put?: never;
    /**
     * Add a member
     * @description Hand the first password over yourself.
     */
    post: operations['Members_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/members/{memberId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Remove a member
     * @description Signed out and without tokens at once. The accounts that the member added pass to you.
     */
    delete: operations['Members_remove'];
    options?: never;
    head?: never;
    /**
     * Change a member
     * @description Holds from the member’s next request.
     */
    patch: operations['Members_patch'];
    trace?: never;
  };
  '/api/v1/invitations': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the invitations
     * @description Those that were not accepted yet, newest first.
     */
    get: operations['Invitations_list'];
    put?: never;
    /**
     * Invite somebody
     * @description Mails a link by which they choose a name and a password; it works once, for 7 days. Who was invited already gets a new one.
     */
    post: operations['Invitations_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations/{invitationId}/resend': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Invite somebody again
     * @description The link before stops working at once.
     */
    post: operations['Invitations_resend'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/invitations/{invitationId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /**
     * Withdraw an invitation
     * @description Its link stops working at once.
     */
    delete: operations['Invitations_revoke'];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/audit-log': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Read the audit log
     * @description What members changed, newest first. Writing messages and assigning chats is not in it.
     */
    get: operations['AuditLog_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/accounts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List accounts
     * @description Oldest first.
     */
    get: operations['Accounts_list'];
    put?: never;
    /**
     * Add an account
     * @description Then link it: request a pairing.
     */
    post: operations['Accounts_create'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/accounts/{accountId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read an account */
    get: operations['Accounts_read'];
    put?: never;
    post?: never;
    /**
     * Remove an account
     * @description Logs it out at WhatsApp. What waits to be sent fails and is refunded within two minutes; its chats stay readable.
     */
    delete: operations['Accounts_remove'];
    options?: never;
    head?: never;
    /**
     * Set the pace of an account
     * @description Holds from the next send.
     */
    patch: operations['Accounts_patch'];
    trace?: never;
  };
  '/api/v1/accounts/{accountId}/reconnect': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Connect an account now
     * @description Ends a wait, and starts an account that stopped, is in use elsewhere, or was logged out less than 7 days ago, should that have been a mistake. A connected account is left alone.
     */
    post: operations['Accounts_reconnect'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/accounts/{accountId}/logout': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Log an account out
     * @description Ends its link at WhatsApp, soon, also when it is not connected. Messages that wait stay in the queue for their 24 hours.
     */
    post: operations['Accounts_logOut'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/accounts/{accountId}/pairing': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Follow the linking of an account */
    get: operations['Accounts_readPairing'];
    put?: never;
    /**
     * Link an account
     * @description Asks for a QR or a code; read the pairing until it is there, and on until it is `linked`.
     */
    post: operations['Accounts_requestPairing'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/accounts/{accountId}/pairing/scan': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Let a simulated phone scan the QR
     * @description Of an account in the sandbox. Nothing happens while there is no QR to scan.
     */
    post: operations['Accounts_scanPairing'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/chats': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List chats
     * @description The one with the latest message first.
     */
    get: operations['Chats_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/chats/{chatId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read a chat */
    get: operations['Chats_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /** Assign a chat to a member */
    patch: operations['Chats_patch'];
    trace?: never;
  };
  '/api/v1/chats/{chatId}/reading': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Mark a chat as read
     * @description Up to a message, for the caller alone; the contact is told nothing.
     */
    put: operations['Chats_markRead'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/chats/{chatId}/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the messages of a chat
     * @description Newest first. `nextCursor` leads to older ones; `previousCursor`, on a page that does not begin with the newest, to newer ones.
     */
    get: operations['Chats_listMessages'];
    put?: never;
    /**
     * Write a message
     * @description It is queued, paced like any other, and costs no credit.
     */
    post: operations['Chats_send'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/permalinks/{messageId}': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Find the chat of a message
     * @description What a permalink of a bundle names.
     */
    get: operations['Permalinks_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/statistics/messages': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Count messages by day and by account */
    get: operations['Statistics_messages'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/statistics/credits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Tell the credits used and left by day */
    get: operations['Statistics_credits'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inbound-webhook': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the inbound webhook */
    get: operations['InboundWebhook_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Switch the inbound webhook on or off
     * @description The URL stays; while it is off, requests are answered 403.
     */
    patch: operations['InboundWebhook_patch'];
    trace?: never;
  };
  '/api/v1/inbound-webhook/rotate': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Generate a new URL of the inbound webhook
     * @description The URL before it stops working at once. The first one starts enabled.
     */
    post: operations['InboundWebhook_rotate'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inbound-webhook/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test to the inbound webhook
     * @description Posts a message to the URL as any system would: it is sent, costs a credit, and is in the log.
     */
    post: operations['InboundWebhook_test'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inbound-webhook/attempts': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the last sending attempts
     * @description The latest 100 requests to the URL, refused ones too, newest first.
     */
    get: operations['InboundWebhook_listAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/inbound-webhook/attempts/download': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the log
     * @description The latest 100 requests as they came, with their answers, as a file.
     */
    get: operations['InboundWebhook_downloadAttempts'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/outbound-webhook': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the outbound webhook */
    get: operations['OutboundWebhook_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    /**
     * Change the outbound webhook
     * @description Fields that are left out stay as they are. Nothing is sent after it was switched off.
     */
    patch: operations['OutboundWebhook_patch'];
    trace?: never;
  };
  '/api/v1/outbound-webhook/test': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Send a test to the outbound webhook
     * @description Posts a sample of the current format, also while the webhook is off, and tells the answer.
     */
    post: operations['OutboundWebhook_test'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/outbound-webhook/flush': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Deliver what is collected now
     * @description Ends all open windows; their bundles leave at once.
     */
    post: operations['OutboundWebhook_flush'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/outbound-webhook/rotate-secret': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Generate a new signing secret
     * @description For 24 hours requests carry signatures of both secrets. Meanwhile it cannot be replaced once more.
     */
    post: operations['OutboundWebhook_rotateSecret'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/outbound-webhook/requests': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the last requests
     * @description The latest 100, tests included, newest first. Long bodies are cut; the download has all of them.
     */
    get: operations['OutboundWebhook_listRequests'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/outbound-webhook/requests/download': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Download the last requests
     * @description The latest 100, as a file.
     */
    get: operations['OutboundWebhook_downloadRequests'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/credits': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Read the balance */
    get: operations['Credits_read'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/credits/allowance': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Set the monthly allowance
     * @description The first one comes at once, the next on the first of each month (UTC), when what is left of the one before ends. A change of an allowance that runs already holds from the next month.
     */
    put: operations['Credits_setAllowance'];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/credits/ledger': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List every change of the balance
     * @description Newest first.
     */
    get: operations['Credits_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/credits/grants': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Grant credits */
    post: operations['Credits_grant'];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/mails': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the mail to the owners
     * @description Newest first. Where no mail server is configured this is the only place to read it.
     */
    get: operations['Mails_list'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  '/api/v1/events': {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Follow what changes
     * @description Server-sent events that say what of the workspace changed; read it again over the API. An event `changed` has the data
     *     `{"topics": [...]}` with some of `accounts`, `chats`, `credits`, `inbound-webhook`, `outbound-webhook`, `members`. The first one names
     *     all of them, so nothing is missed by connecting again after a cut. An event `ping` comes every 20 seconds. The stream ends after five
     *     minutes; connect again.
     */
    get: operations['Events_follow'];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    LoginBody: {
      /** @example amina@shop.example */
      email: string;
      /**
       * Format: password
       * @example correct horse battery staple
       */
      password: string;
    };
    WorkspaceResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000001
       */
      id: string;
      /** @example Amina’s shop */
      name: string;
    };
    MeResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /** @example amina@shop.example */
      email: string;
      /** @example Amina Haddad */
      fullName: string;
      /**
       * @example owner
       * @enum {string}
       */
      role: 'owner' | 'teammate';
      workspace: components['schemas']['WorkspaceResource'];
    };
    PatchMeBody: {
      /**
       * @description As recipients of the outbound webhook see it.
       * @example Amina Haddad
       */
      fullName: string;
    };
    ChangePasswordBody: {
      /**
       * Format: password
       * @example correct horse battery staple
       */
      currentPassword: string;
      /**
       * Format: password
       * @description At least 12 characters.
       * @example a longer horse and a better battery
       */
      newPassword: string;
    };
    ForgotPasswordBody: {
      /** @example amina@shop.example */
      email: string;
    };
    ResetPasswordBody: {
      /**
       * Format: password
       * @description What follows the # of the mailed link.
       * @example k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      token: string;
      /**
       * Format: password
       * @description At least 12 characters.
       * @example a longer horse and a better battery
       */
      newPassword: string;
    };
    ReadInvitationBody: {
      /**
       * Format: password
       * @description What follows the # of the link.
       * @example k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      token: string;
    };
    OfferResource: {
      /** @example tom@shop.example */
      email: string;
      /**
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
      /** @example Amina’s shop */
      workspaceName: string;
    };
    AcceptInvitationBody: {
      /**
       * Format: password
       * @description What follows the # of the link.
       * @example k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      token: string;
      /** @example Tom Mate */
      fullName: string;
      /**
       * Format: password
       * @description At least 12 characters.
       * @example a longer horse and a better battery
       */
      password: string;
    };
    TokenResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000003
       */
      id: string;
      /** @example CRM sync */
      name: string;
      /**
       * Format: uuid
       * @description The member whom the token acts for.
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      memberId: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Last use, to the minute.
       * @example 2026-11-03T17:05:00.000Z
       */
      lastUsedAt: string | null;
    };
    TokenPage: {
      items: components['schemas']['TokenResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    CreateTokenBody: {
      /**
       * @description What the token is for.
       * @example CRM sync
       */
      name: string;
    };
    NewTokenResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000003
       */
      id: string;
      /** @example CRM sync */
      name: string;
      /**
       * Format: uuid
       * @description The member whom the token acts for.
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      memberId: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @description Last use, to the minute.
       * @example 2026-11-03T17:05:00.000Z
       */
      lastUsedAt: string | null;
      /**
       * @description The token. It is shown this once and cannot be read again.
       * @example k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      token: string;
    };
    MemberResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /** @example tom@shop.example */
      email: string;
      /** @example Tom Mate */
      fullName: string;
      /**
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
    };
    MemberPage: {
      items: components['schemas']['MemberResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    CreateMemberBody: {
      /** @example tom@shop.example */
      email: string;
      /** @example Tom Mate */
      fullName: string;
      /**
       * @description An owner manages, a teammate answers chats.
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
    };
    NewMemberResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /** @example tom@shop.example */
      email: string;
      /** @example Tom Mate */
      fullName: string;
      /**
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
      /**
       * @description The first password. It is shown this once; the member changes it in the settings.
       * @example k3J0mJx2cTqWv8s0Zr1yQ
       */
      firstPassword: string;
    };
    PatchMemberBody: {
      /** @example Tom Mate */
      fullName?: string;
      /**
       * @example teammate
       * @enum {string}
       */
      role?: 'owner' | 'teammate';
    };
    InvitationResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000008
       */
      id: string;
      /** @example tom@shop.example */
      email: string;
      /**
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
      /**
       * @description Hand it over yourself where no mail server is set up. Null when it is too old: send another one.
       * @example https://console.example/invitation#k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      link: string | null;
      /**
       * @description Without a mail server it stays `waiting`.
       * @example sent
       * @enum {string}
       */
      mailState: 'waiting' | 'sent' | 'failed';
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
      /**
       * Format: date-time
       * @example 2026-11-09T08:30:00.000Z
       */
      expiresAt: string;
    };
    InvitationPage: {
      items: components['schemas']['InvitationResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    CreateInvitationBody: {
      /** @example tom@shop.example */
      email: string;
      /**
       * @description An owner manages, a teammate answers chats.
       * @example teammate
       * @enum {string}
       */
      role: 'owner' | 'teammate';
    };
    ActorResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /**
       * @description As they were called then.
       * @example Amina Haddad
       */
      fullName: string;
      /** @example amina@shop.example */
      email: string;
    };
    AuditEntryResource: {
      /**
       * @description Rises with each entry.
       * @example 4711
       */
      id: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      at: string;
      member: components['schemas']['ActorResource'];
      /**
       * @description Signed in, by an API token, or by a mailed link.
       * @example session
       * @enum {string}
       */
      via: 'session' | 'token' | 'link';
      /**
       * @description Where the request came from.
       * @example 192.0.2.7
       */
      address: string;
      /**
       * @description The operation’s id in this document.
       * @example Members_patch
       */
      action: string;
      /**
       * @description The same in words.
       * @example Change a member
       */
      summary: string;
      /**
       * @description To whom or what.
       * @example Tom Mate
       */
      subject: string | null;
      /**
       * @description What the request gave, without secrets.
       * @example {
       *       "role": "owner"
       *     }
       */
      details: Record<string, never>;
    };
    AuditEntryPage: {
      items: components['schemas']['AuditEntryResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    AccountOwnerResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /** @example Amina Haddad */
      fullName: string;
      /** @example amina@shop.example */
      email: string;
    };
    AccountResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000004
       */
      id: string;
      /**
       * @example whatsapp
       * @enum {string}
       */
      network: 'whatsapp' | 'sandbox';
      /**
       * @description With `+`; null until the account was linked once.
       * @example +972500000001
       */
      phone: string | null;
      /** @description The member who added the account. */
      owner: components['schemas']['AccountOwnerResource'];
      /**
       * @example connected
       * @enum {string}
       */
      state:
        | 'unlinked'
        | 'pairing'
        | 'connecting'
        | 'connected'
        | 'backing_off'
        | 'logged_out'
        | 'conflict'
        | 'stopped';
      /**
       * Format: date-time
       * @description When it connected last.
       * @example 2026-11-02T08:30:00.000Z
       */
      connectedAt: string | null;
      /**
       * Format: date-time
       * @description When an account that backs off connects again, or one that is banned for a time does.
       * @example null
       */
      retryAt: string | null;
      /**
       * @description Messages that are queued or being sent.
       * @example 2
       */
      queueLength: number;
      /**
       * @description Shortest pause between two of its sends, in milliseconds; null: as the deployment sets it.
       * @example 1500
       */
      paceMinMs: number | null;
      /**
       * @description Longest such pause.
       * @example 2500
       */
      paceMaxMs: number | null;
      /**
       * @description One sentence: why is nothing being sent?
       * @example 2 messages wait: the account sends one after another, about 2 seconds apart.
       */
      explanation: string;
    };
    AccountPage: {
      items: components['schemas']['AccountResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    CreateAccountBody: {
      /**
       * @description `sandbox` is the simulated network for tests.
       * @example sandbox
       * @enum {string}
       */
      network: 'whatsapp' | 'sandbox';
    };
    PatchAccountBody: {
      /**
       * @description Each pause is drawn at random between the two; both null: as the deployment sets it. Faster than people write gets numbers banned.
       * @example 3000
       */
      paceMinMs: number | null;
      /** @example 6000 */
      paceMaxMs: number | null;
    };
    RequestPairingBody: {
      /**
       * @description Scan a QR, or enter a code.
       * @example qr
       * @enum {string}
       */
      method: 'qr' | 'code';
      /**
       * @description The number of the phone, in international format; needed with `code`.
       * @example +972500000001
       */
      phone?: string;
    };
    PairingResource: {
      /**
       * @description `none`: never asked for. `requested`: the QR or code is being made. `waiting`: for the phone. `expired`, `failed`: ask again.
       * @example waiting
       * @enum {string}
       */
      state: 'none' | 'requested' | 'waiting' | 'linked' | 'expired' | 'failed';
      /**
       * @example qr
       * @enum {string}
       */
      method?: 'qr' | 'code';
      /**
       * @description What to show as a QR code while `waiting`; it changes every 20 seconds or so.
       * @example 2@Bx3f…,kQ0…,7hG…,Tz1…
       */
      qr?: string;
      /**
       * @description What to enter on the phone while `waiting`.
       * @example ABCD1234
       */
      code?: string;
      /**
       * @description Why it failed or expired; while `waiting`, why another QR has to be scanned.
       * @example Nobody scanned the QR in time.
       */
      detail?: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      updatedAt?: string;
    };
    ChatAccountResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000004
       */
      id: string;
      /** @example +972500000001 */
      phone: string | null;
    };
    ResponsibleResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      id: string;
      /** @example Amina Haddad */
      fullName: string;
      /** @example amina@shop.example */
      email: string;
    };
    LastMessageResource: {
      /**
       * @example received
       * @enum {string}
       */
      direction: 'received' | 'sent';
      /**
       * @description Its first 200 characters.
       * @example I am fine, how are you?
       */
      text: string;
      /**
       * @description Of its file.
       * @example null
       */
      attachmentName: string | null;
      /**
       * @example received
       * @enum {string}
       */
      state: 'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
    };
    ChatResource: {
      /**
       * @description The `chat_id` of both webhooks.
       * @example 10010001
       */
      id: string;
      /** @example Jane Smith */
      name: string;
      /** @example false */
      isGroup: boolean;
      /**
       * @description Null for a group, and while WhatsApp hides the number.
       * @example +972550000002
       */
      phone: string | null;
      /** @description The account that the chat belongs to. */
      account: components['schemas']['ChatAccountResource'];
      /** @description The member who answers this chat. */
      responsible: components['schemas']['ResponsibleResource'] | null;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      lastMessageAt: string | null;
      /** @description The latest message. */
      lastMessage: components['schemas']['LastMessageResource'] | null;
      /**
       * @description How many received messages the caller has not read; 100 stands for more as well.
       * @example 2
       */
      unread: number;
      /**
       * Format: uuid
       * @description The message that came last: who has read it has read all.
       * @example 0192f7a0-0000-7000-8000-000000000005
       */
      lastReceivedId: string | null;
      /**
       * Format: date-time
       * @example 2026-11-01T10:00:00.000Z
       */
      createdAt: string;
    };
    ChatPage: {
      items: components['schemas']['ChatResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    PatchChatBody: {
      /**
       * Format: uuid
       * @description A member of the workspace, or null for nobody.
       * @example 0192f7a0-0000-7000-8000-000000000002
       */
      responsibleMemberId: string | null;
    };
    ReadingBody: {
      /**
       * Format: uuid
       * @description The last message that was read: the `lastReceivedId` of the chat, to have read all of it.
       * @example 0192f7a0-0000-7000-8000-000000000005
       */
      messageId: string;
    };
    SenderResource: {
      /** @example Amina Haddad */
      name: string | null;
      /** @example +972500000001 */
      phone: string | null;
    };
    AttachmentResource: {
      /** @example invoice-4711.pdf */
      name: string;
      /**
       * @description As what WhatsApp shows it; null until it was fetched.
       * @example document
       * @enum {string|null}
       */
      kind: 'image' | 'video' | 'audio' | 'document' | null;
      /** @example application/pdf */
      mimeType: string | null;
      /**
       * @description In bytes.
       * @example 48213
       */
      size: number | null;
    };
    FailureResource: {
      /**
       * @description For programs.
       * @example not_on_whatsapp
       */
      code: string;
      /**
       * @description For people.
       * @example null
       */
      reason: string | null;
    };
    MessageResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000005
       */
      id: string;
      /**
       * @description As both webhooks name it.
       * @example wa_backend:3EB09FCC85FE99662E46
       */
      messageId: string;
      /**
       * @example sent
       * @enum {string}
       */
      direction: 'received' | 'sent';
      /**
       * @description Where it was written: by a contact, or by us on the phone, through the webhook, or here.
       * @example console
       * @enum {string}
       */
      origin: 'contact' | 'phone' | 'webhook' | 'console';
      /** @description Who wrote it. */
      sender: components['schemas']['SenderResource'];
      /**
       * @description `attachment`: a file of ours that was not fetched yet. `other`: recorded without its content.
       * @example text
       * @enum {string}
       */
      kind:
        | 'text'
        | 'image'
        | 'video'
        | 'audio'
        | 'document'
        | 'sticker'
        | 'contact'
        | 'location'
        | 'poll'
        | 'event'
        | 'other'
        | 'attachment';
      /**
       * @description The text; the caption of a file; the name of a contact, place, poll or event. Empty when it was deleted.
       * @example I am fine, how are you?
       */
      text: string;
      /** @description The file that a message of ours carries; null for other messages. */
      attachment: components['schemas']['AttachmentResource'] | null;
      /**
       * @example delivered
       * @enum {string}
       */
      state: 'received' | 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed';
      /**
       * @description Why it failed.
       * @example null
       */
      failure: components['schemas']['FailureResource'] | null;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      at: string;
      /**
       * Format: date-time
       * @description When its author last gave it another text.
       * @example null
       */
      editedAt: string | null;
      /**
       * Format: date-time
       * @description When its author deleted it for everyone.
       * @example null
       */
      deletedAt: string | null;
    };
    MessagePage: {
      items: components['schemas']['MessageResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
      /**
       * @description Give it as `cursor` to get newer messages; null on the page with the newest.
       * @example null
       */
      previousCursor: string | null;
    };
    SendMessageBody: {
      /**
       * @description Plain text; `\n` breaks lines.
       * @example I am fine, how are you?
       */
      text: string;
    };
    PermalinkResource: {
      /** @example 10010001 */
      chatId: string;
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000005
       */
      messageId: string;
    };
    MessageDayResource: {
      /** @example 120 */
      received: number;
      /**
       * @description On the phone as well.
       * @example 80
       */
      sent: number;
      /**
       * @description Of those sent through the webhook or the console: delivered, or read.
       * @example 70
       */
      delivered: number;
      /**
       * @description Of those: given up.
       * @example 2
       */
      failed: number;
      /**
       * @description Of those: waiting, or sent and not delivered yet.
       * @example 3
       */
      underway: number;
      /**
       * Format: date
       * @example 2026-11-24
       */
      day: string;
    };
    AccountCountsResource: {
      /** @example 120 */
      received: number;
      /**
       * @description On the phone as well.
       * @example 80
       */
      sent: number;
      /**
       * @description Of those sent through the webhook or the console: delivered, or read.
       * @example 70
       */
      delivered: number;
      /**
       * @description Of those: given up.
       * @example 2
       */
      failed: number;
      /**
       * @description Of those: waiting, or sent and not delivered yet.
       * @example 3
       */
      underway: number;
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000004
       */
      id: string;
      /** @example +972500000001 */
      phone: string | null;
    };
    MessageStatisticsResource: {
      /** @description Every day of the range, oldest first. */
      days: components['schemas']['MessageDayResource'][];
      /** @description The accounts with most messages in the range, at most 100. */
      accounts: components['schemas']['AccountCountsResource'][];
    };
    CreditDayResource: {
      /**
       * Format: date
       * @example 2026-11-24
       */
      day: string;
      /**
       * @description What the messages of that day cost; those that failed cost nothing.
       * @example 80
       */
      used: number;
      /**
       * @description What came by grants and allowances, less what ended.
       * @example 500
       */
      added: number;
      /**
       * @description The balance at the end of the day; of today: now.
       * @example 1420
       */
      left: number;
    };
    CreditStatisticsResource: {
      /** @description Every day of the range, oldest first. */
      days: components['schemas']['CreditDayResource'][];
    };
    InboundWebhookResource: {
      /**
       * @description False also while no URL was generated yet.
       * @example true
       */
      enabled: boolean;
      /**
       * @description The secret URL; null until one is generated.
       * @example https://in.example/webhooks/inbound/k3J0mJx2cTqWv8s0Zr1yQm7nB5hD4fLpAeUgXiOtRwY
       */
      url: string | null;
      /**
       * Format: date-time
       * @description When this URL was generated.
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string | null;
    };
    PatchInboundWebhookBody: {
      /** @example true */
      enabled: boolean;
    };
    InboundTestBody: {
      /**
       * @description Whom to write to.
       * @example +14155550123
       */
      phone: string;
      /** @example A test from Waypost */
      text: string;
    };
    InboundTestResource: {
      /**
       * @description What was posted.
       * @example {"action":"send"}
       */
      requestBody: string;
      /**
       * @description Null when no answer came.
       * @example 200
       */
      status: number | null;
      /**
       * @description The answer.
       * @example {"status":"success","data":{"message_id":"wa_backend:3EB09FCC85FE99662E46"}}
       */
      responseBody: string | null;
      /** @example 12.5 */
      durationMs: number;
    };
    AttemptedMessageResource: {
      /** @example wa_backend:3EB09FCC85FE99662E46 */
      messageId: string;
      /**
       * @description How far it got by now; null when that is not known here any more.
       * @example delivered
       * @enum {string|null}
       */
      state: 'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | null;
      /**
       * @description Why it failed.
       * @example null
       */
      failure: components['schemas']['FailureResource'] | null;
    };
    AttemptResource: {
      /**
       * @description Rises with each request.
       * @example 4711
       */
      id: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      at: string;
      /**
       * @description Where it came from.
       * @example 203.0.113.7
       */
      address: string | null;
      /**
       * @description The HTTP status of the answer.
       * @example 200
       */
      status: number;
      /**
       * @description The sentence of a refusal.
       * @example null
       */
      refusal: string | null;
      /** @description The message that the answer names; null for a refusal. */
      message: components['schemas']['AttemptedMessageResource'] | null;
      /**
       * @description Fields that were not understood.
       * @example [
       *       "colour"
       *     ]
       */
      ignoredFields: string[];
      /**
       * @description The beginning of the body, as text; the download has all of it. Null when it was not read.
       * @example {"action":"send","phone":"+14151231234","text":"Hello"}
       */
      bodyStart: string | null;
      /**
       * @description Of the whole body.
       * @example 55
       */
      bodyBytes: number | null;
      /**
       * @description From the arrival until the decision.
       * @example 3.2
       */
      durationMs: number;
    };
    AttemptPage: {
      items: components['schemas']['AttemptResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    AttemptAnswerDocument: {
      /**
       * @description `success`, or the HTTP status.
       * @example success
       */
      status: Record<string, never>;
      /**
       * @example {
       *       "message_id": "wa_backend:3EB09FCC85FE99662E46"
       *     }
       */
      data: Record<string, never>;
      /** @example Chat not found */
      message?: string;
    };
    AttemptRecord: {
      /** @example 4711 */
      id: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      at: string;
      /** @example 203.0.113.7 */
      address: string | null;
      /** @example 200 */
      status: number;
      /** @description The body of the answer. */
      answer: components['schemas']['AttemptAnswerDocument'];
      /** @example wa_backend:3EB09FCC85FE99662E46 */
      messageId: string | null;
      /**
       * @example [
       *       "colour"
       *     ]
       */
      ignoredFields: string[];
      /**
       * @description The body that came, as text; null when it was not read, or is no UTF-8.
       * @example {"action":"send","phone":"+14151231234","text":"Hello"}
       */
      body: string | null;
      /**
       * @description The body that came, when it is no UTF-8.
       * @example null
       */
      bodyBase64: string | null;
      /** @example 3.2 */
      durationMs: number;
    };
    AttemptLog: {
      /** @description Newest first, 100 at most. */
      attempts: components['schemas']['AttemptRecord'][];
    };
    OutboundWebhookResource: {
      /** @example https://crm.example/whatsapp */
      url: string | null;
      /**
       * @description 0 delivers each message on its own.
       * @example 0
       * @enum {number}
       */
      granularityHours: 0 | 1 | 6 | 12 | 24;
      /**
       * @description False also after it disabled itself.
       * @example true
       */
      enabled: boolean;
      /**
       * @description `disabled`: switched off by itself after too many errors in a row.
       * @example healthy
       * @enum {string}
       */
      state: 'healthy' | 'backing_off' | 'disabled';
      /**
       * @description Errors since the last success.
       * @example 0
       */
      consecutiveErrors: number;
      /** @example null */
      disabledReason: string | null;
      /**
       * Format: date-time
       * @description When an endpoint that backs off is tried again.
       * @example null
       */
      nextAttemptAt: string | null;
      /**
       * @description Deliveries that wait to be made.
       * @example 0
       */
      pending: number;
      /**
       * @description Chats whose window is open.
       * @example 0
       */
      openBundles: number;
      /**
       * @description Messages in them.
       * @example 0
       */
      bundledMessages: number;
      /**
       * @description Messages that were not kept because too many waited, or that waited or were refused for too long.
       * @example 0
       */
      dropped: number;
      /**
       * @description Verifies the signature of each request (https://www.standardwebhooks.com).
       * @example whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw0dGx6qzVvKM=
       */
      secret: string;
      /**
       * Format: date-time
       * @description Until then requests also carry a signature of the secret before.
       * @example null
       */
      previousSecretUntil: string | null;
    };
    PatchOutboundWebhookBody: {
      /** @example https://crm.example/whatsapp */
      url?: string | null;
      /**
       * @description Hours; open windows get the new length, and 0 ends them now.
       * @example 0
       * @enum {number}
       */
      granularityHours?: 0 | 1 | 6 | 12 | 24;
      /**
       * @description On needs a URL, and forgets earlier errors.
       * @example true
       */
      enabled?: boolean;
    };
    TestResultResource: {
      /**
       * @description True when the answer was HTTP 200.
       * @example true
       */
      ok: boolean;
      /**
       * @description Null when no answer came.
       * @example 200
       */
      status: number | null;
      /**
       * @description What went wrong.
       * @example null
       */
      error: string | null;
      /**
       * @description At most 16 KiB of it.
       * @example OK
       */
      responseBody: string | null;
      /**
       * @description What was posted.
       * @example {"whatsapp_account":{}}
       */
      requestBody: string;
      /** @example 87.5 */
      durationMs: number;
    };
    OutboundRequestResource: {
      /**
       * @description Rises with each request.
       * @example 815
       */
      id: string;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      at: string;
      /**
       * @description Made by "Send test".
       * @example false
       */
      isTest: boolean;
      /** @example https://crm.example/whatsapp */
      url: string;
      /**
       * @example {
       *       "webhook-id": "0192f7a0-0000-7000-8000-000000000006"
       *     }
       */
      requestHeaders: Record<string, never>;
      /** @example {"whatsapp_account":{}} */
      requestBody: string;
      /**
       * @description True when the list has only the beginning of the body; the file has all of it.
       * @example false
       */
      isRequestBodyCut: boolean;
      /**
       * @description Null when no answer came.
       * @example 200
       */
      status: number | null;
      /**
       * @example {
       *       "content-type": "text/plain"
       *     }
       */
      responseHeaders: Record<string, never> | null;
      /**
       * @description At most 16 KiB of it.
       * @example OK
       */
      responseBody: string | null;
      /**
       * @description Null for a success.
       * @example null
       */
      error: string | null;
      /** @example 87.5 */
      durationMs: number;
    };
    OutboundRequestPage: {
      items: components['schemas']['OutboundRequestResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    OutboundRequestLog: {
      /** @description Newest first, 100 at most. */
      requests: components['schemas']['OutboundRequestResource'][];
    };
    CreditsResource: {
      /**
       * @description Credits that can be spent: the sum of the ledger.
       * @example 998
       */
      balance: number;
      /**
       * @description Credits that come on the first of each month; 0: none.
       * @example 500
       */
      monthlyAllowance: number;
      /**
       * @description What of the balance came as allowance. It is spent before other credits.
       * @example 498
       */
      allowanceLeft: number;
      /**
       * Format: date-time
       * @description When the rest of the allowance ends and the next one comes.
       * @example 2026-12-01T00:00:00.000Z
       */
      allowanceRenewsAt: string | null;
    };
    AllowanceBody: {
      /**
       * @description Credits per month; 0 ends the allowance at the end of the month.
       * @example 500
       */
      amount: number;
    };
    CreditEntryResource: {
      /** @example 417 */
      id: string;
      /**
       * @description The change: above zero for grants and refunds.
       * @example -1
       */
      delta: number;
      /**
       * @description The balance after it.
       * @example 998
       */
      balance: number;
      /**
       * @example charge
       * @enum {string}
       */
      reason: 'grant' | 'charge' | 'refund' | 'allowance' | 'expiry';
      /**
       * @description The message that was charged or refunded.
       * @example wa_backend:3EB09FCC85FE99662E46
       */
      messageId: string | null;
      /** @example null */
      note: string | null;
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
    };
    CreditEntryPage: {
      items: components['schemas']['CreditEntryResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    GrantBody: {
      /** @example 1000 */
      amount: number;
      /**
       * @description Why, for the ledger.
       * @example November
       */
      note?: string;
    };
    MailResource: {
      /**
       * Format: uuid
       * @example 0192f7a0-0000-7000-8000-000000000007
       */
      id: string;
      /** @example amina@shop.example */
      recipient: string;
      /** @example Your outbound webhook was disabled */
      subject: string;
      /** @example https://crm.example/whatsapp failed 11 times in a row. */
      body: string;
      /**
       * @description Without a mail server it stays `waiting`, and is read here.
       * @example sent
       * @enum {string}
       */
      state: 'waiting' | 'sent' | 'failed';
      /**
       * Format: date-time
       * @example 2026-11-02T08:30:00.000Z
       */
      createdAt: string;
    };
    MailPage: {
      items: components['schemas']['MailResource'][];
      /**
       * @description Give it as `cursor` to get the next page; null on the last page.
       * @example null
       */
      nextCursor: string | null;
    };
    FieldErrorDocument: {
      /** @example amount */
      field: string;
      /** @example amount must not be less than 1 */
      message: string;
    };
    Problem: {
      /**
       * @description Stable name of the kind.
       * @example urn:waypost:problem:not-found
       */
      type: string;
      /**
       * @description The kind in words.
       * @example Not found
       */
      title: string;
      /**
       * @description The HTTP status.
       * @example 404
       */
      status: number;
      /**
       * @description What happened and what to do.
       * @example There is no such account here.
       */
      detail: string;
      /** @description The fields that are wrong, when it is about fields. */
      errors: components['schemas']['FieldErrorDocument'][];
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  SignIn_login: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['LoginBody'];
      };
    };
    responses: {
      /** @description Who signed in; the session is in Set-Cookie. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MeResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Wrong e-mail or password. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many attempts. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SignIn_logout: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Signed out. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SignIn_me: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The member that the token or session acts for. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MeResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  SignIn_patchMe: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchMeBody'];
      };
    };
    responses: {
      /** @description The member as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MeResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Passwords_change: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ChangePasswordBody'];
      };
    };
    responses: {
      /** @description Changed. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many attempts. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Passwords_forgot: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ForgotPasswordBody'];
      };
    };
    responses: {
      /** @description Understood. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many attempts. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Passwords_reset: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ResetPasswordBody'];
      };
    };
    responses: {
      /** @description Changed; sign in with it. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The link does not work any more. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Acceptance_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReadInvitationBody'];
      };
    };
    responses: {
      /** @description Who is invited, and where. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OfferResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The link does not work any more. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Acceptance_accept: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AcceptInvitationBody'];
      };
    };
    responses: {
      /** @description The new member; the session is in Set-Cookie. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MeResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The e-mail is taken. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The link does not work any more. */
      410: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Tokens_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of tokens. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TokenPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Tokens_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateTokenBody'];
      };
    };
    responses: {
      /** @description The token, shown this once. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewTokenResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Tokens_revoke: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        tokenId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Revoked. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Members_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of members. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MemberPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Members_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateMemberBody'];
      };
    };
    responses: {
      /** @description The member, with a password shown this once. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['NewMemberResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The e-mail is taken. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Members_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        memberId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Removed. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A workspace needs an owner. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Members_patch: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        memberId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchMemberBody'];
      };
    };
    responses: {
      /** @description The member as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MemberResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description A workspace needs an owner. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Invitations_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of invitations. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvitationPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Invitations_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateInvitationBody'];
      };
    };
    responses: {
      /** @description The invitation. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvitationResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The e-mail is taken. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many attempts. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Invitations_resend: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        invitationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The invitation with its new link. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InvitationResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many attempts. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Invitations_revoke: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        invitationId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Withdrawn. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  AuditLog_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of entries. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AuditEntryPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of accounts. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_create: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['CreateAccountBody'];
      };
    };
    responses: {
      /** @description The account, not linked yet. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_read: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The account. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_remove: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is removed. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_patch: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchAccountBody'];
      };
    };
    responses: {
      /** @description The account as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_reconnect: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The account as it is now. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The account is not linked. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_logOut: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The account as it is now. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AccountResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The account is not linked. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_readPairing: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The latest pairing. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PairingResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_requestPairing: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['RequestPairingBody'];
      };
    };
    responses: {
      /** @description The pairing, `requested`. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PairingResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The account is linked already. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Accounts_scanPairing: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        accountId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The pairing as it is now. */
      202: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PairingResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
        /** @description Part of the name, or of the number. */
        search?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of chats. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_read: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        chatId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The chat. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_patch: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        chatId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchChatBody'];
      };
    };
    responses: {
      /** @description The chat as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_markRead: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        chatId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['ReadingBody'];
      };
    };
    responses: {
      /** @description The chat as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['ChatResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_listMessages: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
        /** @description A message of the chat to begin at: the page has it in its middle. Not with `cursor`. */
        around?: string;
      };
      header?: never;
      path: {
        chatId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of messages. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MessagePage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Chats_send: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        chatId: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['SendMessageBody'];
      };
    };
    responses: {
      /** @description The message, `queued`. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MessageResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The account is not linked. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Permalinks_read: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        messageId: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Where the message is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['PermalinkResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not found. */
      404: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Statistics_messages: {
    parameters: {
      query?: {
        /** @description How many days, today among them. */
        days?: number;
        /** @description The IANA name of the zone whose days these are. */
        timeZone?: string;
        /** @description Only what this account sent and received. */
        accountId?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How many there were. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MessageStatisticsResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Statistics_credits: {
    parameters: {
      query?: {
        /** @description How many days, today among them. */
        days?: number;
        /** @description The IANA name of the zone whose days these are. */
        timeZone?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Use and balance. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreditStatisticsResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundWebhookResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_patch: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchInboundWebhookBody'];
      };
    };
    responses: {
      /** @description The webhook as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundWebhookResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no inbound webhook URL yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_rotate: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook with its new URL. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundWebhookResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_test: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['InboundTestBody'];
      };
    };
    responses: {
      /** @description What the webhook answered. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['InboundTestResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no inbound webhook URL yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_listAttempts: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of attempts. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttemptPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  InboundWebhook_downloadAttempts: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['AttemptLog'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Its settings and how it fares. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundWebhookResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_patch: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['PatchOutboundWebhookBody'];
      };
    };
    responses: {
      /** @description The webhook as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundWebhookResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_test: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What the endpoint answered. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['TestResultResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description There is no outbound webhook URL yet. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many tests at a time. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_flush: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundWebhookResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_rotateSecret: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The webhook with its new secret. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundWebhookResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The signing secret was replaced already. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_listRequests: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of requests. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundRequestPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  OutboundWebhook_downloadRequests: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The file. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['OutboundRequestLog'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Credits_read: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The balance. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreditsResource'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Credits_setAllowance: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['AllowanceBody'];
      };
    };
    responses: {
      /** @description The balance as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreditsResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The balance would grow too large. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Credits_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of the ledger. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreditEntryPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Credits_grant: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        'application/json': components['schemas']['GrantBody'];
      };
    };
    responses: {
      /** @description The entry in the ledger. */
      201: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['CreditEntryResource'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The balance would grow too large. */
      409: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is too large. */
      413: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The body is not JSON. */
      415: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Mails_list: {
    parameters: {
      query?: {
        /** @description Most items to return. */
        limit?: number;
        /** @description `nextCursor` of the page before; absent for the first page. */
        cursor?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of mail. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/json': components['schemas']['MailPage'];
        };
      };
      /** @description The request is not valid. */
      400: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site; Only owners may do this. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
  Events_follow: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The stream. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'text/event-stream': string;
        };
      };
      /** @description Not signed in. */
      401: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description The request comes from another site. */
      403: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Too many open pages. */
      429: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Something went wrong here. */
      500: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
      /** @description Not available at the moment. */
      503: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          'application/problem+json': components['schemas']['Problem'];
        };
      };
    };
  };
}
