# What the example scripts of this folder share. Needs curl, jq and openssl, and for some nginx.
#
#   begin SYSTEM    starts Gridkey with the seed of that example, unless GRIDKEY_URL names a server that has it already
#
# EXAMPLE_SITE_PORT is the port of nginx; without it, it is a free one.
# GRIDKEY_BIN and INFERENCE_BIN are the programs; without them they are built from this repository.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/gridkey-example.XXXXXX")
answer=$work/answer
started=()

finish() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT

say() { printf '\n%s\n' "$*"; }

die() {
  printf '%s\n' "$*" >&2
  if [ -s "$answer" ]; then cat "$answer" >&2; fi
  exit 1
}

# await FILE PATTERN: what the pattern finds in the file, as soon as it stands there.
await() {
  local found tries
  for ((tries = 0; tries < 600; tries++)); do
    if found=$(grep -oEm1 "$2" "$1" 2>/dev/null); then
      printf '%s' "$found"
      return
    fi
    sleep 0.1
  done
  cat "$1" "${1%.out}.log" >&2 || true
  die "nothing in $1 looks like $2"
}

# begin SYSTEM: a server with the seed of that example. Its address is in $url, the token of its operator in $operator.
begin() {
  if [ -z "${GRIDKEY_BIN:-}" ] || [ -z "${INFERENCE_BIN:-}" ]; then
    (cd "$root" && cargo build --quiet --bin gridkey --example inference)
    GRIDKEY_BIN=${GRIDKEY_BIN:-$root/target/debug/gridkey}
    INFERENCE_BIN=${INFERENCE_BIN:-$root/target/debug/examples/inference}
  fi
  slug=$1
  site_port=${EXAMPLE_SITE_PORT:-$(free_port)}
  if [ -z "${GRIDKEY_URL:-}" ]; then
    # Only what this script says counts: no setting of whoever runs it.
    local names=() name
    for name in $(compgen -e | grep '^GRIDKEY_' || true); do names+=(-u "$name"); done
    local port
    port=$(free_port)
    # This address and nginx's are doors of that organisation: whoever comes there is answered in the words of its profile.
    env "${names[@]}" GRIDKEY_SERVER_TRUSTED_PROXIES=127.0.0.1 \
      GRIDKEY_PROFILES_HOSTS="localhost:$port=$slug,127.0.0.1:$site_port=$slug" \
      "$GRIDKEY_BIN" dev --port "$port" --seed "$root/examples/$slug/seed.toml" --data "$work/gridkey" \
      >"$work/gridkey.out" 2>"$work/gridkey.log" &
    started+=($!)
    GRIDKEY_URL=$(await "$work/gridkey.out" 'http://localhost:[0-9]+')
  fi
  url=$GRIDKEY_URL
  operator=$(curl -sS -u "$slug-operator:$slug-operator-development-secret" -d grant_type=client_credentials \
    -d scope=gridkey:manage "$url/oauth2/token" | jq -er .access_token) || die "the operator gets no token"
}

# call STATUS CURL-ARGUMENTS: makes a call that must end with that status, and keeps the answer.
call() {
  local want=$1 got
  shift
  got=$(curl -sS -o "$answer" -D "$work/headers" -w '%{http_code}' "$@")
  printf '  %s  %s\n' "$got" "$(named "$@")"
  [ "$got" = "$want" ] || die "  expected $want:"
}

# What a call is called in what is printed: method and address, and no credential.
named() {
  local method=GET address=
  while [ $# -gt 0 ]; do
    case $1 in
      -X | --request) method=$2 && shift ;;
      --url) address=$2 && shift ;;
      -d | --data | --data-binary) [ "$method" != GET ] || method=POST && shift ;;
      -H | --header | -u) shift ;;
      http*) address=$1 ;;
    esac
    shift
  done
  printf '%-6s %s' "$method" "$address"
}

