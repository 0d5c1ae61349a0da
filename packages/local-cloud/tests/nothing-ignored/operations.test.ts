import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationsOf, services, type Operation, type Outcome } from './clients.ts';
import { everywhereInS3, implemented } from './implemented-operations.ts';
import { inputOf, membersOf, type Plausible } from './input.ts';
import { plausibleFor } from './plausible.ts';
import { everyProperty } from './resources.ts';
import { startWholeCloud, type WholeCloud } from './whole-cloud.ts';

/** Members that the client itself acts upon: HTTP's own length, and an endpoint that it cannot sign for. */
const ofTheClient = ['s3:PutObject.ContentLength', 's3:UploadPart.ContentLength', 'events:PutEvents.EndpointId'];

const count = { answered: 0, refused: 0, members: 0, membersRefused: 0 };

let cloud: WholeCloud;
beforeAll(async () => {
  cloud = await startWholeCloud();
  await cloud.deploy(everyProperty(cloud.artifact));
});
afterAll(async () => {
  await cloud.stop();
  console.info(
    `${String(count.answered)} operations answered, ${String(count.refused)} refused by name; of the answered ones ${String(count.members)} optional parameters read, ${String(count.membersRefused)} refused by name.`,
  );
});

describe.each(services)('%s', (service) => {
  const rows = implemented[service] ?? {};
  let operations: Operation[];
  let plausible: Plausible;
  let stop: () => void;
  beforeAll(async () => {
    ({ operations, stop } = operationsOf(service, cloud.endpoint));
    plausible = await plausibleFor(service, cloud.endpoint);
  });
  afterAll(() => stop());

  test('reads each parameter of what it answers, or refuses it by name', async () => {
    const wrong: unknown[] = [];
    for (const operation of operations.filter(({ name }) => Object.hasOwn(rows, name))) {
      const read = [...(rows[operation.name] ?? []), ...(service === 's3' ? everywhereInS3 : [])];
      for (const { name, required } of membersOf(operation.input)) {
        const path = `${service}:${operation.name}.${name}`;
        if (required || ofTheClient.includes(path)) continue;
        const outcome = await operation.send(inputOf(operation.input, plausible, name));
        if (outcome.kind === 'refused') count.membersRefused += 1;
        else count.members += 1;
        if (isFault(outcome) || (outcome.kind === 'refused') === read.includes(name)) wrong.push([path, outcome]);
      }
    }
    expect(wrong).toEqual([]);
  });

  test('answers the operations that it implements and refuses every other one by name', async () => {
    expect(Object.keys(rows).filter((name) => !operations.some((one) => one.name === name))).toEqual([]);
    const wrong: unknown[] = [];
    // What deletes comes last: the others need what is there.
    for (const operation of operations.toSorted(byHarm)) {
      const outcome = await operation.send(inputOf(operation.input, plausible));
      const name = `${service}:${operation.name}`;
      const refused = outcome.kind === 'refused' && outcome.message.includes(`does not implement ${name}.`);
      count[refused ? 'refused' : 'answered'] += 1;
      if (isFault(outcome) || refused === Object.hasOwn(rows, operation.name)) wrong.push([name, outcome]);
    }
    expect(wrong).toEqual([]);
  });
});

/** A fault of the cloud, or no answer at all. */
function isFault({ status }: Outcome): boolean {
  return status === undefined || status === 500;
}

function byHarm(one: Operation, other: Operation): number {
  return Number(one.name.startsWith('Delete')) - Number(other.name.startsWith('Delete'));
}
