/**
 * What the page may load: its own scripts, styles and fonts, and its own API. The nonce lets its component library write the style
 * sheets that depend on the viewer's settings; there are no inline scripts, and nothing may frame the page.
 */
export function contentPolicy(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `font-src 'self'`,
    `img-src 'self'`,
    `connect-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ');
}
