/** A command that sends a message through a webhook, as a POSIX shell takes it. */
export function curlCommand(url: string, message: { phone: string; text: string }): string {
  const body = JSON.stringify({ action: 'send', ...message });
  return [
    `curl -X POST ${quoted(url)} \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d ${quoted(body)}`,
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** JSON with line breaks and indents; anything else as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
