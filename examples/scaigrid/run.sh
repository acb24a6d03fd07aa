#!/usr/bin/env bash
# Gridkey in the place of ScaiGrid and ScaiKey: the curl lines of its page on authentication, at nginx on this machine, behind
# which are Gridkey and a sample inference server that sees no credential. Starts everything that it needs:
#
#   examples/scaigrid/run.sh
set -euo pipefail
. "$(dirname "$0")/../lib.sh"
begin scaigrid
start_inference --behind-proxy --errors scaigrid
start_nginx "$root/examples/scaigrid/nginx.conf"
json='Content-Type: application/json'

# session KEY: exchanges a key, as a dashboard gets its tokens by a sign-in.
session() { call 200 -X POST "$host/v1/auth/session" -H "Authorization: Bearer $1"; }

say "Somebody who is signed in"
developer=$(person dev@scaigrid.example)
new_key "user:$developer" '{"name":"Dashboard"}'
session "$key"
EXISTING_TOKEN=$(get .data.session_token)
REFRESH_TOKEN=$(get .data.refresh_token)
check '.status == "ok" and .data.expires_in == 3600'

say "A key is made, and told once"
call 201 -X POST "$host/v1/api-keys" \
  -H "Authorization: Bearer $EXISTING_TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"name": "production-integration"}'
check '.data.key | startswith("sgk_") and length >= 36'
check '.data.expires_at == null and .data.name == "production-integration"'
API_KEY=$(get .data.key)
API_KEY_ID=$(get .data.id)
call 200 "$host/v1/api-keys" -H "Authorization: Bearer $EXISTING_TOKEN"
check '[.data[] | has("key")] | any | not'

say "The key and the token are sent alike"
call 200 -H "Authorization: Bearer $API_KEY" \
     "$host/v1/models"
check '.data | length > 0'
grep -qi '^x-scaigrid-ratelimit-remaining: ' "$work/headers" || die "no word of the limits"
call 200 -H "Authorization: Bearer $EXISTING_TOKEN" "$host/v1/models"
call 200 "$host/v1/chat/completions" -H "Authorization: Bearer $API_KEY" -H "$json" \
  -d '{"model": "sample-small", "messages": [{"role": "user", "content": "Hi"}]}'
grep -qi "^x-served-to: $developer" "$work/headers" || die "not known for whom"

say "No credential, one that is none, and one that only claims to have passed"
call 401 "$host/v1/models"
check '.error.code == "AUTH_TOKEN_MISSING" and (.meta.request_id | startswith("req_"))'
call 401 "$host/v1/models" -H "Authorization: Bearer sgk_your_key_here"
check '.error.code == "AUTH_TOKEN_INVALID"'
call 401 "$host/v1/models" -H "X-Gridkey-Subject: $developer" -H "X-Gridkey-Tenant-Id: $developer"

say "A token is renewed"
call 200 -X POST "$host/v1/auth/refresh" \
  -H "Content-Type: application/json" \
  -d "{\"refresh_token\": \"$REFRESH_TOKEN\"}"
EXISTING_TOKEN=$(get '.data.session_token // .data.access_token')
call 200 "$host/v1/models" -H "Authorization: Bearer $EXISTING_TOKEN"

say "Whoever only looks makes no keys, and asks no models"
new_key "user:$(person viewer@scaigrid.example)" '{"name":"Viewer"}'
call 403 "$host/v1/api-keys" -H "Authorization: Bearer $key" -H "$json" -d '{"name":"Mine"}'
check '.error.code == "AUTHZ_PERMISSION_DENIED"'
call 403 "$host/v1/chat/completions" -H "Authorization: Bearer $key" -H "$json" -d '{}'
check '.error.code == "AUTHZ_PERMISSION_DENIED"'

say "A key that asks more often than it may is told to wait, and others are not"
new_key "" '{"name":"Busy","level":"read-only","rate_limit":5}'
for _ in 1 2 3 4 5; do call 200 "$host/v1/models" -H "Authorization: Bearer $key"; done
call 429 "$host/v1/models" -H "Authorization: Bearer $key"
check '.error.code == "RATE_LIMITED"'
grep -qi '^retry-after: [1-9]' "$work/headers" || die "not told how long to wait"
call 200 "$host/v1/models" -H "Authorization: Bearer $API_KEY"

say "A key that is revoked is dead at once, requests under way included"
revoker=$EXISTING_TOKEN cut_off "$API_KEY_ID" \
  "$host/v1/chat/completions" -H "Authorization: Bearer $API_KEY" -H "$json" -d "$(long_question)"
call 401 -H "Authorization: Bearer $API_KEY" \
     "$host/v1/models"
check '.error.code == "AUTH_TOKEN_INVALID"'

say "It stands in the audit log"
call 200 "$host/v1/audit-log?action=api_key.create" -H "Authorization: Bearer $operator"
check '(.data // .items) | length >= 4'

say "Whoever is deleted takes keys and sessions along"
manage 204 DELETE "/v1/users/$developer"
call 401 "$host/v1/models" -H "Authorization: Bearer $EXISTING_TOKEN"

say "ScaiGrid's programs find what they know."
