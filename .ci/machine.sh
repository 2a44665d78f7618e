# Sourced by ./verify and ./plimsoll: which JDK to use, and how to get what this machine lacks.
# shellcheck shell=bash

# jdk_feature DIR sets FEATURE to the feature version (17, 25 …) of the JDK in DIR, or to 0 if there is none.
# It reads the JDK's release file: starting a JVM to ask it would cost more than starting the program.
jdk_feature() {
    local line
    FEATURE=0
    [[ -x $1/bin/javac && -r $1/release ]] || return 0
    while IFS= read -r line; do
        if [[ $line =~ ^JAVA_VERSION=\"([0-9]+) ]]; then
            FEATURE=${BASH_REMATCH[1]}
            return 0
        fi
    done <"$1/release"
}

# find_jdk LOWEST [HIGHEST] sets JDK to the first JDK in that range, or to nothing: JAVA_HOME, the PATH, /usr/lib/jvm.
find_jdk() {
    local lowest=$1 highest=${2:-999} candidate
    local candidates=("${JAVA_HOME:-}")
    if candidate=$(command -v javac); then
        candidate=$(readlink -f "$candidate")
        candidates+=("${candidate%/bin/javac}")
    fi
    candidates+=(/usr/lib/jvm/*)
    for JDK in "${candidates[@]}"; do
        jdk_feature "$JDK"
        if ((FEATURE >= lowest && FEATURE <= highest)); then
            return 0
        fi
    done
    JDK=
}

# provide LOG COMMAND… installs the packages of the commands that are missing ("javac" is any JDK from 17 on) and says so
# in one line on stderr. Where it must not or cannot install, it names the packages and fails.
provide() {
    local log=$1 command packages=()
    shift
    for command in "$@"; do
        case $command in
            javac)
                find_jdk 17
                [[ -n $JDK ]] || packages+=(openjdk-17-jdk-headless)
                ;;
            mvn) command -v mvn >/dev/null || packages+=(maven) ;;
            chromium)
                # Any that the tests would find.
                command -v chromium chromium-browser google-chrome >/dev/null || packages+=(chromium)
                ;;
            *) command -v "$command" >/dev/null || packages+=("$command") ;;
        esac
    done
    ((${#packages[@]})) || return 0
    if ((EUID != 0)) || ! command -v apt-get >/dev/null; then
        echo "Missing: ${packages[*]} (names of Debian packages). Please install them." >&2
        return 69
    fi
    echo "Installing ${packages[*]} …" >&2
    if ! install_packages "${packages[@]}" >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "apt-get could not install ${packages[*]}; the whole log is $log" >&2
        return 69
    fi
}

install_packages() {
    local package packages=()
    apt-get update -q || return
    for package in "$@"; do
        # Newer Debians have newer JDKs only.
        if [[ $package == openjdk-17-* ]] && ! apt-cache show "$package" >/dev/null 2>&1; then
            package=default-jdk-headless
        fi
        packages+=("$package")
    done
    without_services "${packages[@]}"
}

# without_services PACKAGE… installs packages, and none of the services that they bring runs, neither now nor after the next
# start of the machine: prometheus is wanted as a program only.
without_services() (
    policy=/usr/sbin/policy-rc.d # asked by all that starts a service of a package
    if [[ ! -e $policy ]]; then
        trap 'rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod +x "$policy"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" || exit
    dpkg -L "$@" | sed -nE 's|^(/usr)?/lib/systemd/system/([^/@]+\.service)$|\2|p' | sort -u |
        while read -r service; do
            if command -v systemctl >/dev/null; then
                systemctl disable --now "$service" || true
            fi
            if [[ -e /etc/init.d/${service%.service} ]]; then
                update-rc.d "${service%.service}" disable || true
            fi
        done
)
