import type { Cursor, Ports as RepairPorts } from '../../../../functions/repair-after-rollback/ports.ts';
import { repairAfterRollback } from '../../../../functions/repair-after-rollback/repair-after-rollback.ts';
import { readOptions, type Options } from '../../../../functions/reconcile-images/options.ts';
import { reconcileImages } from '../../../../functions/reconcile-images/reconcile-images.ts';
import { bringUpToDate } from '../../../../functions/shared/bring-up-to-date/bring-up-to-date.ts';
import { imageId, type Image } from '../../../../functions/shared/images/image.ts';
import { thumbnails } from '../../../../functions/shared/images/recipe.ts';
import type { ImageRecord } from '../../../../functions/shared/images/record.ts';
import { createInterleaver } from '../../bring-up-to-date/model/interleaver.ts';
import { createJudge, type Judge } from '../../bring-up-to-date/model/judge.ts';
import { seeded } from '../../bring-up-to-date/model/random.ts';
import { reconcilerPorts } from '../../bring-up-to-date/model/reconciler.ts';
import { TIMEOUT, type Actor } from '../../bring-up-to-date/model/actor.ts';
import type { Simulation } from '../../bring-up-to-date/model/steps.ts';
import { workerPorts } from '../../bring-up-to-date/model/worker.ts';
import { createWorld } from '../../bring-up-to-date/model/world.ts';
import { lenient, withDefect } from './defects.ts';
import { repairerPorts, type Alias } from './repairer.ts';
import type { Scenario } from './scenario.ts';

/** A repair that looks right and is not, as a change to what one try sees of the world. */
export type Mutation = (ports: RepairPorts) => RepairPorts;

/** What a step takes, and what passes before reconcile-images runs, ms. */
const STEP = 50;
const LAPSE = 2 * 3_600_000;
/** How often Lambda tries an asynchronous invocation. */
const TRIES = 3;
const REPAIR_TIMEOUT = 900_000;
/** As the schedule runs it once a day. */
const options: Options = { ...readOptions({ pass: 'full' }), deletes: true };

/** One image: what is judged of it, how often it was announced, and whether every announcement came to an end with somebody. */
type Told = { image: Image; judge: Judge; simulation: Simulation; announced: number; isHeard: boolean };

/**
 * Plays the release of a wrong version 2, its withdrawal, the real repair and, after that, one run of the real reconcile-images; says
 * what is wrong with how it went, or ended: [] is right. The same scenario always gives the same schedule.
 */
