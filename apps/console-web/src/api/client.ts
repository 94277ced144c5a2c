import createClient from 'openapi-fetch';
import { ApiProblem, type Problem } from './problem.js';
import type { components, paths } from './schema.js';

/** The shapes of the API, by name. */
export type Schemas = components['schemas'];

/** The management API, typed by its own description. */
export const api = createClient<paths>({ baseUrl: window.location.origin });

/**
 * The body of an answer.
 * @throws ApiProblem for a refusal, and when no answer came
 */
export async function take<Data>(
  request: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<Data> {
  const { data, error, response } = await request.catch(() => {
    throw new ApiProblem({
      status: 0,
      title: 'No connection',
      detail: 'The console does not answer. Check your connection; this page tries again by itself.',
    });
  });
  if (response.ok) return data as Data;
  throw new ApiProblem(isProblem(error) ? error : { status: response.status, title: response.statusText });
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'title' in body && 'status' in body;
}
