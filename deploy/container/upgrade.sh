#!/bin/sh
# Rolls what runs here over to the images that `docker compose build` made, in the order of docs/operations.md, "Upgrading".
# As many run afterwards as before. Other compose files than the first are named in COMPOSE_FILE, as ever.
set -eu

# Starts as many new ones as there are old ones, and only then ends those. Neither is what `up` does by itself: it puts a
# new one in each old one's place, all at once, and without --scale it leaves one of however many there were.
roll() {
  old=$(docker compose ps --all --quiet "$1")
  count=$(printf '%s' "$old" | grep -c '' || true)
  if [ "$count" -eq 0 ]; then
    echo "upgrade.sh: no $1 here, so none is made" && return
  fi
  docker compose up --detach --wait --no-build --no-deps --no-recreate --scale "$1=$((2 * count))" "$1"
  # the proxy asks for the gateways' addresses every second, and whether they are ready every second after that
  sleep 4
  for container in $old; do
    docker stop "$container"
    docker rm "$container"
  done
}

services=$(docker compose config --services)

# Who has no key yet gets one
docker compose up --detach --no-build --no-deps credentials
# What NATS allows is read from this checkout: a right that the new services need has to be there before they are
for service in $(printf '%s\n' "$services" | grep '^nats'); do
  docker compose kill --signal HUP "$service" || echo "upgrade.sh: $service does not run"
done
for service in status gateway portrait-worker video-worker; do
  echo "upgrade: $service"
  roll "$service"
done
# These hold a port, a store and a place in a cluster: each is replaced in place, if it changed at all
for service in $(printf '%s\n' "$services" | grep -E '^(proxy|nats.*)$' | sort -r); do
  echo "upgrade: $service"
  docker compose up --detach --wait --no-build --no-deps "$service"
done
