const ANSWER_WITHIN_MS = 15_000;

/** The API answered with an error. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    request: string,
    body: string,
  ) {
    super(`${request} answered ${status}: ${body}`);
    this.name = 'ApiError';
  }
}

/** JSON over HTTP to one of our own services. */
export class JsonApi {
  constructor(
    private readonly baseUrl: string,
    private readonly signal: AbortSignal,
    private readonly token?: string,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.request('GET', path);
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    return this.request('POST', path, body);
  }

  /** @throws ApiError when the answer is not 2xx */
  private async request<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.baseUrl}${path}`, {
      method,
      headers: {
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]),
    });
    const text = await response.text();
    if (!response.ok) throw new ApiError(response.status, `${method} ${path}`, text);
    return JSON.parse(text) as T;
  }
}
