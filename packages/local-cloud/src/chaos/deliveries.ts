import type { Deliver } from '../core/delivery.ts';
import { someDelay, type Acting } from './act.ts';

/** Between services: deliveries come late, so that others overtake them, and come twice. None is lost: AWS loses none. */
export function chaoticDeliveries(acting: Acting, deliver: Deliver): Deliver {
  const random = acting.random.branch('deliveries');
  return async (delivery) => {
    const late = acting.strikes(random) && someDelay(acting, random);
    if (late) {
      acting.tell({ act: 'delivery-delayed', where: delivery.to, ms: late.ms });
      // Ends early with the cloud; who delivered believes it taken then, so it still is.
      await late.over;
    }
    await deliver(delivery);
    if (!acting.strikes(random)) return;
    const again = someDelay(acting, random);
    acting.tell({ act: 'delivery-repeated', where: delivery.to, ms: again.ms });
    // Whatever comes of the second, the first was taken.
    void again.over.then(() => deliver(delivery)).catch(() => undefined);
  };
}
