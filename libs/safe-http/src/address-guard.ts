import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = [Address, number];

/** Public by its number, but it is Azure's metadata and wire server on every machine of that cloud. */
const METADATA_OUTSIDE_SPECIAL_RANGES = ['168.63.129.16'];

const GLOBAL_UNICAST_V6 = ipaddr.parseCIDR('2000::/3');
/** Each embeds an IPv4 address, at this byte, that a translator on the way would connect to. */
const EMBEDDING_NETWORKS = [
  { network: ipaddr.parseCIDR('64:ff9b::/96'), offset: 12 },
  { network: ipaddr.parseCIDR('2002::/16'), offset: 2 },
];

/**
 * Decides which addresses may be connected to: the public internet, and the networks that a deployment allows. Private, loopback,
 * link-local, carrier-grade NAT, metadata, multicast and reserved addresses are refused, also inside IPv4-mapped, NAT64 and 6to4
 * forms; so is everything that is not an address.
 */
export class AddressGuard {
  private readonly allowed: Network[];

  /**
   * @param allowedNetworks CIDR ranges such as `10.1.0.0/16` or `fd00::/8`
   * @throws when one of them is no CIDR range
   */
  constructor(allowedNetworks: readonly string[] = []) {
    this.allowed = allowedNetworks.map(parseNetwork);
  }

  allows(address: string): boolean {
    if (!ipaddr.isValid(address)) return false;
    const parsed = ipaddr.process(address);
    return this.allowed.some((network) => within(parsed, network)) || isPublic(parsed);
  }
}

/** True for a CIDR range, for the validation of a configuration. */
export function isNetwork(text: string): boolean {
  return ipaddr.isValidCIDR(text);
}

function parseNetwork(text: string): Network {
  if (!ipaddr.isValidCIDR(text))
    throw new Error(`"${text}" is not a network: write a CIDR range such as 10.1.0.0/16`);
  return ipaddr.parseCIDR(text);
}

function within(address: Address, [base, bits]: Network): boolean {
  return address.kind() === base.kind() && address.match(base, bits);
}

function isPublic(address: Address): boolean {
  if (address.kind() === 'ipv4') {
    return address.range() === 'unicast' && !METADATA_OUTSIDE_SPECIAL_RANGES.includes(address.toString());
  }
  const embedding = EMBEDDING_NETWORKS.find(({ network }) => within(address, network));
  if (embedding) {
    const bytes = address.toByteArray().slice(embedding.offset, embedding.offset + 4);
    return isPublic(ipaddr.fromByteArray(bytes));
  }
  return address.range() === 'unicast' && within(address, GLOBAL_UNICAST_V6);
}
