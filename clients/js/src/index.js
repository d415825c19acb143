/** The client of Greenroom's API: submit, follow, resume, and never twice. See README.md. */

export { Api, Away, Refused, Unauthorized } from "./api.js";
export { Greenroom } from "./greenroom.js";
export { lineOf } from "./log.js";
export { isActive, slotOf, stamp } from "./tasks.js";
