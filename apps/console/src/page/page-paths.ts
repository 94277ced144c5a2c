const PAGES = [
  /^\/$/,
  /^\/sign-in\/?$/,
  /^\/accounts\/?$/,
  /^\/chats\/?$/,
  /^\/chat\/\d{1,18}\/messages\/?$/,
  /^\/permalink\/[0-9a-f-]{36}\/?$/i,
  /^\/overview\/?$/,
  /^\/integrations\/inbound-webhooks\/?$/,
  /^\/integrations\/outbound-webhook\/?$/,
  /^\/credits\/?$/,
  /^\/team\/?$/,
  /^\/settings\/?$/,
  /^\/audit-log\/?$/,
  /^\/(forgot-password|reset-password|invitation)\/?$/,
];

/** The page has something to show at this path. */
export function isPage(path: string): boolean {
  return PAGES.some((page) => page.test(path));
}

/** A browser that opens this path is told so by the page itself when there is nothing at it. */
export function mayBePage(path: string): boolean {
  return !/^\/(api|assets|health|metrics)(\/|$)/.test(path);
}
