// Which course the panel shows, and how far it is: read again whenever something may have changed.

import { ServerConnection } from '@jupyterlab/services';
import { Debouncer } from '@lumino/polling';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { Course, Exercise, Place, Service } from './progress';
import type { Sentences } from './server';
import { fetchPlace, fetchSentences } from './server';

const AFTER_MS = 150; // several changes of one moment are read once

export class CourseModel {
  constructor(settings: ServerConnection.ISettings) {
    this._settings = settings;
    this._later = new Debouncer(() => this.refresh(), AFTER_MS);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get course(): Course | null {
    return this._place?.course ?? null;
  }

  get folders(): readonly string[] {
    return this._place?.folders ?? [];
  }

  get submit(): Service | null {
    return this._place?.submit ?? null;
  }

  get sentences(): Sentences | null {
    return this._sentences;
  }

  /** What the server says instead of a course, in each language; null where nothing is wrong. */
  get fault(): Place['fault'] {
    return this._place?.fault ?? null;
  }

  /** Why nothing could be read; null where that went well. */
  get problem(): string | null {
    return this._problem;
  }

  exercise(unit: string, name: string): Exercise | null {
    const found = this.course?.units.find((one) => one.unit === unit);
    return found?.exercises.find((one) => one.name === name) ?? null;
  }

  /** Show the course at this path. Where there is none, the one that is shown stays. */
  async go(path: string): Promise<void> {
    const here = this.course !== null && (path === this.course.folder || path.startsWith(`${this.course.folder}/`));
    if (path !== this._path && !here) {
      this._path = path;
      await this.refresh();
    }
  }

  refreshSoon(): void {
    void this._later.invoke();
  }

  /** Read again; of two answers on their way, the one to the later question counts. */
  async refresh(): Promise<void> {
    const asked = ++this._asked;
    try {
      this._sentences ??= await fetchSentences(this._settings);
      let place = await fetchPlace(this._path ?? '', this._settings);
      if (place.course === null && this.course !== null) {
        place = await fetchPlace(this.course.folder, this._settings);
      }
      if (asked === this._asked) {
        [this._place, this._problem] = [place, null];
      }
    } catch (error) {
      if (asked === this._asked) {
        [this._place, this._problem] = [null, error instanceof Error ? error.message : String(error)];
      }
    }
    this._changed.emit();
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _later: Debouncer;
  private readonly _changed = new Signal<this, void>(this);
  private _path: string | null = null;
  private _place: Place | null = null;
  private _sentences: Sentences | null = null;
  private _problem: string | null = null;
  private _asked = 0;
}
