// Loaded before a program: its wall clock jumps by up to a year, to and fro, from one look to the next.
const year = 365 * 24 * 3600 * 1000;
const RealDate = Date;
const jumped = (): number => RealDate.now() + (2 * Math.random() - 1) * year;

globalThis.Date = new Proxy(RealDate, {
  construct: (real, args: [] | [number]) => (args.length === 0 ? new real(jumped()) : new real(...args)),
  get: (real, key) => (key === "now" ? jumped : (Reflect.get(real, key) as unknown)),
});
