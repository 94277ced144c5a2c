export interface Problem {
  status: number;
  title: string;
  type?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** A refusal of the API, or the lack of an answer (status 0). Its message is for people. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly kind: string;
  readonly title: string;

  constructor(private readonly problem: Problem) {
    super(problem.detail || problem.title || 'Something went wrong.');
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.title = problem.title;
    this.kind = problem.type?.split(':').at(-1) ?? '';
  }

  /** What is wrong with a field of the form; its name in the API is left out of the sentence. */
  of(field: string): string | undefined {
    const found = this.problem.errors?.find((error) => error.field === field);
    if (!found) return undefined;
    const rest = found.message.startsWith(`${field} `)
      ? found.message.slice(field.length + 1)
      : found.message;
    return `${rest.charAt(0).toUpperCase()}${rest.slice(1)}.`;
  }
}

export function problemOf(error: unknown): ApiProblem | undefined {
  return error instanceof ApiProblem ? error : undefined;
}
