import type { ReportHead } from '../shared/releases/report.ts';
import type { OpenAttempt, ImageRecord } from '../shared/images/record.ts';
import type { Recipe, RecipeName } from '../shared/images/recipe.ts';
import type { Ports as CommonPorts } from './ports.ts';
import type { CaseReport } from './judge-reconciliation.ts';

/** The stored report of a trial of reconcile-images, as JSON. */
export type ReconciliationReport = ReportHead<'verify-before-traffic'> & {
  deadLetters?: Record<string, number>;
  /** None: it makes no pictures. */
  pictures: [];
  cases: CaseReport[];
};

/** What a trial asks of the world, beside what every verification does. */
export type ReconciliationPorts = Pick<
  CommonPorts,
  'bucket' | 'putPicture' | 'invoke' | 'readRecord' | 'recordsOf' | 'removeRecord' | 'deleteOutputs' | 'deletePictures'
> &
  Pick<CommonPorts, 'countDeadLetters' | 'log' | 'now' | 'pause' | 'listPictures'> & {
    /** What every original is to have. */
    recipes: readonly Recipe[];
    /** Bytes of a good picture. */
    picture: Uint8Array;
    putOutput: (key: string) => Promise<unknown>;
    /** The keys of all outputs of an image, whether a record names them or not. */
    listOutputs: (imageId: string, recipe: RecipeName) => Promise<string[]>;
    writeRecord: (
      record: ImageRecord,
      expectedRevision: number,
      withdrawn: readonly OpenAttempt[],
    ) => Promise<'written' | 'lost'>;
    writeReconciliationReport: (deploymentId: string, report: ReconciliationReport) => Promise<string>;
  };
