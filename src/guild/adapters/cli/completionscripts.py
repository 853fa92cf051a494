"""Scripts that make a shell complete `guild` command lines by asking `guild _complete`."""

from __future__ import annotations

__all__ = ["SCRIPTS"]

_BASH = """\
_guild_complete() {
    local line candidates=()
    while IFS= read -r line; do
        candidates+=("${line%%$'\\t'*}")
    done < <("${COMP_WORDS[0]}" _complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    COMPREPLY=("${candidates[@]}")
    [[ ${candidates[0]-} == *= ]] && compopt -o nospace 2>/dev/null
}
complete -o default -o bashdefault -F _guild_complete guild
"""

_ZSH = """\
#compdef guild
_guild() {
    local line name tab=$'\\t' candidates=()
    for line in "${(@f)$("${words[1]}" _complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        [[ -n $line ]] || continue
        name=${line%%$tab*}
        candidates+=("${name//:/\\\\:}:${line#*$tab}")
    done
    if (( ${#candidates} )); then
        _describe -V command candidates
    else
        compset -P '*='
        _files
    fi
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _guild "$@"
elif (( $+functions[compdef] )); then
    compdef _guild guild
else
    autoload -Uz compinit && compinit && compdef _guild guild
fi
"""

_FISH = """\
function __guild_complete
    set -l words (commandline -opc) (commandline -ct)
    command $words[1] _complete -- $words[2..-1] 2>/dev/null
end
complete -c guild -a '(__guild_complete)'
"""

SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
"""The script of each supported shell."""
