import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { gallery, getAtt, ofType, readTemplate, repository } from './template.ts';

const template = readTemplate();
const functions = [template, readTemplate({}, gallery)].flatMap((one) => ofType(one, 'AWS::Serverless::Function'));

test('every function has a folder of its name, and every folder a function', () => {
  const folders = subfolders('functions').filter((name) => name !== 'shared');
  expect(functions.map(([id]) => id).sort()).toEqual(folders.map((name) => `${pascalCase(name)}Function`).sort());
});

test.each(functions)('%s is built from the folder of its name', (id, { Properties }) => {
  const folder = kebabCase(id.replace(/Function$/, ''));
  // Relative to the template that it stands in.
  expect(Properties.CodeUri?.replace(/^\.\.\//, '')).toBe(`functions/${folder}`);
  expect(Properties.Environment?.Variables['POWERTOOLS_SERVICE_NAME']).toBe(folder);
});

test('every function has sample events in a folder of its name', () => {
  expect(subfolders('events').sort()).toEqual(functions.map(([id]) => kebabCase(id.replace(/Function$/, ''))).sort());
});

test.each([
  ['UploadsBucket', 'AWS::S3::Bucket'],
  ['ThumbnailsBucket', 'AWS::S3::Bucket'],
  ['ImagesTable', 'AWS::DynamoDB::Table'],
  ['UploadsTopic', 'AWS::SNS::Topic'],
  ['RenditionsQueue', 'AWS::SQS::Queue'],
  ['RenditionsDeadLetterQueue', 'AWS::SQS::Queue'],
  ['ThumbnailsFailureQueue', 'AWS::SQS::Queue'],
  ['SharpLayer', 'AWS::Serverless::LayerVersion'],
  ['GalleryStack', 'AWS::Serverless::Application'],
])('%s is a(n) %s, as scripts and runbooks rely on', (id, type) => {
  expect(template.Resources[id]?.Type).toBe(type);
});

test('scripts find their way by the outputs', () => {
  expect(Object.fromEntries(Object.entries(template.Outputs).map(([name, { Value }]) => [name, Value]))).toEqual({
    UploadsBucketName: { Ref: 'UploadsBucket' },
    ThumbnailsBucketName: { Ref: 'ThumbnailsBucket' },
    ImagesTableName: { Ref: 'ImagesTable' },
    UploadsTopicArn: { Ref: 'UploadsTopic' },
    RenditionsQueueUrl: { Ref: 'RenditionsQueue' },
    RenditionsDeadLetterQueueUrl: { Ref: 'RenditionsDeadLetterQueue' },
    ThumbnailsFailureQueueUrl: { Ref: 'ThumbnailsFailureQueue' },
    GalleryUrl: getAtt('GalleryStack', 'Outputs.GalleryUrl'),
    ApiUrl: getAtt('GalleryStack', 'Outputs.ApiUrl'),
    UserPoolId: getAtt('GalleryStack', 'Outputs.UserPoolId'),
    UserPoolClientId: getAtt('GalleryStack', 'Outputs.UserPoolClientId'),
  });
});

test('the stack deploys with no parameter given, to dev, on arm64, reserving nothing', () => {
  const defaults = Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]);
  expect(Object.fromEntries(defaults)).toEqual({
    Stage: 'dev',
    Architecture: 'arm64',
    ReleaseId: '',
    ReservedConcurrency: '0',
    DeploymentType: '',
    AlarmEmail: '',
    Gallery: 'on',
    GalleryMembers: '',
  });
});

test('every stage has the same rows in the mapping', () => {
  const rows = Object.values(template.Mappings['Stages'] ?? {}).map((row) => Object.keys(row).sort());
  expect(Object.keys(template.Mappings['Stages'] ?? {})).toEqual(template.Parameters['Stage']?.AllowedValues);
  for (const row of rows) expect(row).toEqual(rows[0]);
});

test('sam deploy without an environment is sam deploy to dev', () => {
  const config = readFileSync(join(repository, 'samconfig.toml'), 'utf8');
  const section = (name: string): string[] =>
    (config.split(`[${name}]\n`)[1]?.split('\n[')[0] ?? '')
      .split('\n')
      .filter((line) => /^\w/.test(line))
      .sort();
  for (const parameters of ['global', 'deploy', 'build', 'validate', 'sync', 'local_invoke', 'local_start_lambda']) {
    expect(section(`dev.${parameters}.parameters`)).not.toEqual([]);
    expect(section(`dev.${parameters}.parameters`)).toEqual(section(`default.${parameters}.parameters`));
  }
  expect(section('dev.global.parameters')).toEqual(['stack_name = "serverless-thumbnails-dev"']);
});

function subfolders(path: string): string[] {
  return readdirSync(join(repository, path), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
}

function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_, letter: string) => letter.toUpperCase());
}

function kebabCase(name: string): string {
  return name.replaceAll(/(?!^)[A-Z]/g, '-$&').toLowerCase();
}
