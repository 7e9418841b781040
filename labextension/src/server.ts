// The server's side: where a course lies, how far the student is, and every sentence in both languages.

import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { type Place, readPlace } from './progress';

export async function fetchPlace(path: string, settings: ServerConnection.ISettings): Promise<Place> {
  return readPlace(await get(`course${URLExt.objectToQueryString({ path })}`, settings));
}

/** Id → sentence, per language. */
export type Sentences = Readonly<Record<string, Readonly<Record<string, string>>>>;

export async function fetchSentences(settings: ServerConnection.ISettings): Promise<Sentences> {
  return (await get('words', settings)) as Sentences;
}

async function get(endpoint: string, settings: ServerConnection.ISettings): Promise<unknown> {
  const url = URLExt.join(settings.baseUrl, 'deepgrade', endpoint);
  const response = await ServerConnection.makeRequest(url, {}, settings);
  if (!response.ok) {
    throw await ServerConnection.ResponseError.create(response);
  }
  return await response.json();
}
