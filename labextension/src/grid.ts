// Keys in the map, as the ARIA pattern "treegrid" has them: one stop for Tab, arrows between rows and cells.

type Step = 'up' | 'down' | 'left' | 'right' | 'first' | 'last';

const STEPS: Readonly<Record<string, Step>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  Home: 'first',
  End: 'last',
};

/** The rows of a grid, each with its buttons. */
function rowsOf(grid: HTMLElement): HTMLButtonElement[][] {
  const rows = [...grid.querySelectorAll<HTMLElement>('[role="row"]')];
  return rows.map((row) => [...row.querySelectorAll('button')]);
}

/** Where a key leads from a button; the same button where it opens or closes a unit, null where it means nothing. */
export function follow(key: string, grid: HTMLElement, from: HTMLButtonElement): HTMLButtonElement | null {
  const step = STEPS[key];
  const rows = rowsOf(grid);
  const at = rows.findIndex((row) => row.includes(from));
  const column = rows[at]?.indexOf(from) ?? -1;
  if (step === undefined || column < 0) {
    return null;
  }
  const sideways = step === 'left' || step === 'right' ? turned(step, from, column) : null;
  if (sideways !== null) {
    return sideways;
  }
  const row = rows[{ up: at - 1, down: at + 1, left: at, right: at, first: 0, last: rows.length - 1 }[step]];
  const place = column + { left: -1, right: 1, up: 0, down: 0, first: 0, last: 0 }[step];
  return row?.[step === 'first' || step === 'last' ? 0 : Math.min(place, row.length - 1)] ?? from;
}

/** On a unit's own button, right opens and left closes it. */
function turned(step: 'left' | 'right', from: HTMLButtonElement, column: number): HTMLButtonElement | null {
  const open = from.closest('[role="row"]')?.getAttribute('aria-expanded') ?? null;
  if (column === 0 && open === (step === 'right' ? 'false' : 'true')) {
    from.click();
    return from;
  }
  return null;
}

/** Exactly one button of the grid can be reached by Tab: the one that had the focus last, else the first. */
export function keepOneStop(grid: HTMLElement): void {
  const buttons = rowsOf(grid).flat();
  const stop = buttons.find((one) => one.tabIndex === 0 && one.dataset.stop === 'yes') ?? buttons[0];
  for (const button of buttons) {
    setStop(button, button === stop);
  }
}

export function moveStop(grid: HTMLElement, to: HTMLButtonElement): void {
  for (const button of rowsOf(grid).flat()) {
    setStop(button, button === to);
  }
}

function setStop(button: HTMLButtonElement, is: boolean): void {
  button.tabIndex = is ? 0 : -1;
  button.dataset.stop = is ? 'yes' : 'no';
}
