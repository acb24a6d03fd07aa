#!/usr/bin/env bash
# Gridkey in the place of PolarGrid: the curl lines of its two pages on authentication, at a server on this machine, and what
# has to come back. Starts everything that it needs:
#
#   examples/polargrid/run.sh
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
begin polargrid
start_inference --errors polargrid
json='Content-Type: application/json'
developer=user:$(person dev@polargrid.example)

say "A key begins with pg_, is told once, and is read-write when nobody says otherwise"
new_key "$developer" '{"name":"Production App"}'
check '(.key | startswith("pg_")) and .level == "read-write" and .expires_at == null'
API_KEY=$key API_KEY_ID=$key_id
manage 200 GET "/v1/api-keys/$API_KEY_ID"
check 'has("key") | not'

say "The first page: the key is exchanged for a JWT, which the edge takes"
# shellcheck disable=SC2034
TOKEN=$(curl -s -X POST "$url/api/auth/inference-token" \
  -H "Authorization: Bearer $API_KEY" | jq -r .token)
[ "$(printf '%s' "$TOKEN" | tr -dc . | wc -c)" = 2 ] || die "this is no JWT"
call 200 -s -X POST "$edge/v1/chat/completions" \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"model": "Meta-Llama-3.1-8B-Instruct", "messages": [{"role": "user", "content": "Hi"}]}'
check '.choices[0].message.content == "You said: Hi"'

say "The second page: the edge takes the key as it is"
call 200 "$edge/v1/models" -H "Authorization: Bearer $API_KEY"
call 200 "$edge/v1/chat/completions" -H "Authorization: Bearer $API_KEY" -H "$json" \
  -d '{"model": "sample-small", "messages": [{"role": "user", "content": "Hi"}]}'

say "Sessions: a day long, renewed for 30 days by one refresh token that its published client never replaces"
call 200 -X POST "$url/v1/auth/session" -H "Authorization: Bearer $API_KEY" -H "$json" -d '{"user_agent":"example"}'
check '.session_token == .token and .expires_in == 86400 and (.session_id | length > 0)'
REFRESH=$(get .refresh_token)
for _ in 1 2 3; do
  call 200 -X POST "$url/v1/auth/refresh" -H "$json" -d "{\"refresh_token\":\"$REFRESH\"}"
done
call 200 "$edge/v1/models" -H "Authorization: Bearer $(get '.session_token // .token')"

say "Levels of the first generation: read-only infers and changes nothing"
new_key "$developer" '{"name":"Reader","level":"read-only"}'
call 200 "$edge/v1/chat/completions" -H "Authorization: Bearer $key" -H "$json" \
  -d '{"model": "sample-small", "messages": [{"role": "user", "content": "Hi"}]}'
call 403 "$edge/v1/models/load" -H "Authorization: Bearer $key" -d '{}'
call 200 "$edge/v1/models/load" -H "Authorization: Bearer $API_KEY" -d '{}'
call 403 "$url/v1/api-keys" -H "Authorization: Bearer $API_KEY" -H "$json" -d '{"name":"More"}'

say "The autorouter names the nearest edge, to whoever asks"
call 200 "$url/v1/route"
check '(.endpoint | startswith("https://")) and (.region | length > 0) and .ttl > 0'
call 200 "$url/v1/route?model=small&scope=global"
check '. == {"region": "eu-west", "name": "Vienna", "endpoint": "https://eu.edge.example", "ttl": 60}'
call 404 "$url/v1/route?model=huge"

say "Tokens for rooms: an admin key mints them"
call 403 "$url/v1/tokens" -H "Authorization: Bearer $key" -H "$json" -d '{"room":"support"}'
new_key "$developer" '{"name":"Voice","level":"admin"}'
call 200 "$url/v1/tokens" -H "Authorization: Bearer $key" -H "$json" -d '{"room":"support"}'
check '.token | length > 0'

say "Unknown, revoked or deleted: 401 Invalid API key"
call 401 "$edge/v1/models" -H "Authorization: Bearer pg_unknown"
check '.detail == "Invalid API key"'
call 401 "$url/v1/me"
check '.detail == "Not authenticated"'
call 401 -X POST "$url/api/auth/inference-token" -H "Authorization: Bearer pg_unknown"
check '.detail == "Invalid API key"'
cut_off "$API_KEY_ID" "$edge/v1/chat/completions" -H "Authorization: Bearer $API_KEY" -H "$json" -d "$(long_question)"
for credential in "$API_KEY" "$TOKEN"; do
  call 401 "$edge/v1/chat/completions" -H "Authorization: Bearer $credential" -H "$json" -d '{}'
  check '.detail == "Invalid API key"'
done

say "PolarGrid's programs find what they know."
