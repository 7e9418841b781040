// The panel's own pictures; they take their colours from JupyterLab's theme.

import { LabIcon } from '@jupyterlab/ui-components';

const drawn = (name: string, inner: string, size = 24): LabIcon =>
  new LabIcon({
    name: `deepgrade:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" width="16">${inner}</svg>`,
  });

/** Three nodes that feed one, which is ticked: the panel in the side bar. */
export const panelIcon = drawn(
  'panel',
  '<g class="jp-icon3" fill="#616161"><circle cx="4" cy="5" r="2.3"/><circle cx="4" cy="12" r="2.3"/>' +
    '<circle cx="4" cy="19" r="2.3"/></g><path class="deepgrade-lines" fill="none" stroke-width="1.4" d="m4 5 7 4.4M4 12h6M4 19l7-4.4"/>' +
    '<path class="jp-icon3" fill="#616161" fill-rule="evenodd" d="M16.5 5.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13z' +
    'm3.1 3.6-4 4.4-1.9-1.9-1.3 1.3 3.3 3.2 5.2-5.8z"/>',
);

export const checkIcon = drawn(
  'check',
  '<path class="jp-icon3" fill="#616161" d="M8 5.1v13.8c0 .8.9 1.3 1.5.8l10.2-6.9c.6-.4.6-1.2 0-1.6L9.5 4.3C8.9 3.8 8 4.3 8 5.1z"/>',
);

export const hintIcon = drawn(
  'hint',
  '<path class="jp-icon3" fill="#616161" d="M12 2a7 7 0 0 0-4.2 12.6c.7.6 1.2 1.4 1.2 2.2V17h6v-.2c0-.8.5-1.6 1.2-2.2A7 7 0 0 0 12 2z' +
    'M9 18.5h6V20H9zM10.2 21.2h3.6c-.3.6-1 1-1.8 1s-1.5-.4-1.8-1z"/>',
);

export const explainIcon = drawn(
  'explain',
  '<path class="jp-icon3" fill="#616161" d="M11.2 6.3C9.3 5.1 6.7 4.6 3.6 4.8c-.4 0-.6.3-.6.7v12.3c0 .4.3.7.7.7 3-.2 5.5.3 7.5 1.5z' +
    'M12.8 6.3c1.9-1.2 4.5-1.7 7.6-1.5.4 0 .6.3.6.7v12.3c0 .4-.3.7-.7.7-3-.2-5.5.3-7.5 1.5z"/>',
);

export const notebookGlyph = drawn(
  'open',
  '<path class="jp-icon3" fill="#616161" d="M5 4h6v2H6v12h12v-5h2v6a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1zM14 4h6v6h-2V7.4l-7.3 7.3-1.4-1.4L16.6 6H14z"/>',
);

/** An exercise not started, in progress, passed: told apart by their shapes, not by colours alone. */
export const stateIcons = {
  untouched: drawn(
    'untouched',
    '<circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" stroke-width="1.4"/>',
    16,
  ),
  work: drawn(
    'work',
    '<circle cx="8" cy="8" r="5.2" fill="none" stroke="currentColor" stroke-width="1.4"/>' +
      '<path d="M8 2.8a5.2 5.2 0 0 1 0 10.4z" fill="currentColor"/>',
    16,
  ),
  passed: drawn(
    'passed',
    '<circle cx="8" cy="8" r="6" fill="currentColor"/><path class="deepgrade-tick" d="m5.2 8.2 2 2 3.7-4.2" fill="none" stroke-width="1.6"/>',
    16,
  ),
} as const;
