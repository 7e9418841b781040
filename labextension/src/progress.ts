// What the server says of a course: read from JSON once, so that everything else may rely on its shape.

export type Language = 'ko' | 'en';
export type State = 'untouched' | 'work' | 'passed';
export type Text = Readonly<Partial<Record<Language, string>>>;

export interface Exercise {
  readonly name: string;
  readonly title: Text;
  readonly points: number;
  readonly maxPoints: number;
  readonly state: State;
  /** Whether what is said after it may be read. */
  readonly opened: boolean;
}

export interface Unit {
  readonly unit: string;
  readonly title: Text;
  readonly minutes: number;
  readonly after: readonly string[];
  readonly files: readonly string[];
  readonly points: number;
  readonly maxPoints: number;
  readonly exercises: readonly Exercise[];
}

export interface Course {
  /** As a path of the server's contents. */
  readonly folder: string;
  readonly name: string;
  readonly language: Language | null;
  readonly points: number;
  readonly maxPoints: number;
  readonly units: readonly Unit[];
}

/** The course's service, by its address, and whether this user is logged in there. */
export interface Service {
  readonly url: string;
  readonly loggedIn: boolean;
}

/** What there is at a place: a course, or folders with one, or neither. */
export interface Place {
  readonly course: Course | null;
  readonly folders: readonly string[];
  /** Where work is handed in; null where no service is known. */
  readonly submit: Service | null;
  /** Why the course that lies here is not shown. */
  readonly fault: Text | null;
}

export const NAME = /^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

type Json = Readonly<Record<string, unknown>>;

export function readPlace(data: unknown): Place {
  const place = object(data);
  return {
    course: place.progress === null ? null : readCourse(object(place.progress), text(place.folder)),
    folders: list(place.folders).map(text),
    submit: place.submit === null ? null : readService(object(place.submit)),
    fault: place.fault === null ? null : texts(place.fault),
  };
}

function readService(data: Json): Service {
  return { url: text(data.url), loggedIn: data.logged_in !== false };
}

function readCourse(data: Json, folder: string): Course {
  return {
    folder,
    name: text(data.folder ?? folder),
    language: isLanguage(data.language) ? data.language : null,
    points: number(data.points),
    maxPoints: number(data.max_points),
    units: list(data.units).map((one) => readUnit(object(one))),
  };
}

function readUnit(data: Json): Unit {
  return {
    unit: name(data.unit),
    title: texts(data.title),
    minutes: number(data.minutes ?? 0),
    after: list(data.after).map(text),
    files: list(data.files).map(text),
    points: number(data.points),
    maxPoints: number(data.max_points),
    exercises: list(data.exercises).map((one) => readExercise(object(one))),
  };
}

function readExercise(data: Json): Exercise {
  return {
    name: name(data.name),
    title: texts(data.title),
    points: number(data.points),
    maxPoints: number(data.max_points),
    state: data.state === 'passed' || data.state === 'work' ? data.state : 'untouched',
    opened: data.opened === true,
  };
}

export function isLanguage(value: unknown): value is Language {
  return value === 'ko' || value === 'en';
}

/** A text in this language, else in whichever the course has. */
export function inLanguage(said: Text, language: Language): string {
  return said[language] ?? said.en ?? said.ko ?? '';
}

/** The map's own number of points: at most one decimal. */
export function shownPoints(points: number): string {
  return String(Math.round(points * 10) / 10);
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${typeof value} instead of an object`);
  }
  return value as Json;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new TypeError(`${typeof value} instead of a list`);
  }
  return value;
}

function text(value: unknown): string {
  if (typeof value !== 'string') {
    throw new TypeError(`${typeof value} instead of text`);
  }
  return value;
}

/** A name goes into a line for the kernel: nothing but a name may. */
function name(value: unknown): string {
  if (!NAME.test(text(value))) {
    throw new TypeError(`${text(value)} is not a name`);
  }
  return text(value);
}

function texts(value: unknown): Text {
  return Object.fromEntries(Object.entries(object(value)).filter(([key, one]) => isLanguage(key) && one !== ''));
}

function number(value: unknown): number {
  if (typeof value !== 'number') {
    throw new TypeError(`${typeof value} instead of a number`);
  }
  return value;
}
