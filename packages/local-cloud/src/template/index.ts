/** Templates as AWS reads them: parameters, intrinsic functions and the expansion of SAM's resources. */
export type { Artifact } from '../builder/artifact.ts';
export { findCircles } from './circles.ts';
export { resolve, type Scope } from './intrinsics.ts';
export { parameterValues } from './parameters.ts';
export { parameterResolver } from './sam/before-deployment.ts';
export { expandServerless } from './sam/expand.ts';
export { createScope } from './scope.ts';
export { readTemplate, type Template } from './template.ts';
