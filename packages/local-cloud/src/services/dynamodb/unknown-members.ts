import { notImplemented } from '../../core/aws-error.ts';
import type { MemberType } from './dynalite.ts';

/** dynalite drops what it does not know; we say so. Throws `NotImplemented` that names the first member that has no type. */
export function refuseUnknownMembers(operation: string, input: unknown, types: Record<string, MemberType>): void {
  for (const [name, value] of Object.entries(isObject(input) ? input : {})) {
    if (value === undefined || value === null) continue;
    const type = Object.hasOwn(types, name) ? types[name] : undefined;
    if (type === undefined) throw notImplemented(`the parameter ${name} of dynamodb:${operation}`);
    inside(`${operation}: ${name}`, value, type);
  }
}

function inside(path: string, value: unknown, type: MemberType): void {
  const { type: kind = '', children } = typeof type === 'string' ? { type } : type;
  // Attribute values are data; their kinds are checked by dynalite.
  if (children === undefined || kind.startsWith('AttrStruct')) return;
  if (/(Value|Field)Struct/.test(kind) && !/^(List|Map)/.test(kind)) {
    if (typeof children === 'object') refuseUnknownMembers(path, value, children);
    return;
  }
  if (Array.isArray(value)) for (const one of value) inside(path, one, children);
  else if (isObject(value) && kind.startsWith('Map')) {
    for (const one of Object.values(value)) inside(path, one, children);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
