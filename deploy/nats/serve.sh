#!/bin/sh
# nats-server in a container, its users' public keys from where credentials.py put them
set -a
. /run/greenroom/users.env
exec nats-server "$@"
