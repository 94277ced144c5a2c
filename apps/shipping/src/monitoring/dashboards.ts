import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { read, root } from '../project.js';

const FOLDER = 'k8s/waypost/dashboards';

export interface Panel {
  id: number;
  title: string;
  type: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr?: string; rawSql?: string }[];
}

export interface Dashboard {
  file: string;
  uid: string;
  title: string;
  panels: Panel[];
}

export function readDashboards(): Dashboard[] {
  return readdirSync(join(root, FOLDER)).map((file) => ({
    file,
    ...(JSON.parse(read(`${FOLDER}/${file}`)) as Omit<Dashboard, 'file'>),
  }));
}
