/**
 * The environment variables of these names, read once at cold start. Throws one error that lists every missing or empty one:
 * without them the function cannot work, and a default would hide the mistake.
 */
export function readEnv<const Names extends readonly string[]>(
  names: Names,
  env: NodeJS.ProcessEnv = process.env,
): Record<Names[number], string> {
  const missing = names.filter((name) => !env[name]?.trim());
  if (missing.length > 0) {
    throw new Error(`missing from the function's environment (template.yaml sets it): ${missing.join(', ')}`);
  }
  return Object.fromEntries(names.map((name) => [name, env[name]])) as Record<Names[number], string>;
}
