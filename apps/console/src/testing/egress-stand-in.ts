import { Controller, Module, type INestMicroservice } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, Payload, Transport } from '@nestjs/microservices';
import { subjects, type TestOutboundReply, type TestOutboundRequest } from '@waypost/contracts';

let reply: TestOutboundReply;
let asked: TestOutboundRequest[] = [];

@Controller()
class TestOutboundController {
  @MessagePattern(subjects.testOutbound)
  answer(@Payload() request: TestOutboundRequest): TestOutboundReply {
    asked.push(request);
    return reply;
  }
}

@Module({ controllers: [TestOutboundController] })
class EgressStandInModule {}

/** Answers test requests over a test's own NATS as egress would, without posting anything. One at a time per process. */
export class EgressStandIn {
  private constructor(private readonly app: INestMicroservice) {}

  static async start(
    natsUrl: string,
    answer: TestOutboundReply = {
      ok: true,
      status: 200,
      durationMs: 3,
      responseBody: 'OK',
      requestBody: '{}',
    },
  ): Promise<EgressStandIn> {
    reply = answer;
    asked = [];
    const app = await NestFactory.createMicroservice(EgressStandInModule, {
      transport: Transport.NATS,
      options: { servers: natsUrl },
      logger: false,
    });
    await app.listen();
    return new EgressStandIn(app);
  }

  get asked(): readonly TestOutboundRequest[] {
    return asked;
  }

  async stop(): Promise<void> {
    await this.app.close();
  }
}
