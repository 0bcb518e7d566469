/** A terminal's text with its colours as an SVG image. */

import Anser from 'anser';
import stringWidth from 'string-width';

/** Pixels. */
const [fontSize, columnWidth, lineHeight, margin] = [14, 8.4, 19, 16];

/** The colours that reports use, by what Anser calls them. */
const classes: Readonly<Record<string, string>> = {
  'ansi-red': 'red',
  'ansi-green': 'green',
  'ansi-yellow': 'yellow',
  'ansi-cyan': 'cyan',
};

const style = `
    .page { fill: #ffffff } text { fill: #1f2328; font: ${fontSize}px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre }
    .red { fill: #b3261e } .green { fill: #1a7f37 } .yellow { fill: #8a5300 } .cyan { fill: #0b6e99 }
    .bold { font-weight: bold } .dim { fill: #656d76 }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117 } text { fill: #e6edf3 }
      .red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .cyan { fill: #79c0ff } .dim { fill: #8d96a0 }
    }
  `;

/**
 * @param text with ANSI escape codes
 * @param title what screen readers say
 * @param columns width of the terminal
 */
export function terminalSvg(text: string, title: string, columns: number): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const [width, height] = [columns * columnWidth + 2 * margin, lines.length * lineHeight + 2 * margin];
  const rows = lines.map((line, i) => {
    const y = margin + i * lineHeight + fontSize;
    let column = 0;
    const spans = Anser.ansiToJson(line, { json: true, remove_empty: true, use_classes: true }).map(
      (part) => {
        const names = [classes[part.fg] ?? [], part.decorations].flat();
        // Each piece has a place of its own: not every font has all glyphs in one width.
        const x = (margin + column * columnWidth).toFixed(1);
        column += stringWidth(part.content);
        const look = names.length === 0 ? '' : ` class="${names.join(' ')}"`;
        return `<tspan x="${x}"${look}>${Anser.escapeForHtml(part.content)}</tspan>`;
      },
    );
    return spans.length === 0 ? '' : `  <text y="${y}">${spans.join('')}</text>\n`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">\n`,
    `  <title>${Anser.escapeForHtml(title)}</title>\n`,
    `  <style>${style}</style>\n`,
    `  <rect class="page" width="100%" height="100%" rx="8"/>\n`,
    ...rows,
    '</svg>\n',
  ].join('');
}
