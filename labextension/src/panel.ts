// The panel in the side bar: the course above, the last result below, and what their buttons do.

import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { SplitPanel } from '@lumino/widgets';
import type { CourseModel } from './course';
import { panelIcon } from './icons';
import type { Action } from './kernel';
import { Kernels, Obstacle } from './kernel';
import { exerciseCell, goTo, notebookLanguage, notebookOf, notebookUnit, opened } from './notebooks';
import type { Exercise, Language, Unit } from './progress';
import { shownPoints } from './progress';
import type { ResultDeeds } from './result';
import { ResultPane } from './result';
import type { Deeds, Shown } from './view';
import { confirmed, handIn } from './submit';
import { CourseView } from './view';
import { type Id, type Parameters, type Say, chosenLanguage, speaker } from './words';

/** Hands in the notebook in front; another extension may register it first, to hand in elsewhere. */
export const SUBMIT = 'deepgrade:submit';

const DOING = { check: 'checking', hint: 'hinting', explain: 'explaining' } as const;

export interface Surroundings {
  readonly docs: IDocumentManager;
  readonly tracker: INotebookTracker;
  readonly rendermime: IRenderMimeRegistry;
  readonly commands: CommandRegistry;
  readonly locale: () => string;
}

export class CoursePanel extends SplitPanel {
  constructor(
    readonly model: CourseModel,
    private readonly _around: Surroundings,
  ) {
    super({ orientation: 'vertical', spacing: 1 });
    this.id = 'deepgrade-panel';
    this.addClass('deepgrade-panel');
    this.title.icon = panelIcon;
    const deeds: Deeds = {
      refresh: () => void model.refresh(),
      choose: (folder: string) => void model.go(folder),
      submit: () => void this._submit(),
      toggle: (unit: string): void => {
        this._toggle(unit);
      },
      openNotebook: (unit: Unit) => void this._jump(unit, null),
      jump: (unit: Unit, exercise: Exercise) => void this._jump(unit, exercise),
      run: (action: Action, unit: Unit, exercise: Exercise) => void this._run(action, unit, exercise),
    };
    this._view = new CourseView(model, () => this._shown(), deeds);
    const below: ResultDeeds = {
      close: () => {
        this._close();
      },
      stop: () => void this._stop(),
    };
    this._result = new ResultPane(() => this.say, below);
    this.addWidget(this._view);
    this.addWidget(this._result);
    this._live.setAttribute('role', 'status');
    this._live.className = 'deepgrade-unseen';
    this.node.append(this._live);
    model.changed.connect(() => {
      this._renamed();
      this._openFirst();
    });
  }

  readonly kernels = new Kernels();

  get language(): Language {
    const { tracker, locale } = this._around;
    return chosenLanguage(notebookLanguage(tracker.currentWidget), this.model.course?.language, locale());
  }

  get say(): Say {
    return speaker(this.model.sentences, this.language);
  }

  /** Another notebook is in front: its unit is opened, its language spoken. */
  follow(notebook: NotebookPanel | null): void {
    const unit = notebook && notebookUnit(notebook);
    if (unit) {
      this._open.add(unit);
    }
    this._renamed();
    this._view.update();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.refreshSoon();
  }

