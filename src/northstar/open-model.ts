import { readFile } from 'node:fs/promises';
import { ImportError } from './balance-sheet.ts';
import { looksLikeJourney, readJourney, type JourneyModel } from './journey-model.ts';
import { journeyNet } from './journey-net.ts';
import type { PetriNet } from './petri-net.ts';
import { readPnml } from './read-pnml.ts';
import { returnJourney } from './return-journey.ts';

/** A model to hold a log against; only journeys know time windows and choices. */
export type Model = { readonly net: PetriNet; readonly journey: JourneyModel | undefined };

/** Reads PNML or a journey text; the name `returns` stands for the default journey of a return. */
export async function openModel(path: string): Promise<Model> {
  if (path === 'returns') return { net: journeyNet(returnJourney), journey: returnJourney };
  const text = await readFile(path, 'utf8');
  if (looksLikeJourney(text)) {
    const journey = readJourney(text);
    return { net: journeyNet(journey), journey };
  }
  if (
    !text
      .trimStart()
      .replace(/^\ufeff/, '')
      .startsWith('<')
  ) {
    throw new ImportError('model-unknown', 'the model is neither PNML nor a text that begins with "journey"');
  }
  return { net: await readPnml(path), journey: undefined };
}
