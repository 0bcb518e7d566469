/** Shortens a list of probes, family by family. */

/**
 * For each family: `family/*` if every probe that was sent is in the list, `family/* except …` if most are, otherwise
 * `family/` and the slugs.
 *
 * @param ids in the order of the catalogue
 * @param sent ids of all probes of the target
 */
export function shortProbeList(ids: readonly string[], sent: readonly string[]): string {
  const families = [...new Set(ids.map(familyOf))];
  return families
    .map((family) => shortFamily(family, slugsOf(family, ids), slugsOf(family, sent)))
    .join('; ');
}

function shortFamily(family: string, slugs: readonly string[], sent: readonly string[]): string {
  const others = sent.filter((slug) => !slugs.includes(slug));
  if (slugs.length === 1 || slugs.length <= others.length) return `${family}/${slugs.join(', ')}`;
  return others.length === 0 ? `${family}/*` : `${family}/* except ${others.join(', ')}`;
}

function familyOf(id: string): string {
  return id.slice(0, id.indexOf('/'));
}

function slugsOf(family: string, ids: readonly string[]): string[] {
  return ids.filter((id) => familyOf(id) === family).map((id) => id.slice(family.length + 1));
}
