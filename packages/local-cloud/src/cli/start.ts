import { realTime } from '../core/clock.ts';
import { createCloud, type Cloud } from '../cloud.ts';
import { freshSeed, seedOfStart } from '../core/random.ts';
import { DeploymentError } from '../stacks/deploy.ts';
import { takeStateFolder } from '../core/state-folder.ts';
import { watch } from '../watch/watch.ts';
import type { StartArguments } from './arguments.ts';
import { createLineGrouper } from './group-lines.ts';
import { holdBack } from './held.ts';
import { lineOf, type LineOptions } from './line.ts';
import { askParent, noWords, notifyParent } from './parent.ts';
import { createPrinter } from './printer.ts';
import { lineOfWaiting, linesOfRound, type StackChange } from './round.ts';
import { summary } from './summary.ts';

/** A cloud that has been started from the command line. */
export type Started = { stop: () => Promise<void> };

/**
 * Boots, builds and deploys, prints what came of it and then a line per event; tells a parent process, where there is one. Rejects with a
 * message for people when anything is wrong, with nothing left running.
 *
 * @param ending what is being deployed when it aborts is cut short
 */
export async function start(options: StartArguments, ending: AbortSignal): Promise<Started> {
  const bootMs = realTime.stopwatch();
  const folder = takeStateFolder(options.state, { reset: options.reset });
  // What happens while it is deployed is told after where everything is.
  const held = holdBack((text) => process.stdout.write(text));
  const grouper = createLineGrouper(createPrinter(process.stdout, held.write), realTime);
  let cloud: Cloud | undefined;
  const stop = async (): Promise<void> => {
    try {
      await cloud?.stop();
    } finally {
      grouper.end();
      held.release();
      folder.release();
    }
  };
  try {
    const { print } = grouper;
    const lines: LineOptions = {
      show: options.show,
      isWatched: (bucket) => cloud?.isWatched(bucket) ?? false,
      label: (name) => cloud?.label(name) ?? name,
    };
    const seed = options.seed ?? freshSeed();
    /** Of the deployment in work: told once it is done, since all of them may be taken back. */
    let changes: StackChange[] | undefined;
    const releases = new Set<string>();
    /** How many of the template's properties change nothing here; of later deployments each is told. */
    let accepted = 0;
    let isFirst = true;
    cloud = await createCloud({
      template: options.template,
      parameters: options.parameters,
      stackName: options.stackName,
      port: options.port,
      ...(options.apiPort !== undefined && { apiPort: options.apiPort }),
      allowHosts: options.allowHosts,
      stateFolder: folder.path,
      clockFactor: options.clock,
      // A seed repeats a run; ids must not repeat those that an earlier start left in the state.
      seed: seedOfStart(seed, folder.starts),
      chaosPercent: options.chaos,
      undocumented: options.undocumented,
      ...(options.processes !== undefined && { maximumProcesses: options.processes }),
      keepWarm: options.keepWarm,
      observe: (event) => {
        if (event.type === 'deployment-changed') {
          // A release that an earlier start had begun goes on for minutes before everything is deployed.
          held.release();
          if (event.status === 'started') releases.add(event.deploymentId);
          else releases.delete(event.deploymentId);
        }
        if (event.type === 'stack-changed' && changes !== undefined) changes.push(event);
        else if (event.type === 'accepted-without-effect' && isFirst && !options.verbose) accepted += 1;
        else {
          const line = lineOf(event, lines);
          if (line !== undefined) print(line);
        }
      },
    });
    const { deploy, endpoint } = cloud;
    ending.addEventListener('abort', () => void cloud?.stop(), { once: true });
    if (ending.aborted) await cloud.stop();
    const collect = async (): Promise<Readonly<Record<string, string>>> => {
      changes = [];
      try {
        return await deploy();
      } catch (error) {
        changes = undefined;
        throw error;
      }
    };
    const takeChanges = (): StackChange[] => {
      const collected = changes ?? [];
      changes = undefined;
      return collected;
    };
    const outputs = await collect();
    isFirst = false;
    const seconds = (bootMs() / 1000).toFixed(1);
    const changed = takeChanges().length;
    const { before, after } = options.askParent ? await askParent({ endpoint, outputs }, ending) : noWords;
    const about = summary({ endpoint, outputs, changed, seconds, accepted }, { ...options, seed });
    console.log([...before, ...about, ...after].join('\n'));
    held.release();
    if (!options.askParent) notifyParent({ endpoint, outputs });
    const stopping = new AbortController();
    const watching = options.watch
      ? watch({
          sources: cloud.sources,
          deploy: collect,
          clock: realTime,
          stopwatch: realTime.stopwatch,
          stopping: stopping.signal,
          tell: (round) => {
            for (const line of linesOfRound(round, takeChanges(), lines)) print(line);
          },
          tellWaiting: () => {
            print(lineOfWaiting([...releases], endpoint));
          },
        }).catch((error: unknown) => {
          print({ tone: 'bad', where: 'watch', what: `${(error as Error).message}. Changes count at the next start.` });
        })
      : undefined;
    return {
      stop: async () => {
        stopping.abort();
        // A deployment that waits would keep the watch waiting.
        await cloud?.stop();
        await watching;
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw withAdvice(error, options);
  }
}

/** A stack that was deleted has left what its template says is to be retained; nothing here can take that over. */
function withAdvice(error: unknown, { state }: StartArguments): unknown {
  if (!(error instanceof DeploymentError) || error.inTheWay.length === 0) return error;
  const names = error.inTheWay.join(', ');
  const advice =
    `A stack that was deleted has probably left ${names}: the template says that it is retained (DeletionPolicy). ` +
    `Start again with --reset: that deletes all data in ${state}.`;
  return new DeploymentError(`${error.message}\n${advice}`, { inTheWay: error.inTheWay });
}
