import { Navigate } from '@tanstack/react-router';

export function SignedInAlready() {
  return <Navigate to="/" replace />;
}
