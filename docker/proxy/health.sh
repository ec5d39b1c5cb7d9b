#!/bin/bash
# Whether nginx answers: exit code 0 or 1. The image has no program that speaks HTTP.
set -eu
port=${1:-8080}
exec 3<> "/dev/tcp/127.0.0.1/$port"
printf 'GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r -t 4 answer <&3
case $answer in
    *' 200 '*) exit 0 ;;
esac
printf 'proxy: %s\n' "$answer" >&2
exit 1
