import { describe, expect, it } from '@jest/globals';
import { BodyBudget } from './body-budget.js';

describe('the budget of bodies', () => {
  it('gives no more than there is, and again what came back', () => {
    const budget = new BodyBudget(100, 100);
    const first = {};
    expect(budget.take(first, 'a', 60)).toBe(true);
    expect(budget.take({}, 'b', 41)).toBe(false);
    expect(budget.take({}, 'b', 40)).toBe(true);
    budget.giveBack(first);
    budget.giveBack(first);
    expect(budget.take({}, 'c', 61)).toBe(false);
    expect(budget.take({}, 'c', 60)).toBe(true);
  });

  it('leaves room beside an endpoint that holds its share', () => {
    const budget = new BodyBudget(100, 30);
    expect(budget.take({}, 'slow', 20)).toBe(true);
    expect(budget.take({}, 'slow', 11)).toBe(false);
    expect(budget.take({}, 'slow', 10)).toBe(true);
    expect(budget.take({}, 'healthy', 30)).toBe(true);
  });

  it('gives one body to each endpoint, and one in all, however large it is', () => {
    const budget = new BodyBudget(100, 30);
    const large = {};
    expect(budget.take(large, 'a', 500)).toBe(true);
    expect(budget.take({}, 'b', 1)).toBe(false);
    budget.giveBack(large);
    expect(budget.take({}, 'b', 80)).toBe(true);
    expect(budget.take({}, 'b', 1)).toBe(false);
  });
});
