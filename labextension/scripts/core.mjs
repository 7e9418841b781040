// The builder reads from a folder's package.json which libraries JupyterLab itself provides, and in which versions:
// of those that the panel uses, any that package.json names will do.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const read = (path) => JSON.parse(readFileSync(path, 'utf-8'));

const core = read('node_modules/@jupyterlab/core-meta/core.package.json');
for (const [name, range] of Object.entries(read('package.json').dependencies)) {
  if (name in core.resolutions) {
    core.resolutions[name] = range;
  }
}
mkdirSync('build/core', { recursive: true });
writeFileSync('build/core/package.json', JSON.stringify(core, null, 2));
