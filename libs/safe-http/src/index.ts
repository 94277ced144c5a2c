export { AddressGuard, isNetwork } from './address-guard.js';
export type { Resolve, ResolvedAddress } from './guarded-connector.js';
export {
  SafeHttpClient,
  type HttpAnswer,
  type HttpError,
  type HttpErrorClass,
  type HttpResult,
  type PostOptions,
  type SafeHttpClientOptions,
} from './safe-http-client.js';
