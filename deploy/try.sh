#!/usr/bin/env bash
# Builds the image unless IMAGE names one, runs it as a stranger would (read-only root, no privileges), takes in the sample
# handbook, asks it a question, stops it, and prints the image's size: less than MOST_MB (450), or it fails.
# ENGINE is docker, podman, or buildah where no container may be started (it runs the image in a chroot, without the
# read-only root); PYTHON_IMAGE is another base.
set -euo pipefail
cd "$(dirname "$0")/.."

engine="${ENGINE:-$(command -v podman || command -v docker || true)}"
[ -n "$engine" ] || { echo "There is neither podman nor docker." >&2; exit 1; }
port="${PORT:-8090}"
image="${IMAGE:-}"

if [ -z "$image" ]; then
  image=footnote-trial
  # Only this format keeps the health check; docker knows no other one.
  case "${engine##*/}" in docker) format="" ;; *) format="--format docker" ;; esac
  # BUILD_OPTIONS: what this machine needs to reach its package index, say.
  # shellcheck disable=SC2086
  "$engine" build $format ${PYTHON_IMAGE:+--build-arg "PYTHON_IMAGE=$PYTHON_IMAGE"} ${BUILD_OPTIONS:-} -t "$image" .
fi

run_contained() {
  # shellcheck disable=SC2086
  container="$("$engine" run --detach ${RUN_OPTIONS:-} --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    --volume footnote-trial:/var/lib/footnote --env DEV_FALLBACKS=true --env API_KEYS=trial-key --publish "127.0.0.1:$port:8000" "$image")"
  trap '"$engine" rm --force --volumes "$container" >/dev/null; "$engine" volume rm --force footnote-trial >/dev/null' EXIT
}

run_in_chroot() {
  container="$("$engine" from "$image")"
  # A signal to buildah does not reach the server, so it says which process it is.
  "$engine" run --isolation chroot --env DEV_FALLBACKS=true --env API_KEYS=trial-key --env "PORT=$port" "$container" -- \
    sh -c 'echo $$ >/var/lib/footnote/pid && exec python -m app serve' &
  server=$!
  pid_file="$("$engine" mount "$container")/var/lib/footnote/pid"
  trap 'stop_in_chroot || true; "$engine" rm "$container" >/dev/null' EXIT
}

stop_contained() {
  "$engine" stop --time 40 "$container" >/dev/null
  return "$("$engine" inspect --format '{{.State.ExitCode}}' "$container")"
}

stop_in_chroot() {
  kill -TERM "$(cat "$pid_file")" 2>/dev/null || true
  wait "$server"
}

case "${engine##*/}" in
  buildah) place=in_chroot ;;
  *) place=contained ;;
esac
"run_$place"

url="http://127.0.0.1:$port"
for _ in $(seq 120); do
  curl -fsS "$url/readyz" >/dev/null 2>&1 && break
  sleep 1
done
curl -fsS "$url/readyz"; echo
curl -fsS -H 'authorization: Bearer trial-key' -F file=@static/sample-handbook.md "$url/v1/ingest" >/dev/null
answer="$(curl -fsS -H 'authorization: Bearer trial-key' -H 'content-type: application/json' "$url/v1/chat/completions" \
  -d '{"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "How long is parental leave?"}]}')"
case "$answer" in
  *"26 weeks of parental leave [1]"*) echo "It answers from the handbook." ;;
  *) echo "It answered: $answer" >&2; exit 1 ;;
esac
"stop_$place" || { echo "It did not stop cleanly." >&2; exit 1; }
echo "It stopped cleanly."
case "${engine##*/}" in
  buildah) size="$("$engine" images --format '{{.Size}}' "$image")" ;;
  *) size="$("$engine" image inspect --format '{{.Size}}' "$image") B" ;;
esac
echo "$size" | awk -v most="${MOST_MB:-450}" '
  { mb = $2 == "GB" ? $1 * 1000 : $2 == "B" ? $1 / 1000000 : $1; printf "The image has %.0f MB.\n", mb }
  mb >= most { print "It should have less than " most " MB." > "/dev/stderr"; exit 1 }'
