import { name } from './name.ts';

export async function handler(): Promise<Record<string, string | undefined>> {
  const { TEXT: text, ORDERS_ARN: orders, MY_STACK: stack } = process.env;
  return { text, orders, stack, name };
}
