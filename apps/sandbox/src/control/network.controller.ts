import { Body, Controller, HttpCode, Inject, Post, UsePipes } from '@nestjs/common';
import { SandboxNetwork } from '../sandbox-network.js';
import { FaultDto } from './faults.dto.js';
import { requestPipe } from './request-pipes.js';

@Controller('network')
@UsePipes(requestPipe)
export class NetworkController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Post('faults')
  @HttpCode(200)
  async fault(@Body() fault: FaultDto): Promise<{ connections: number }> {
    return { connections: await this.network.faults.inflict(undefined, { ...fault }) };
  }
}
