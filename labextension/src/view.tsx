// The upper part of the panel: the course and how far it is, then its map; or why there is none.

import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { CourseModel } from './course';
import type { Doing } from './map';
import { Bar, CourseMap, IconButton, shortName } from './map';
import type { Language } from './progress';
import { inLanguage, shownPoints } from './progress';
import type { Say } from './words';

/** What the view shows beside the course itself. */
export interface Shown {
  readonly language: Language;
  readonly say: Say;
  readonly open: ReadonlySet<string>;
  readonly result: string | null;
  /** The unit of the notebook in front: what would be handed in. */
  readonly unit: string | null;
}

export interface Deeds extends Doing {
  readonly refresh: () => void;
  readonly choose: (folder: string) => void;
  readonly submit: () => void;
}

export class CourseView extends ReactWidget {
  constructor(
    private readonly _model: CourseModel,
    private readonly _shown: () => Shown,
    private readonly _deeds: Deeds,
  ) {
    super();
    this.addClass('deepgrade-view');
    _model.changed.connect(() => {
      this.update();
    });
  }

  protected override render(): React.JSX.Element {
    return <View model={this._model} shown={this._shown()} deeds={this._deeds} />;
  }
}

interface ViewProps {
  readonly model: CourseModel;
  readonly shown: Shown;
  readonly deeds: Deeds;
}

function View({ model, shown, deeds }: ViewProps): React.JSX.Element {
  const { language, say, open, result } = shown;
  if (model.course === null) {
    return <NoCourse model={model} shown={shown} deeds={deeds} />;
  }
  return (
    <>
      <Head model={model} shown={shown} deeds={deeds} />
      <CourseMap course={model.course} language={language} say={say} open={open} shown={result} doing={deeds} />
    </>
  );
}

function Head({ model, shown, deeds }: ViewProps): React.JSX.Element | null {
  const { course } = model;
  const { say, language } = shown;
  if (course === null) {
    return null;
  }
  const exercises = course.units.flatMap((unit) => unit.exercises);
  const passed = exercises.filter((one) => one.state === 'passed').length;
  const [points, max] = [shownPoints(course.points), shownPoints(course.maxPoints)];
  return (
    <header className="deepgrade-head" lang={language}>
      <div className="deepgrade-line">
        <h2 title={course.folder}>{course.name}</h2>
        {model.submit !== null && (
          <button
            type="button"
            className="deepgrade-submit"
            title={shown.unit === null ? say('submit_open') : say('submit_tip', { name: shown.unit })}
            onClick={deeds.submit}
          >
            {shown.unit === null ? say('submit') : say('submit_unit', { name: shortName(shown.unit) })}
          </button>
        )}
        <IconButton icon={refreshIcon} label={say('refresh')} onClick={deeds.refresh} />
      </div>
      <Bar points={course.points} max={course.maxPoints} />
      <p className="deepgrade-line">
        <span>{say('points', { points, max })}</span>
        <span>{say('count', { passed, count: exercises.length })}</span>
      </p>
    </header>
  );
}

function NoCourse({ model, shown, deeds }: ViewProps): React.JSX.Element {
  const { say, language } = shown;
  const trouble = model.fault === null ? null : inLanguage(model.fault, language);
  const offline = model.problem === null ? null : say('offline', { reason: model.problem });
  const choice = trouble === null && offline === null && model.folders.length > 0;
  return (
    <div className="deepgrade-empty" lang={language}>
      <p>{trouble ?? offline ?? say(choice ? 'choose' : 'no_course')}</p>
      {choice && (
        <ul>
          {model.folders.map((folder) => (
            <li key={folder}>
              <button
                type="button"
                className="deepgrade-choice"
                onClick={() => {
                  deeds.choose(folder);
                }}
              >
                {folder}
              </button>
            </li>
          ))}
        </ul>
      )}
      <IconButton icon={refreshIcon} label={say('refresh')} onClick={deeds.refresh} />
    </div>
  );
}
