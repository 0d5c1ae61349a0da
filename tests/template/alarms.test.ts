import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { NAMESPACE } from '../../functions/shared/lambda/metrics.ts';
import { MISSING_OPERAND_RULES } from 'local-cloud/cloudwatch';
import { fired } from './metric-math.ts';
import { getAtt, ofType, readTemplate, repository, resource } from './template.ts';

const template = readTemplate();
const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
const released = ofType(template, 'AWS::Serverless::Function').filter(
  ([, { Properties }]) => Properties.DeploymentPreference?.Enabled === true,
);
const gates = (released[0]?.[1].Properties.DeploymentPreference?.Alarms ?? []).map(({ Ref }) => Ref);

const WINDOW_SECONDS = 300;

/** What each recipe's gates count: in which namespace, which metric, out of which, and under which name stands the version. */
const counted = [
  { kind: 'Errors', namespace: 'AWS/Lambda', metric: 'Errors', of: 'Invocations', version: 'ExecutedVersion' },
  { kind: 'Throttles', namespace: 'AWS/Lambda', metric: 'Throttles', of: 'Throttles', version: 'ExecutedVersion' },
  { kind: 'ImagesFailed', namespace: NAMESPACE, metric: 'ImagesFailed', of: 'Images', version: 'FunctionVersion' },
];
const perVersion = ['Thumbnails', 'Renditions'].flatMap((recipe) =>
  counted.map((count) => ({ ...count, recipe, id: `Generate${recipe}${count.kind}Alarm` })),
);

/** Both readings of AWS's documents on an operand without data: no alarm may depend on which of them is right. */
const rules = MISSING_OPERAND_RULES.map((rule) => ({ rule }));

test('eight alarms stop a release, of either function, whichever path they are on', () => {
  expect(gates).toEqual([
    ...perVersion.map(({ id }) => id),
    'RenditionsDeadLettersAddedAlarm',
    'ThumbnailsFailuresAddedAlarm',
  ]);
  expect(gates.length).toBeLessThanOrEqual(10); // CodeDeploy takes no more
  for (const [id, { Properties }] of released) {
    expect([id, Properties.DeploymentPreference?.Alarms]).toEqual([id, gates.map((Ref) => ({ Ref }))]);
  }
});

