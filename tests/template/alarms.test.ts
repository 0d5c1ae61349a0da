import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NAMESPACE } from '../../functions/shared/door/metrics.ts';
import { fired, firedById } from './metric-math.ts';
import { getAtt, ofType, readTemplate, repository, resource } from './template.ts';

const template = readTemplate();
const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
const released = ofType(template, 'AWS::Serverless::Function').filter(
  ([, { Properties }]) => Properties.DeploymentPreference?.Enabled === true,
);
const gates = (released[0]?.[1].Properties.DeploymentPreference?.Alarms ?? []).map(({ Ref }) => Ref);

const WINDOW_SECONDS = 300;

/** Messages of a queue, minute by minute; undefined: SQS tells nothing. */
type Depths = { waiting: (number | undefined)[]; taken?: (number | undefined)[] };
const emptied = (depth: number | undefined): number | undefined => (depth === undefined ? undefined : 0);

/** What each recipe's gates count: in which namespace, which metric, out of which, and under which name stands the version. */
const counted = [
  { kind: 'Errors', namespace: 'AWS/Lambda', metric: 'Errors', of: 'Invocations', version: 'ExecutedVersion' },
  { kind: 'Throttles', namespace: 'AWS/Lambda', metric: 'Throttles', of: 'Invocations', version: 'ExecutedVersion' },
  { kind: 'ImagesFailed', namespace: NAMESPACE, metric: 'ImagesFailed', of: 'Images', version: 'FunctionVersion' },
];
const perVersion = ['Thumbnails', 'Renditions'].flatMap((recipe) =>
  counted.map((count) => ({ ...count, recipe, id: `Generate${recipe}${count.kind}Alarm` })),
);

test('seven alarms stop a release, of either function, whichever path they are on', () => {
  expect(gates).toEqual([...perVersion.map(({ id }) => id), 'DeadLettersAlarm']);
  expect(gates.length).toBeLessThanOrEqual(10); // CodeDeploy takes no more
  for (const [id, { Properties }] of released) {
    expect([id, Properties.DeploymentPreference?.Alarms]).toEqual([id, gates.map((Ref) => ({ Ref }))]);
  }
});

test('no alarm computes with a function that AWS advises against in alarms, or warns of', () => {
  const expressions = alarms
    .flatMap(([, { Properties }]) => Properties.Metrics ?? [])
    .map((one) => one.Expression ?? '');
  expect(expressions.join('\n')).not.toMatch(
    /\b(AVG|DATAPOINT_COUNT|FILL|MAX|MIN|REMOVE_EMPTY|RUNNING_SUM|STDDEV|SUM)\(/,
  );
});

test('how long work takes and messages wait, and what failed to mend the rest, is told, and stops nothing', () => {
  const informing = alarms.map(([id]) => id).filter((id) => !gates.includes(id));
  expect(informing).toEqual([
    'GenerateThumbnailsDurationAlarm',
    'GenerateRenditionsDurationAlarm',
    'RenditionsQueueAgeAlarm',
    'FailedRepairsAlarm',
  ]);
});

describe.each(perVersion)('$id', ({ id, recipe, namespace, metric, of, version }) => {
  const { Properties: alarm } = resource(template, id, 'AWS::CloudWatch::Alarm');
  const functionId = `Generate${recipe}Function`;
  const stats = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);

  test('counts what the new version did, and nothing of any other', () => {
    const dimensions = {
      FunctionName: { Ref: functionId },
      ...(namespace === NAMESPACE
        ? { Recipe: recipe.toLowerCase() }
        : { Resource: { 'Fn::Sub': `\${${functionId}}:live` } }),
      [version]: getAtt(functionId, 'Version.Version'),
    };
    expect(stats.map(({ Metric: { MetricName } }) => MetricName)).toEqual([metric, of]);
    for (const { Metric, Stat } of stats) {
      expect([Metric.Namespace, Stat]).toEqual([namespace, 'Sum']);
      expect(Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]))).toEqual(dimensions);
    }
  });

  test('is an alarm of this release alone: one that is red for the version before must not stop what mends it', () => {
    expect(alarm.AlarmName).toEqual({ 'Fn::Sub': `\${AWS::StackName}-${id}-\${${functionId}.Version.Version}` });
  });

  test('looks at the last five minutes, every minute, and takes silence for good', () => {
    expect(stats.map(({ Period }) => Period)).toEqual([WINDOW_SECONDS, WINDOW_SECONDS]);
    expect(alarm).toMatchObject({ EvaluationPeriods: 1, TreatMissingData: 'notBreaching' });
  });

  test.each([
    { failed: 0, all: 100, fires: false },
    { failed: 1, all: 1, fires: false },
    { failed: 2, all: 2, fires: false },
    { failed: 3, all: 3, fires: true },
    { failed: 3, all: 60, fires: false },
    { failed: 4, all: 60, fires: true },
    { failed: 50, all: 1000, fires: false },
    { failed: 51, all: 1000, fires: true },
  ])('counts $failed of $all, so it fires: $fires', ({ failed, all, fires }) => {
    // Lambda does not count as an invocation what it throttles.
    const total = metric === 'Throttles' ? all - failed : all;
    expect(fired(alarm, { [metric]: [failed], [of]: [total === 0 ? undefined : total] })).toEqual([fires]);
  });

  test('is silent where nothing was counted', () => {
    expect(fired(alarm, { [metric]: [undefined], [of]: [undefined] })).toEqual([false]);
  });
});

