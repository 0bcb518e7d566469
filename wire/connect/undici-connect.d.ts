/** undici's connector by itself; undici as a whole, with its clients and caches, takes six times as long to load. */
declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  /** `allowH2` is required here, so that another default in a later undici changes nothing. */
  const build: (options: buildConnector.BuildOptions & { allowH2: false }) => buildConnector.connector;
  export default build;
}
