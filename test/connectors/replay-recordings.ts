/**
 * Replays the recordings of a system in their order, as a store would see them: every object is read with all that
 * was seen before it. The ERPs and RT answer with the fields that were asked for, so what an earlier answer said
 * of an object is laid under the later one.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type {
  ConnectionSettings,
  ConnectorPure,
  Reading,
  SourceObject,
} from '../../src/connectors/contract.ts';
import {
  type Recording, type System, claimsBeside, contextOf, isJson, listWords, objectsIn, readingWords, recordingsOf,
  settingsOf, tableOf,
} from './recorded-objects.ts'; // prettier-ignore

export type Replayed = {
  readonly recording: Recording;
  readonly hint: string;
  /** Objects as they stood in the exchange. */
  readonly given: readonly SourceObject[];
  readonly readings: readonly { readonly object: SourceObject; readonly reading: Reading }[];
  /** What the exchange means, a line each. */
  readonly words: readonly string[];
};

export type SystemUnderTest = {
  readonly system: System;
  readonly connector: ConnectorPure;
  readonly settings?: Partial<ConnectionSettings>;
  /** Answers hold the fields that were asked for. */
  readonly partial: boolean;
  /** False for an answer too thin to be stored: the connector's own reads ask for more. */
  isStored?(object: SourceObject): boolean;
  /** The name a dump of this exchange would have. */
  hintOf(recording: Recording): string;
  /** What an exchange without an object is to the connector. */
  answerOf(recording: Recording): Promise<string> | string;
  /** Facts of an object checked against its raw body, without the connector's own code. */
  check(object: SourceObject, reading: Reading, recording: Recording): void;
  /** Rows as `recorded-….ts` hold them. */
  readonly table: string;
};

/** Longest list whose objects are told one by one. */
const listMax = 4;

export async function replay(test: Omit<SystemUnderTest, 'table'>): Promise<readonly Replayed[]> {
  const { connector, system } = test;
  const settings = settingsOf(connector, test.settings);
  const seen = new Map<string, SourceObject>();
  const replayed: Replayed[] = [];
  for (const recording of recordingsOf(system)) {
    const hint = test.hintOf(recording);
    const { request, response, whole } = recording;
    const given = objectsIn(
      'request' in whole ? [request['body'], response?.['body']] : whole,
      connector,
      hint,
    );
    const objects = given.map((object) => {
      const before = seen.get(`${object.kind}/${object.id}`)?.body;
      const isLaid = test.partial && isJson(before) && isJson(object.body);
      return isLaid ? { ...object, body: { ...before, ...(object.body as object) } } : object;
    });
    for (const object of objects)
      if (test.isStored?.(object) !== false) seen.set(`${object.kind}/${object.id}`, object);
    const context = contextOf(seen.values(), settings);
    const readings = objects.map((object) => ({ object, reading: connector.read(object, context) }));
    for (const { object, reading } of readings)
      assert.deepEqual(
        connector.read({ ...object, body: connector.keep(object) }, context), reading,
        `${recording.name}: what is kept of ${object.kind}/${object.id} reads otherwise`,
      ); // prettier-ignore
    const words =
      readings.length === 0
        ? [`no object: ${await test.answerOf(recording)}`]
        : readings.length > listMax
          ? [listWords(readings)]
          : readings.map(({ object, reading }) => readingWords(object, reading));
    replayed.push({ recording, hint, given, readings, words });
  }
  return replayed;
}

/** One test per recording, and one that no recording is without a row and no row without a recording. */
export function testRecordings(test: SystemUnderTest): void {
  describe(`what ${test.connector.name} makes of each recorded exchange`, async () => {
    const table = tableOf(test.table);
    const replayed = await replay(test);

    it('has a row for every recording, and no other', () => {
      const names = recordingsOf(test.system).map(({ name }) => name);
      assert.deepEqual([...table.keys()].sort(), names.sort());
    });

    for (const { recording, hint, given, readings, words } of replayed)
      it(recording.name, () => {
        assert.deepEqual(words, table.get(recording.name));
        for (const { kind, body } of given)
          assert.deepEqual(
            claimsBeside(test.connector, body, hint),
            [],
            `another connector claims a ${kind}`,
          );
        for (const { object, reading } of readings) test.check(object, reading, recording);
      });
  });
}
