declare module 'munkres-js' {
  /** Pairs [row, column] of the cheapest assignment; the package pads what is not square. */
  export default function munkres(costs: number[][]): [number, number][];
}
