/**
 * Breaks up text that a CI system would run as a command if a report is shown in the log of a job: `::name ...::` and
 * `##[name]` (GitHub), `##vso[name]` (Azure Pipelines), `##teamcity[name]`. Text from the wire must never be a command.
 */

/** A `::` without a name is usually part of an IPv6 address. */
const logCommand = /::(?=[a-z-]+(?: .*?)?::)|##(?=\w*\[)/gi;

/** For text in which any byte may be escaped: replaces the first character of each command by its code. */
export function escapeCiCommands(text: string): string {
  return text.replace(logCommand, (start) => `\\x${start.charCodeAt(0).toString(16)}${start.slice(1)}`);
}

/** What changes how a terminal or a page shows the rest of a line: controls, and marks of direction. */
const misleading = /[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** For JSON; the value stays the same. A command with colons must begin a line, which no JSON string does. */
export function escapeInJson(json: string): string {
  return json
    .replace(/##(?=\w*\[)/g, '\\u0023#')
    .replace(misleading, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
