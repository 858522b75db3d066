import { SampanError } from "../../wire/sampan-error.js";

/*
 * The scripts know nothing of sampan: they hand the words typed so far to `sampan __complete`, which prints a candidate
 * a line, each with a space at its end where the word is finished. The line ":files" asks the shell for its own file names;
 * ":space" has bash add the space, which belongs behind the quote that it closes.
 */

const bash = `# sampan: completion for bash
_sampan() {
  local candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    case $candidate in
      :files) compopt -o default -o bashdefault 2>/dev/null ;;
      :space) compopt +o nospace 2>/dev/null ;;
      *) COMPREPLY+=("$candidate") ;;
    esac
  done < <(sampan __complete bash "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}
complete -o nospace -F _sampan sampan
`;

const zsh = `#compdef sampan
# sampan: completion for zsh
_sampan() {
  local candidate
  local -a whole begun
  local files=
  while IFS= read -r candidate; do
    case $candidate in
      :files) files=1 ;;
      *' ') whole+=("\${candidate% }") ;;
      *) begun+=("$candidate") ;;
    esac
  done < <(sampan __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( \${#whole} )) && compadd -- "\${whole[@]}"
  (( \${#begun} )) && compadd -S '' -- "\${begun[@]}"
  [[ -n $files ]] && _files
  return 0
}
if [[ \${funcstack[1]-} == _sampan ]]; then _sampan "$@"; else compdef _sampan sampan; fi
`;

const fish = `# sampan: completion for fish
function __sampan_complete
    set -l typed (commandline -opc) (commandline -ct)
    for candidate in (sampan __complete fish $typed[2..-1] 2>/dev/null)
        if test "$candidate" = :files
            __fish_complete_path (commandline -ct)
        else
            string trim --right -- $candidate
        end
    end
end
complete -c sampan -f -a '(__sampan_complete)'
`;

const scripts = { bash, zsh, fish } as const;

/** sampan completion SHELL: the script on standard output. */
export function completion(shell: string): number {
  if (!Object.hasOwn(scripts, shell)) {
    throw new SampanError("E_USAGE", `there is no completion for "${shell}"; there is one for bash, zsh and fish`);
  }
  process.stdout.write(scripts[shell as keyof typeof scripts]);
  return 0;
}
