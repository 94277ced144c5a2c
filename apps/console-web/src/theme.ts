import { createTheme, type CSSVariablesResolver } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'teal',
  // White text on it has enough contrast in both schemes.
  primaryShade: 9,
  colors: {
    dark: [
      '#dde2e5',
      '#c1c7cb',
      '#9aa2a8',
      '#737b81',
      '#3f474c',
      '#2c3338',
      '#1c2124',
      '#16191b',
      '#101314',
      '#0b0d0e',
    ],
  },
  defaultRadius: 'md',
  fontFamily: "'Inter Variable', system-ui, 'Segoe UI', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontFamily: "'Inter Variable', system-ui, 'Segoe UI', sans-serif", fontWeight: '650' },
  cursorType: 'pointer',
  respectReducedMotion: true,
});

/** Quiet text that can still be read (WCAG AA), and the colours of our own styles. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#596066',
    '--mantine-color-placeholder': '#6a7178',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#087f5b',
    '--mantine-color-teal-light': '#e6fcf5',
    '--mantine-color-teal-light-hover': '#d3f9ea',
    '--page-background': '#f6f8f7',
    '--bubble-sent': '#d8f5e8',
    '--bubble-received': '#ffffff',
    '--read-tick': '#0b7285',
    '--chart-in': '#1c7ed6',
    '--chart-out': '#099268',
    '--chart-bad': '#e03131',
    '--chart-waiting': '#adb5bd',
  },
  dark: {
    '--mantine-color-dimmed': '#a9afb5',
    '--mantine-color-placeholder': '#8f969c',
    '--mantine-color-error': '#ffa8a8',
    '--mantine-color-anchor': '#63e6be',
    '--mantine-color-body': '#16191b',
    '--mantine-color-disabled': '#2a3034',
    '--mantine-color-disabled-color': '#8f969c',
    '--page-background': '#101314',
    '--bubble-sent': '#0b4a38',
    '--bubble-received': '#24292c',
    '--read-tick': '#66d9e8',
    '--chart-in': '#4dabf7',
    '--chart-out': '#38d9a9',
    '--chart-bad': '#ff8787',
    '--chart-waiting': '#5c666d',
  },
});
