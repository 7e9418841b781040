// Check, hint and explain: the same magics as in a cell, run by the kernel of the unit's own notebook.

import { CodeCell } from '@jupyterlab/cells';
import type { IError } from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { OutputArea } from '@jupyterlab/outputarea';
import type { Kernel } from '@jupyterlab/services';
import { cellsBefore, exerciseCell, isSetup } from './notebooks';
import type { Language } from './progress';
import type { Id, Parameters } from './words';

export type Action = 'check' | 'hint' | 'explain';

export interface Asked {
  readonly action: Action;
  readonly unit: string;
  readonly exercise: string;
  readonly language: Language;
}

/** Something to say instead of a result; the error of a cell, where one is to blame. */
export class Obstacle extends Error {
  constructor(
    readonly id: Id,
    readonly parameters: Parameters = {},
    readonly raised: IError | null = null,
  ) {
    super(id);
  }
}

/** Which cells a kernel has run, with which text; asked again in full after a restart. */
export class Kernels {
  /** Run what the exercise needs and then the magic; its output goes to ``output``. */
  async run(asked: Asked, panel: NotebookPanel, output: OutputArea, say: (id: Id) => void): Promise<void> {
    const kernel = await this._kernel(panel, say);
    const [target, ran] = [exerciseCell(panel.content, asked.exercise), this._ranIn(kernel)];
    if (target === null) {
      throw new Obstacle('no_cell', { name: asked.exercise });
    }
    const before = cellsBefore(panel.content, target).filter((cell) => !ran.has(cell.model.id));
    for (const cell of asked.action === 'explain' ? before.filter(isSetup) : before) {
      await this._runCell(cell, panel, ran, isSetup(cell) ? 'setup_raised' : null, asked);
    }
    const text = target.model.sharedModel.getSource();
    const place = `${asked.unit}.${asked.exercise}`;
    const stale = this._checkedIn(kernel).get(place) !== text;
    if (asked.action === 'check' || (asked.action === 'hint' && stale)) {
      await this._runCell(target, panel, ran, 'cell_raised', asked);
      this._checkedIn(kernel).set(place, text);
    }
    // A hint is about what stands in the cell now: what has changed since the last check is checked first.
    const magics = asked.action === 'hint' && stale ? ['check', 'hint'] : [asked.action];
    const code = magics.map((magic) => `%${magic} ${place} --lang ${asked.language}`).join('\n');
    const future = kernel.requestExecute({ code, store_history: false, stop_on_error: false, allow_stdin: false });
    output.future = future;
    await finished(future.done);
  }

  /** Run a line of ours, which needs nothing of the notebook's cells. */
  async runLine(magic: string, line: string, panel: NotebookPanel, output: OutputArea): Promise<void> {
    const kernel = await this._kernel(panel, () => undefined);
    const code = [
      "get_ipython().extension_manager.load_extension('graders')",
      `get_ipython().run_line_magic(${JSON.stringify(magic)}, ${JSON.stringify(line)})`,
    ].join('\n');
    const future = kernel.requestExecute({ code: `${code};`, store_history: false, allow_stdin: false });
    output.future = future;
    await finished(future.done);
  }

  /** Note that a cell has run as always, so that it isn't run a second time. */
  noteRun(kernel: Kernel.IKernelConnection | null | undefined, id: string): void {
    if (kernel) {
      this._ranIn(kernel).add(id);
    }
  }

  private async _kernel(panel: NotebookPanel, say: (id: Id) => void): Promise<Kernel.IKernelConnection> {
    const session = panel.sessionContext;
    if (!session.session?.kernel) {
      say('starting');
    }
    await session.ready;
    const kernel =
      session.session?.kernel ?? (await session.changeKernel({ name: session.kernelPreference.name ?? '' }));
    if (!kernel) {
      throw new Obstacle('no_kernel');
    }
    if (kernel.status === 'dead' || kernel.status === 'terminating') {
      throw new Obstacle('kernel_dead');
    }
    if (kernel.status === 'busy') {
      say('busy');
    }
    return kernel;
  }

  private async _runCell(
    cell: CodeCell,
    panel: NotebookPanel,
    ran: Set<string>,
    blame: Id | null,
    asked: Asked,
  ): Promise<void> {
    const reply = await finished(CodeCell.execute(cell, panel.sessionContext));
    if (!reply || reply.content.status === 'ok') {
      ran.add(cell.model.id);
    } else if (blame !== null) {
      const outputs = cell.model.outputs.toJSON();
      const raised = outputs.find((one): one is IError => one.output_type === 'error') ?? null;
      throw new Obstacle(blame, { name: asked.exercise }, raised);
    }
  }

  private _ranIn(kernel: Kernel.IKernelConnection): Set<string> {
    let found = this._ran.get(kernel.id);
    if (found === undefined) {
      this._ran.set(kernel.id, (found = new Set()));
      kernel.statusChanged.connect((_, status) => {
        if (status === 'restarting' || status === 'autorestarting' || status === 'dead') {
          this._ran.get(kernel.id)?.clear();
          this._checked.get(kernel.id)?.clear();
        }
      });
    }
    return found;
  }

  private _checkedIn(kernel: Kernel.IKernelConnection): Map<string, string> {
    const found = this._checked.get(kernel.id) ?? new Map<string, string>();
    this._checked.set(kernel.id, found);
    return found;
  }

  private readonly _ran = new Map<string, Set<string>>();
  private readonly _checked = new Map<string, Map<string, string>>();
}

/** What a kernel answers; where it dies or is restarted before, the obstacle that this is. */
async function finished<T>(answer: PromiseLike<T>): Promise<T> {
  try {
    return await answer;
  } catch {
    throw new Obstacle('kernel_stopped');
  }
}
