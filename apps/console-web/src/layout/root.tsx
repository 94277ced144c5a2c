import { Outlet } from '@tanstack/react-router';
import { Loading } from '../feedback/loading.js';
import { LoadFailure } from '../feedback/load-failure.js';
import { MeProvider, useSession } from '../session/me.js';
import { SignInPage } from '../session/sign-in-page.js';
import { Shell } from './shell.js';

/** Every page: signed in, inside the navigation. */
export function Root() {
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
