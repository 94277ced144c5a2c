/** A server on this machine could not be started; the message is one sentence for a person, with what to do. */
export class LocalServerError extends Error {
  override readonly name = 'LocalServerError';
}

/** @param setting the name of the setting that chooses the port, as the reader knows it */
export function portTaken(server: string, port: number, setting = 'its port setting'): LocalServerError {
  return new LocalServerError(
    `${server} cannot start because port ${port} on 127.0.0.1 is taken: stop the program that uses it, or change ${setting}.`,
  );
}
