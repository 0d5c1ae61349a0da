import type { ApiGateway } from '../services/apigateway/apigateway.ts';
import type { CloudWatch } from '../services/cloudwatch/cloudwatch.ts';
import type { Codedeploy } from '../services/codedeploy/codedeploy.ts';
import type { Cognito } from '../services/cognito/cognito.ts';
import type { Dynamodb } from '../services/dynamodb/api/types.ts';
import type { Events } from '../services/eventbridge/eventbridge.ts';
import type { Iam } from '../services/iam/iam.ts';
import type { Lambda } from '../services/lambda/lambda.ts';
import type { Logs } from '../services/logs/logs.ts';
import type { S3 } from '../services/s3/api/types.ts';
import type { Scheduler } from '../services/scheduler/scheduler.ts';
import type { Sns } from '../services/sns/sns.ts';
import type { Sqs } from '../services/sqs/sqs.ts';
import { assumed } from '../core/undocumented.ts';
import type { Provider } from './provider.ts';
import { apigatewayv2Api } from './providers/apigatewayv2-api.ts';
import { apigatewayv2Authorizer } from './providers/apigatewayv2-authorizer.ts';
import { apigatewayv2Integration } from './providers/apigatewayv2-integration.ts';
import { apigatewayv2Route } from './providers/apigatewayv2-route.ts';
import { apigatewayv2Stage } from './providers/apigatewayv2-stage.ts';
import { cloudformationStack } from './providers/cloudformation-stack.ts';
import { cloudwatchAlarm } from './providers/cloudwatch-alarm.ts';
import { codedeployApplication } from './providers/codedeploy-application.ts';
import { codedeployDeploymentGroup } from './providers/codedeploy-deployment-group.ts';
import { cognitoManagedLoginBranding } from './providers/cognito-managed-login-branding.ts';
import { cognitoUserPoolClient } from './providers/cognito-user-pool-client.ts';
import { cognitoUserPoolDomain } from './providers/cognito-user-pool-domain.ts';
import { cognitoUserPoolGroup } from './providers/cognito-user-pool-group.ts';
import { cognitoUserPool } from './providers/cognito-user-pool.ts';
import { dynamodbTable } from './providers/dynamodb-table.ts';
import { eventsRule } from './providers/events-rule.ts';
import { iamRole } from './providers/iam-role.ts';
import { lambdaAlias } from './providers/lambda-alias.ts';
import { lambdaEventInvokeConfig } from './providers/lambda-event-invoke-config.ts';
import { lambdaEventSourceMapping } from './providers/lambda-event-source-mapping.ts';
import { lambdaFunction } from './providers/lambda-function.ts';
import { lambdaLayerVersion } from './providers/lambda-layer-version.ts';
import { lambdaPermission } from './providers/lambda-permission.ts';
import { lambdaVersion } from './providers/lambda-version.ts';
import { logsLogGroup } from './providers/logs-log-group.ts';
import { s3BucketPolicy } from './providers/s3-bucket-policy.ts';
import { s3Bucket } from './providers/s3-bucket.ts';
import { schedulerSchedule } from './providers/scheduler-schedule.ts';
import { snsSubscription } from './providers/sns-subscription.ts';
import { snsTopicPolicy } from './providers/sns-topic-policy.ts';
import { snsTopic } from './providers/sns-topic.ts';
import { sqsQueuePolicy } from './providers/sqs-queue-policy.ts';
import { sqsQueue } from './providers/sqs-queue.ts';

export type Services = {
  s3: S3;
  sns: Sns;
  sqs: Sqs;
  dynamodb: Dynamodb;
  lambda: Lambda;
  logs: Logs;
  events: Events;
  scheduler: Scheduler;
  iam: Iam;
  codedeploy: Codedeploy;
  cloudwatch: CloudWatch;
  apigateway: ApiGateway;
  cognito: Cognito;
};

/** Every resource type that a template may have. */
export function createProviders(
  {
    s3,
    sns,
    sqs,
    dynamodb,
    lambda,
    logs,
    events,
    scheduler,
    iam,
    codedeploy,
    cloudwatch,
    apigateway,
    cognito,
  }: Services,
  undocumented = assumed,
): Provider[] {
  return [
    s3Bucket(s3),
    s3BucketPolicy(s3),
    snsTopic(sns),
    snsTopicPolicy(sns),
    snsSubscription(sns),
    sqsQueue(sqs),
    sqsQueuePolicy(sqs),
    dynamodbTable(dynamodb),
    lambdaFunction(lambda),
    lambdaVersion(lambda),
    lambdaAlias(lambda, codedeploy, undocumented),
    lambdaLayerVersion(lambda),
    lambdaPermission(lambda),
    lambdaEventInvokeConfig(lambda),
    lambdaEventSourceMapping(lambda),
    logsLogGroup(logs),
    eventsRule(events),
    schedulerSchedule(scheduler),
    iamRole(iam),
    codedeployApplication(codedeploy),
    codedeployDeploymentGroup(codedeploy),
    cloudwatchAlarm(cloudwatch),
    cloudformationStack(),
    apigatewayv2Api(apigateway),
    apigatewayv2Stage(apigateway),
    apigatewayv2Integration(apigateway),
    apigatewayv2Authorizer(apigateway),
    apigatewayv2Route(apigateway),
    cognitoUserPool(cognito),
    cognitoUserPoolClient(cognito),
    cognitoUserPoolDomain(cognito),
    cognitoUserPoolGroup(cognito),
    cognitoManagedLoginBranding(cognito),
    // Each gives what its own schema reads; the engine passes nothing else to it.
  ] as Provider[];
}
