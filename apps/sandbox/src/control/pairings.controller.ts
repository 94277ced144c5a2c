import { Body, Controller, Inject, Post, UsePipes } from '@nestjs/common';
import type { Linked } from '../linking/acceptance.js';
import { SandboxNetwork } from '../sandbox-network.js';
import { PairingDto } from './pairings.dto.js';
import { BadRequest } from './problem.filter.js';
import { requestPipe } from './request-pipes.js';

@Controller('pairings')
@UsePipes(requestPipe)
export class PairingsController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  /** Answers when the device is linked: it has confirmed, and is told to connect again. */
  @Post()
  pair(@Body() { qr, code, phone, name }: PairingDto): Promise<Linked> {
    if (qr !== undefined && code !== undefined) {
      throw new BadRequest([{ field: 'code', message: 'send either qr or code, not both' }]);
    }
    return qr !== undefined
      ? this.network.pairings.scan(qr, phone, name)
      : this.network.pairings.enterCode(code!, phone, name);
  }
}
