/** A story told on by decisions at the desk. */
import assert from 'node:assert/strict';
import { decide, type Decided, type Decider, type DeskOrder } from '../../src/kernel/decide.ts';
import { deskReturns } from '../../src/kernel/desk-return.ts';
import type { StepWish } from '../../src/kernel/desk-step.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import type { RefusalReason } from '../../src/kernel/refusal.ts';
import { allFed, berlin, shopPolicy, story, type Story } from './story.ts';

export const later = '2026-11-02T10:00';
let count = 0;

/** A story told on by decisions: each `when` adds its facts, or says why not. */
export class Desk {
  readonly told: Story;
  readonly policy: Policy;
  at = later;
  constructor(told: Story, policy: Partial<Policy> = {}) {
    this.told = told;
    this.policy = { ...shopPolicy, ...policy };
  }
  order(): DeskOrder {
    const state = this.told.judge(this.at, { policy: this.policy, coverage: allFed });
    return { state, policy: this.policy, shipmentsTold: true, version: String(this.told.facts.length) };
  }
  ask(wish: StepWish, by: Partial<Decider> = {}): Decided {
    const decided = decide(this.order(), wish, { id: `d${++count}`, at: berlin(this.at), by: 'user/ada', as: 'staff', ...by }); // prettier-ignore
    if (decided.ok) this.told.facts.push(...decided.facts);
    return decided;
  }
  when(wish: StepWish, by: Partial<Decider> = {}): this {
    const decided = this.ask(wish, by);
    assert.ok(decided.ok, decided.ok ? '' : `${decided.reason} ${JSON.stringify(decided.about)}`);
    return this;
  }
  refused(wish: StepWish, by: Partial<Decider> = {}): RefusalReason | 'done' {
    const decided = this.ask(wish, by);
    return decided.ok ? 'done' : decided.reason;
  }
  on(at: string): this {
    this.at = at;
    return this;
  }
  returns() {
    const { state } = this.order();
    return deskReturns(state.facts, state.positions, this.policy);
  }
  item(sku = 'SHOE') {
    return this.order().state.units.find((one) => one.sku === sku)!;
  }
}

export const two = (): Story => story('1').delivered('SHOE', 2, 5990);
export const one = (quantity = 1, sku = 'SHOE') => [{ sku, quantity }];
export const rma = 'RMA-1-1';
export const approved = (): Desk =>
  new Desk(two()).when({ step: 'request', units: one(2) }).when({ step: 'approve', rma });
export const stagesOf = (desk: Desk): string[] => desk.returns().map((own) => `${own.rma} ${own.stage}`);
