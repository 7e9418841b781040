// The lower part of the panel: what the kernel said, as JupyterLab shows it in a cell.

import type { IError, IOutput } from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget, closeIcon, stopIcon } from '@jupyterlab/ui-components';
import { Panel } from '@lumino/widgets';
import React, { useLayoutEffect, useRef } from 'react';
import { IconButton } from './map';
import type { State } from './progress';
import type { Say } from './words';

export interface Heading {
  readonly title: string;
  readonly status: string;
  readonly state: State | 'running' | 'refused';
  readonly running: boolean;
}

const NOTHING: Heading = { title: '', status: '', state: 'running', running: false };

export interface ResultDeeds {
  readonly close: () => void;
  readonly stop: () => void;
}

class Head extends ReactWidget {
  constructor(
    private readonly _say: () => Say,
    private readonly _deeds: ResultDeeds,
  ) {
    super();
    this.addClass('deepgrade-result-head');
  }

  heading = NOTHING;

  protected override render(): React.JSX.Element {
    const { title, status, running } = this.heading;
    const say = this._say();
    return (
      <>
        <div className="deepgrade-line">
          <h3>{title}</h3>
          {running && <StopButton label={say('stop')} onClick={this._deeds.stop} />}
          <IconButton icon={closeIcon} label={say('close')} onClick={this._deeds.close} />
        </div>
        {status !== '' && <p>{status}</p>}
      </>
    );
  }
}

/** There while something runs; when it goes and had the focus, the button beside it takes that over. */
function StopButton(props: { readonly label: string; readonly onClick: () => void }): React.JSX.Element {
  const place = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    const here = place.current;
    return (): void => {
      if (here?.contains(document.activeElement)) {
        here.parentElement?.querySelector<HTMLElement>(':scope > button')?.focus();
      }
    };
  }, []);
  return (
    <span ref={place}>
      <IconButton icon={stopIcon} {...props} />
    </span>
  );
}

export class ResultPane extends Panel {
  constructor(
    private readonly _say: () => Say,
    deeds: ResultDeeds,
  ) {
    super();
    this.addClass('deepgrade-result');
    this.node.setAttribute('role', 'region');
    this._head = new Head(_say, deeds);
    this.addWidget(this._head);
    this.node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        deeds.close();
      }
    });
    this.hide();
  }

  get about(): string {
    return this._head.heading.title;
  }

  /** Say at the top what is going on. */
  tell(heading: Partial<Heading>): void {
    this._head.heading = { ...this._head.heading, ...heading };
    this.node.setAttribute('aria-label', `${this._say()('result')}: ${this._head.heading.title}`);
    this.node.dataset.state = this._head.heading.state;
    this.node.setAttribute('aria-busy', String(this._head.heading.running));
    this._head.update();
  }

  /** An empty place for outputs, in front of the reader. */
  begin(title: string, rendermime: IRenderMimeRegistry): SimplifiedOutputArea {
    this._output?.dispose();
    this._output = new SimplifiedOutputArea({
      // As in a cell that has just been run: what this session's kernel says is trusted, nothing else comes here.
      model: new OutputAreaModel({ trusted: true }),
      rendermime,
    });
    this._output.addClass('deepgrade-output');
    this.addWidget(this._output);
    this.tell({ ...NOTHING, title });
    this.show();
    return this._output;
  }

  /** The error of a cell, in place of a result. */
  raise(error: IError): void {
    const output: IOutput = { ...error };
    this._output?.model.fromJSON([output]);
  }

  private readonly _head: Head;
  private _output: SimplifiedOutputArea | null = null;
}
