#!/bin/sh
# The main job on real input: check recordings, ask the service, fuzz the sandbox. Run by `make demo`; ends by itself.
set -eu
cd "$(dirname "$0")/.."

bold='' dim='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR-}" ]; then bold=$(printf '\033[1m') dim=$(printf '\033[2m') plain=$(printf '\033[0m'); fi

title() { printf '\n%s\n\n' "$bold== $1$plain"; }
run() {  # show a command as it would be typed, then run it
    printf '%s' "$dim\$"
    for word; do case $word in *' '*) printf " '%s'" "$word" ;; *) printf ' %s' "$word" ;; esac; done
    printf '%s\n' "$plain"
    "$@"
}
expect() {  # expect CODE COMMAND...: findings are what these two show, anything else ends the demo
    wanted=$1; shift
    set +e; run "$@"; got=$?; set -e
    [ "$got" -eq "$wanted" ] || { echo "demo: expected exit code $wanted, got $got" >&2; exit 1; }
}

work=$(mktemp -d)
export XDG_CACHE_HOME="$work/cache"  # nothing stays behind
service=
trap '[ -z "$service" ] || { kill "$service"; wait "$service"; } 2>/dev/null; rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 141' PIPE  # make demo | head: nothing stays behind either

title "1. A recording that keeps the contract, and some that do not"
run picqer-contract check examples/recordings/webshop-order.har
echo
expect 1 picqer-contract check examples/recordings/broken-promises.ndjson examples/recordings/stock-sync.yaml \
    --max-findings 4 --format text --format "json:$work/report.json" --format "junit:$work/report.xml"

title "2. The service: POST a recording, get the verdict"
picqer-contract serve --port 0 --database "sqlite:///$work/runs.db" >"$work/service.log" 2>&1 &
service=$!
address=
for _ in $(seq 100); do
    address=$(sed -n 's/^Judging recordings at \(http:[^ ]*\).*/\1/p' "$work/service.log")
    [ -n "$address" ] && curl -sf -o /dev/null "$address/healthz" && break
    kill -0 "$service" 2>/dev/null || { cat "$work/service.log" >&2; exit 1; }
    sleep 0.1
done
grep "^Judging" "$work/service.log"
sed -n 6p examples/recordings/broken-promises.ndjson >"$work/exchange.json"
run curl -s -H 'Content-Type: application/json' --data-binary @"$work/exchange.json" "$address/v1/validate"
echo
kill "$service"; wait "$service" 2>/dev/null || true; service=

title "3. The fuzzer: broken requests to a sandbox that keeps the contract, and to one that does not"
run picqer-fuzz run --dry-run --seed 1 --max-requests 5 --operation createTag
echo
run picqer-fuzz run --seed 1 --max-requests 300 --allow-writes
echo
expect 1 picqer-fuzz run --seed 1 --max-requests 100 --operation createTag --defect accepts-trailing-comma \
    --record "$work/failures.ndjson"
echo "(the demo removes what it has written)"

title "What to try next"
cat <<'NEXT'
  . .venv/bin/activate                                # then, in this folder:
  picqer-contract check YOUR.har --server http://localhost:8080/api/v1
  picqer-contract rules                               # every promise that can be broken
  picqer-contract contract                            # what the contract holds: operations, error codes
  picqer-contract serve                               # and POST recordings to it
  picqer-fuzz run --base-url URL --allow-host HOST    # your own sandbox; the key in PICQER_API_KEY
  picqer-fuzz sandbox --list                          # the defects that the fuzzer must find
NEXT
