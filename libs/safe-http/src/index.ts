export { AddressGuard, isNetwork } from './address-guard.js';
export type { GetAnswer, GetOptions } from './get.js';
export type { HttpError, HttpErrorClass } from './http-error.js';
export type { Resolve, ResolvedAddress } from './name-resolver.js';
export {
  SafeHttpClient,
  type GetResult,
  type HttpAnswer,
  type HttpResult,
  type PostOptions,
  type SafeHttpClientOptions,
} from './safe-http-client.js';
