import { readdirSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What the specs of a pure lib are written with. */
const TEST_TOOLS = ['@jest/globals', 'fast-check'];

/** Who may import whom. The first dimension is the kind, the second the feature, the third what it runs on. */
const boundaries = [
  { sourceTag: 'type:lib', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:lib'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['type:lib'] },

  { sourceTag: 'scope:kernel', onlyDependOnLibsWithTags: ['scope:kernel'] },
  { sourceTag: 'scope:contracts', onlyDependOnLibsWithTags: ['scope:kernel'] },
  { sourceTag: 'scope:persistence', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:testkit'] },
  { sourceTag: 'scope:lanes', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:testkit'] },
  {
    sourceTag: 'scope:messaging',
    onlyDependOnLibsWithTags: ['scope:kernel', 'scope:contracts', 'scope:testkit'],
  },
  { sourceTag: 'scope:attachments', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:testkit'] },
  { sourceTag: 'scope:safe-http', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:testkit'] },
  {
    sourceTag: 'scope:platform',
    onlyDependOnLibsWithTags: ['scope:kernel', 'scope:messaging', 'scope:persistence', 'scope:testkit'],
  },
  { sourceTag: 'scope:local-servers', onlyDependOnLibsWithTags: ['scope:kernel'] },
  { sourceTag: 'scope:testkit', onlyDependOnLibsWithTags: ['scope:kernel', 'scope:local-servers'] },

  {
    sourceTag: 'runtime:pure',
    onlyDependOnLibsWithTags: ['runtime:pure'],
    allowedExternalImports: TEST_TOOLS,
  },
  {
    sourceTag: 'runtime:node',
    onlyDependOnLibsWithTags: ['runtime:pure', 'runtime:node'],
    bannedExternalImports: ['@nestjs/*'],
  },
  // The page runs in browsers: nothing of the server may come along.
  {
    sourceTag: 'runtime:web',
    onlyDependOnLibsWithTags: ['runtime:pure'],
    bannedExternalImports: ['@nestjs/*', 'pg', 'typeorm', 'node:*'],
  },
  { sourceTag: 'runtime:nest', onlyDependOnLibsWithTags: ['runtime:pure', 'runtime:node', 'runtime:nest'] },

  // Baileys brings libsignal (GPL-3.0): two apps use it, no lib and no other app may.
  { sourceTag: 'license:apache', bannedExternalImports: ['@whiskeysockets/baileys', 'libsignal'] },
];

/** Rules that know types need each project's own tsconfig, the one that includes its specs. */
const typed = ['apps', 'libs'].flatMap((folder) =>
  readdirSync(new URL(folder, import.meta.url)).map((name) => ({
    files: [`${folder}/${name}/src/**/*.{ts,tsx}`],
    languageOptions: {
      parserOptions: {
        project: `${folder}/${name}/tsconfig.spec.json`,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: { '@typescript-eslint/no-floating-promises': 'error' },
  })),
);

export default defineConfig(
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.cache/**', '.data/**'] },
  tseslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { depConstraints: boundaries, banTransitiveDependencies: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  typed,
);
