# Completion of xe for bash: source this file, or put it into /usr/share/bash-completion/completions/xe.
# The candidates come from the host that the words on the line mean.

_xe_complete() {
    local line=${COMP_LINE:0:COMP_POINT} word candidate
    local -a words found
    # Words as xe sees them: bash splits at = and :, which stand inside of xe's words.
    read -r -a words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[-1]}
    COMPREPLY=()
    mapfile -t found < <(command "${words[0]}" --complete "${words[@]:1}" 2>/dev/null </dev/null)
    # What bash has split off before the cursor must not come again.
    local cut=${word%"${COMP_WORDS[COMP_CWORD]}"}
    [[ ${COMP_WORDS[COMP_CWORD]} == [=:] ]] && cut=$word
    for candidate in "${found[@]}"; do
        candidate=${candidate%%$'\t'*}
        if [[ $candidate == *=:files ]]; then
            mapfile -t COMPREPLY < <(compgen -f -- "${word#*=}")
            compopt -o filenames
            return
        fi
        candidate=${candidate#"$cut"}
        if [[ $candidate == *[=:-] ]]; then
            compopt -o nospace
            COMPREPLY+=("$candidate")
        else
            COMPREPLY+=("$(printf %q "$candidate")")
        fi
    done
}

complete -F _xe_complete xe
