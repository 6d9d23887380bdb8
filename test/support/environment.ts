/** Sets variables of this process while something runs. */
export async function withEnvironment<T>(variables: NodeJS.ProcessEnv, run: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, process.env[name]]));
  assign(variables);
  try {
    return await run();
  } finally {
    assign(before);
  }
}

function assign(variables: NodeJS.ProcessEnv): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
}
