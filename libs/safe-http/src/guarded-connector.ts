import { isIP, type LookupFunction, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressGuard } from './address-guard.js';
import { ConnectFailure } from './connect-failure.js';
import type { Resolve, ResolvedAddress } from './name-resolver.js';

/**
 * Opens connections to allowed addresses only. The guard sees the very addresses that the socket then connects to, so a name
 * cannot be vetted as one address and connected as another.
 *
 * @param connectMs from here until the connection stands, TLS and name look-up included
 */
export function guardedConnector(
  guard: AddressGuard,
  connectMs: number,
  resolve: Resolve,
): buildConnector.connector {
  const connect = buildConnector({ allowH2: false, timeout: 0, lookup: guardedLookup(guard, resolve) });
  return (options, callback) => {
    // Sockets look up names only; a literal address is checked here.
    if (isIP(options.hostname) !== 0 && !guard.allows(options.hostname)) {
      callback(refused(options.hostname), null);
      return;
    }
    let reached = false;
    // It returns its socket, which its type does not say.
    const socket = connect(options, (error, connected) => {
      clearTimeout(timer);
      if (error) callback(classified(error, reached), null);
      else callback(null, connected!);
    }) as unknown as Socket;
    socket.once('connect', () => (reached = true));
    const timer = setTimeout(
      () => socket.destroy(new ConnectFailure('timeout', `no connection within ${connectMs} ms`)),
      connectMs,
    );
  };
}

function guardedLookup(guard: AddressGuard, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    void allowedAddresses(guard, resolve, hostname).then(
      (addresses) => {
        if (options.all) callback(null, addresses);
        else callback(null, addresses[0]!.address, addresses[0]!.family);
      },
      (error: Error) => callback(error, '', 0),
    );
  };
}

/** A name with both good and bad addresses is connected by its good ones. @throws ConnectFailure when none is left */
async function allowedAddresses(
  guard: AddressGuard,
  resolve: Resolve,
  hostname: string,
): Promise<ResolvedAddress[]> {
  const found = await resolve(hostname).catch((error: unknown) => {
    throw new ConnectFailure('dns', `the name ${hostname} was not found${codeOf(error)}`, { cause: error });
  });
  if (found.length === 0) throw new ConnectFailure('dns', `the name ${hostname} has no address`);
  const allowed = found.filter(({ address }) => guard.allows(address));
  if (allowed.length === 0) throw refused(hostname);
  return allowed;
}

function refused(host: string): ConnectFailure {
  return new ConnectFailure(
    'address_refused',
    `${host} is not a public address, and its network is not among those that this deployment allows`,
  );
}

function classified(error: Error, reached: boolean): ConnectFailure {
  if (error instanceof ConnectFailure) return error;
  return reached
    ? new ConnectFailure('tls', `no secure connection${codeOf(error)}${certificateProblem(error)}`, {
        cause: error,
      })
    : new ConnectFailure('connect', `no connection${codeOf(error)}`, { cause: error });
}

/** For whoever runs the receiver: what Node says is for whoever runs this. */
const CERTIFICATE_PROBLEMS: Record<string, string> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its chain of certificates ends in one that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'the server does not send the certificates between its own and a trusted one',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate comes from an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate comes from an authority that is not trusted',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
};

function certificateProblem(error: unknown): string {
  const problem = CERTIFICATE_PROBLEMS[String((error as { code?: unknown }).code)];
  return problem === undefined ? '' : `: ${problem}`;
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? ` (${code})` : '';
}
