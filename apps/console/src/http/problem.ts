import { ApiProperty } from '@nestjs/swagger';

/** Every kind of refusal that a caller can meet: its stable code, its HTTP status and its title. */
export const problemKinds = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  'wrong-credentials': { status: 401, title: 'Wrong e-mail or password' },
  'owners-only': { status: 403, title: 'Only owners may do this' },
  'cross-site': { status: 403, title: 'The request comes from another site' },
  'not-found': { status: 404, title: 'Not found' },
  'account-linked': { status: 409, title: 'The account is linked already' },
  'account-not-linked': { status: 409, title: 'The account is not linked' },
  'no-inbound-url': { status: 409, title: 'There is no inbound webhook URL yet' },
  'secret-replaced': { status: 409, title: 'The signing secret was replaced already' },
  'no-outbound-url': { status: 409, title: 'There is no outbound webhook URL yet' },
  'link-not-valid': { status: 410, title: 'The link does not work any more' },
  'email-taken': { status: 409, title: 'The e-mail is taken' },
  'last-owner': { status: 409, title: 'A workspace needs an owner' },
  'too-many-credits': { status: 409, title: 'The balance would grow too large' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 415, title: 'The body is not JSON' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  'too-many-tests': { status: 429, title: 'Too many tests at a time' },
  'too-many-streams': { status: 429, title: 'Too many open pages' },
  'bad-http': { status: 400, title: 'The request is not understood' },
  internal: { status: 500, title: 'Something went wrong here' },
  unavailable: { status: 503, title: 'Not available at the moment' },
} as const;

export type ProblemCode = keyof typeof problemKinds;

export interface FieldError {
  /** The field of the body, or the query parameter. */
  field: string;
  /** What to do about it. */
  message: string;
}

/** A refusal on its way to the caller. */
export class ProblemError extends Error {
  readonly errors: FieldError[];
  readonly retryAfterSeconds?: number;
  /** Where the kind alone does not tell it. */
  readonly status: number;

  constructor(
    readonly code: ProblemCode,
    detail: string,
    more: { errors?: FieldError[]; retryAfterSeconds?: number; status?: number } = {},
  ) {
    super(detail);
    this.name = 'ProblemError';
    this.errors = more.errors ?? [];
    this.retryAfterSeconds = more.retryAfterSeconds;
    this.status = more.status ?? problemKinds[code].status;
  }
}

/** A refusal for one field of the request. */
export function invalidField(field: string, message: string): ProblemError {
  return new ProblemError('invalid-request', message, { errors: [{ field, message }] });
}

class FieldErrorDocument implements FieldError {
  @ApiProperty({ example: 'amount' }) field!: string;
  @ApiProperty({ example: 'amount must not be less than 1' }) message!: string;
}

/** The body of every refusal, as `application/problem+json` (RFC 9457). */
export class Problem {
  @ApiProperty({ description: 'Stable name of the kind.', example: 'urn:waypost:problem:not-found' })
  type!: string;
  @ApiProperty({ description: 'The kind in words.', example: 'Not found' })
  title!: string;
  @ApiProperty({ description: 'The HTTP status.', example: 404 })
  status!: number;
  @ApiProperty({ description: 'What happened and what to do.', example: 'There is no such account here.' })
  detail!: string;
  @ApiProperty({
    type: [FieldErrorDocument],
    description: 'The fields that are wrong, when it is about fields.',
  })
  errors!: FieldError[];
}

export function problemBody(problem: ProblemError): Problem {
  return {
    type: `urn:waypost:problem:${problem.code}`,
    title: problemKinds[problem.code].title,
    status: problem.status,
    detail: problem.message,
    errors: problem.errors,
  };
}
