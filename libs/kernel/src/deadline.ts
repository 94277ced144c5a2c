/** The value, or undefined when it does not come in time. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return race(ms, promise, (resolve) => resolve(undefined));
}

/** The value. @throws when it does not come in time */
export function answerWithin<T>(ms: number, promise: Promise<T>): Promise<T> {
  return race(ms, promise, (_, reject) => reject(new Error(`no answer within ${ms} ms`)));
}

async function race<T, L>(
  ms: number,
  promise: Promise<T>,
  late: (resolve: (value: L) => void, reject: (reason: Error) => void) => void,
): Promise<T | L> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await Promise.race([
      promise,
      new Promise<L>((resolve, reject) => {
        timer = setTimeout(() => late(resolve, reject), Math.max(0, ms));
      }),
    ]);
  } finally {
    clearTimeout(timer);
  }
}
