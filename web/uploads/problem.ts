/**
 * Why a file was not uploaded; the page has words for each. `busy` and `connection` are tried again by themselves, and then offer it;
 * so do `unknown`, `changed` and `unreadable`; the others need another file.
 */
export type Reason =
  | 'busy'
  | 'changed'
  | 'connection'
  | 'empty'
  | 'refused'
  | 'signed-out'
  | 'too-large'
  | 'unknown'
  | 'unreadable'
  | 'unsupported-type';

export class UploadProblem extends Error {
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'UploadProblem';
    this.reason = reason;
  }
}

export const isHopeless = (reason: Reason): boolean =>
  reason === 'empty' || reason === 'too-large' || reason === 'unsupported-type';
