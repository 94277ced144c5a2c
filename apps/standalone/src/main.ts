import { fileURLToPath } from 'node:url';
import { Launcher } from './launcher.js';
import { readStandaloneConfig } from './standalone.config.js';
import { wordsFor } from './standalone-problem.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const say = (text: string) => void process.stdout.write(`${text}\n`);
let launcher: Launcher | undefined;
let ending = false;

process.stdout.on('error', () => undefined);
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, () => void end(0));

try {
  const config = readStandaloneConfig(process.env, process.argv.slice(2), root);
  launcher = new Launcher({ config, root, environment: process.env, say });
  await launcher.start();
} catch (error) {
  if (!ending) process.stderr.write(`${wordsFor(error)}\n`);
  await end(1);
}

async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  if (code === 0) say('Stopping …');
  await launcher?.stop();
  process.exit(code);
}
