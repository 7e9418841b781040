// The plugin: puts the panel into the left side bar and tells it what happens around it.

import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker, NotebookActions } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { CourseModel } from './course';
import { CoursePanel, SUBMIT } from './panel';

const OPEN = 'deepgrade:open';
const RANK = 150; // below the file browser and the running kernels

const plugin: JupyterFrontEndPlugin<void> = {
  id: 'deepgrade:panel',
  description: 'The course beside the notebook: its map, its progress, and check, hint and explain for each exercise.',
  autoStart: true,
  requires: [IDocumentManager, INotebookTracker, IRenderMimeRegistry],
  optional: [IDefaultFileBrowser, ITranslator, ICommandPalette, ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    docs: IDocumentManager,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    browser: IDefaultFileBrowser | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
  ): void => {
    const { contents, serverSettings } = app.serviceManager;
    const model = new CourseModel(serverSettings);
    const locale = (): string => translator?.languageCode ?? '';
    const panel = new CoursePanel(model, { docs, tracker, rendermime, commands: app.commands, locale });
    app.shell.add(panel, 'left', { rank: RANK });
    restorer?.add(panel, panel.id);
    app.commands.addCommand(OPEN, {
      label: () => panel.title.caption,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => {
        app.shell.activateById(panel.id);
      },
    });
    palette?.addItem({ command: OPEN, category: 'deepgrade' });
    if (!app.commands.hasCommand(SUBMIT)) {
      app.commands.addCommand(SUBMIT, {
        label: () => `deepgrade: ${panel.say('submit')}`,
        isVisible: () => model.submit !== null,
        describedBy: { args: { type: 'object', properties: {} } },
        execute: async () => {
          app.shell.activateById(panel.id);
          await panel.submitInFront();
        },
      });
      palette?.addItem({ command: SUBMIT, category: 'deepgrade' });
    }
    listen(panel, tracker, (path) => contents.localPath(path));
    browser?.model.pathChanged.connect((_, change) => void model.go(contents.localPath(change.newValue)));
    void app.restored.then(() => model.go(contents.localPath(browser?.model.path ?? '')));
  },
};

/** The map follows the notebook in front; the progress, what its cells do. */
function listen(panel: CoursePanel, tracker: INotebookTracker, local: (path: string) => string): void {
  tracker.currentChanged.connect((_, notebook) => {
    panel.follow(notebook);
    void notebook?.context.ready.then(() => {
      panel.follow(tracker.currentWidget);
      void panel.model.go(PathExt.dirname(local(notebook.context.path)));
    });
  });
  NotebookActions.executed.connect((_, { notebook, cell, success }) => {
    const of = tracker.find((one) => one.content === notebook);
    if (success) {
      panel.kernels.noteRun(of?.sessionContext.session?.kernel, cell.model.id);
    }
    panel.model.refreshSoon();
  });
  window.addEventListener('focus', () => {
    if (panel.isVisible) {
      panel.model.refreshSoon();
    }
  });
}

export default plugin;
