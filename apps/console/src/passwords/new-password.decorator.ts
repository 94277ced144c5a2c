import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Text } from '../http/text.js';

const SHORTEST = 12;

/** A password that somebody chooses. */
export function NewPassword(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      description: `At least ${SHORTEST} characters.`,
      example: 'a longer horse and a better battery',
      format: 'password',
    }),
    Text(SHORTEST, 1_000),
  );
}
