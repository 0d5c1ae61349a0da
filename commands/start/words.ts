import { demoUser } from '../shared/demo-user.ts';

/** What the local cloud tells over IPC once everything is deployed. */
export type Ready = { type: 'ready'; endpoint: string; outputs: Readonly<Record<string, string>> };

export function isReady(message: unknown): message is Ready {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}

/** What a newcomer reads first, in lines: where the gallery is, and who may sign in. Nothing where there is no gallery. */
export function whereToBegin({ outputs }: Ready): string[] {
  const { GalleryUrl: url } = outputs;
  if (url === undefined) return [];
  return ['', `The gallery:  ${url}`, `Sign in as    ${demoUser.email}  password  ${demoUser.password}`];
}

export function whatToTry({ endpoint, outputs }: Ready): string[] {
  const uploads = outputs['UploadsBucketName'] ?? '';
  const thumbnails = outputs['ThumbnailsBucketName'] ?? '';
  const credentials = 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1';
  const here = endpoint.endsWith(':4566') ? '' : ` --endpoint ${endpoint}`;
  return [
    '',
    'Try it, in another terminal:',
    `  npm run try --${here} photo.jpg      (without a photo: npm run try${here === '' ? '' : ` --${here}`})`,
    `  ${credentials} \\`,
    `    aws --endpoint-url ${endpoint} s3 cp photo.jpg s3://${uploads}/users/demo/photo.jpg`,
    'Where the thumbnails are:',
    `  ${credentials} \\`,
    `    aws --endpoint-url ${endpoint} s3 ls --recursive s3://${thumbnails}`,
    '',
  ];
}
