/**
 * Which addresses a connection may reach. A base URL is typed by a person and a redirect by anybody, so a name is
 * resolved here, refused when it leads into a private network, and the request then uses exactly the address that
 * was judged: a name that resolves differently a moment later changes nothing.
 */
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

/** Networks that are not the public internet (IANA special-purpose registries). */
const special: readonly string[] = [
  '0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12', '192.0.0.0/24',
  '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15', '198.51.100.0/24', '203.0.113.0/24',
  '224.0.0.0/4', '240.0.0.0/4',
  // The compatible, translated and 6to4 forms carry an IPv4 address inside; so do the mapped ones, see below.
  '::/96', '64:ff9b::/96', '64:ff9b:1::/48', '100::/64', '2001::/23', '2001:db8::/32', '2002::/16',
  '3fff::/20', '5f00::/16', 'fc00::/7', 'fe80::/10', 'fec0::/10', 'ff00::/8',
]; // prettier-ignore

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', length] = network.split('/');
    const family = isIP(address);
    const bits = length === undefined ? (family === 6 ? 128 : 32) : Number(length);
    if (family === 0 || !Number.isInteger(bits))
      throw new RangeError(`not an address or network: ${network}`);
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const refused = listOf(special);

/** Resolves a host name to addresses; replaced in tests. */
export type Resolve = (host: string) => Promise<readonly string[]>;

const resolveByDns: Resolve = async (host) =>
  (await lookup(host, { all: true, verbatim: true })).map((found) => found.address);

export type Judged =
  | { readonly is: 'allowed'; readonly address: string; readonly family: 4 | 6 }
  /** `address` is what the host leads to. */
  | { readonly is: 'refused'; readonly address: string };

/**
 * Makes the judge of one connection.
 *
 * @param allowed networks (`127.0.0.1`, `10.20.0.0/16`) that this connection may reach although they are private
 * @returns the address to use for a host; refused when *any* address of the host is private and not allowed, so that
 *   a name cannot slip through on its second address. Throws what the resolver throws.
 */
export function guardAddresses(
  allowed: readonly string[],
  resolve: Resolve = resolveByDns,
): (host: string) => Promise<Judged> {
  const exceptions = listOf(allowed);
  return async (host) => {
    const bare = host.replace(/^\[|\]$/g, '');
    const addresses = isIP(bare) === 0 ? await resolve(bare) : [bare];
    for (const address of addresses) {
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      const mapped = family === 'ipv6' && /^::ffff:/i.test(address);
      // A mapped address is no address of the internet; BlockList would compare it with the rules for IPv4.
      if (mapped || (refused.check(address, family) && !exceptions.check(address, family)))
        return { is: 'refused', address };
    }
    const [address] = addresses;
    if (address === undefined) throw new Error(`no address for ${bare}`);
    return { is: 'allowed', address, family: isIP(address) === 6 ? 6 : 4 };
  };
}
