/** Which cells of a workbook are dates: Excel keeps days as numbers and says so only in the cell's format. */
import { parseXml } from './parse-xml.ts';
import type { ZipFile } from './read-zip.ts';

/** Built-in formats that show a date or a time. */
const builtInDates = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 30, 36, 45, 46, 47, 50, 57]);

/** For each cell style (attribute `s`) whether it shows a date. */
export async function readDateStyles(zip: ZipFile): Promise<boolean[]> {
  if (!zip.names().includes('xl/styles.xml')) return [];
  const custom = new Map<number, string>();
  const styles: boolean[] = [];
  let inCellXfs = false;
  for await (const events of parseXml(zip.read('xl/styles.xml'))) {
    for (const event of events) {
      if (event.kind === 'close' && event.name === 'cellXfs') inCellXfs = false;
      if (event.kind !== 'open') continue;
      if (event.name === 'cellXfs') inCellXfs = true;
      if (event.name === 'numFmt') {
        custom.set(Number(event.attributes['numFmtId']), event.attributes['formatCode'] ?? '');
      }
      if (event.name === 'xf' && inCellXfs) {
        const id = Number(event.attributes['numFmtId'] ?? 0);
        styles.push(builtInDates.has(id) || showsDate(custom.get(id) ?? ''));
      }
    }
  }
  return styles;
}

/** `dd.mm.yyyy hh:mm` is one, `0.00 "days"` and `[Red]0.00` are not. */
function showsDate(format: string): boolean {
  return /[dyhs]|mmm/i.test(format.replace(/"[^"]*"|\[[^\]]*\]|\\./g, ''));
}

/**
 * ISO text of a day number: days since 1899-12-30 (1904-01-01 in old Mac workbooks), the fraction is the time of day
 * without any zone. Excel believes in 29 February 1900; days before March 1900 are not read.
 */
export function excelDate(serial: number, base1904: boolean): string | undefined {
  const epoch = base1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, 30);
  if (serial < 61 || serial > 2_958_465) return undefined;
  const text = new Date(epoch + Math.round(serial * 86_400_000)).toISOString();
  return Number.isInteger(serial) ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 23)}`;
}
