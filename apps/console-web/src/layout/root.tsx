import { Outlet, useLocation } from '@tanstack/react-router';
import { Loading } from '../feedback/loading.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { MeProvider, useSession } from '../session/me.js';
import { SignInPage } from '../session/sign-in-page.js';
import { Shell } from './shell.js';

/** Pages for whoever has lost the way in, or is yet to get in. */
const OUTSIDE = new Set(['/forgot-password', '/reset-password', '/invitation']);

/** Every page: signed in, inside the navigation, but those outside. */
export function Root() {
  const { pathname } = useLocation();
  return OUTSIDE.has(pathname.replace(/\/$/, '')) ? <Outlet /> : <Inside />;
}

function Inside() {
  const session = useSession();
  if (session.data) {
    return (
      <MeProvider value={session.data}>
        <Shell>
          <Outlet />
        </Shell>
      </MeProvider>
    );
  }
  if (session.data === null) return <SignInPage />;
  if (session.error) return <LoadFailure error={session.error} retry={() => void session.refetch()} />;
  return <Loading />;
}
