/** The scripts that make a shell ask this command what can be completed. */

import yargs from 'yargs';

export const completionShells = ['bash', 'zsh', 'fish'] as const;

export type CompletionShell = (typeof completionShells)[number];

/** The completion script passes this, then the words of the command line, the unfinished one last. */
export const completionRequest = '--get-yargs-completions';

/** fish completes file names where there is nothing else to offer, as the others do. */
const fishScript = `# Completion of handshake13 for fish. Installation:
#   handshake13 completion fish > ~/.config/fish/completions/handshake13.fish
function __handshake13_completions
    set -l current (commandline --current-token --cut-at-cursor)
    set -l words (commandline --tokenize --current-process --cut-at-cursor)
    set -l offered (handshake13 ${completionRequest} $words "$current")
    if test (count $offered) -gt 0
        printf '%s\\n' $offered
    else
        __fish_complete_path "$current"
    end
end
complete --command handshake13 --no-files --arguments '(__handshake13_completions)'
`;

/** Prints the script. @param shell by default the user's own, or bash if that is none of them */
export function printCompletionScript(shell = usersShell(process.env.SHELL)): void {
  if (shell === 'fish') {
    process.stdout.write(fishScript);
    return;
  }
  // By this variable yargs chooses between the two.
  process.env.SHELL = shell;
  yargs([]).scriptName('handshake13').showCompletionScript();
}

function usersShell(path = ''): CompletionShell {
  return completionShells.find((shell) => path.endsWith(`/${shell}`)) ?? 'bash';
}
