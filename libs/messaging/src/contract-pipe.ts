import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { parseContract } from '@waypost/contracts';

/** Validates what arrives over NATS against its contract class before a handler sees it. */
@Injectable()
export class ContractPipe implements PipeTransform {
  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const contract = metadata.metatype;
    if (metadata.type !== 'body' || !contract || contract === Object) return value;
    return parseContract(contract as new () => object, value);
  }
}
