import { application, serviceRole } from './code-deploy.ts';
import { objectOf, plainResource, type DeploymentPreference, type Expansion } from './macro.ts';
import { functionCall } from '../intrinsics.ts';
import type { Path } from '../read-yaml.ts';
import type { ResourceDefinition } from '../template.ts';
import { isFields, type Fields } from '../fields.ts';
import { TemplateError } from '../template-error.ts';

const members = ['Enabled', 'Type', 'Alarms', 'Hooks', 'Role', 'PassthroughCondition'];

/** The configurations that SAM knows by a short name. */
const predefined = [
  'Canary10Percent5Minutes',
  'Canary10Percent10Minutes',
  'Canary10Percent15Minutes',
  'Canary10Percent30Minutes',
  'Linear10PercentEvery1Minute',
  'Linear10PercentEvery2Minutes',
  'Linear10PercentEvery3Minutes',
  'Linear10PercentEvery10Minutes',
  'AllAtOnce',
];

/** `DeploymentPreference` as SAM reads it: undefined where there is none, or where it is not enabled. */
export function deploymentPreference(
  logicalId: string,
  properties: Fields,
  resource: ResourceDefinition,
  expansion: Expansion,
): DeploymentPreference | undefined {
  const path = ['Resources', logicalId, 'Properties', 'DeploymentPreference'];
  const fail = (at: Path, message: string): never => {
    throw new TemplateError(`${expansion.template.where(at)}: ${logicalId}: ${message}`);
  };
  if (properties['DeploymentPreference'] === undefined) return undefined;
  const written = objectOf(expansion, path, properties['DeploymentPreference'], members, 'DeploymentPreference');
  const known = (name: string): unknown => expansion.withMappings(written[name], [...path, name]);
  // Whatever SAM cannot work out (an Fn::If, say) is there, and so as good as true.
  const enabled = 'Enabled' in written ? known('Enabled') : !isNothing(written);
  if (isNothing(enabled) || enabled === 'false' || enabled === 'False') return undefined;

  if (!('Type' in written)) fail(path, "'DeploymentPreference' is missing required Property 'Type'");
  if (properties['AutoPublishAlias'] === undefined) {
    fail(path, "'DeploymentPreference' requires AutoPublishAlias property to be specified.");
  }
  const hooksAt = [...path, 'Hooks'];
  const hooks = objectOf(expansion, hooksAt, written['Hooks'] ?? {}, ['PreTraffic', 'PostTraffic'], 'Hooks');
  const alarms = alarmConfiguration(written['Alarms'], (why) => fail([...path, 'Alarms'], why));
  const condition = passesCondition(known('PassthroughCondition'), (why) =>
    fail([...path, 'PassthroughCondition'], why),
  )
    ? resource.Condition
    : undefined;
  const needsRole = isNothing(written['Role']);
  const groupId = `${logicalId}DeploymentGroup`;
  return {
    updatePolicy: {
      CodeDeployLambdaAliasUpdate: {
        ApplicationName: { Ref: application },
        DeploymentGroupName: { Ref: groupId },
        ...hook('BeforeAllowTrafficHook', hooks['PreTraffic']),
        ...hook('AfterAllowTrafficHook', hooks['PostTraffic']),
      },
    },
    groupId,
    group: plainResource(
      'AWS::CodeDeploy::DeploymentGroup',
      {
        AlarmConfiguration: alarms,
        ApplicationName: { Ref: application },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
        },
        DeploymentConfigName: fullTypeNames(known('Type')),
        DeploymentStyle: { DeploymentType: 'BLUE_GREEN', DeploymentOption: 'WITH_TRAFFIC_CONTROL' },
        ServiceRoleArn: needsRole ? { 'Fn::GetAtt': [serviceRole, 'Arn'] } : written['Role'],
      },
      condition === undefined ? {} : { Condition: condition },
    ),
    needsRole,
    condition,
  };
}

function hook(name: string, value: unknown): Fields {
  return value === undefined || value === null ? {} : { [name]: value };
}

function passesCondition(value: unknown, fail: (why: string) => never): boolean {
  if (value === undefined || value === false || value === 'false' || value === 'False') return false;
  if (value === true || value === 'true' || value === 'True') return true;
  return fail(
    functionCall(value) === undefined
      ? 'Invalid value for property PassthroughCondition.'
      : 'Unsupported intrinsic: the only intrinsic functions supported for property PassthroughCondition are FindInMap and parameter Refs.',
  );
}

/** SAM looks into the branches of one `Fn::If`; elsewhere it must see the list. */
function alarmConfiguration(alarms: unknown, fail: (why: string) => never): unknown {
  if (isNothing(alarms) || isNoValue(alarms)) return undefined;
  const call = functionCall(alarms);
  if (call?.name !== 'Fn::If') return listOfAlarms(alarms, fail);
  if (!Array.isArray(call.argument) || call.argument.length !== 3) return fail('Fn::If requires 3 arguments');
  const [condition, ...branches] = call.argument as unknown[];
  return { 'Fn::If': [condition, ...branches.map((branch) => listOfAlarms(branch, fail))] };
}

function listOfAlarms(alarms: unknown, fail: (why: string) => never): Fields {
  if (!Array.isArray(alarms)) return fail('Alarms must be a list');
  // The way to write "none" in a branch: a list of AWS::NoValue.
  if (alarms.length === 0 || isNoValue(alarms[0])) return {};
  return { Enabled: true, Alarms: alarms.map((Name: unknown) => ({ Name })) };
}

/** The predefined names, wherever in an intrinsic function they stand, as CodeDeploy calls them; all else is a name of one's own. */
function fullTypeNames(value: unknown, within?: string): unknown {
  if (Array.isArray(value)) return value.map((one) => fullTypeNames(one));
  if (typeof value === 'string' && predefined.includes(value)) {
    const long = ['CodeDeployDefault.Lambda${ConfigName}', { ConfigName: value }];
    return within === 'Fn::Sub' ? long : { 'Fn::Sub': long };
  }
  const call = functionCall(value);
  return call === undefined ? value : { [call.name]: fullTypeNames(call.argument, call.name) };
}

function isNoValue(value: unknown): boolean {
  const call = functionCall(value);
  return call?.name === 'Ref' && call.argument === 'AWS::NoValue';
}

/** What counts as false in SAM's language, Python. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;
}
