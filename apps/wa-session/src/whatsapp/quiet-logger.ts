import type { ILogger } from '@whiskeysockets/baileys/lib/Utils/logger.js';

/** Baileys logs nodes, keys and texts: only the fixed message of its errors and warnings goes on, never an object. */
export function quietLogger(write: (message: string) => void): ILogger {
  const pass = (first: unknown, message?: string) => {
    const text = message ?? (typeof first === 'string' ? first : undefined);
    if (text) write(text);
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
