import { Injectable } from '@nestjs/common';
import { newSecretToken } from '@waypost/kernel';
import { hashPassword, verifyPassword } from '@waypost/persistence';
import { ProblemError } from '../http/problem.js';

/** Each hash takes 19 MiB and a thread for some 50 ms; more at once only wait in line. */
const MOST_AT_ONCE = 32;

/** Hashes and compares passwords, not too many at once. */
@Injectable()
export class PasswordCheck {
  /** What is compared where there is no hash, so that it takes as long as where there is one. */
  private readonly nobody = hashPassword(newSecretToken());
  private working = 0;

  /** @throws ProblemError `unavailable` */
  matches(password: string, hash: string | null | undefined): Promise<boolean> {
    return this.inTurn(async () => verifyPassword(password, hash ?? (await this.nobody)));
  }

  /** @throws ProblemError `unavailable` */
  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.working >= MOST_AT_ONCE) {
      throw new ProblemError('unavailable', 'Too many people sign in right now. Try again in a moment.', {
        retryAfterSeconds: 1,
      });
    }
    this.working += 1;
    try {
      return await work();
    } finally {
      this.working -= 1;
    }
  }
}
