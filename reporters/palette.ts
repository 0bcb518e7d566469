/** The colours of results, as pages and images show them: told apart by colour-blind readers, with a contrast of 4.5 and more. */

export interface Palette {
  readonly page: string;
  readonly panel: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  readonly link: string;
  readonly pass: string;
  readonly fail: string;
  readonly unclear: string;
  readonly mark: string;
}

export const lightPalette: Palette = {
  page: '#ffffff',
  panel: '#f4f6f8',
  text: '#1f2328',
  dim: '#57606a',
  line: '#d0d7de',
  link: '#0757a8',
  pass: '#0a6b50',
  fail: '#a8320c',
  unclear: '#7a5200',
  mark: '#ffe6d9',
};

export const darkPalette: Palette = {
  page: '#0d1117',
  panel: '#161b22',
  text: '#e6edf3',
  dim: '#9da7b3',
  line: '#30363d',
  link: '#79c0ff',
  pass: '#56d3a5',
  fail: '#ff9a76',
  unclear: '#e3b341',
  mark: '#5a2410',
};
