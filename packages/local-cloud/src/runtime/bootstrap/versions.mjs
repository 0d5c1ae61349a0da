export const NODE_MAJOR = Number(process.versions.node.split('.')[0]);

/** From this runtime on handlers return promises, and their context says nothing of the event loop. */
export const FIRST_NODE_WITHOUT_CALLBACKS = 24;
