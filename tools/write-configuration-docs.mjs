// Writes docs/configuration.md from the configuration classes of the built apps; with --check only compares.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { validateSync } from 'class-validator';
import prettier from 'prettier';
import { root } from './bootstrap.mjs';

const FILE = 'docs/configuration.md';
const { ClusterServiceConfig, FileServiceConfig, listSettings, ServiceConfig } = await built(
  'libs/platform/dist/index.js',
);

const sections = [
  section(
    'Every service',
    'Each service reads these, and nothing but environment variables.',
    ServiceConfig,
    listSettings(ServiceConfig),
  ),
  section(
    'Every service on Postgres and NATS',
    'That is all of them but the sandbox.',
    ClusterServiceConfig,
    listSettings(ClusterServiceConfig).slice(listSettings(ServiceConfig).length),
  ),
  section(
    'Every service that handles files',
    'The dispatcher, which fetches them, and wa-session, which sends them. Give both the same.',
    FileServiceConfig,
    listSettings(FileServiceConfig).slice(listSettings(ClusterServiceConfig).length),
  ),
];
for (const app of readdirSync(join(root, 'apps')).sort()) {
  const file = `apps/${app}/dist/${app}.config.js`;
  if (!existsSync(join(root, file)) || app === 'standalone') continue;
  const config = Object.values(await built(file)).find((one) => one.prototype instanceof ServiceConfig);
  const shared = listSettings(Object.getPrototypeOf(config));
  sections.push(section(app, undefined, config, listSettings(config).slice(shared.length)));
}
const { standaloneSettings } = await built('apps/standalone/dist/standalone.config.js');
sections.push(
  titled(
    'standalone',
    '`npm start` reads these and hands every other variable on to the services.',
    standaloneSettings.map((setting) =>
      row(setting, setting.default === undefined ? 'not set' : `\`${setting.default}\``),
    ),
  ),
);

const introduction = `# Configuration

Generated from the configuration classes by \`npm run docs:configuration\`: change those, not this file. Secrets are marked 🔒:
they are never shown in logs or error messages. An empty variable counts as not set.`;
const options = { ...(await prettier.resolveConfig(join(root, FILE))), parser: 'markdown' };
const text = await prettier.format([introduction, ...sections].join('\n\n'), options);

if (!process.argv.includes('--check')) {
  writeFileSync(join(root, FILE), text);
} else if (!existsSync(join(root, FILE)) || readFileSync(join(root, FILE), 'utf8') !== text) {
  process.stderr.write(`${FILE} is not current: run "npm run docs:configuration".\n`);
  process.exitCode = 1;
}

function section(title, sentence, config, settings) {
  const defaults = new config();
  const required = new Set(validateSync(defaults).map(({ property }) => property));
  return titled(
    title,
    sentence,
    settings.map((setting) => row(setting, defaultOf(setting, defaults, required))),
  );
}

function titled(title, sentence, rows) {
  const table = ['| variable | default | what it does |', '| --- | --- | --- |', ...rows].join('\n');
  const content = rows.length > 0 ? table : 'Nothing of its own.';
  return [`## ${title}`, sentence, content].filter(Boolean).join('\n\n');
}

function row({ key, describe, secret }, defaultText) {
  return `| \`${key}\`${secret ? ' 🔒' : ''} | ${defaultText} | ${describe.replaceAll('|', '\\|')} |`;
}

function defaultOf({ property, defaultInWords }, defaults, required) {
  if (required.has(property)) return 'required';
  if (defaultInWords) return defaultInWords;
  const value = defaults[property];
  if (value === undefined || value === '' || value?.length === 0) return 'not set';
  return `\`${Array.isArray(value) ? value.join(',') : value}\``;
}

function built(file) {
  return import(pathToFileURL(join(root, file)).href);
}
