import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  StreamableFile,
} from '@nestjs/common';
import { SandboxNetwork } from '../sandbox-network.js';

/** The media server's HTTP side, at the paths of WhatsApp's own. */
@Controller('mms/:type/:name')
export class MediaController {
  constructor(@Inject(SandboxNetwork) private readonly network: SandboxNetwork) {}

  @Post()
  @HttpCode(200)
  async upload(
    @Req() request: { headers: { host?: string } },
    @Param('type') type: string,
    @Param('name') name: string,
    @Query('auth') auth: string,
    @Body() blob: Buffer,
  ): Promise<{ url: string; direct_path: string }> {
    await this.network.media.upload(name, auth, blob);
    const path = `/mms/${type}/${name}`;
    return { url: `http://${request.headers.host}${path}`, direct_path: path };
  }

  @Get()
  async download(@Param('name') name: string): Promise<StreamableFile> {
    return new StreamableFile(await this.network.media.download(name), { type: 'application/octet-stream' });
  }
}