# manage STATUS METHOD PATH [BODY]: a call of the operator.
manage() {
  local more=()
  if [ $# -gt 3 ]; then more=(-H 'Content-Type: application/json' -d "$4"); fi
  call "$1" -X "$2" "$url$3" -H "Authorization: Bearer $operator" "${more[@]}"
}

# get FILTER: a member of the last answer. check FILTER: it must hold for it.
get() { jq -er "$1" "$answer" || die "the answer has no $1:"; }
check() { jq -e "$1" "$answer" >/dev/null || die "  not so: $1"; }

# person MAIL: the identifier of somebody of the seed.
person() {
  curl -sS "$url/v1/users?limit=200" -H "Authorization: Bearer $operator" |
    jq -er --arg mail "$1" '(.items // .data)[] | select(.email == $mail) | .id' || die "there is no $1"
}

# new_key OWNER MEMBERS: makes a key and leaves it in $key and its identifier in $key_id. OWNER is user:ID,
# service_account:ID or nothing; MEMBERS is JSON.
new_key() {
  local owner=null
  if [ -n "$1" ]; then owner=$(jq -nc --arg kind "${1%%:*}" --arg id "${1#*:}" '{kind: $kind, id: $id}'); fi
  manage 201 POST /v1/api-keys "$(jq -nc --argjson owner "$owner" --argjson more "$2" \
    '$more + (if $owner then {owner: $owner} else {} end)')"
  key=$(get '(.data // .).key')
  key_id=$(get '(.data // .).id')
}

# start_inference ARGUMENTS: the sample inference server with a key of its own. Its address is in $edge.
start_inference() {
  new_key "" '{"name":"Edge","scopes":["credentials:verify"]}'
  GRIDKEY_URL=$url GRIDKEY_API_KEY=$key INFERENCE_LISTEN=127.0.0.1:0 \
    "$INFERENCE_BIN" "$@" >"$work/inference.out" 2>"$work/inference.log" &
  started+=($!)
  edge=$(await "$work/inference.out" 'http://127.0.0.1:[0-9]+')
}

# start_nginx SITE: nginx with a site in which the words in capitals are replaced. Its address is in $host.
start_nginx() {
  local nginx=nginx user=
  if [ -x /usr/sbin/nginx ]; then nginx=/usr/sbin/nginx; fi
  if [ "$(id -u)" = 0 ]; then user='user root;'; fi
  sed -e "s/GRIDKEY_ADDRESS/${url#http://}/; s/API_ADDRESS/${edge#http://}/; s/LISTEN_ADDRESS/127.0.0.1:$site_port/" \
    -e "s/TENANT/$slug/" "$1" >"$work/site.conf"
  cat >"$work/nginx.conf" <<EOF
$user daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path $work/body; proxy_temp_path $work/proxy;
  fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s;
  include $work/site.conf;
}
EOF
  "$nginx" -p "$work" -c nginx.conf -e "$work/nginx.log" &
  started+=($!)
  host=http://127.0.0.1:$site_port
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if curl -s -o /dev/null "$host"; then return; fi
    sleep 0.1
  done
  cat "$work/nginx.log" >&2
  die "nginx does not start"
}

# A port that was free a moment ago.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s' "$port"
}

# cut_off KEY_ID CURL-ARGUMENTS: begins a stream, has the key revoked in the middle of it, and sees it break off at once. The
# arguments must end in the body.
cut_off() {
  local id=$1 began lasted reader
  shift
  curl -sSN -o "$work/stream" "$@" &
  reader=$!
  await "$work/stream" 'word20 ' >/dev/null
  began=${EPOCHREALTIME/[.,]/}
  call 204 -X DELETE "${host:-$url}/v1/api-keys/$id" -H "Authorization: Bearer ${revoker:-$operator}"
  wait "$reader" || true
  lasted=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
  grep -q 'Invalid API key' "$work/stream" || die "the stream was not cut: $(tail -c 300 "$work/stream")"
  ! grep -q 'word1999' "$work/stream" || die "the stream was not cut"
  [ "$lasted" -lt 5000 ] || die "the stream went on for $lasted ms"
  printf '       the stream broke off\n'
}

# A question that takes the sample model 40 seconds to answer.
long_question() {
  jq -nc --arg model "${1:-sample-small}" '{model: $model, stream: true, max_tokens: 5000,
    messages: [{role: "user", content: ([range(2000) | "word\(.)"] | join(" "))}]}'
}
