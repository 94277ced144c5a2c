const ANSWER_WITHIN_MS = 20_000;

/** The connection was refused or broke: nobody knows whether the request was worked on. */
export class NoAnswerError extends Error {}

/** JSON over HTTP, as a client of the product would speak it. A fresh connection for each request: servers get killed here. */
export class JsonApi {
  constructor(
    private readonly baseUrl: string,
    private readonly token?: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.request('GET', path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.request('POST', path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.request('PUT', path, body);
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.request('PATCH', path, body);
  }

  /** All items of a list that comes in pages. */
  async list<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = '';
    do {
      const page: { items: T[]; nextCursor: string | null } = await this.get(
        `${path}?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor);
    return items;
  }

  /** @throws NoAnswerError, or an error that tells the answer when it is not 2xx */
  private async request<T>(method: string, path: string, body?: object): Promise<T> {
    const [response, text] = await this.exchange(method, path, body).catch((cause: unknown) => {
      throw new NoAnswerError(`${method} ${path} was not answered: ${String(cause)}`, { cause });
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  private async exchange(method: string, path: string, body?: object): Promise<[Response, string]> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        connection: 'close',
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return [response, await response.text()];
  }
}