export async function play(scenario: Scenario, mutation: Mutation = (ports) => ports): Promise<string[]> {
  const world = createWorld(scenario.versioned);
  const interleaver = createInterleaver(scenario.strategy);
  const choose = seeded(scenario.seed);
  const deadline = new AbortController().signal;
  let alias: Alias = { version: '1', weights: {} };
  let actors = 100;
  /** How the tries of the repair have ended. */
  const endings = new Set<string>();

  const tales = scenario.lives.map((_, index): Told => {
    const image = { bucket: 'uploads', key: `users/ann/${index}.jpg` };
    const judge = lenient(createJudge(world, image));
    return { image, judge, simulation: createSimulation(judge, scenario.faults), announced: 0, isHeard: true };
  });
  const judgeOf = ({ key }: ImageRecord) => taleOf({ key }).judge;
  const everyJudge: Judge = {
    ...createJudge(world),
    marked: (before, record) => judgeOf(record).marked(before, record),
  };
  const repairSimulation = createSimulation(everyJudge, scenario.repairFaults);
  const reconcileSimulation = createSimulation(everyJudge, []);

  function createSimulation(judge: Judge, faults: Scenario['faults']): Simulation {
    const byStep = new Map(faults.map(({ atStep, kind }) => [atStep, kind]));
    return { world, judge, interleaver, faults: byStep, steps: 0, isCalm: true, isDelivered: true };
  }

  function taleOf({ key }: Pick<Image, 'key'>): Told {
    const tale = tales.find(({ image }) => image.key === key);
    if (tale === undefined) throw new Error(`nobody has heard of ${key}`);
    return tale;
  }

  function recipeOf(version: string) {
    const isNew = scenario.newRecipe && Number(version) > 1;
    return { ...thumbnails, outputs: thumbnails.outputs.slice(0, 2), version: isNew ? 2 : 1 };
  }

  /** Begins an invocation at a moment of the strategy's choice; which version it meets is decided then. */
  function invoke(
    versionOf: () => string,
    work: (actor: Actor) => Promise<unknown>,
    whenDead: () => void,
    ms = TIMEOUT,
  ) {
    const id = ++actors;
    interleaver.later(id, () => {
      const version = versionOf();
      const actor: Actor = {
        ...{ id, version, recipe: recipeOf(version), startedAt: world.clock.now, timeoutMs: ms },
        ...{ alive: true, disorderly: false, attempts: [], whenDead },
      };
      work(actor).then(
        () => (actor.alive = false),
        () => {
          actor.alive = false;
          whenDead();
        },
      );
    });
  }

  function versionByAlias(): string {
    const [other] = Object.entries(alias.weights);
    return other && choose(10) < other[1] * 10 ? other[0] : alias.version;
  }

  function deliver(tale: Told, whenLost: () => void, tries = 1): void {
    const work = (actor: Actor) => {
      const ports = workerPorts(tale.simulation, actor);
      const worker = { version: actor.version, timeoutMs: TIMEOUT, deadline };
      const seen = actor.version === '2' ? withDefect(scenario.defect, ports, tale.simulation, actor) : ports;
      return bringUpToDate(seen, worker, tale.image, actor.recipe);
    };
    invoke(versionByAlias, work, () => {
      if (tries < TRIES) deliver(tale, whenLost, tries + 1);
      else whenLost();
    });
  }

  function announce(image: Image): void {
    const tale = taleOf(image);
    tale.announced++;
    deliver(tale, () => {
      tale.isHeard = false;
      tale.simulation.isDelivered = false;
    });
  }

  function live({ acts, copies }: Scenario['lives'][number], tale: Told, index: number, n = 0): void {
    const act = acts[n];
    if (act === undefined) return;
    interleaver.later(index, () => {
      if (act === 'delete') world.remove(tale.image);
      else world.upload(tale.image, act.put);
      tale.judge.bucketChanged();
      for (let copy = 0; copy < copies; copy++) deliver(tale, () => (tale.simulation.isDelivered = false));
      live({ acts, copies }, tale, index, n + 1);
    });
  }

  const cursors = new Map<string, Cursor>();
  let startedAt = '';

  function repair(tries = 1): void {
    const pages = scenario.pages[tries - 1];
    let looks = 0;
    const work = async (actor: Actor) => {
      const ports = repairerPorts(repairSimulation, actor, {
        ...{ alias: () => alias, cursors, startedAt, announce },
        hasTime: () => pages === undefined || ++looks < pages,
      });
      const { ending } = await repairAfterRollback(mutation(ports), 'd-EXAMPLE11');
      endings.add(ending);
      if (ending === 'out of time') throw new Error(ending);
    };
    const again = () => {
      if (tries < TRIES) repair(tries + 1);
    };
    invoke(() => '1', work, again, REPAIR_TIMEOUT);
  }

  /** One run; its recipes are those of the version that is deployed, be it served or not. */
  function reconcile(version: string): void {
    const work = (actor: Actor) => {
      const ports = reconcilerPorts(reconcileSimulation, actor, announce);
      const servingVersion = async () => (Object.keys(alias.weights).length === 0 ? Number(alias.version) : undefined);
      return reconcileImages({ ...ports, servingVersion }, options);
    };
    invoke(
      () => version,
      work,
      () => undefined,
      REPAIR_TIMEOUT,
    );
  }

  /** One thing after the other, each after so many steps of its own. */
  function inTurn(actor: number, [first, ...rest]: [pause: number, happen: () => void][]): void {
    if (first === undefined) return;
    const [pause, happen] = first;
    interleaver.later(actor, () => {
      if (pause === 0) happen();
      inTurn(actor, pause === 0 ? rest : [[pause - 1, happen], ...rest]);
    });
  }

  const shared = (version: string, other: string, tenths: number): Alias =>
    tenths >= 10 ? { version: other, weights: {} } : { version, weights: { [other]: tenths / 10 } };
  const [beforeCanary = 0, beforeEnd = 0, beforeTold = 0, beforeThird = 0] = scenario.pauses;
  const { third } = scenario;
  const tick = () => (world.clock.now += STEP);

  scenario.lives.forEach((life, index) => live(life, tales[index] ?? taleOf({ key: '' }), index));
  inTurn(50, [
    [
      beforeCanary,
      () => {
        startedAt = world.time().toISOString();
        alias = shared('1', '2', scenario.share);
      },
    ],
    [beforeEnd, () => (alias = { version: '1', weights: {} })],
    [beforeTold, () => Array.from({ length: scenario.told }, () => repair())],
    ...(third === undefined
      ? []
      : ([
          [beforeThird, () => (alias = shared('1', '3', third))],
          [beforeThird, () => (alias = { version: '3', weights: {} })],
        ] satisfies [number, () => void][])),
  ]);
  for (let run = 0; run < scenario.reconciliations; run++) reconcile(choose(2) === 0 ? '1' : '2');
  await interleaver.untilQuiet(tick);

  for (const { simulation } of [...tales, { simulation: repairSimulation }]) simulation.faults.clear();
  if (scenario.third !== undefined && !endings.has('repaired')) {
    // Below the version that serves, reconcile-images cannot tell a withdrawn version from one that has served: a person has to see to it.
    repair();
    await interleaver.untilQuiet(tick);
    if (!endings.has('repaired')) everyJudge.findings.push('a repair that a person asked for did not come to its end');
  }
  for (const { image, judge, simulation, isHeard } of tales) {
    if (!endings.has('repaired')) break;
    if (isHeard) leftBehind(image, judge, 'the repair is over');
    // What a blind version has taken no notice of bears no trace of it: only reconcile-images looks where nothing is.
    if (simulation.isDelivered && scenario.defect !== 'blind') judge.converged('the repair');
  }

  // What the repair could not mend, or was never told of, one run of reconcile-images does; and the next has nothing to do.
  const wasDelivered = tales.map(({ simulation }) => simulation.isDelivered);
  const announced = () => tales.reduce((sum, tale) => sum + tale.announced, 0);
  let before = 0;
  for (let run = 0; run < 2; run++) {
    world.clock.now += LAPSE;
    before = announced();
    reconcile(alias.version);
    await interleaver.untilQuiet(tick);
    if (run === 0) look();
  }
  if (announced() > before) everyJudge.findings.push('a second run of reconcile-images found something to do');

  function look(): void {
    for (const [index, { image, judge, announced: times }] of tales.entries()) {
      judge.converged('reconciliation', { byListing: wasDelivered[index] !== true });
      leftBehind(image, judge, 'it is over');
      // Each of Lambda's tries makes four passes; and each run of reconcile-images tells of an image once.
      const most = (scenario.told + 1) * TRIES * 4 + scenario.reconciliations + 1;
      if (times > most) judge.findings.push(`an image was announced ${times} times`);
    }
  }

  /** A tombstone where there is no original is right, whoever wrote it. */
  function leftBehind({ bucket, key }: Image, { findings }: Judge, when: string): void {
    const record = world.read(imageId({ bucket, key }), 'thumbnails');
    if (record?.processedBy !== '2' || (record.status === 'deleted' && !world.bucket.has(key))) return;
    findings.push(`${when}, and yet a record is ${record.status} by the version that was withdrawn`);
  }

  return [...tales.flatMap(({ judge }) => judge.findings), ...everyJudge.findings];
}
