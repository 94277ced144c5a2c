import type { Type } from '@nestjs/common';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type as Convert } from 'class-transformer';
import { IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { invalidField } from './problem.js';
import { Optional } from './text.js';

/** What every list takes. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'Most items to return.',
    minimum: 1,
    maximum: 100,
    default: 50,
    example: 50,
  })
  @Optional()
  @Convert(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit: number = 50;

  @ApiPropertyOptional({ description: '`nextCursor` of the page before; absent for the first page.' })
  @Optional()
  @IsString()
  @MaxLength(500)
  cursor?: string;
}

export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

/** The class that documents a page of `item`s. */
export function pageOf<Item>(item: Type<Item>): Type<Page<Item>> {
  class PageDocument implements Page<Item> {
    @ApiProperty({ type: [item] }) items!: Item[];
    @ApiProperty({
      type: String,
      nullable: true,
      description: 'Give it as `cursor` to get the next page; null on the last page.',
      example: null,
    })
    nextCursor!: string | null;
  }
  Object.defineProperty(PageDocument, 'name', { value: `${item.name}Page` });
  return PageDocument;
}

/** The sort key of a row: where the next page goes on. */
export type CursorKey = (string | null)[];

/** Makes a page of `limit` items from up to `limit + 1` rows. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  item: (row: Row) => Item,
  key: (row: Row) => CursorKey,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(item), nextCursor: more ? writeCursor(key(last)) : null };
}

export function writeCursor(key: CursorKey): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** What the parts of a cursor look like. Postgres gets nothing else. */
export const cursorParts = {
  bigint: /^\d{1,18}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  /** Microseconds since 1970. */
  instant: /^-?\d{1,17}$/,
};

/**
 * Reads a cursor back.
 * @returns one null per part when there is no cursor
 * @throws ProblemError when it is not one that this list gave out
 */
export function readCursor(cursor: string | undefined, parts: RegExp[]): CursorKey {
  if (cursor === undefined) return parts.map(() => null);
  const key = parsed(cursor);
  const fits =
    Array.isArray(key) &&
    key.length === parts.length &&
    key.every((part, index) => part === null || (typeof part === 'string' && parts[index]!.test(part))) &&
    key.at(-1) !== null;
  if (!fits) throw invalidField('cursor', 'cursor must be a nextCursor that this list returned');
  return key as CursorKey;
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}
