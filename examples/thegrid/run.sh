#!/usr/bin/env bash
# Gridkey in the place of The Grid: the curl lines of its page on authentication, at a server on this machine, and what has to
# come back. Starts everything that it needs:
#
#   examples/thegrid/run.sh
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
begin thegrid
start_inference --errors thegrid
json='Content-Type: application/json'
trader=user:$(person trader@thegrid.example)

say "Consumption keys: one key, in the header that each host wants"
new_key "$trader" '{"name":"One project"}'
YOUR_API_KEY=$key YOUR_API_KEY_ID=$key_id
manage 200 GET "/v1/api-keys/$YOUR_API_KEY_ID"
check 'has("key") | not'
call 200 -L "$edge/v1/chat/completions" \
  -H "Authorization: Bearer $YOUR_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{"model": "Text-Prime", "messages": [{"role": "user", "content": "Hello"}]}'
check '.choices[0].message.content == "You said: Hello"'
message='{"model": "Text-Prime", "max_tokens": 100, "messages": [{"role": "user", "content": "Hello"}]}'
call 200 "$edge/v1/messages" -H "x-api-key: $YOUR_API_KEY" -H "$json" -d "$message"
check '.content[0].text == "You said: Hello"'

say "The wrong header for a host is 401"
call 401 "$edge/v1/messages" -H "Authorization: Bearer $YOUR_API_KEY" -H "$json" -d "$message"
check '.errors.detail | length > 0'
call 401 "$edge/v1/messages" -H "x-api-key: Bearer $YOUR_API_KEY" -H "$json" -d "$message"
call 401 "$edge/v1/models" -H "x-api-key: $YOUR_API_KEY"
call 401 "$edge/v1/models" -H "Authorization: $YOUR_API_KEY"
call 401 "$edge/v1/models"

say "A trading key: the pair is made here, and the public half is registered"
openssl genpkey -algorithm ed25519 -out "$work/private.pem"
public=$(openssl pkey -in "$work/private.pem" -pubout -outform DER | tail -c 32 | base64)
fingerprint=$(printf '%s' "$public" | base64 -d | openssl dgst -sha256 -binary | base64 | tr -d =)
# The trader signs in at the dashboard; here the operator hands out a key that registers.
new_key "$trader" '{"name":"Dashboard","scopes":["api_keys:manage","orders:read","orders:create"]}'
call 201 "$url/v1/signing-keys" -H "Authorization: Bearer $key" -H "$json" \
  -d "{\"signing_key\":{\"label\":\"Desk\",\"public_key\":\"$public\"},\"scopes\":[\"orders:read\",\"orders:create\"]}"
[ "$(get '(.signing_key // .).fingerprint')" = "$fingerprint" ] || die "another fingerprint"
TRADING_KEY_ID=$(get '(.signing_key // .).id')

# signed STATUS TIME METHOD TARGET [BODY]: a signed request, as the page describes it.
signed() {
  local want=$1 now=$2 method=$3 target=$4 body=${5:-} signature more=()
  printf '%s%s%s%s' "$now" "$method" "$target" "$body" >"$work/message"
  signature=$(openssl pkeyutl -sign -inkey "$work/private.pem" -rawin -in "$work/message" | base64 -w0)
  if [ -n "$body" ]; then more=(-H "$json" --data-binary "$body"); fi
  call "$want" -X "$method" "$edge$target" -H "x-thegrid-timestamp: $now" -H "x-thegrid-signature: $signature" \
    -H "x-thegrid-fingerprint: ${claimed:-$fingerprint}" "${more[@]}"
}
now() { date +%s; }
order='{"market_id":"market_abc","type":"limit","side":"buy","price":"0.68","quantity":1}'

say "Signed requests reach the trading API, the query included"
signed 200 "$(now)" GET '/v1/orders?status=open'
signed 200 "$(now)" POST /v1/orders "$order"
check '.order.side == "buy"'

say "A clock that is off by more than 30 seconds, milliseconds, a padded fingerprint, or a header too few: 401"
signed 401 $(($(now) - 40)) GET /v1/orders
signed 401 $(($(now) + 40)) GET /v1/orders
signed 401 "$(date +%s%3N)" GET /v1/orders
claimed=$fingerprint= signed 401 "$(now)" GET /v1/orders
call 401 "$edge/v1/orders" -H "x-thegrid-fingerprint: $fingerprint" -H "x-thegrid-timestamp: $(now)"

say "Neither kind of key does what the other is for"
call 403 "$edge/v1/orders" -H "Authorization: Bearer $YOUR_API_KEY"
signed 403 "$(now)" GET /v1/models

say "Rotation: two keys at once, then the old one is deleted, and a stream of it breaks off"
new_key "$trader" '{"name":"The next one"}'
NEXT=$key
call 200 "$edge/v1/models" -H "Authorization: Bearer $NEXT"
cut_off "$YOUR_API_KEY_ID" "$edge/v1/chat/completions" -H "Authorization: Bearer $YOUR_API_KEY" -H "$json" \
  -d "$(long_question Text-Prime)"
call 401 "$edge/v1/models" -H "Authorization: Bearer $YOUR_API_KEY"
check '.errors.detail == "Invalid API key"'
call 200 "$edge/v1/models" -H "Authorization: Bearer $NEXT"

say "A trading key that leaked is deleted, and stops"
manage 204 DELETE "/v1/signing-keys/$TRADING_KEY_ID"
signed 401 "$(now)" GET /v1/orders

say "The Grid's programs find what they know."
