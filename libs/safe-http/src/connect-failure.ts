/** Why no connection came about, in the classes of HttpErrorClass. */
export class ConnectFailure extends Error {
  constructor(
    readonly errorClass: 'address_refused' | 'dns' | 'connect' | 'tls' | 'timeout',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ConnectFailure';
  }
}
