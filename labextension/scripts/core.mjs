// The builder reads from a folder's package.json which libraries JupyterLab itself provides.
import { copyFileSync, mkdirSync } from 'node:fs';

mkdirSync('build/core', { recursive: true });
copyFileSync('node_modules/@jupyterlab/core-meta/core.package.json', 'build/core/package.json');
