// Loaded into a pod of wa-session by a test: it then commits what it received long after the receipt has left, as gateways do that
// rely on the events of their WhatsApp library. The test proves that such a loss is seen.
import { registerHooks } from 'node:module';

const COMMIT = 'commit() {';
const LAZY = 'LAZY_COMMIT_MS = 20';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/unit-of-work/account-store.js')) return loaded;
    const source = loaded.source.toString();
    if (!source.includes(COMMIT) || !source.includes(LAZY))
      throw new Error('the mutation does not fit any more');
    return {
      ...loaded,
      source: source
        .replace(COMMIT, `${COMMIT} this.commitSoon(); return Promise.resolve();`)
        .replace(LAZY, 'LAZY_COMMIT_MS = 1_000'),
    };
  },
});
