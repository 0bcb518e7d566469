/** undici's connector alone; the whole package, with its clients and caches, takes six times as long to load. */
declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  /** `allowH2` is required here, so that a changed default in a later undici has no effect. */
  const build: (options: buildConnector.BuildOptions & { allowH2: false }) => buildConnector.connector;
  export default build;
}
