# Reads the output of one part of the tests and prints "passed failed" as its runner counted them; nothing if no runner spoke.
#
# A closing line of our own, `N passed, N failed`, says it all; the last one holds. Otherwise what cargo, vitest, Playwright and
# Python's unittest print is added up. Tests that did not run, or passed only on a second try, count as failed.

{ gsub(/\033\[[0-9;]*[A-Za-z]/, ""); sub(/\r$/, "") }

/^([A-Za-z]+: )?[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ {
    sub(/^[A-Za-z]+: /, "")
    own = 1; own_passed = $1; own_failed = $3
}
/^test result: / {
    spoke = 1
    for (i = 2; i <= NF; i++) {
        if ($i == "passed;") passed += $(i - 1)
        if ($i == "failed;") failed += $(i - 1)
    }
}
/^ *Tests  / {
    spoke = 1
    for (i = 2; i <= NF; i++) {
        if ($i == "passed") passed += $(i - 1)
        if ($i == "failed") failed += $(i - 1)
    }
}
/^ +[0-9]+ passed \([0-9.]+m?s?\)$/ { spoke = 1; passed += $1 }
/^ +[0-9]+ (failed|flaky|did not run|interrupted)$/ { spoke = 1; failed += $1 }
/^Ran [0-9]+ tests? in / { spoke = 1; ran += $2 }
/^FAILED \((failures|errors)=/ {
    line = $0
    while (match(line, /(failures|errors)=[0-9]+/)) {
        split(substr(line, RSTART, RLENGTH), pair, "=")
        failed += pair[2]; ran -= pair[2]
        line = substr(line, RSTART + RLENGTH)
    }
}

END {
    if (own) print own_passed + 0, own_failed + 0
    else if (spoke) print passed + ran, failed + 0
}
