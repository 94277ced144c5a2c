import { childOf, childrenOf, node, type Node } from '../nodes/node.js';
import { IqError, type Iq, type IqHandler } from './iq.js';

const PRIVACY = ['last', 'online', 'profile', 'status', 'readreceipts', 'groupadd', 'calladd', 'messages'];

/** Queries about the account itself that any client makes; the sandbox has no settings, so the answers are the defaults. */
export const accountQueries: Record<string, IqHandler> = {
  'w:p': () => [],
  abt: () => [node('props', { protocol: '1', hash: 'sandbox', refresh: '86400' })],
  blocklist: (iq) => (iq.type === 'get' ? [node('list', { dhash: 'none' })] : []),
  privacy: (iq) => (iq.type === 'get' ? [privacySettings()] : []),
  status: () => [],
  disappearing_mode: () => [],
  'w:stats': () => [],
  'urn:xmpp:whatsapp:dirty': () => [],
  'w:profile:picture': (iq) => {
    if (iq.type === 'get') throw new IqError(404, 'item-not-found');
    return [];
  },
  'w:biz': () => [node('business_profile', { v: '244' })],
  'w:sync:app:state': (iq) => [appStates(iq)],
};

function privacySettings(): Node {
  return node(
    'privacy',
    {},
    PRIVACY.map((name) => node('category', { name, value: 'all' })),
  );
}

/** Each collection is at the version that the client has: there is never anything new. */
function appStates({ stanza }: Iq): Node {
  const collections = childrenOf(childOf(stanza, 'sync'), 'collection').map(({ attrs }) =>
    node('collection', { name: attrs.name, version: attrs.version ?? '0', type: 'result' }),
  );
  return node('sync', {}, collections);
}
