/**
 * The live picture of the databases: asked for every second, kept for every view, with what changed and when.
 */

import { get, hasRole, isLoggedIn, send } from "./api.js";
import { word } from "./format.js";

const PATH = "/api/health/database";
const INTERVAL_MILLIS = 1000;
const DEADLINE_MILLIS = 3000;
const DECISIONS_INTERVAL_MILLIS = 5000;
const CHANGES_MAX = 200;
const HISTORY_MAX = 60;

export const health = {
  picture: null,
  receivedAt: null,
  /** Since when no picture came, and why; null while the application answers. */
  failingSince: null,
  problem: null,
  /** The endpoint wants a log-in that this tab does not have. */
  refused: false,
  changes: [],
  decisions: null,
};

const history = new Map();
const stateSince = new Map();
const listeners = new Set();
let needsToken = false;
let decisionsAskedAt = 0;
let timer = null;
let asking = false;

export function onHealth(listener) {
  listeners.add(listener);
  listener(health);
  return () => listeners.delete(listener);
}

export const responseHistory = (name) => history.get(name) ?? [];
export const inStateSince = (name) => stateSince.get(name) ?? null;

/** Starts polling, or polls at once when it already runs: after a log-in, and when the tab is looked at again. */
export function watchHealth() {
  health.refused = false;
  poll();
}

async function poll() {
  if (asking) {
    return;
  }
  asking = true;
  clearTimeout(timer);
  const started = performance.now();
  try {
    receive((await ask()).data);
  } catch (problem) {
    miss(problem);
  }
  for (const listener of listeners) {
    listener(health);
  }
  asking = false;
  if (!health.refused) {
    timer = setTimeout(poll, Math.max(0, INTERVAL_MILLIS - (performance.now() - started)));
  }
  askDecisions();
}

/**
 * Without a token where the server allows it. Renewing a token needs a database, and this picture matters most when
 * none answers.
 */
async function ask() {
  const options = { accept: [503], deadlineMillis: DEADLINE_MILLIS };
  if (!needsToken) {
    try {
      return await send("GET", PATH, options);
    } catch (problem) {
      if (problem.status !== 401 && problem.status !== 403) {
        throw problem;
      }
      needsToken = true;
    }
  }
  return get(PATH, options);
}

function receive(data) {
  if (!Array.isArray(data?.nodes)) {
    miss({ title: data?.title ?? "Unexpected answer", detail: data?.detail ?? "The answer lists no nodes." });
    return;
  }
  const now = Date.now();
  if (health.failingSince) {
    note(now, { subject: "application", from: "unreachable", to: "answering", heldMillis: now - health.failingSince });
  }
  compare(health.picture, data, now);
  health.picture = data;
  health.receivedAt = now;
  health.failingSince = null;
  health.problem = null;
}

function miss(problem) {
  if (problem.status === 401 || problem.status === 403) {
    health.refused = true;
    return;
  }
  health.problem = problem;
  if (!health.failingSince) {
    health.failingSince = Date.now();
    note(health.failingSince, { subject: "application", from: "answering", to: "unreachable" });
  }
}

function compare(before, after, now) {
  const known = new Map((before?.nodes ?? []).map((node) => [node.name, node]));
  for (const node of after.nodes) {
    const old = known.get(node.name);
    remember(node);
    if (old && old.state !== node.state) {
      const since = stateSince.get(node.name);
      stateSince.set(node.name, now);
      const heldMillis = since ? now - since : undefined;
      note(now, { subject: node.name, from: word(old.state), to: word(node.state), heldMillis });
    }
    if (old && old.role !== node.role) {
      note(now, { subject: node.name, from: word(old.role), to: word(node.role) });
    }
  }
  if (before && (before.writer ?? null) !== (after.writer ?? null)) {
    note(now, { subject: "writer", from: before.writer ?? "none", to: after.writer ?? "none" });
  }
  if (before && before.epoch !== after.epoch) {
    note(now, { subject: "epoch", from: before.epoch, to: after.epoch });
  }
}

function remember(node) {
  const samples = history.get(node.name) ?? [];
  samples.push(typeof node.responseMillis === "number" ? node.responseMillis : null);
  history.set(node.name, samples.slice(-HISTORY_MAX));
}

function note(at, change) {
  health.changes.unshift({ at, ...change });
  health.changes.length = Math.min(health.changes.length, CHANGES_MAX);
}

/** Why the topology is as it is: for administrators and operators, and never worth an error on the page. */
async function askDecisions() {
  if (!isLoggedIn() || !hasRole("admin", "operator")) {
    health.decisions = null;
    return;
  }
  if (health.problem || Date.now() - decisionsAskedAt < DECISIONS_INTERVAL_MILLIS) {
    return;
  }
  decisionsAskedAt = Date.now();
  try {
    health.decisions = (await get("/api/admin/topology", { deadlineMillis: DEADLINE_MILLIS, accept: [503] })).data;
  } catch {
    health.decisions = null;
  }
}

document.addEventListener("visibilitychange", () => {
  // Hidden tabs are slowed down by the browser, so the picture may be a minute old when somebody looks again.
  if (!document.hidden && !health.refused) {
    poll();
  }
});
