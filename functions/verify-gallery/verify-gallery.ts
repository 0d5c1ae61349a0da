import type { HookRun, Verdict } from '../shared/releases/hook-run.ts';
import type { Ports, Released } from './ports.ts';
import { createTrial, type Trial } from './trial.ts';
import { tryAdmitMember } from './trials/admit-member.ts';
import { tryCreateUpload } from './trials/create-upload.ts';
import { tryDeleteImage } from './trials/delete-image.ts';
import { tryGetImage } from './trials/get-image.ts';
import { tryListImages } from './trials/list-images.ts';
import { tryServeGallery } from './trials/serve-gallery.ts';

const trials: Readonly<Record<Released, (trial: Trial) => Promise<void>>> = {
  'admit-member': tryAdmitMember,
  'create-upload': tryCreateUpload,
  'delete-image': tryDeleteImage,
  'get-image': tryGetImage,
  'list-images': tryListImages,
  'serve-gallery': tryServeGallery,
};

/**
 * Before anybody meets a new version of a gallery function: asks it what people and others might, allowed, refused and malformed, and judges
 * status, headers and body. Pictures for that are put under users that there are not, and taken away again.
 */
export async function verifyGallery(
  ports: Ports,
  { deploymentId, deadline, doing, setVerdict }: HookRun,
): Promise<Verdict> {
  doing('asking what is deployed');
  const { functionName, targetVersion } = await ports.describeDeployment(deploymentId);
  const folder = ports.folderOf(functionName);
  if (folder === undefined) return { failures: [`the function ${functionName} is none of the gallery`] };
  doing(`trying version ${targetVersion} of ${folder}`);
  const { trial, cleanUp } = createTrial(ports, { functionName, version: targetVersion, deadline });
  try {
    await trials[folder](trial);
  } catch (error) {
    // The problems found before are worth more than the final error.
    ports.warn(`trying version ${targetVersion} of ${folder}`, error);
    trial.failures.push(`the trial of ${folder} broke off: ${String(error)}`);
  }
  setVerdict({ failures: trial.failures });
  doing('clearing up');
  await cleanUp();
  return { failures: trial.failures };
}
