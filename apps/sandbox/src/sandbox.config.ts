import { ServiceConfig, Setting } from '@waypost/platform';
import { IsBoolean, IsString } from 'class-validator';

export class SandboxConfig extends ServiceConfig {
  @Setting({
    key: 'SANDBOX_DATA_DIR',
    describe: 'Folder for the state of the simulated network; empty: everything is forgotten when it stops.',
  })
  @IsString()
  dataDir: string = '';

  @Setting({
    key: 'AUTO_CONTACTS',
    describe:
      'Whether unknown numbers of 7 to 15 digits are on WhatsApp and become contacts when written to.',
  })
  @IsBoolean()
  autoContacts: boolean = true;
}
