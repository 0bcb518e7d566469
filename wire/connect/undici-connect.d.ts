/** undici's connector by itself; undici as a whole, with its clients and caches, takes six times as long to load. */
declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  const build: (options?: buildConnector.BuildOptions) => buildConnector.connector;
  export default build;
}
