import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRandom } from '../../src/core/random.ts';
import type { Message } from '../../src/services/sqs/message.ts';
import { openQueue } from '../../src/services/sqs/queue.ts';
import { defaults } from '../../src/services/sqs/queue-settings.ts';
import { writeReceipt } from '../../src/services/sqs/receipt.ts';
import { openStore } from '../../src/core/store.ts';

/** What may happen to a queue; `which` picks one of the receipts that were given so far, old ones included. */
type Step =
  | { do: 'send'; delay: number }
  | { do: 'receive'; max: number }
  | { do: 'delete'; which: number }
  | { do: 'change'; which: number; seconds: number }
  | { do: 'pass'; seconds: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('send' as const), delay: fc.constantFrom(0, 0, 5) }),
  fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constant('delete' as const), which: fc.nat(20) }),
  fc.record({ do: fc.constant('change' as const), which: fc.nat(20), seconds: fc.constantFrom(0, 3, 30) }),
  fc.record({ do: fc.constant('pass' as const), seconds: fc.integer({ min: 1, max: 15 }) }),
);

/** The same in the plainest way: of each message when it may be received, how often it was, and which receipt counts. */
type Model = { visibleAt: number; receives: number; receipt?: string };

const maxReceiveCount = 3;
const VisibilityTimeout = 10;

async function play(steps: readonly Step[]): Promise<void> {
  let now = 1_000_000;
  const dead: Message[] = [];
  const queue = openQueue({
    arn: 'arn:aws:sqs:us-east-1:000000000000:q',
    settings: () => ({
      ...defaults,
      VisibilityTimeout,
      RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:dead', maxReceiveCount },
    }),
    messages: openStore(undefined),
    context: {
      clock: {
        factor: 1,
        aheadMs: () => 0,
        now: () => new Date(now),
        wait: async () => undefined,
        work: async () => undefined,
      },
      random: createRandom(1),
      observe: () => undefined,
      stopping: new AbortController().signal,
    },
    deadLetter: (message) => dead.push(message) > 0,
  });
  const model = new Map<string, Model>();
  const receipts: { id: string; handle: string }[] = [];

  for (const one of steps) {
    if (one.do === 'send') {
      const { id } = queue.send({ body: 'x', attributes: {}, senderId: 'me', delaySeconds: one.delay });
      model.set(id, { visibleAt: now + one.delay * 1000, receives: 0 });
    } else if (one.do === 'receive') {
      const due = [...model].filter(([, { visibleAt }]) => visibleAt <= now);
      const spent = new Set(due.filter(([, { receives }]) => receives >= maxReceiveCount).map(([id]) => id));
      const before = dead.length;
      const received = await queue.receive({ max: one.max, waitMs: 0 });
      expect(received).toHaveLength(Math.min(one.max, due.length - spent.size));
      for (const { id } of dead.slice(before)) {
        expect(spent.has(id)).toBe(true);
        model.delete(id);
      }
      for (const { id, receipt, receiveCount } of received) {
        const known = model.get(id);
        expect(known !== undefined && known.visibleAt <= now && !spent.has(id)).toBe(true);
        expect(receiveCount).toBe((known?.receives ?? 0) + 1);
        const handle = writeReceipt({ messageId: id, receiptId: receipt?.id ?? '' });
        receipts.push({ id, handle });
        model.set(id, {
          visibleAt: now + VisibilityTimeout * 1000,
          receives: receiveCount,
          receipt: handle,
        });
      }
    } else if (one.do === 'pass') {
      now += one.seconds * 1000;
    } else {
      const picked = receipts[one.which % receipts.length];
      if (picked === undefined) continue;
      const { id, handle } = picked;
      const known = model.get(id);
      const counts = known?.receipt === handle;
      if (one.do === 'delete') {
        queue.delete(handle);
        if (counts) model.delete(id);
      } else if (known !== undefined && counts && known.visibleAt > now) {
        queue.changeVisibility(handle, one.seconds);
        known.visibleAt = now + one.seconds * 1000;
      } else expect(() => queue.changeVisibility(handle, one.seconds)).toThrow();
    }
    const hidden = [...model.values()].filter(({ visibleAt }) => visibleAt > now);
    const inFlight = hidden.filter(({ receipt }) => receipt !== undefined).length;
    expect(queue.counts()).toEqual({
      visible: model.size - hidden.length,
      inFlight,
      delayed: hidden.length - inFlight,
    });
  }
}

test('a queue does what its documentation says, whatever happens in whatever order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), play), { numRuns: 1000, verbose: true });
});
