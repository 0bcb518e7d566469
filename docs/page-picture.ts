/** A picture of the beginning of a page, as a browser shows it. */

import { startBrowser } from './browser.ts';

/** Pixels. */
const viewport = { width: 1000, height: 1120 };

/** @returns a PNG file */
export async function pictureOfPage(html: string): Promise<Buffer> {
  const browser = await startBrowser();
  try {
    const page = await browser.newPage({ viewport, colorScheme: 'light' });
    await page.setContent(html);
    return await page.screenshot();
  } finally {
    await browser.close();
  }
}
