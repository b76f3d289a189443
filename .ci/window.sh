# Starts the program in a window on a virtual screen and looks at it; sourced by what checks the window.
# The caller sets program (the program) and kept (the folder for pictures and messages).
# shellcheck shell=bash

temp=$(mktemp -d)
n_passed=0
n_failed=0
screen_pid=
program_pid=

stop_what_was_started() {
    for pid in $program_pid $screen_pid; do
        kill -KILL "$pid" 2>/dev/null || true
    done
    rm -rf "$temp"
}
trap stop_what_was_started EXIT

# check NAME COMMAND…: counts and reports whether the command succeeds.
check() {
    local name=$1
    shift
    if "$@"; then
        n_passed=$((n_passed + 1))
        echo "ok      $name"
    else
        n_failed=$((n_failed + 1))
        echo "FAILED  $name"
    fi
}

# within SECONDS COMMAND…: tries until the command succeeds or the time is over.
within() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.1
    done
}

# ---- What the window shows and writes ----

find_window() {
    window=$(xdotool search --onlyvisible --name "Longtail Lab" 2>/dev/null | head -n 1) && [ -n "$window" ]
}

window_has_size() {
    xdotool getwindowgeometry "$window" | grep -q "Geometry: $1\$"
}

take_picture() {
    import -window root "$kept/$1.png"
}

has_colours() {
    take_picture "$1"
    [ "$(identify -format '%k' "$kept/$1.png")" -gt 50 ]
}

# The signature is of the pixels alone: two files of one picture differ in their dates.
pictures_differ() {
    [ "$(identify -format '%#' "$kept/$1.png")" != "$(identify -format '%#' "$kept/$2.png")" ]
}

# The newest epoch in the status file; empty before the first line.
epoch() {
    sed -n 's/^epoch \([0-9]\{1,\}\) of [0-9]\{1,\}$/\1/p' "$temp/status" 2>/dev/null | tail -n 1
}

last_epoch() {
    sed -n 's/^epoch [0-9]\{1,\} of \([0-9]\{1,\}\)$/\1/p' "$temp/status" 2>/dev/null | tail -n 1
}

epoch_is() {
    [ "$(epoch)" = "$1" ]
}

epoch_is_beyond() {
    local now
    now=$(epoch)
    [ -n "$now" ] && [ "$now" -gt "$1" ]
}

# A run that has come to its end stands still by itself and proves nothing.
epoch_is_on_the_way() {
    epoch_is_beyond 0 && [ "$(epoch)" -lt "$(last_epoch)" ]
}

# A pause may take one batch and one line of status to arrive; after that nothing may move.
epoch_stands_still() {
    local before
    sleep 1
    before=$(epoch)
    sleep 2
    [ -n "$before" ] && epoch_is "$before"
}

# Time that the processor has worked for the program, in hundredths of a second.
work() {
    awk '{ print $14 + $15 }' "/proc/$program_pid/stat"
}

# A window at rest draws nothing; a single tick may be chance.
uses_no_processor() {
    local before
    before=$(work)
    sleep 3
    [ $(($(work) - before)) -le 1 ]
}

# ---- Starting and stopping ----

start_screen() {
    : >"$temp/display"
    # Without -noreset the server starts anew when its last client goes, and refuses whoever connects at that moment.
    Xvfb -displayfd 3 -screen 0 "$1x24" -nolisten tcp -noreset 3>"$temp/display" 2>"$temp/xvfb.log" &
    screen_pid=$!
    if ! within 20 test -s "$temp/display"; then
        cat "$temp/xvfb.log"
        return 1
    fi
    DISPLAY=:$(cat "$temp/display")
    export DISPLAY
}

stop_screen() {
    kill "$screen_pid"
    wait "$screen_pid" || true
    screen_pid=
    unset DISPLAY
}

# Nothing of an earlier start or of the user's own settings reaches the program.
fresh_home() {
    rm -rf "${temp:?}/home" "$temp/status"
    mkdir -p "$temp/home/data" "$temp/home/config" "$temp/home/cache"
    home=(HOME="$temp/home" XDG_DATA_HOME="$temp/home/data" XDG_CONFIG_HOME="$temp/home/config"
        XDG_CACHE_HOME="$temp/home/cache")
}

program_is_gone() {
    ! kill -0 "$program_pid" 2>/dev/null
}

exits_on_sigterm() {
    local exit_code=0
    local begun ended
    begun=$(date +%s%N)
    kill -TERM "$program_pid" 2>/dev/null || return 1
    until program_is_gone; do
        [ $(($(date +%s%N) - begun)) -lt 5000000000 ] || return 1
        sleep 0.01
    done
    ended=$(date +%s%N)
    wait "$program_pid" || exit_code=$?
    program_pid=
    echo "        exit code $exit_code after $(((ended - begun) / 1000000)) ms"
    [ $((ended - begun)) -lt 500000000 ]
}

nothing_panicked() {
    ! grep -n 'panicked at' "$1"
}

# ---- The checks ----

# open_window NAME SIZE LOG [FILE]: the program in a window that fills a new screen; window stays empty where that fails.
open_window() {
    local name=$1 size=$2 log=$3
    shift 3
    fresh_home
    check "$name: there is a virtual screen" start_screen "$size"
    env -u WAYLAND_DISPLAY -u WAYLAND_SOCKET "${home[@]}" LIBGL_ALWAYS_SOFTWARE=1 \
        LONGTAIL_LAB_STATUS_FILE="$temp/status" "$program" "$@" >"$log" 2>&1 &
    program_pid=$!

    window=
    check "$name: the window opens" within 30 find_window
    [ -n "$window" ] || return 0
    # There is no window manager that would give the window the keyboard and the whole screen. The pointer goes to
    # the corner, where it hovers over nothing.
    xdotool windowfocus "$window" windowmove "$window" 0 0 windowsize "$window" "${size%x*}" "${size#*x}" || true
    xdotool mousemove "${size%x*}" "${size#*x}"
    check "$name: the window fills the screen" within 10 window_has_size "$size"
    # Time to draw at the new size, so that this does not pass for the change that training makes.
    sleep 1
    check "$name: the window is not blank" within 20 has_colours "$name-start"
}

close_window() {
    local name=$1 log=$2
    check "$name: the program ends within 0.5 seconds of SIGTERM" exits_on_sigterm
    check "$name: nothing panicked" nothing_panicked "$log"

    if [ -n "$program_pid" ]; then
        kill -KILL "$program_pid" 2>/dev/null || true
        wait "$program_pid" 2>/dev/null || true
        program_pid=
    fi
    stop_screen
}
