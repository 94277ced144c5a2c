/** Text of any origin as Postgres takes it: U+0000 and lone surrogates become U+FFFD. */
export function storable(text: string): string {
  return text.replaceAll('\0', '\uFFFD').toWellFormed();
}
