import type { Item } from '../../shared/image-items.ts';
import { AT_ONCE, itemName, readItems } from '../aws/items.ts';
import { checkOutput, type CheckedOutput } from './check-output.ts';
import type { ImageFunction, Stack } from '../aws/stack.ts';
import type { Uploads } from '../story.ts';
import type { Photograph } from '../photographs/uploads.ts';

/** The result for a photograph and a recipe: no outcome so far, right, or wrong and why. */
type Finding = { status: 'waiting' | 'right' } | { status: 'wrong'; why: string };

/** The state of one photograph. `processedBy` holds function versions. */
type PhotographState = { finding: Finding; processedBy: string[]; before?: string; after?: string };

type CheckResult = Pick<Uploads, 'right' | 'waiting' | 'wrong' | 'repaired'> & {
  /** Why photographs are wrong, one sentence each, with the key. */
  problems: string[];
};

export type ImageChecker = {
  /**
   * Checks the photographs that are not right so far, and those that a rolled-back version processed; with `all`, every photograph.
   * `rolledBack` holds function versions by `versionName`.
   */
  check: (photographs: readonly Photograph[], rolledBack: ReadonlySet<string>, all?: boolean) => Promise<CheckResult>;
};

export function versionName(functionName: string, version: string): string {
  return `${functionName}:${version}`;
}

/** A few pictures are enough to show the repair. */
const MAX_REPAIRED = 6;

/** Checks uploads by their records and by the pixels of the first, smallest output of each recipe. */
export function createImageChecker(stack: Stack): ImageChecker {
  const states = new Map<Photograph, PhotographState>();
  /** By key. Outputs are never overwritten, so each is checked once. */
  const outputs = new Map<string, Promise<CheckedOutput>>();

  async function checkPhotograph(
    photograph: Photograph,
    items: ReadonlyMap<string, Item>,
    rolledBack: ReadonlySet<string>,
  ) {
    const findings: Finding[] = [];
    const processedBy: string[] = [];
    let { before, after } = states.get(photograph) ?? {};
    for (const released of stack.functions) {
      const item = items.get(itemName(stack, photograph, released.recipe));
      const { finding, picture } = await checkItem(photograph, released, item, rolledBack);
      findings.push(finding);
      if (item?.processedBy !== undefined) processedBy.push(versionName(released.functionName, item.processedBy));
      if (released.recipe !== 'thumbnails' || picture === undefined) continue;
      if (!picture.isSimilar) before ??= picture.uri;
      else if (before !== undefined) after = picture.uri;
    }
    states.set(photograph, {
      finding: worst(findings),
      processedBy,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    });
  }

  async function checkItem(
    photograph: Photograph,
    { functionName, recipe }: ImageFunction,
    item: Item | undefined,
    rolledBack: ReadonlySet<string>,
  ): Promise<{ finding: Finding; picture?: CheckedOutput }> {
    if (item === undefined || item.status === 'pending' || !matches(item, photograph))
      return { finding: { status: 'waiting' } };
    const wrong = (why: string): Finding => ({ status: 'wrong', why: `${recipe} of ${photograph.key}: ${why}` });
    if (item.status !== 'ready') return { finding: wrong(`${item.status}, ${item.reason ?? 'no reason given'}`) };
    const [output] = item.outputs;
    if (output === undefined) return { finding: wrong('no outputs') };
    const checking = outputs.get(output.key) ?? checkOutput(stack, output, photograph.picture);
    outputs.set(output.key, checking);
    const picture = await checking.catch((error: unknown) => {
      // Usually replaced after the record was read. The next check reads the new record.
      outputs.delete(output.key);
      if ((error as Error).name !== 'NoSuchKey') throw error;
    });
    if (picture === undefined) return { finding: { status: 'waiting' } };
    if (picture.problem !== undefined) return { finding: wrong(picture.problem), picture };
    const by = item.processedBy ?? '';
    return rolledBack.has(versionName(functionName, by))
      ? { finding: wrong(`processed by version ${by}, which was rolled back`), picture }
      : { finding: { status: 'right' }, picture };
  }

  return {
    check: async (photographs, rolledBack, all = false) => {
      const unsettled = photographs.filter((one) => {
        const { finding, processedBy } = states.get(one) ?? {};
        return all || finding?.status !== 'right' || processedBy?.some((version) => rolledBack.has(version));
      });
      for (let start = 0; start < unsettled.length; start += AT_ONCE) {
        const some = unsettled.slice(start, start + AT_ONCE);
        const items = await readItems(stack, some);
        await Promise.all(some.map((photograph) => checkPhotograph(photograph, items, rolledBack)));
      }
      return summary(photographs, states);
    },
  };
}

function summary(photographs: readonly Photograph[], states: ReadonlyMap<Photograph, PhotographState>): CheckResult {
  const result: CheckResult = { right: 0, waiting: 0, wrong: 0, repaired: [], problems: [] };
  for (const photograph of photographs) {
    const { finding = { status: 'waiting' }, before, after } = states.get(photograph) ?? {};
    result[finding.status]++;
    if (finding.status === 'wrong') result.problems.push(finding.why);
    if (before !== undefined && result.repaired.length < MAX_REPAIRED)
      result.repaired.push({ key: photograph.key, before, ...(after !== undefined && { after }) });
  }
  return result;
}

function worst(findings: readonly Finding[]): Finding {
  const wrong = findings.find(({ status }) => status === 'wrong');
  return wrong ?? findings.find(({ status }) => status === 'waiting') ?? { status: 'right' };
}

/** Compares the version ID in a versioned bucket, otherwise the ETag. */
function matches(item: Item, { versionId, eTag }: Photograph): boolean {
  return versionId !== undefined ? item.versionId === versionId : item.eTag === eTag;
}
