// The course map: units that open and close, their exercises, points and states, and three buttons beside each.

import { LabIcon, caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React, { useLayoutEffect, useRef } from 'react';
import { follow, keepOneStop, moveStop } from './grid';
import { checkIcon, explainIcon, hintIcon, notebookGlyph, stateIcons } from './icons';
import type { Action } from './kernel';
import type { Course, Exercise, Language, Unit } from './progress';
import { inLanguage, shownPoints } from './progress';
import type { Say } from './words';

export interface Doing {
  readonly toggle: (unit: string) => void;
  readonly openNotebook: (unit: Unit) => void;
  readonly jump: (unit: Unit, exercise: Exercise) => void;
  readonly run: (action: Action, unit: Unit, exercise: Exercise) => void;
}

export interface MapProps {
  readonly course: Course;
  readonly language: Language;
  readonly say: Say;
  readonly open: ReadonlySet<string>;
  /** The exercise whose result is shown, as ``unit.name``. */
  readonly shown: string | null;
  readonly doing: Doing;
}

export function CourseMap(props: MapProps): React.JSX.Element {
  const { course, open, say, language } = props;
  const grid = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (grid.current) {
      keepOneStop(grid.current);
    }
  });
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>): void => {
    const from = event.target instanceof Element ? event.target.closest('button') : null;
    const to = from && !event.ctrlKey && !event.metaKey ? follow(event.key, event.currentTarget, from) : null;
    if (to) {
      event.preventDefault();
      event.stopPropagation();
      to.focus();
    }
  };
  const onFocus = (event: React.FocusEvent<HTMLDivElement>): void => {
    if (event.target instanceof HTMLButtonElement) {
      moveStop(event.currentTarget, event.target);
    }
  };
  return (
    <div
      className="deepgrade-map"
      role="treegrid"
      tabIndex={-1}
      aria-label={say('map')}
      lang={language}
      ref={grid}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
    >
      {course.units.map((unit) => (
        <React.Fragment key={unit.unit}>
          <UnitRow {...props} unit={unit} />
          {open.has(unit.unit) &&
            unit.exercises.map((one) => <ExerciseRow key={one.name} {...props} unit={unit} exercise={one} />)}
        </React.Fragment>
      ))}
    </div>
  );
}

function UnitRow(props: MapProps & { readonly unit: Unit }): React.JSX.Element {
  const { unit, say, language, doing } = props;
  const open = props.open.has(unit.unit);
  const passed = unit.exercises.filter((one) => one.state === 'passed').length;
  const facts = [
    shortName(unit.unit),
    unit.minutes > 0 ? say('minutes', { count: unit.minutes }) : '',
    say('count', { passed, count: unit.exercises.length }),
  ];
  const after = unit.after.length > 0 ? say('after', { units: unit.after.join(', ') }) : '';
  return (
    <div className="deepgrade-unit" role="row" aria-level={1} aria-expanded={open}>
      <span role="gridcell">
        <button
          type="button"
          title={after}
          onClick={() => {
            doing.toggle(unit.unit);
          }}
        >
          <LabIcon.resolveReact icon={open ? caretDownIcon : caretRightIcon} tag="span" aria-hidden="true" />
          <span className="deepgrade-unit-text">
            <span className="deepgrade-unit-title">
              <span>{inLanguage(unit.title, language) || unit.unit}</span>
              <Points {...unit} say={say} />
            </span>
            <span className="deepgrade-facts">{facts.filter(Boolean).join(' · ')}</span>
            <Bar points={unit.points} max={unit.maxPoints} />
          </span>
        </button>
      </span>
      <span role="gridcell">
        <IconButton
          icon={notebookGlyph}
          label={say('open_tip', { name: unit.unit })}
          onClick={() => {
            doing.openNotebook(unit);
          }}
        />
      </span>
    </div>
  );
}

function ExerciseRow(props: MapProps & { readonly unit: Unit; readonly exercise: Exercise }): React.JSX.Element {
  const { unit, exercise, say, language, doing, shown } = props;
  const { name, state } = exercise;
  const title = inLanguage(exercise.title, language);
  const current = shown === `${unit.unit}.${name}`;
  const explain = say(exercise.opened ? 'explain_tip' : 'explain_later', { name });
  return (
    <div className="deepgrade-exercise" role="row" aria-level={2} aria-current={current} data-state={state}>
      <span role="gridcell">
        <button
          type="button"
          title={say('jump_tip', { name })}
          onClick={() => {
            doing.jump(unit, exercise);
          }}
        >
          <LabIcon.resolveReact icon={stateIcons[state]} tag="span" className="deepgrade-state" aria-hidden="true" />
          <span className="deepgrade-names">
            <code>{name}</code>
            <span className="deepgrade-facts">
              <Points {...exercise} say={say} />
              {title !== '' && title !== name && <span>{` · ${title}`}</span>}
            </span>
          </span>
          <span className="deepgrade-unseen">{say(state)}</span>
        </button>
      </span>
      {(
        [
          ['check', checkIcon, say('check_tip', { name })],
          ['hint', hintIcon, say('hint_tip', { name })],
          ['explain', explainIcon, explain],
        ] as const
      ).map(([action, icon, label]) => (
        <span role="gridcell" key={action} className={`deepgrade-${action}`} data-opened={exercise.opened}>
          <IconButton
            icon={icon}
            label={label}
            onClick={() => {
              doing.run(action, unit, exercise);
            }}
          />
        </span>
      ))}
    </div>
  );
}

/** The number of a unit, where units have one. */
export function shortName(unit: string): string {
  return /^(u\d+)_/.exec(unit)?.[1] ?? unit;
}

function Points(props: { readonly points: number; readonly maxPoints: number; readonly say: Say }): React.JSX.Element {
  const points = shownPoints(props.points);
  const max = shownPoints(props.maxPoints);
  return (
    <span className="deepgrade-points">
      <span aria-hidden="true">
        {points}/{max}
      </span>
      <span className="deepgrade-unseen">{props.say('points', { points, max })}</span>
    </span>
  );
}

export function Bar({ points, max }: { readonly points: number; readonly max: number }): React.JSX.Element {
  const share = max > 0 ? Math.min(1, points / max) : 0;
  return (
    <span className="deepgrade-bar" aria-hidden="true">
      <span style={{ width: `${100 * share}%` }} />
    </span>
  );
}

export function IconButton(props: {
  readonly icon: LabIcon;
  readonly label: string;
  readonly onClick: () => void;
}): React.JSX.Element {
  return (
    <button
      type="button"
      className="deepgrade-icon"
      title={props.label}
      aria-label={props.label}
      onClick={props.onClick}
    >
      <LabIcon.resolveReact icon={props.icon} tag="span" aria-hidden="true" />
    </button>
  );
}
