#!/bin/sh
# nats-server in a container: its data on the volume at /data, its users' public keys from where credentials.py put them
set -a
. /run/greenroom/users.env
exec nats-server --store_dir /data "$@"
