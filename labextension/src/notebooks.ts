// A unit's notebook: which one it is, where an exercise's cell is, and which cells that needs.

import type { CodeCell, Cell } from '@jupyterlab/cells';
import { isCodeCellModel } from '@jupyterlab/cells';
import { PathExt } from '@jupyterlab/coreutils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import type { Language, Unit } from './progress';

interface Note {
  readonly unit?: unknown;
  readonly language?: unknown;
  readonly role?: unknown;
  readonly symbol?: unknown;
}

/** What deepgrade has noted in a notebook's or a cell's metadata. */
function note(of: { getMetadata(key: string): unknown } | null | undefined): Note {
  const found = of?.getMetadata('deepgrade');
  return typeof found === 'object' && found !== null ? found : {};
}

export function notebookLanguage(panel: NotebookPanel | null): string | null {
  const found = note(panel?.model).language;
  return typeof found === 'string' ? found : null;
}

export function notebookUnit(panel: NotebookPanel): string | null {
  const found = note(panel.model).unit;
  return typeof found === 'string' ? found : null;
}

/** The unit's notebook: one that is open, else the one in the language that is spoken, else any. */
export function notebookOf(unit: Unit, language: Language, tracker: INotebookTracker): string | null {
  const paths = unit.files.filter((path) => PathExt.extname(path) === '.ipynb');
  const open = paths.find((path) => openAt(path, tracker) !== undefined);
  return open ?? paths.find((path) => path.endsWith(`.${language}.ipynb`)) ?? paths[0] ?? null;
}

export function openAt(path: string, tracker: INotebookTracker): NotebookPanel | undefined {
  return tracker.find((panel) => panel.context.path === path);
}

/** The notebook, opened if it is not; it comes to the front only where it is asked to. */
export async function opened(path: string, docs: IDocumentManager, activate: boolean): Promise<NotebookPanel | null> {
  const there = docs.findWidget(path, 'Notebook') ?? docs.findWidget(path);
  const widget = there && !activate ? there : docs.openOrReveal(path, 'Notebook', undefined, { activate });
  if (!(widget instanceof NotebookPanel)) {
    return null;
  }
  await widget.context.ready;
  await widget.revealed;
  return widget;
}

/** The cell in which an exercise is answered: that of its class, for a method. */
export function exerciseCell(notebook: Notebook, exercise: string): CodeCell | null {
  const owner = exercise.split('.')[0];
  const id = `exercise-${exercise.split('.')[0]?.replace(/[^A-Za-z0-9]+/g, '-') ?? ''}`;
  const cells = notebook.widgets.filter(isCode);
  return (
    cells.find((cell) => note(cell.model).role === 'exercise' && note(cell.model).symbol === owner) ??
    cells.find((cell) => cell.model.id === id) ??
    null
  );
}

/** What an exercise's cell stands on: imports, given code and earlier exercises, in the notebook's order. */
export function cellsBefore(notebook: Notebook, target: CodeCell): CodeCell[] {
  const cells = notebook.widgets;
  const roles = ['setup', 'given', 'exercise'];
  return cells.slice(0, cells.indexOf(target)).filter((cell): cell is CodeCell => {
    return isCode(cell) && roles.includes(String(note(cell.model).role));
  });
}

export function isSetup(cell: Cell): boolean {
  return note(cell.model).role === 'setup';
}

function isCode(cell: Cell): cell is CodeCell {
  return isCodeCellModel(cell.model);
}

/** Select a cell and bring it into view; Enter then begins to write in it. */
export async function goTo(panel: NotebookPanel, cell: Cell): Promise<void> {
  const notebook = panel.content;
  notebook.activeCellIndex = notebook.widgets.indexOf(cell);
  notebook.deselectAll();
  notebook.mode = 'command';
  await inView(notebook, cell);
  await NotebookActions.focusActiveCell(notebook);
}

const [TRIES, STEADY, WAIT_MS] = [200, 3, 50];

/**
 * Scroll until the cell stays in view, or another one is chosen: the cells of a notebook that was just opened come one
 * after another, and move while its texts and figures are drawn.
 */
async function inView(notebook: Notebook, cell: Cell): Promise<void> {
  let steady = 0;
  for (let i = 0; i < TRIES && steady < STEADY && notebook.activeCell === cell; i++) {
    const [there, frame] = [cell.node.getBoundingClientRect(), notebook.node.getBoundingClientRect()];
    const seen = cell.node.isConnected && there.top >= frame.top && there.top < frame.bottom - frame.height / 4;
    steady = seen ? steady + 1 : 0;
    if (!seen) {
      // Not awaited: the promise is kept only when nothing else scrolls, and this looks for itself.
      notebook.scrollToItem(notebook.widgets.indexOf(cell), 'center').catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
