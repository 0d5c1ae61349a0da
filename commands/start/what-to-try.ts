import type { Ready } from './words.ts';

/** Commands for another terminal. Each can be pasted unchanged, and none of them calls AWS. */
export function whatToTry({ endpoint, outputs }: Ready, owner = 'demo'): string {
  const uploads = outputs['UploadsBucketName'] ?? '';
  const thumbnails = outputs['ThumbnailsBucketName'] ?? '';
  const here = endpoint.endsWith(':4566') ? '' : ` --endpoint ${endpoint}`;
  return `
Try it, in another terminal:
  npm run try --${here} photo.jpg      (without a photo: npm run try${here === '' ? '' : ` --${here}`})
With the AWS CLI, in bash or zsh. Paste the first line once; what it defines asks this machine only, whatever your profile says:
  ${awsFunction(endpoint)}
  awslocal s3 cp photo.jpg s3://${uploads}/users/${owner}/photo.jpg
Where the thumbnails are:
  awslocal s3 ls --recursive s3://${thumbnails}
`;
}

/**
 * A shell function that runs the AWS CLI against this endpoint. The endpoint is an argument, since AWS CLI v1 and older v2 ignore
 * AWS_ENDPOINT_URL; it has a name of its own, so that a terminal that does not know it fails instead of asking AWS; and it takes neither
 * profile, session nor proxy from its surroundings.
 */
export function awsFunction(endpoint: string): string {
  const without = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN'].map((name) => `-u ${name}`).join(' ');
  const set = [
    ...[
      'AWS_ACCESS_KEY_ID=local',
      'AWS_SECRET_ACCESS_KEY=local',
      'AWS_REGION=us-east-1',
      'AWS_DEFAULT_REGION=us-east-1',
    ],
    `NO_PROXY=${new URL(endpoint).hostname}`,
  ].join(' ');
  return `awslocal() { env ${without} ${set} aws --endpoint-url ${endpoint} "$@"; }`;
}
