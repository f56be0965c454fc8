/** Odoo rounds by the currency's digits, half away from zero, and keeps floats. */
export function roundTo(value: number, digits = 2): number {
  const scale = 10 ** digits;
  const scaled = Math.abs(value) * scale;
  // A float just below a half counts as a half, as Odoo's float_round does it.
  return (Math.sign(value) * Math.round(scaled + 1e-9 * Math.max(1, scaled))) / scale;
}
