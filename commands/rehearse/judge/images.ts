import type { Item } from '../../shared/image-items.ts';
import { AT_ONCE, itemName, readItems } from '../aws/items.ts';
import { seeOutput, type Seen } from './check-output.ts';
import type { Maker, Stack } from '../aws/stack.ts';
import type { Uploads } from '../story.ts';
import type { Photograph } from '../photographs/uploads.ts';

/** Of a photograph under one recipe: no outcome yet, as it should be, or what is wrong with it. */
type Finding = { status: 'waiting' | 'right' } | { status: 'wrong'; why: string };

/** What is known of one photograph. `madeBy` is a function version each. */
type Known = { finding: Finding; madeBy: string[]; before?: string; after?: string };

type Judged = Pick<Uploads, 'right' | 'waiting' | 'wrong' | 'healed'> & {
  /** Why photographs are wrong, with a key each. */
  problems: string[];
};

export type Judge = {
  /**
   * Looks at the photographs that are not yet as they should be, and at those that a withdrawn version made; with `all`, at every one
   * again. `withdrawn` are function versions, as `versionName` names them.
   */
  look: (photographs: readonly Photograph[], withdrawn: ReadonlySet<string>, all?: boolean) => Promise<Judged>;
};

export function versionName(functionName: string, version: string): string {
  return `${functionName}:${version}`;
}

/** Some pictures are enough to see that they were mended. */
const MOST_HEALED = 6;

/** Judges what becomes of uploads, by their records and by the pixels of each recipe's first, smallest output. */
export function createJudge(stack: Stack): Judge {
  const known = new Map<Photograph, Known>();
  /** Outputs are never overwritten, so each is looked at once: what is wrong with it, if anything. */
  const outputs = new Map<string, Promise<Seen>>();

  async function judge(photograph: Photograph, items: ReadonlyMap<string, Item>, withdrawn: ReadonlySet<string>) {
    const findings: Finding[] = [];
    const madeBy: string[] = [];
    let { before, after } = known.get(photograph) ?? {};
    for (const released of stack.functions) {
      const item = items.get(itemName(stack, photograph, released.recipe));
      const { finding, picture } = await judgeItem(photograph, released, item, withdrawn);
      findings.push(finding);
      if (item?.processedBy !== undefined) madeBy.push(versionName(released.functionName, item.processedBy));
      if (released.recipe !== 'thumbnails' || picture === undefined) continue;
      if (!picture.alike) before ??= picture.uri;
      else if (before !== undefined) after = picture.uri;
    }
    known.set(photograph, {
      finding: worst(findings),
      madeBy,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    });
  }

  async function judgeItem(
    photograph: Photograph,
    { functionName, recipe }: Maker,
    item: Item | undefined,
    withdrawn: ReadonlySet<string>,
  ): Promise<{ finding: Finding; picture?: Seen }> {
    if (item === undefined || item.status === 'pending' || !speaksOf(item, photograph))
      return { finding: { status: 'waiting' } };
    const wrong = (why: string): Finding => ({ status: 'wrong', why: `${recipe} of ${photograph.key}: ${why}` });
    if (item.status !== 'ready') return { finding: wrong(`${item.status}, ${item.reason ?? 'no reason given'}`) };
    const [output] = item.outputs;
    if (output === undefined) return { finding: wrong('no outputs') };
    const seen = outputs.get(output.key) ?? seeOutput(stack, output, photograph.picture);
    outputs.set(output.key, seen);
    const picture = await seen.catch((error: unknown) => {
      // Replaced between the record and this look, as a rule: the next look knows more.
      outputs.delete(output.key);
      if ((error as Error).name !== 'NoSuchKey') throw error;
    });
    if (picture === undefined) return { finding: { status: 'waiting' } };
    if (picture.problem !== undefined) return { finding: wrong(picture.problem), picture };
    const by = item.processedBy ?? '';
    return withdrawn.has(versionName(functionName, by))
      ? { finding: wrong(`made by version ${by}, which was withdrawn`), picture }
      : { finding: { status: 'right' }, picture };
  }

  return {
    look: async (photographs, withdrawn, all = false) => {
      const unsettled = photographs.filter((one) => {
        const { finding, madeBy } = known.get(one) ?? {};
        return all || finding?.status !== 'right' || madeBy?.some((version) => withdrawn.has(version));
      });
      for (let start = 0; start < unsettled.length; start += AT_ONCE) {
        const some = unsettled.slice(start, start + AT_ONCE);
        const items = await readItems(stack, some);
        await Promise.all(some.map((photograph) => judge(photograph, items, withdrawn)));
      }
      return summary(photographs, known);
    },
  };
}

function summary(photographs: readonly Photograph[], known: ReadonlyMap<Photograph, Known>): Judged {
  const judged: Judged = { right: 0, waiting: 0, wrong: 0, healed: [], problems: [] };
  for (const photograph of photographs) {
    const { finding = { status: 'waiting' }, before, after } = known.get(photograph) ?? {};
    judged[finding.status]++;
    if (finding.status === 'wrong') judged.problems.push(finding.why);
    if (before !== undefined && judged.healed.length < MOST_HEALED)
      judged.healed.push({ key: photograph.key, before, ...(after !== undefined && { after }) });
  }
  return judged;
}

function worst(findings: readonly Finding[]): Finding {
  const wrong = findings.find(({ status }) => status === 'wrong');
  return wrong ?? findings.find(({ status }) => status === 'waiting') ?? { status: 'right' };
}

/** A versioned bucket names the version; in another one the ETag has to do. */
function speaksOf(item: Item, { versionId, eTag }: Photograph): boolean {
  return versionId !== undefined ? item.versionId === versionId : item.eTag === eTag;
}
