import { Page } from '../layout/page.js';
import { LoadFailure } from './load-failure.js';

/** A page that broke; most often its newer version replaced the one this browser has open. */
export function PageFailure() {
  return (
    <Page title="This page did not open">
      <LoadFailure
        error={{ message: 'The console may have been updated meanwhile. Loading it anew usually helps.' }}
        retry={() => window.location.reload()}
      />
    </Page>
  );
}
