// Handing in: the notebook is saved, and its own kernel runs %submit on the file, as in a cell.

import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { OutputArea } from '@jupyterlab/outputarea';
import type { Kernels } from './kernel';
import { Obstacle } from './kernel';
import type { Language, Service, State, Unit } from './progress';
import type { Say } from './words';

const MOST_NAMES = 8;

/** Whether it is to be handed in; asked once, and only where something has not passed its last check. */
export async function confirmed(unit: Unit, say: Say): Promise<boolean> {
  const open = unit.exercises.filter((one) => one.state !== 'passed').map((one) => one.name);
  if (open.length === 0) {
    return true;
  }
  const names = open.slice(0, MOST_NAMES).join(', ') + (open.length > MOST_NAMES ? ' …' : '');
  const answer = await showDialog({
    title: say('submit_confirm', { name: unit.unit }),
    body: say('submit_unfinished', { names, count: open.length, total: unit.exercises.length }),
    buttons: [Dialog.cancelButton({ label: say('cancel') }), Dialog.okButton({ label: say('submit') })],
  });
  return answer.button.accept;
}

/** Save and hand in; the receipt and the result go to ``output``. How it stands when that is over. */
export async function handIn(
  notebook: NotebookPanel,
  service: Service,
  language: Language,
  kernels: Kernels,
  output: OutputArea,
): Promise<State> {
  const name = PathExt.basename(notebook.context.path);
  await saved(notebook, name);
  const line = `${name} --server ${service.url} --lang ${language}`;
  await kernels.runLine('submit', line, notebook, output);
  return stateOf(output);
}

async function saved(notebook: NotebookPanel, name: string): Promise<void> {
  const { context } = notebook;
  try {
    if (context.model.dirty) {
      await context.save();
    }
  } catch {
    throw new Obstacle('save_failed', { name });
  }
  if (context.model.dirty) {
    throw new Obstacle('save_failed', { name });
  }
}

/** The verdict is noted beside the result's first line; without one there is no result yet. */
function stateOf(output: OutputArea): State {
  for (const one of output.model.toJSON()) {
    const note = (one.metadata as { 'text/html'?: { deepgrade?: unknown } } | undefined)?.['text/html']?.deepgrade;
    if (typeof note === 'string') {
      return note === 'pass' ? 'passed' : 'work';
    }
  }
  return 'untouched';
}
