/** Holds what the reader chose: model, instructions, how to search, appearance. */

import { load, save } from "./storage.js";

const NAME = "footnote.preferences";
const DEFAULTS = {
  model: null,
  instructions: "",
  maxNumResults: 6,
  scoreThreshold: 0,
  theme: "system",
  vectorStoreId: null,
};

export const preferences = { ...DEFAULTS, ...load(NAME, {}) };

/** Change and keep some of the preferences. */
export function prefer(changes) {
  Object.assign(preferences, changes);
  save(NAME, preferences);
}