  /** Whoever opens the panel by a command goes on with the keys of the map. */
  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._focus();
  }

  private _renamed(): void {
    const name = this.model.sentences === null ? 'deepgrade' : `deepgrade: ${this.say('name')}`;
    this.title.caption = name;
    this.node.setAttribute('aria-label', name);
  }

  private _shown(): Shown {
    const { language, say } = this;
    return { language, say, open: this._open, result: this._place, unit: this._inFront()?.unit.unit ?? null };
  }

  /** A course that is new here opens at the first unit that has something left to do. */
  private _openFirst(): void {
    const { course } = this.model;
    if (course !== null && course.folder !== this._openedFor) {
      this._openedFor = course.folder;
      const next = course.units.find((unit) => unit.exercises.some((one) => one.state !== 'passed'));
      if (next && this._open.size === 0) {
        this._open.add(next.unit);
      }
    }
  }

  private _toggle(unit: string): void {
    if (!this._open.delete(unit)) {
      this._open.add(unit);
    }
    this._view.update();
  }

  private async _jump(unit: Unit, exercise: Exercise | null): Promise<void> {
    const notebook = await this._notebook(unit, true);
    const cell = notebook && exercise && exerciseCell(notebook.content, exercise.name);
    if (notebook === null) {
      this._refuse(unit.unit, 'no_notebook');
    } else if (cell) {
      await goTo(notebook, cell);
    } else if (exercise) {
      this._refuse(exercise.name, 'no_cell');
    }
  }

  private async _run(action: Action, unit: Unit, exercise: Exercise): Promise<void> {
    const { name } = exercise;
    if (this._running !== null) {
      this._announce(this.say('still_running', { name: this._result.about }));
      return;
    }
    const output = this._begin(`${unit.unit}.${name}`, name);
    const told = (id: Id): void => {
      this._result.tell({ status: this.say(id, { name }), running: true });
      this._announce(this.say(id, { name }));
    };
    told(DOING[action]);
    try {
      const notebook = await this._notebook(unit, false);
      if (notebook === null) {
        throw new Obstacle('no_notebook', { name: unit.unit });
      }
      this._running = notebook;
      await this.kernels.run(
        { action, unit: unit.unit, exercise: name, language: this.language },
        notebook,
        output,
        told,
      );
      await this.model.refresh();
      this._answer(unit, name, action);
    } catch (error) {
      this._tellObstacle(error, name);
    } finally {
      this._running = null;
    }
  }

  private _begin(place: string, title: string): ReturnType<ResultPane['begin']> {
    const first = this._result.isHidden;
    this._place = place;
    this._view.update();
    const output = this._result.begin(title, this._around.rendermime);
    if (first) {
      this.setRelativeSizes([1, 1]);
    }
    requestAnimationFrame(() =>
      this._view.node.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' }),
    );
    return output;
  }

  private _answer(unit: Unit, name: string, action: Action): void {
    const now = this.model.exercise(unit.unit, name);
    const [points, max] = [shownPoints(now?.points ?? 0), shownPoints(now?.maxPoints ?? 0)];
    const state = now?.state ?? 'untouched';
    const said = this.say('answer', { name, state: this.say(state), points, max });
    this._result.tell({ status: '', state, running: false }); // a card says the rest
    this._announce(action === 'check' ? said : this.say('done', { name }));
  }

  private _tellObstacle(error: unknown, name: string): void {
    const obstacle = error instanceof Obstacle ? error : null;
    const said = obstacle ? this.say(obstacle.id, obstacle.parameters) : String(error);
    this._result.tell({ status: said, state: 'refused', running: false });
    if (obstacle?.raised) {
      this._result.raise(obstacle.raised);
    }
    this._announce(obstacle ? said : `${name}: ${said}`);
  }

  private _refuse(name: string, id: Id, more: Parameters = {}): void {
    this._begin(name, name);
    this._tellObstacle(new Obstacle(id, { name, ...more }), name);
  }

  private async _notebook(unit: Unit, activate: boolean): Promise<NotebookPanel | null> {
    const { docs, tracker } = this._around;
    const path = notebookOf(unit, this.language, tracker);
    return path === null ? null : await opened(path, docs, activate);
  }

  private _announce(text: string): void {
    this._live.textContent = text;
  }

  private _close(): void {
    this._place = null;
    this._result.hide();
    this._view.update();
    this._focus();
  }

  /** On the map's stop for Tab; without a map, on the first button there is. */
  private _focus(): void {
    const { node } = this._view;
    (node.querySelector<HTMLElement>('[data-stop="yes"]') ?? node.querySelector('button'))?.focus();
  }

  private async _stop(): Promise<void> {
    await this._running?.sessionContext.session?.kernel?.interrupt();
  }

  private async _submit(): Promise<void> {
    const { commands } = this._around;
    if (commands.hasCommand(SUBMIT)) {
      await commands.execute(SUBMIT, { url: this.model.submit?.url ?? null, folder: this.model.course?.folder ?? '' });
    }
  }

  /** Save the notebook in front and hand it in; ask first where exercises of its unit have not passed yet. */
  async submitInFront(): Promise<void> {
    const [found, service] = [this._inFront(), this.model.submit];
    const name = found?.unit.unit ?? this.say('submit');
    if (this._running !== null) {
      this._announce(this.say('still_running', { name: this._result.about }));
      return;
    }
    if (found === null || service?.loggedIn !== true) {
      this._refuse(name, found === null ? 'submit_open' : 'submit_login', { url: service?.url ?? 'URL' });
      return;
    }
    if (!(await confirmed(found.unit, this.say))) {
      return;
    }
    const output = this._begin(name, name);
    this._result.tell({ status: this.say('submitting', { name }), running: true });
    this._announce(this.say('submitting', { name }));
    try {
      this._running = found.notebook;
      const state = await handIn(found.notebook, service, this.language, this.kernels, output);
      await this.model.refresh();
      this._result.tell({ status: '', state, running: false });
      this._announce(this.say('done', { name }));
    } catch (error) {
      this._tellObstacle(error, name);
    } finally {
      this._running = null;
    }
  }

  /** The notebook in front, if it is one of this course's units. */
  private _inFront(): { notebook: NotebookPanel; unit: Unit } | null {
    const notebook = this._around.tracker.currentWidget;
    const name = notebook && notebookUnit(notebook);
    const unit = this.model.course?.units.find((one) => one.unit === name);
    return notebook && unit ? { notebook, unit } : null;
  }

  private readonly _view: CourseView;
  private readonly _result: ResultPane;
  private readonly _live = document.createElement('div');
  private readonly _open = new Set<string>();
  private _openedFor: string | null = null;
  private _place: string | null = null;
  private _running: NotebookPanel | null = null;
}