describe('DeadLettersAlarm', () => {
  const { Properties: alarm } = resource(template, 'DeadLettersAlarm', 'AWS::CloudWatch::Alarm');
  const stats = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat }) => (MetricStat ? [{ Id, ...MetricStat }] : []));

  test('counts the dead letters of both paths, those in flight included, since looking at one adds none', () => {
    const counting = stats.map(({ Metric: { MetricName, Dimensions } }) => [Dimensions[0]?.Value, MetricName]);
    expect(counting).toEqual(
      ['RenditionsDeadLetterQueue', 'ThumbnailsFailureQueue'].flatMap((queue) => [
        [getAtt(queue, 'QueueName'), 'ApproximateNumberOfMessagesVisible'],
        [getAtt(queue, 'QueueName'), 'ApproximateNumberOfMessagesNotVisible'],
      ]),
    );
    const [waiting, taken, otherWaiting, otherTaken] = stats.map(({ Id }) => Id);
    expect(alarm.Metrics?.find(({ ReturnData }) => ReturnData !== false)?.Expression).toBe(
      `IF(DIFF(${waiting} + ${taken}) > 0 OR DIFF(${otherWaiting} + ${otherTaken}) > 0, 1, 0)`,
    );
  });

  test('keeps on for five minutes, so that nobody who looks now and then misses it', () => {
    expect(stats.map(({ Period, Stat }) => [Period, Stat])).toEqual(stats.map(() => [60, 'Maximum']));
    expect(alarm).toMatchObject({ EvaluationPeriods: 5, DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' });
  });

  const queue = 'RenditionsDeadLetterQueue';
  const other = 'ThumbnailsFailureQueue';

  test.each([
    ['old ones', { [queue]: { waiting: [7, 7, 7] }, [other]: { waiting: [2, 2, 2] } }, [false, false, false]],
    ['a new one', { [queue]: { waiting: [7, 8, 8] }, [other]: { waiting: [0, 0, 0] } }, [false, true, false]],
    ['a new one on the other path', { [queue]: { waiting: [7, 7] }, [other]: { waiting: [0, 1] } }, [false, true]],
    [
      'one that comes as another is mended',
      { [queue]: { waiting: [5, 4] }, [other]: { waiting: [0, 1] } },
      [false, true],
    ],
    ['somebody who looks at them', { [queue]: { waiting: [7, 0, 7], taken: [0, 7, 0] } }, [false, false, false]],
    ['a queue that wakes up', { [queue]: { waiting: [undefined, 7, 7] } }, [false, false, false]],
    ['a queue that wakes up and is added to', { [queue]: { waiting: [undefined, 7, 8] } }, [false, false, true]],
  ])('of %s, minute by minute, it fires: %j -> %j', (_, queues, expected) => {
    const series = Object.fromEntries(
      stats.map(({ Id, Metric: { MetricName, Dimensions } }) => {
        const [name = ''] = (Dimensions[0]?.Value as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
        const { waiting, taken } = (queues as Partial<Record<string, Depths>>)[name] ?? {};
        const asleep = expected.map(() => undefined);
        const points = MetricName.endsWith('NotVisible') ? (taken ?? waiting?.map(emptied)) : waiting;
        return [Id, points ?? asleep];
      }),
    );
    expect(firedById(alarm, series)).toEqual(expected);
  });
});

describe.each(['Thumbnails', 'Renditions'])('Generate%sDurationAlarm', (recipe) => {
  const { Properties: alarm } = resource(template, `Generate${recipe}DurationAlarm`, 'AWS::CloudWatch::Alarm');

  test('tells when the slowest hundredth takes half of what it may, once there are enough to say so', () => {
    const { Timeout } = resource(template, `Generate${recipe}Function`, 'AWS::Serverless::Function').Properties;
    expect(alarm).toMatchObject({
      MetricName: 'Duration',
      ExtendedStatistic: 'p99',
      EvaluateLowSampleCountPercentile: 'ignore',
      Threshold: ((Timeout ?? NaN) * 1000) / 2,
    });
  });
});

test('RenditionsQueueAgeAlarm is silent while a message that failed once merely waits to come back', () => {
  const { Properties: alarm } = resource(template, 'RenditionsQueueAgeAlarm', 'AWS::CloudWatch::Alarm');
  const { VisibilityTimeout } = resource(template, 'RenditionsQueue', 'AWS::SQS::Queue').Properties;
  expect(alarm).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Maximum' });
  expect(alarm.Threshold).toBeGreaterThan(2 * (VisibilityTimeout ?? NaN));
});

describe('FailedRepairsAlarm', () => {
  const { Properties: alarm } = resource(template, 'FailedRepairsAlarm', 'AWS::CloudWatch::Alarm');

  test('watches every queue of failures that DeadLettersAlarm does not', () => {
    const { Properties: deadLetters } = resource(template, 'DeadLettersAlarm', 'AWS::CloudWatch::Alarm');
    const watched = JSON.stringify([alarm.Metrics, deadLetters.Metrics]);
    const unwatched = ofType(template, 'AWS::SQS::Queue')
      .map(([id]) => id)
      .filter((id) => !watched.includes(JSON.stringify(getAtt(id, 'QueueName'))));
    expect(unwatched).toEqual(['RenditionsQueue']);
  });

  test.each([
    ['neither tells anything', undefined, undefined, false],
    ['both are empty', 0, 0, false],
    ['a repair failed, and the other queue is silent', 1, undefined, true],
    ['a reconciliation failed', 0, 2, true],
  ])('where %s', (_where, repairs, reconciliations, fires) => {
    expect(firedById(alarm, { repairs: [repairs], reconciliations: [reconciliations] })).toEqual([fires]);
  });
});

describe('AlarmsTopic', () => {
  const told = [{ Ref: 'AlarmsTopic' }];

  test('is told by every alarm when it fires', () => {
    for (const [id, { Properties }] of alarms) expect([id, Properties.AlarmActions]).toEqual([id, told]);
  });

  test('is told when it is over, but not that an alarm which a release has made is well: six mails each time', () => {
    for (const [id, { Properties }] of alarms) {
      const isOfOneRelease = Properties.AlarmName !== undefined;
      expect([id, Properties.OKActions]).toEqual([id, isOfOneRelease ? undefined : told]);
    }
  });

  test("takes messages from nobody but this stack's alarms, over TLS, and under no key that keeps them out", () => {
    const { Topics, PolicyDocument } = resource(template, 'AlarmsTopicPolicy', 'AWS::SNS::TopicPolicy').Properties;
    const about = { Action: 'sns:Publish', Resource: { Ref: 'AlarmsTopic' } };
    expect(Topics).toEqual([{ Ref: 'AlarmsTopic' }]);
    expect(PolicyDocument.Statement).toEqual([
      {
        Sid: expect.any(String),
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        ...about,
        Condition: {
          ArnLike: {
            'aws:SourceArn': {
              'Fn::Sub': 'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${AWS::StackName}-*',
            },
          },
        },
      },
      {
        Sid: 'TlsOnly',
        Effect: 'Deny',
        Principal: '*',
        ...about,
        Condition: { Bool: { 'aws:SecureTransport': false } },
      },
    ]);
    expect(resource(template, 'AlarmsTopic', 'AWS::SNS::Topic').Properties.KmsMasterKeyId).toBeUndefined();
  });

  test('writes to the address that is given, and to nobody where none is', () => {
    const given = readTemplate({ AlarmEmail: 'ops@example.com' });
    const { Properties, Condition = '' } = resource(given, 'AlarmsSubscription', 'AWS::SNS::Subscription');
    expect(Properties).toEqual({ TopicArn: { Ref: 'AlarmsTopic' }, Protocol: 'email', Endpoint: 'ops@example.com' });
    expect(template.Conditions[Condition]).toEqual({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'AlarmEmail' }, ''] }] });
  });

  test.each(['ops', 'ops @example.com', 'a@b@c'])('"%s" is no address', (address) => {
    expect(address).not.toMatch(new RegExp(template.Parameters['AlarmEmail']?.AllowedPattern ?? ''));
  });
});

