import type { Ports } from '../../../../functions/shared/bring-up-to-date/ports.ts';
import { UnacceptableImageError } from '../../../../functions/shared/images/errors.ts';
import type { Judge } from '../../bring-up-to-date/model/judge.ts';
import type { Actor } from '../../bring-up-to-date/model/actor.ts';
import { die, type Simulation } from '../../bring-up-to-date/model/steps.ts';
import type { Defect } from './scenario.ts';

/** Version 2, seeing the world through ports that do wrong what it does wrong. */
export function withDefect(defect: Defect, ports: Ports, simulation: Simulation, actor: Actor): Ports {
  switch (defect) {
    case 'black':
      return {
        ...ports,
        derive: async (bytes, recipe, deadline) => {
          const derived = await ports.derive(bytes, recipe, deadline);
          return { ...derived, outputs: derived.outputs.map((output) => ({ ...output, bytes: black })) };
        },
      };
    case 'rejects':
      return {
        ...ports,
        derive: async (bytes, recipe, deadline) => {
          await ports.derive(bytes, recipe, deadline);
          throw new UnacceptableImageError('we do not like it');
        },
      };
    case 'blind':
      return { ...ports, headOriginal: async (image) => ports.headOriginal(image).then(() => undefined) };
    case 'dies':
      return {
        ...ports,
        derive: async (bytes, recipe, deadline) => {
          await ports.derive(bytes, recipe, deadline);
          return die(simulation, actor);
        },
      };
    case 'nothing':
      return ports;
  }
}

const black = new TextEncoder().encode('black');

/** What is expected of version 2 is that it does wrong: what it does is watched, and not held against it. */
export function lenient(judge: Judge): Judge {
  return {
    ...judge,
    wrote: (actor, ...write) => {
      const { length } = judge.findings;
      judge.wrote(actor, ...write);
      if (actor.version === '2') judge.findings.length = length;
    },
  };
}
