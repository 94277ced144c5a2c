import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';

/** Baileys logs nodes, keys and texts: only its fixed messages and the messages of errors go on, never an object. */
export function quietLogger(write: (message: string) => void): ILogger {
  const pass = (first: unknown, message?: string) => {
    const text = message ?? (typeof first === 'string' ? first : undefined);
    const { err, error } = (typeof first === 'object' ? (first ?? {}) : {}) as {
      err?: unknown;
      error?: unknown;
    };
    const cause = err instanceof Error ? err : error instanceof Error ? error : undefined;
    if (text) write(cause ? `${text}: ${cause.message}` : text);
  };
  const drop = () => undefined;
  const logger: ILogger = {
    level: 'warn',
    child: () => logger,
    trace: drop,
    debug: drop,
    info: drop,
    warn: pass,
    error: pass,
  };
  return logger;
}
