/**
 * Where each token stands. Pure geometry: the zones' rectangles and the jobs in, places out. A zone shows as many
 * tokens as it has room for, so a thousand jobs cost no more than fifty.
 */

/** @import { Job } from "../client/types.js" */
/** @import { Line } from "./crowd.js" */

/** Pixels from one token to the next. */
export const CELL = 34;

/** Columns that "+ 940 more" takes of the line. */
const FOLD = 3;

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Zone  In pixels.
 * @typedef {Record<keyof Line, Zone>} Zones
 * @typedef {{job: Job, zone: keyof Line, x: number, y: number, place?: number}} Spot  `place` is the one in the line.
 */

/**
 * The spots in the order in which somebody walks along them, from the line's far end to the tray's.
 *
 * @param {Line} line
 * @param {Zones} zones
 * @returns {Spot[]}
 */
export function place({ waiting, running, ended }, zones) {
  const line = inLine(waiting, zones.waiting).reverse();
  return [...line, ...atDesks(running, zones.running), ...inTray(ended, zones.ended)];
}

/**
 * The oldest is next to the desks, and the line winds back from there, so that everybody moves up by one step.
 *
 * @param {Job[]} jobs
 * @param {Zone} zone
 * @returns {Spot[]}
 */
function inLine(jobs, zone) {
  const { columns, rows } = cells(zone);
  const room = jobs.length > columns * rows ? Math.max(1, columns - FOLD) * rows : columns * rows;
  return jobs.slice(0, room).map((job, index) => {
    const column = Math.floor(index / rows);
    const row = column % 2 ? rows - 1 - (index % rows) : index % rows;
    const x = zone.x + zone.width - (column + 1) * CELL;
    return { job, zone: "waiting", place: index + 1, x, y: zone.y + row * CELL };
  });
}

/**
 * The further, the more to the right: exactly as far while each has a row of its own, in that order when they are many.
 *
 * @param {Job[]} jobs
 * @param {Zone} zone
 * @returns {Spot[]}
 */
function atDesks(jobs, zone) {
  const { columns, rows } = cells(zone);
  if (jobs.length <= rows) {
    const top = zone.y + (zone.height - jobs.length * CELL) / 2;
    const way = zone.width - CELL;
    return jobs.map((job, row) => {
      const x = zone.x + (way * (job.progress ?? 0)) / 100;
      return { job, zone: "running", x, y: top + row * CELL };
    });
  }
  const furthest = [...jobs].sort((one, other) => (other.progress ?? 0) - (one.progress ?? 0)).slice(0, columns * rows);
  return furthest.map((job, index) => {
    const column = columns - 1 - Math.floor(index / rows);
    return { job, zone: "running", x: zone.x + column * CELL, y: zone.y + (index % rows) * CELL };
  });
}

/**
 * The newest comes in at the left, and the others make room.
 *
 * @param {Job[]} jobs
 * @param {Zone} zone
 * @returns {Spot[]}
 */
function inTray(jobs, zone) {
  const { columns, rows } = cells(zone);
  return jobs.slice(0, columns * rows).map((job, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return { job, zone: "ended", x: zone.x + column * CELL, y: zone.y + row * CELL };
  });
}

/** @param {Zone} zone */
function cells({ width, height }) {
  return { columns: Math.max(1, Math.floor(width / CELL)), rows: Math.max(1, Math.floor(height / CELL)) };
}
