/** How AWS shifts traffic between versions of a function: the names that SAM takes, each CodeDeploy's without `CodeDeployDefault.Lambda`. */
export const deploymentTypes: readonly string[] = [
  'AllAtOnce',
  ...[5, 10, 15, 30].map((minutes) => `Canary10Percent${String(minutes)}Minutes`),
  'Linear10PercentEvery1Minute',
  ...[2, 3, 10].map((minutes) => `Linear10PercentEvery${String(minutes)}Minutes`),
];
