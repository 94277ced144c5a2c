import { parse } from 'yaml';
import { read } from '../project.js';

export interface Rule {
  record?: string;
  alert?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export const RULE_FILES = [
  'k8s/waypost/alerts/waypost.rules.yaml',
  'k8s/waypost/alerts/recording.rules.yaml',
];

export function readRules(): Rule[] {
  return RULE_FILES.flatMap((file) =>
    parse(read(file)).groups.flatMap(({ rules }: { rules: Rule[] }) => rules),
  );
}