test('docs/architecture.md says how many metrics the alarms watch, since each is paid for', () => {
  const watched = alarms.map(([, { Properties }]) => Properties.Metrics?.filter((one) => one.MetricStat).length ?? 1);
  const total = watched.reduce((sum, count) => sum + count, 0);
  const told = readFileSync(join(repository, 'docs', 'architecture.md'), 'utf8');
  expect(told).toContain(`${(total * 0.1).toFixed(2)} USD for eleven alarms, which watch ${String(total)} metrics`);
  expect(watched).toHaveLength(11);
});

const headings = readFileSync(join(repository, 'docs', 'runbook.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('#'));

test.each([...alarms.map(([id]) => id), 'verify-before-traffic', 'verify-after-traffic', 'repair-after-rollback'])(
  'the runbook has a section on %s',
  (name) => {
    expect(headings.filter((heading) => heading.split(/[^\w-]/).includes(name))).toHaveLength(1);
  },
);

test.each(alarms)(
  'whoever is told of %s reads what it means, whether it stopped a release, and where to look',
  (id, { Properties }) => {
    expect(Properties.AlarmDescription).toContain('docs/runbook.md');
    expect(Properties.AlarmDescription).toContain(gates.includes(id) ? 'Stops the release.' : 'Stops no release.');
  },
);
