// The part of the WebAssembly JavaScript Interface that Node has and that @types/node does not describe.

declare namespace WebAssembly {
  type Imports = Record<string, Record<string, unknown>>;
  type Instance = object;
  const Instance: new (module: Module, imports: Imports) => Instance;
  type RuntimeError = Error;
  const RuntimeError: new () => RuntimeError;
  function compile(bytes: Uint8Array): Promise<Module>;
}
