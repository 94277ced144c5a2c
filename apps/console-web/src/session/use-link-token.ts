import { useState } from 'react';

/** The secret of a mailed link: what follows the # of the address, which browsers send to nobody. */
export function useLinkToken(): string {
  const [token] = useState(() => window.location.hash.slice(1));
  return token;
}
