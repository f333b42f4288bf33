#!/bin/sh
# Makes the secrets that compose.yaml mounts, once; what exists stays.
set -eu
cd "$(dirname "$0")"
umask 077
random() { head -c "$1" /dev/urandom | base64 | tr -d '\n=' | tr '+/' '-_'; }
[ -s postgres_password ] || random 24 >postgres_password
[ -s database_url ] || printf 'postgres://postern:%s@postern-postgres:5432/postern' "$(cat postgres_password)" >database_url
[ -s jwt_secret ] || random 48 >jwt_secret
[ -s vault_keys ] || printf '1:%s' "$(head -c 32 /dev/urandom | base64 | tr -d '\n')" >vault_keys
[ -s service_token ] || random 32 >service_token
# The containers read them as an unprivileged user.
chmod 0444 postgres_password database_url jwt_secret vault_keys service_token