test('no alarm computes with a function that AWS advises against in alarms', () => {
  const expressions = alarms
    .flatMap(([, { Properties }]) => Properties.Metrics ?? [])
    .map((one) => one.Expression ?? '');
  expect(expressions.join('\n')).not.toMatch(/\b(AVG|DATAPOINT_COUNT|MAX|MIN|REMOVE_EMPTY|RUNNING_SUM|STDDEV|SUM)\(/);
});

test('an alarm that fills missing data looks at several periods, as AWS advises: the latest may only be late', () => {
  const filling = alarms.filter(([, { Properties }]) => JSON.stringify(Properties.Metrics ?? []).includes('FILL('));
  expect(filling.map(([id]) => id)).toEqual(['ReconcileImagesOverdueAlarm']);
  for (const [, { Properties: alarm }] of filling) {
    expect(alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods).toBeGreaterThan(1);
  }
});

test('no alarm computes with metrics of different queues: SQS may be silent about one of them', () => {
  for (const [id, { Properties }] of alarms) {
    const queues = (Properties.Metrics ?? []).flatMap(({ MetricStat }) =>
      MetricStat?.Metric.Namespace === 'AWS/SQS' ? [JSON.stringify(MetricStat.Metric.Dimensions)] : [],
    );
    expect([id, new Set(queues).size]).toEqual([id, Math.min(queues.length, 1)]);
  }
});

test('fifteen alarms report and stop nothing', () => {
  const informing = alarms.map(([id]) => id).filter((id) => !gates.includes(id));
  expect(informing).toEqual([
    'GenerateThumbnailsDurationAlarm',
    'GenerateRenditionsDurationAlarm',
    'RenditionsQueueAgeAlarm',
    'RenditionsDeadLetterQueueAlarm',
    'ThumbnailsFailureQueueAlarm',
    'RepairFailureQueueAlarm',
    'ReconcileFailureQueueAlarm',
    'GenerateThumbnailsEventsDroppedAlarm',
    'GenerateThumbnailsDestinationFailuresAlarm',
    'ReconcileImagesEventsDroppedAlarm',
    'ReconcileImagesDestinationFailuresAlarm',
    'RepairAfterRollbackEventsDroppedAlarm',
    'RepairAfterRollbackDestinationFailuresAlarm',
    'ReconcileImagesOverdueAlarm',
    'AccountConcurrencyAlarm',
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
    expect(stats.map(({ Metric: { MetricName }, Stat }) => [MetricName, Stat])).toEqual([
      [metric, 'Sum'],
      [of, metric === of ? 'SampleCount' : 'Sum'], // Throttles has a sample for each attempt
    ]);
    for (const { Metric } of stats) {
      expect(Metric.Namespace).toBe(namespace);
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
  ])('counts $failed of $all, so it fires: $fires, under both rules', ({ failed, all, fires }) => {
    for (const { rule } of rules) expect(fired(alarm, [[failed], [all]], rule)).toEqual([fires]);
  });

  test.each(rules)('is silent if nothing was counted ($rule)', ({ rule }) => {
    expect(fired(alarm, [[undefined], [undefined]], rule)).toEqual([false]);
  });
});

describe.each([
  ['RenditionsDeadLettersAddedAlarm', 'RenditionsDeadLetterQueue'],
  ['ThumbnailsFailuresAddedAlarm', 'ThumbnailsFailureQueue'],
])('%s', (id, queue) => {
  const { Properties: alarm } = resource(template, id, 'AWS::CloudWatch::Alarm');
  const stats = (alarm.Metrics ?? []).flatMap(({ Id, MetricStat }) => (MetricStat ? [{ Id, ...MetricStat }] : []));

  test('counts the dead letters of one queue, those in flight included, since looking at one adds none', () => {
    expect(stats.map(({ Metric: { MetricName, Dimensions } }) => [Dimensions[0]?.Value, MetricName])).toEqual([
      [getAtt(queue, 'QueueName'), 'ApproximateNumberOfMessagesVisible'],
      [getAtt(queue, 'QueueName'), 'ApproximateNumberOfMessagesNotVisible'],
    ]);
    const [waiting, taken] = stats.map(({ Id }) => Id);
    expect(alarm.Metrics?.find(({ ReturnData }) => ReturnData !== false)?.Expression).toBe(
      `IF(DIFF(${waiting} + ${taken}) > 0, 1, 0)`,
    );
  });

  test('keeps on for five minutes, so that it is not missed between two looks', () => {
    expect(stats.map(({ Period, Stat }) => [Period, Stat])).toEqual(stats.map(() => [60, 'Maximum']));
    expect(alarm).toMatchObject({ EvaluationPeriods: 5, DatapointsToAlarm: 1, TreatMissingData: 'notBreaching' });
  });

  // Minute by minute; undefined: SQS reports nothing.
  test.each([
    ['old ones', [7, 7, 7], undefined, [false, false, false]],
    ['a new one', [7, 8, 8], undefined, [false, true, false]],
    ['one that is added after one was removed', [5, 4, 5], undefined, [false, false, true]],
    ['a look at them', [7, 0, 7], [0, 7, 0], [false, false, false]],
    ['a queue that wakes up', [undefined, 7, 7], undefined, [false, false, false]],
    ['a queue that wakes up and is added to', [undefined, 7, 8], undefined, [false, false, true]],
  ])('of %s it fires: %j, %j -> %j, under both rules', (_, waiting, taken, expected) => {
    const others = taken ?? waiting.map((depth) => (depth === undefined ? undefined : 0));
    for (const { rule } of rules) expect(fired(alarm, [waiting, others], rule)).toEqual(expected);
  });
});

describe('each queue of dead letters and failures', () => {
  const depths = alarms.filter(([id]) => id.endsWith('QueueAlarm'));
  const watched = depths.map(([, { Properties }]) => {
    const [dimension, ...others] = Properties.Dimensions ?? [];
    expect(others).toEqual([]);
    return dimension;
  });

  test('has an alarm on the messages in it, whatever the queue reported before', () => {
    const queues = ofType(template, 'AWS::SQS::Queue').map(([id]) => id);
    const others = queues.filter((id) => id !== 'RenditionsQueue');
    expect(watched).toHaveLength(others.length);
    for (const id of others) expect(watched).toContainEqual({ Name: 'QueueName', Value: getAtt(id, 'QueueName') });
    for (const [, { Properties }] of depths) {
      expect(Properties).toMatchObject({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        TreatMissingData: 'ignore',
      });
    }
  });
});

describe.each(['GenerateThumbnails', 'ReconcileImages', 'RepairAfterRollback'])(
  'what Lambda gives up for %s',
  (name) => {
    test.each([
      ['EventsDropped', 'AsyncEventsDropped'],
      ['DestinationFailures', 'DestinationDeliveryFailures'],
    ])('has the alarm %s', (kind, metric) => {
      expect(resource(template, `${name}${kind}Alarm`, 'AWS::CloudWatch::Alarm').Properties).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: metric,
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: `${name}Function` } }],
        Statistic: 'Sum',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 0,
        TreatMissingData: 'notBreaching',
      });
    });
  },
);

