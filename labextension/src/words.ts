// The panel's sentences, from deepgrade's catalogue; and which of the two languages is spoken.

import type { Language } from './progress';
import type { Sentences } from './server';

/** Ids of the catalogue, without their `panel.`; a test holds them against it. */
export type Id =
  | 'after'
  | 'answer'
  | 'busy'
  | 'cancel'
  | 'cell_raised'
  | 'check'
  | 'check_tip'
  | 'checking'
  | 'choose'
  | 'close'
  | 'count'
  | 'done'
  | 'explain'
  | 'explain_later'
  | 'explain_tip'
  | 'explaining'
  | 'hint'
  | 'hint_tip'
  | 'hinting'
  | 'jump_tip'
  | 'kernel_dead'
  | 'kernel_stopped'
  | 'map'
  | 'minutes'
  | 'name'
  | 'no_cell'
  | 'no_course'
  | 'no_kernel'
  | 'no_notebook'
  | 'offline'
  | 'open_tip'
  | 'passed'
  | 'points'
  | 'refresh'
  | 'result'
  | 'save_failed'
  | 'setup_raised'
  | 'starting'
  | 'still_running'
  | 'stop'
  | 'submit'
  | 'submit_confirm'
  | 'submit_login'
  | 'submit_open'
  | 'submit_tip'
  | 'submit_unfinished'
  | 'submit_unit'
  | 'submitting'
  | 'untouched'
  | 'work';

export type Parameters = Readonly<Record<string, string | number>>;
export type Say = (id: Id, parameters?: Parameters) => string;

/** What is said while nothing could be asked of the server, which has all other sentences. */
const WITHOUT_SERVER: Readonly<Record<Language, string>> = {
  en: 'The Jupyter server does not answer for deepgrade. Install deepgrade where JupyterLab is installed, then restart it.',
  ko: 'Jupyter 서버에서 deepgrade가 응답하지 않습니다. JupyterLab이 설치된 곳에 deepgrade를 설치한 다음 다시 시작하세요.',
};

export function speaker(sentences: Sentences | null, language: Language): Say {
  const known = sentences?.[language];
  if (known === undefined) {
    return (id) => (id === 'offline' || id === 'no_course' ? WITHOUT_SERVER[language] : id);
  }
  return (id, parameters = {}) =>
    (known[id] ?? id).replace(/\{(\w+)\}/g, (place, name: string) => String(parameters[name] ?? place));
}

/** The first that is one of ours: the notebook's, the homework folder's, JupyterLab's own; else English. */
export function chosenLanguage(...wishes: readonly (string | null | undefined)[]): Language {
  for (const wish of wishes) {
    const code = (wish ?? '').toLowerCase().split(/[_-]/)[0];
    if (code === 'ko' || code === 'en') {
      return code;
    }
  }
  return 'en';
}
