import { notImplemented } from '../core/aws-error.ts';
import type { Deliver } from '../core/delivery.ts';

/** Hands each delivery to the service that its target's ARN names. Throws NotImplemented where there is none. */
export function createRouter(services: () => Readonly<Record<string, { acceptDelivery: Deliver }>>): Deliver {
  return async (delivery) => {
    const [, , name = ''] = delivery.to.split(':');
    const known = services();
    const service = Object.hasOwn(known, name) ? known[name] : undefined;
    if (service === undefined) throw notImplemented(`deliveries to ${delivery.to}`);
    await service.acceptDelivery(delivery);
  };
}