test('every function with a failure destination has the alarms on events that are given up', () => {
  const withDestination = ofType(template, 'AWS::Serverless::Function')
    .filter(([, { Properties }]) => Properties.EventInvokeConfig?.DestinationConfig !== undefined)
    .map(([id]) => id.replace(/Function$/, ''));
  const alarmed = alarms.flatMap(([id]) => /^(.*)DestinationFailuresAlarm$/.exec(id)?.[1] ?? []);
  expect(alarmed).toEqual(withDestination);
});

describe('ReconcileImagesOverdueAlarm', () => {
  const { Properties: alarm } = resource(template, 'ReconcileImagesOverdueAlarm', 'AWS::CloudWatch::Alarm');

  test('counts the runs of the schedule, which invokes the alias, and not those of hooks or people', () => {
    const [stat] = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);
    expect(stat?.Metric).toEqual({
      Namespace: 'AWS/Lambda',
      MetricName: 'Invocations',
      Dimensions: [
        { Name: 'FunctionName', Value: { Ref: 'ReconcileImagesFunction' } },
        { Name: 'Resource', Value: { 'Fn::Sub': '${ReconcileImagesFunction}:live' } },
      ],
    });
    expect((stat?.Period ?? NaN) * alarm.EvaluationPeriods).toBe(3 * 3600);
  });

  test.each(rules)('breaches in each hour without a run, three of which it takes ($rule)', ({ rule }) => {
    expect(fired(alarm, [[1, undefined, 1, undefined, undefined, undefined]], rule)).toEqual([
      false,
      true,
      false,
      true,
      true,
      true,
    ]);
    expect(alarm).toMatchObject({ EvaluationPeriods: 3, TreatMissingData: 'breaching' });
    expect(alarm.DatapointsToAlarm).toBeUndefined();
  });
});

describe('AccountConcurrencyAlarm', () => {
  const { Properties: alarm } = resource(template, 'AccountConcurrencyAlarm', 'AWS::CloudWatch::Alarm');

  test('looks at the whole account, whose metrics have no dimensions', () => {
    const stats = (alarm.Metrics ?? []).flatMap(({ MetricStat }) => MetricStat ?? []);
    expect(stats).toEqual(
      ['ClaimedAccountConcurrency', 'ConcurrentExecutions'].map((MetricName) => ({
        Metric: { Namespace: 'AWS/Lambda', MetricName },
        Period: 60,
        Stat: 'Maximum',
      })),
    );
  });

  test.each(rules)(
    'fires above 70 %% of the quota, which is ten here, and is silent if nothing runs ($rule)',
    ({ rule }) => {
      expect(
        fired(
          alarm,
          [
            [undefined, 7, 8, 10],
            [undefined, 7, 8, 3],
          ],
          rule,
        ),
      ).toEqual([false, false, true, true]);
    },
  );
});

describe.each(['Thumbnails', 'Renditions'])('Generate%sDurationAlarm', (recipe) => {
  const { Properties: alarm } = resource(template, `Generate${recipe}DurationAlarm`, 'AWS::CloudWatch::Alarm');

  test('tells when the slowest hundredth takes half of what it may, however few there are', () => {
    const { Timeout } = resource(template, `Generate${recipe}Function`, 'AWS::Serverless::Function').Properties;
    expect(alarm).toMatchObject({
      MetricName: 'Duration',
      ExtendedStatistic: 'p99',
      Threshold: ((Timeout ?? NaN) * 1000) / 2,
    });
    // `ignore` evaluates nothing below a thousand samples a period: in dev it never fired.
    expect(alarm.EvaluateLowSampleCountPercentile).toBeUndefined();
  });
});

test('RenditionsQueueAgeAlarm is silent while a message that failed once merely waits to come back', () => {
  const { Properties: alarm } = resource(template, 'RenditionsQueueAgeAlarm', 'AWS::CloudWatch::Alarm');
  const { VisibilityTimeout } = resource(template, 'RenditionsQueue', 'AWS::SQS::Queue').Properties;
  expect(alarm).toMatchObject({ MetricName: 'ApproximateAgeOfOldestMessage', Statistic: 'Maximum' });
  expect(alarm.Threshold).toBeGreaterThan(2 * (VisibilityTimeout ?? NaN));
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

test('docs/costs.md says how many metrics the alarms watch, since each is paid for', () => {
  const watched = alarms.map(([, { Properties }]) => Properties.Metrics?.filter((one) => one.MetricStat).length ?? 1);
  const total = watched.reduce((sum, count) => sum + count, 0);
  const told = readFileSync(join(repository, 'docs', 'costs.md'), 'utf8');
  expect(told).toContain(`${(total * 0.1).toFixed(2)} USD for 23 alarms, which watch ${String(total)} metrics`);
  expect(watched).toHaveLength(23);
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
