/** One Jest setting for every project: ESM, TypeScript by swc with decorator metadata, sources instead of builds. */
export function project(displayName) {
  return {
    displayName,
    testEnvironment: new URL('./jest.environment.mjs', import.meta.url).pathname,
    testEnvironmentOptions: { customExportConditions: ['@waypost/source', 'node', 'node-addons'] },
    testMatch: ['<rootDir>/src/**/*.spec.ts'],
    extensionsToTreatAsEsm: ['.ts'],
    moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
    setupFiles: [new URL('./jest.setup.mjs', import.meta.url).pathname],
    transform: {
      '^.+\\.ts$': [
        '@swc/jest',
        {
          jsc: {
            target: 'es2023',
            parser: { syntax: 'typescript', decorators: true },
            transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
          },
          module: { type: 'es6' },
          sourceMaps: 'inline',
        },
      ],
    },
  };
}
