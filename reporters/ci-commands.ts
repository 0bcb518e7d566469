/**
 * Text that a CI system would take for a command of the job, wherever a report is shown in its log: `::name ...::` and
 * `##[name]` of GitHub, `##vso[name]` of Azure Pipelines, `##teamcity[name]`. What comes from the wire must not reach
 * them.
 */

/** Without the name a `::` is most often part of an IPv6 address. */
const logCommand = /::(?=[a-z-]+(?: .*?)?::)|##(?=\w*\[)/gi;

/** Text in which no octet has to be left as it is: the first of such a command is numbered. */
export function escapeCiCommands(text: string): string {
  return text.replace(logCommand, (start) => `\\x${start.charCodeAt(0).toString(16)}${start.slice(1)}`);
}

/** For JSON, which stands for the same value. A command with colons would have to begin a line, which no string in JSON does. */
export function escapeInJson(json: string): string {
  return json.replace(/##(?=\w*\[)/g, '\\u0023#');
}
