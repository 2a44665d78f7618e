# Reads Surefire's XML reports. Prints one line "failed: test: reason" per failed test, one "skipped: test: reason" per skipped
# one, and last the numbers of passed, failed and skipped tests.

# The reason is an attribute or the first line of the text, which begins with the exception's class.
function reason(    text) {
    text = substr(attribute("message"), 1, 300)
    if (text == "" && match($0, /<!\[CDATA\[/)) {
        text = substr($0, RSTART + RLENGTH)
        sub(/]]>.*/, "", text)
        sub(/^[A-Za-z0-9_.$]+: /, "", text)
    }
    return text == "" ? "no reason given" : text
}

function attribute(name,    value) {
    if (!match($0, " " name "=\"[^\"]*\"")) {
        return ""
    }
    value = substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4)
    gsub(/&quot;/, "\"", value)
    gsub(/&apos;/, "'", value)
    gsub(/&lt;/, "<", value)
    gsub(/&gt;/, ">", value)
    gsub(/&#(10|13|xa|xd);/, " ", value)
    gsub(/&amp;/, "\\&", value)
    return value
}

FNR == 1 {
    counted = 0
    quoted = 0
}

# What a test printed is not markup.
quoted {
    if (index($0, "]]>")) {
        quoted = 0
    }
    next
}

!counted && /^<testsuite / {
    counted = 1
    tests += attribute("tests")
    failed += attribute("failures") + attribute("errors")
    skipped += attribute("skipped")
}

/^ *<testcase / {
    test = attribute("classname") "." attribute("name")
}

/^ *<(failure|error)[ >]/ {
    print "failed: " test ": " reason()
}

/^ *<skipped/ {
    print "skipped: " test ": " reason()
}

/<!\[CDATA\[/ && !/]]>/ {
    quoted = 1
}

END {
    print tests - failed - skipped, failed + 0, skipped + 0
}
