import { findTarget, UsageError } from '../../shared/target.ts';
import { refuseIfReleasing } from '../aws/deployments.ts';
import { acquireLock } from './lock.ts';
import type { Options } from '../options.ts';
import { startOwnCloud } from './own-cloud.ts';
import { FASTEST } from '../pace.ts';
import { findStack, type Stack } from '../aws/stack.ts';

/** The stack of a rehearsal, and its clock. */
export type RehearsalTarget = {
  stack: Stack;
  /** Whether the changes must be reverted: the target exists after the rehearsal. */
  mustBeRestored: boolean;
  /** The speed at the start: waiting time passes this many times faster than on AWS. */
  speed: number;
  /** Sets the speed. Absent if it must not change. */
  setSpeed?: (speed: number) => Promise<void>;
  /** Restores the speed of the clock, or stops the separate local cloud. */
  close: () => Promise<void>;
};

/** Throws UsageError, without changing anything, if the stack does not exist or a release or rehearsal of it is in progress. */
export async function openTarget(options: Options, shutdown: AbortSignal): Promise<RehearsalTarget> {
  const { where, endpoint, speed = FASTEST } = options;
  const isFixed = options.speed !== undefined;
  if (where === 'own') return openOwnTarget(options, speed, shutdown);
  const target = await findTarget({ stage: where === 'dev' ? 'dev' : 'local', endpoint });
  const stack = await findStack(target, where === 'here');
  const clockAt = target.client.endpoint ?? '';
  const release = await acquireLock(where === 'dev' ? stack.name : clockAt);
  try {
    await refuseIfReleasing(stack);
    if (where === 'dev') return { stack, mustBeRestored: true, speed, close: release };
    const putSpeedBack = await setSpeed(clockAt, speed);
    const close = async (): Promise<void> => putSpeedBack().finally(release);
    return { stack, mustBeRestored: true, speed, ...(!isFixed && setterOf(clockAt)), close };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openOwnTarget(options: Options, speed: number, shutdown: AbortSignal): Promise<RehearsalTarget> {
  const isFixed = options.speed !== undefined;
  const { endpoint, close } = await startOwnCloud({ speed, targetsAfter: options.targetsAfter }, shutdown);
  try {
    const stack = await findStack(await findTarget({ stage: 'local', endpoint }));
    return { stack, mustBeRestored: false, speed, ...(!isFixed && setterOf(endpoint)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

function setterOf(endpoint: string): Required<Pick<RehearsalTarget, 'setSpeed'>> {
  return {
    setSpeed: async (speed) => {
      await clock(endpoint, speed);
    },
  };
}

/** Sets the clock of a running local cloud and returns a function that restores it. */
async function setSpeed(endpoint: string, speed: number): Promise<() => Promise<void>> {
  const before = await clock(endpoint);
  await clock(endpoint, speed);
  return async () => {
    await clock(endpoint, before);
  };
}

/** Returns the speed, after setting it if one is passed. Throws UsageError if the endpoint has no such clock. */
async function clock(endpoint: string, speed?: number): Promise<number> {
  const request = speed === undefined ? {} : { method: 'PUT', body: JSON.stringify({ factor: speed }) };
  const response = await fetch(new URL('/_local-cloud/clock', endpoint), request);
  const { factor } = (await response.json().catch(() => ({}))) as { factor?: number };
  if (response.ok && factor !== undefined) return factor;
  throw new UsageError(`${endpoint} is not a local cloud with an adjustable clock: HTTP ${String(response.status)}.`);
}
