#!/bin/sh
# Writes nginx' configuration from the templates beside this file, then becomes nginx.
#
#   CAI_USER, CAI_PASSWORD   a login; the password has at least 12 characters
#   CAI_USERS_FILE           more logins, lines of `htpasswd`; /run/secrets/users if that exists
#   CAI_VIEW                 login (default) or public: who may see /view/ and /site/
#   CAI_LOGINS_PER_MINUTE    passwords that a stranger may try (10)
#   CAI_TLS_CERT, _KEY       certificate and key, PEM; /run/secrets/tls.crt and tls.key if there
#   CAI_TLS_PORT             port under which people reach TLS (443)
#
# Where things are, for compose and tests: PROXY_WEBSERVER, PROXY_VIEW, PROXY_GRAFANA (host:port),
# PROXY_LISTEN, PROXY_TLS_LISTEN (as nginx' `listen`), PROXY_DATA (the folder above `site`),
# PROXY_RUN (a folder that only this service can read).
set -eu
umask 077

stop() {
    printf 'proxy: %s\n' "$1" >&2
    exit 1
}

here=$(dirname "$0")
run=${PROXY_RUN:-/run/proxy}
listen=${PROXY_LISTEN:-8080}
tls_listen=${PROXY_TLS_LISTEN:-8443}
tls_port=${CAI_TLS_PORT:-443}
logins=${CAI_LOGINS_PER_MINUTE:-10}
users_file=${CAI_USERS_FILE:-/run/secrets/users}
cert=${CAI_TLS_CERT:-/run/secrets/tls.crt}
key=${CAI_TLS_KEY:-/run/secrets/tls.key}

# --- who may come in ---

[ -n "${CAI_USER:-}" ] || stop 'set CAI_USER: nobody could log in'
case $CAI_USER in
    *[!A-Za-z0-9._@-]*) stop 'CAI_USER may hold Latin letters, digits and . _ @ - only' ;;
esac
[ "${#CAI_PASSWORD}" -ge 12 ] || stop 'set CAI_PASSWORD to at least 12 characters'
case $CAI_PASSWORD in
    *"
"*) stop 'CAI_PASSWORD must be one line' ;;
esac
# shellcheck disable=SC2016 # $welcome is a variable of nginx
case ${CAI_VIEW:-login} in
    login) view_login='"cai-assets"' view_welcome='add_header Set-Cookie $welcome;' ;;
    public) view_login=off view_welcome='' ;;
    *) stop 'CAI_VIEW is login or public' ;;
esac
case $logins in
    '' | *[!0-9]* | 0*) stop 'CAI_LOGINS_PER_MINUTE is a number from 1' ;;
esac

mkdir -p "$run"
hash=$(printf '%s\n' "$CAI_PASSWORD" | openssl passwd -6 -stdin)
printf '%s:%s\n' "$CAI_USER" "$hash" > "$run/users"
if [ -f "$users_file" ]; then
    cat "$users_file" >> "$run/users"
fi
known=$(openssl rand -hex 32)

# --- where it listens ---

secure='' hsts='' user=''
: > "$run/more.conf"
if [ -f "$cert" ] && [ -f "$key" ]; then
    secure='; Secure'
    hsts='add_header Strict-Transport-Security "max-age=31536000" always;'
    port=":$tls_port"
    [ "$tls_port" != 443 ] || port=''
    cat > "$run/listen.conf" <<END
listen $tls_listen ssl http2;
ssl_certificate $cert;
ssl_certificate_key $key;
ssl_protocols TLSv1.2 TLSv1.3;
ssl_ciphers HIGH:!aNULL:!MD5:!kRSA;
ssl_prefer_server_ciphers on;
ssl_session_cache shared:tls:1m;
ssl_session_tickets off;
END
    cat > "$run/more.conf" <<END
server {
    listen $listen;
    location = /healthz {
        access_log off;
        return 200 "ok\n";
    }
    location / {
        return 308 https://\$host$port\$request_uri;
    }
}
END
elif [ -f "$cert" ] || [ -f "$key" ]; then
    stop "TLS needs both $cert and $key"
else
    printf 'listen %s;\n' "$listen" > "$run/listen.conf"
fi

# Containers answer to names; whoever runs them says in resolv.conf where to ask.
resolver=$(sed -n 's/^nameserver[[:space:]]\{1,\}\([0-9A-Fa-f.:]*\).*/\1/p' /etc/resolv.conf | head -n 1)
case $resolver in
    '') ;;
    *:*) printf 'resolver [%s] valid=10s;\n' "$resolver" >> "$run/more.conf" ;;
    *) printf 'resolver %s valid=10s;\n' "$resolver" >> "$run/more.conf" ;;
esac

# The image is not root. Where root starts this, its workers must still read what it wrote.
[ "$(id -u)" != 0 ] || user='user root root;'
printf '%s\n' "$user" > "$run/user.conf"

# --- the files ---

render() {
    sed -e "s|@RUN@|$run|g" \
        -e "s|@DATA@|${PROXY_DATA:-/srv/cai}|g" \
        -e "s|@WEBSERVER@|${PROXY_WEBSERVER:-webserver:3000}|g" \
        -e "s|@VIEW@|${PROXY_VIEW:-view:3000}|g" \
        -e "s|@GRAFANA@|${PROXY_GRAFANA:-grafana:3000}|g" \
        -e "s|@VIEW_LOGIN@|$view_login|g" \
        -e "s|@VIEW_WELCOME@|$view_welcome|g" \
        -e "s|@LOGINS@|$logins|g" \
        -e "s|@KNOWN@|$known|g" \
        -e "s|@SECURE@|$secure|g" \
        -e "s|@HSTS@|$hsts|g" \
        "$here/$1.template" > "$run/$1"
}
render nginx.conf
render headers.conf

unset CAI_PASSWORD hash known
exec nginx -c "$run/nginx.conf" -e stderr
