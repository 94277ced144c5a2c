// Loaded into a pod of wa-session by a test: what it receives is then committed after the receipt has left, as in gateways that rely on the
// events of their WhatsApp library. The test shows that the loss is seen.
import { registerHooks } from 'node:module';

const COMMIT = 'commit() {';

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith('/unit-of-work/account-store.js')) return loaded;
    const source = loaded.source.toString();
    if (!source.includes(COMMIT)) throw new Error('the mutation does not fit any more');
    return {
      ...loaded,
      source: source.replace(COMMIT, `${COMMIT} this.commitSoon(); return Promise.resolve();`),
    };
  },
});
