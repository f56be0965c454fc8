/** A Petri net with one initial and one final marking: what models of every notation become. */
export type PetriNet = {
  readonly name: string;
  /** Names of places; markings are lists of tokens in this order. */
  readonly places: readonly string[];
  readonly transitions: readonly Transition[];
  readonly initial: readonly number[];
  readonly final: readonly number[];
};

export type Transition = {
  /** Activity it stands for; undefined for a silent one. */
  readonly label: string | undefined;
  readonly inputs: readonly Arc[];
  readonly outputs: readonly Arc[];
};

export type Arc = { readonly place: number; readonly weight: number };

/** Activities of the net, each once, in order of appearance. */
export function netLabels(net: PetriNet): string[] {
  return [
    ...new Set(
      net.transitions.flatMap((transition) => (transition.label === undefined ? [] : [transition.label])),
    ),
  ];
}
