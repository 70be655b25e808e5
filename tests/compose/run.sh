#!/bin/bash
# The whole product in Docker, scaled, used from outside and taken down again: `make compose-test`.
# Needs a Docker engine with compose (DOCKER_HOST and DOCKER_CONFIG are honoured). PORT is the published port (default: a free one).
# KEEP=1 leaves it running for a look.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=.venv/bin/python
export PORT=${PORT:-$($python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')}
export COMPOSE_PROJECT_NAME=gonghai-test-$PORT
export GONGHAI_ADMIN_ACCOUNT=admin
GONGHAI_ADMIN_PASSWORD=$($python -c 'import secrets; print(secrets.token_urlsafe(16))')
export GONGHAI_ADMIN_PASSWORD
scale=(--scale customer=3 --scale activity=2 --scale export-worker=2 --scale gateway=2)
started=$SECONDS
say() { printf '[%4d s] %s\n' $((SECONDS - started)) "$*"; }

finish() {
  local code=$?
  if [ $code -ne 0 ]; then
    docker compose ps -a --format 'table {{.Service}}\t{{.Status}}' || true
    for name in $(docker compose ps -a --format '{{.Service}} {{.Status}}' | grep -v -e '(healthy)' -e 'Exited (0)' | cut -d' ' -f1 | sort -u); do
      docker compose logs --no-color --tail=20 "$name" || true
    done
  fi
  if [ -z "${KEEP:-}" ]; then
    docker compose down -v --timeout 20 >/dev/null 2>&1 || true
    say "taken down"
  fi
  exit $code
}
trap finish EXIT

docker compose version >/dev/null || { echo "docker with compose is needed"; exit 1; }
docker compose config -q
say "building"
docker compose build -q
say "starting ${scale[*]}"
docker compose up -d --wait --wait-timeout 240 "${scale[@]}" --quiet-pull 2>&1 | tail -n 3
say "answers on port $PORT"
$python -m tests.compose.use "http://127.0.0.1:$PORT"
say "good"
