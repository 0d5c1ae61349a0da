import type { Reason } from './problem.ts';

export type UploadState =
  | { status: 'queued' }
  /** Waits for the connection. */
  | { status: 'offline' }
  | { status: 'sending'; sent: number; speed: number }
  | { status: 'failed'; reason: Reason; canRetry: boolean }
  | { status: 'sent' };

export type Job<File> = { key: string; file: File; size: number };

export type Ports<File, Form> = {
  /** Right before sending, for a form is good for five minutes. Throws UploadProblem. */
  sign: (job: Job<File>, signal: AbortSignal) => Promise<Form>;
  /** Throws UploadProblem. */
  send: (form: Form, job: Job<File>, onSent: (bytes: number) => void, signal: AbortSignal) => Promise<void>;
  isOnline: () => boolean;
  /** Ends early when `signal` aborts. */
  wait: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
  show: (key: string, state: UploadState) => void;
};
